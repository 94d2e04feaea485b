import { describe, expect, it } from 'vitest'
import { correlationOfOrigin } from '../../../../shared/lib/correlation.ts'
import { splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim, type Ended } from '../../../../shared/rules/claims/ending.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import type { AccountRecord, ChangeKind } from '../../../../shared/rules/types.ts'
import {
  addAccountFollowUps,
  addClosedClaimFollowUps,
} from '../../../../shared/usecases/effects/claim-follow-ups.ts'
import { type Effects, noEffects } from '../../../../shared/usecases/effects/effects.ts'
import {
  claimed,
  claimedDirectly,
  patchClaim,
  record,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'

const AT = T0.toISOString()
const byUser = { now: T0, by: USER }
const open = claimed()
const { claimId } = open.claim
const common = {
  claimId,
  orgId: 'noordzee',
  correlationId: correlationOfOrigin(open.claim.origin),
  causedAt: AT,
}

function nonEmpty(effects: Effects): Partial<Effects> {
  return Object.fromEntries(Object.entries(effects).filter(([, all]) => all.length > 0))
}
function ofAccount(given: AccountRecord, what: ChangeKind): Partial<Effects> {
  const effects = noEffects()
  addAccountFollowUps(effects, given, { what, at: AT, by: USER, n: 2 })
  return nonEmpty(effects)
}
function ofEnded({ closed, change }: Ended): Partial<Effects> {
  const effects = noEffects()
  addClosedClaimFollowUps(effects, closed, change)
  return nonEmpty(effects)
}

describe('an open claim', () => {
  it('N1: mails its user when it is made, and when an admin sends it again, each time under an id of its own', () => {
    expect(ofAccount(open, 'claim.created')).toEqual({
      mails: [{ kind: 'claimed', mailId: `${claimId}/claimed`, ...common }],
    })
    const resent = patchClaim(open, { resentAt: '2026-03-02T00:00:00Z' })
    expect(ofAccount(resent, 'claim.resent')).toEqual({
      mails: [{ kind: 'resent', mailId: `${claimId}/resent/2026-03-02T00:00:00Z`, ...common }],
    })
  })

  it('U2: mails a new address its link, numbered by the change that asked for it', () => {
    const pendingEmail = { newEmail: 'me@home.example', expiresAt: AT, changeNumber: 7, links: [] }
    const asked = { ...open, claim: { ...open.claim, pendingEmail } }
    expect(ofAccount(asked, 'claim.confirmation_requested')).toEqual({
      mails: [{ kind: 'confirmation', mailId: `${claimId}/confirmation/7`, n: 7, ...common }],
    })
    expect(ofAccount(open, 'claim.confirmation_requested')).toEqual({})
  })

  it('U3: that was decided mails its user and migrates', () => {
    expect(ofAccount(open, 'claim.decided')).toEqual({
      mails: [{ kind: 'decided', mailId: `${claimId}/decided`, ...common }],
      migrations: [{ recordId: open.recordId, claimId, correlationId: common.correlationId }],
    })
  })

  it('N4: whose mail came back is in the next digest', () => {
    expect(ofAccount(open, 'claim.mail_failed')).toEqual({
      returned: [{ orgId: 'noordzee', claimId, at: AT }],
    })
  })

  it('Y7: or none: what an admin deletes is handed to the worker, and any other change sets nothing off', () => {
    for (const given of [open, record()]) {
      expect(ofAccount(given, 'user.removing')).toEqual({ deletions: [{ recordId: given.recordId }] })
      expect(ofAccount(given, 'user.updated')).toEqual({})
    }
  })
})

describe('a claim that ended', () => {
  const mail = (kind: string) => ({ kind, mailId: `${claimId}/${kind}`, ...common })

  it('R1: by being revoked mails its user; only a direct one’s new account can have content', () => {
    expect(ofEnded(revokeClaim(open, open.claim, byUser))).toEqual({ mails: [mail('revoked')] })
    const direct = claimedDirectly()
    expect(ofEnded(revokeClaim(direct, direct.claim, byUser))).toEqual({
      mails: [mail('revoked')],
      deletions: [{ contentOf: direct.claim.newUserId }],
    })
  })

  it('U2: by a new address mails that the user decided, and that the address is confirmed', () => {
    const direct = claimedDirectly()
    const { ended } = splitByNewAddress(direct, direct.claim, 'me@home.example', byUser)
    expect(ofEnded(ended)).toEqual({ mails: [mail('decided'), mail('confirmed')] })
  })

  it('N1: by its migration mails its user, if content was moved and not deleted', () => {
    const migrating = withClaim(startMigration(open, open.claim, byUser))
    expect(ofEnded(completeClaim(migrating, migrating.claim, byUser))).toEqual({ mails: [mail('migrated')] })
    const deleted = patchClaim(migrating, { decision: { kind: 'delete_original', at: AT, by: 'user' } })
    expect(ofEnded(completeClaim(deleted, deleted.claim, byUser))).toEqual({})
    expect(ofEnded(completeClaim(open, open.claim, byUser))).toEqual({})
  })
})
