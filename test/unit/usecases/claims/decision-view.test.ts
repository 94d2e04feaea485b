import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import { decide, splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { requestConfirmation } from '../../../../shared/rules/claims/new-address-confirmation.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import type { ClosedClaim } from '../../../../shared/rules/types.ts'
import type { FoundClaim } from '../../../../shared/storage/stores/claims.ts'
import { claimOfLink, decidedView, openView } from '../../../../shared/usecases/claims/decision-view.ts'
import {
  ADMIN,
  claimed,
  claimedDirectly,
  CREATED_AT,
  ENDS_AT,
  org,
  plus,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'

const by = { now: T0, by: USER } as const
const noordzee = org({ settings: { contact: 'help@noordzee.example' } })
const given = claimed()
const decided = withClaim(decide(given, given.claim, 'transfer_content', by))
const { closed, record: left } = completeClaim(decided, decided.claim, by)

async function shown(found: FoundClaim | undefined, now = T0, isOrgThere = true) {
  const asked: string[] = []
  const answer = await claimOfLink(
    {
      organizations: {
        get: async (orgId) => {
          asked.push(orgId)
          return isOrgThere ? { org: noordzee, revision: 1 } : undefined
        },
      },
    },
    found,
    now,
  )
  return { answer, asked }
}

describe('what a link leads to', () => {
  it('U6: is the open claim and the org that made it', async () => {
    const { answer, asked } = await shown({ claim: given.claim, record: given })
    expect(answer).toEqual({ kind: 'open', record: given, claim: given.claim, org: noordzee })
    expect(asked).toEqual(['noordzee'])
    await expect(shown({ claim: given.claim })).rejects.toThrow(
      `the open claim ${given.claim.claimId} has no record`,
    )
  })

  it('U7: is the decision that was made, in the user’s language, until it is over for 30 days', async () => {
    const found = { claim: closed, formerRecord: left }
    const last = plus(30 * DAY_MS - 1, closed.endedAt)
    for (const now of [T0, last])
      expect((await shown(found, now)).answer).toEqual({
        kind: 'decided',
        claim: closed,
        org: noordzee,
        locale: 'nl',
      })
    expect((await shown(found, plus(1, last))).answer).toBeUndefined()
    const { original, ended } = splitByNewAddress(given, given.claim, 'ada@home.example', by)
    expect((await shown({ claim: ended.closed, formerRecord: original })).answer).toMatchObject({
      kind: 'decided',
    })
    expect((await shown({ claim: closed })).answer).toMatchObject({ kind: 'decided', locale: undefined })
  })

  it('U7, Y7, O1: is nothing of a claim that was revoked, redacted, never decided, or is gone with org or account', async () => {
    const { closed: revoked } = revokeClaim(given, given.claim, { now: T0, by: ADMIN })
    const { decision: _none, ...undecided } = closed
    const deletion = { userId: 'acc00042', at: T0.toISOString(), by: ADMIN, resumeAt: ENDS_AT }
    const revokedAfterDecision: ClosedClaim = {
      ...revoked,
      ...(closed.decision && { decision: closed.decision }),
    }
    for (const claim of [revoked, revokedAfterDecision, undecided, { ...closed, email: '' }])
      expect((await shown({ claim, formerRecord: left })).answer).toBeUndefined()
    expect((await shown({ claim: given.claim, record: given }, T0, false)).answer).toBeUndefined()
    for (const found of [undefined, { claim: given.claim, record: { ...given, deletion } }]) {
      const { answer, asked } = await shown(found)
      expect(answer).toBeUndefined()
      expect(asked).toEqual([])
    }
  })
})

describe('what a claim’s user is shown', () => {
  it('U6: is who claims what until when, with the decisions that are left', () => {
    expect(openView({ kind: 'open', record: given, claim: given.claim, org: noordzee }, T0)).toEqual({
      claimId: given.claim.claimId,
      organizationName: 'Noordzee BV',
      email: 'Ada@noordzee.example',
      type: 'delayed',
      createdAt: CREATED_AT,
      endsAt: ENDS_AT,
      settings: noordzee.settings,
      options: ['change_email', 'transfer_content', 'delete_original'],
      locale: 'nl',
    })
    const direct = claimedDirectly({ paid: true })
    expect(openView({ kind: 'open', record: direct, claim: direct.claim, org: noordzee }, T0)).toMatchObject({
      type: 'direct',
      contentLoss: 'chosen_direct',
      options: ['change_email'],
    })
  })

  it('U2: says that an address waits to be confirmed, and until when, and not which one', () => {
    const requested = requestConfirmation(given, given.claim, 'ada@home.example', by)
    if (requested.outcome !== 'requested') throw new Error(requested.outcome)
    const { record, claim, pending } = requested
    const view = openView({ kind: 'open', record, claim, org: noordzee }, T0)
    expect(view.pendingEmail).toEqual({ expiresAt: pending.expiresAt })
    expect(JSON.stringify(view)).not.toContain('ada@home.example')
  })

  it('U5, U7: is the decision once it is made, without the address that was chosen, and nothing more to decide', () => {
    const { ended } = splitByNewAddress(given, given.claim, 'ada@home.example', by)
    const { decision } = ended.closed
    if (decision === undefined) throw new Error('no decision')
    const claim = { ...ended.closed, decision }
    const view = decidedView({ kind: 'decided', claim, org: noordzee, locale: undefined }, T0)
    expect(view).toMatchObject({ options: [], locale: undefined })
    expect(view.decision).toEqual({ kind: 'change_email', at: T0.toISOString(), by: 'user' })
    expect(
      openView({ kind: 'open', record: decided, claim: decided.claim, org: noordzee }, T0),
    ).toMatchObject({
      options: [],
      decision: { kind: 'transfer_content' },
    })
  })
})
