import { describe, expect, it } from 'vitest'
import { decide, splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { requestConfirmation } from '../../../../shared/rules/claims/new-address-confirmation.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { FoundClaim } from '../../../../shared/storage/stores/claims.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import {
  composeConfirmation,
  composeDecided,
  type DecisionMailPorts,
} from '../../../../shared/usecases/mail/decision-mails.ts'
import {
  claimed,
  claimedDirectly,
  org,
  patchClaim,
  plus,
  record,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'
import { accountsAmong } from '../../../support/found-accounts.ts'

const NEW_EMAIL = 'ada@home.example'

function world(found: FoundClaim | undefined, accounts: readonly AccountRecord[] = [], now = T0) {
  let standing = found
  const written: AccountRecord[] = []
  const ports: DecisionMailPorts = {
    accounts: {
      byUserIds: accountsAmong(accounts).byUserIds,
      write: async (next) => {
        written.push(next)
        const { claim } = withClaim(next)
        standing = { claim, record: next }
        return WRITTEN
      },
    },
    claims: { byId: async () => standing },
    randomBytes: (size) => new Uint8Array(size).fill(7),
    confirmationUrl: (token) => `https://claims.example/c/${token}`,
    now: () => now,
  }
  return { ports, written }
}

const { claimId } = claimed().claim
const asked = { kind: 'confirmation', mailId: 'm', orgId: 'noordzee', claimId, n: 5 } as const

describe('the mail to a new address that is to be confirmed', () => {
  const requested = requestConfirmation(claimed(), claimed().claim, NEW_EMAIL, { now: T0, by: USER })
  if (requested.outcome !== 'requested') throw new Error(requested.outcome)
  const { record: standing, claim } = { record: requested.record, claim: requested.claim }
  const n = requested.pending.changeNumber

  it('U2: goes there with a link of its own, and its hash is kept', async () => {
    const { ports, written } = world({ claim, record: standing })
    const mail = await composeConfirmation(ports, org(), { ...asked, n })
    expect(mail).toMatchObject({
      to: NEW_EMAIL,
      locale: 'nl',
      tags: { kind: 'email_confirmation' },
      mail: {
        kind: 'email_confirmation',
        organizationName: 'Noordzee BV',
        address: 'Ada@noordzee.example',
        newEmail: NEW_EMAIL,
        confirmUrl: expect.stringMatching(/^https:\/\/claims\.example\/c\/./),
      },
    })
    expect(Object.keys(mail?.tags ?? {})).toEqual(['kind'])
    expect(written).toHaveLength(1)
    expect(withClaim(written[0] ?? standing).claim.pendingEmail?.links).toHaveLength(1)
  })

  it('U2: is none once another was asked for, it has expired, or the claim is gone or decided', async () => {
    const decided = withClaim(decide(standing, claim, 'transfer_content', { now: T0, by: USER }))
    const { pendingEmail: _none, ...without } = claim
    const worlds: [FoundClaim | undefined, number, Date][] = [
      [{ claim, record: standing }, n + 1, T0],
      [{ claim, record: standing }, n, plus(24 * 3_600_000 + 1000)],
      [{ claim: decided.claim, record: decided }, n, T0],
      [{ claim: without, record: { ...standing, claim: without } }, n, T0],
      [{ claim }, n, T0],
      [undefined, n, T0],
    ]
    for (const [found, number, now] of worlds) {
      const { ports, written } = world(found, [], now)
      expect(await composeConfirmation(ports, org(), { ...asked, n: number })).toBeUndefined()
      expect(written).toEqual([])
    }
  })

  it('Y7: is none of a record that is being deleted', async () => {
    const deletion = { userId: 'acc00042', at: T0.toISOString(), by: USER, resumeAt: T0.toISOString() }
    const { ports, written } = world({ claim, record: { ...standing, deletion } })
    expect(await composeConfirmation(ports, org(), { ...asked, n })).toBeUndefined()
    expect(written).toEqual([])
  })
})

describe('the acknowledgement of a decision', () => {
  const by = { now: T0, by: USER } as const
  const request = (kind: 'decided' | 'confirmed') => ({ kind, mailId: 'm', orgId: 'noordzee', claimId })
  const open = withClaim(decide(claimed(), claimed().claim, 'transfer_content', by))
  const found: FoundClaim = { claim: open.claim, record: open }

  it('U7: goes to the claimed address while the claim is open, or to the other one it has', async () => {
    const mail = await composeDecided(world(found).ports, org(), request('decided'))
    expect(mail).toMatchObject({
      to: 'Ada@noordzee.example',
      locale: 'nl',
      tags: { kind: 'decision_made' },
      mail: {
        kind: 'decision_made',
        organizationName: 'Noordzee BV',
        firstName: 'Ada',
        address: 'Ada@noordzee.example',
        decision: 'transfer_content',
        decidedAt: open.claim.decision?.at,
      },
    })
    const direct = claimedDirectly()
    const moved = patchClaim(direct, {
      newAccount: { ...direct.claim.newAccount, email: 'Ada@married.example' },
    })
    const decided = withClaim(decide(moved, moved.claim, 'delete_original', by))
    const other = await composeDecided(
      world({ claim: decided.claim, record: decided }).ports,
      org(),
      request('decided'),
    )
    expect(other?.to).toBe('Ada@married.example')
    expect(
      await composeDecided(world({ claim: open.claim }).ports, org(), request('decided')),
    ).toBeUndefined()
  })

  const { closed, record: left } = completeClaim(open, open.claim, by)

  it('U7: goes to the new account’s present address once the claim is over', async () => {
    const now = record({ userId: open.claim.newUserId, email: 'ada.now@noordzee.example' })
    const { ports } = world({ claim: closed, formerRecord: left }, [now])
    expect(await composeDecided(ports, org(), request('decided'))).toMatchObject({
      to: 'ada.now@noordzee.example',
      mail: { firstName: 'Ada' },
    })
  })

  it('Y7: is none where the account is gone, or the claim redacted, or unknown', async () => {
    const account = record({ userId: open.claim.newUserId })
    const worlds: [FoundClaim | undefined, readonly AccountRecord[]][] = [
      [{ claim: closed, formerRecord: left }, []],
      [{ claim: closed }, [account]],
      [{ claim: { ...closed, email: '' }, formerRecord: left }, [account]],
      [undefined, [account]],
    ]
    for (const [standing, accounts] of worlds)
      expect(await composeDecided(world(standing, accounts).ports, org(), request('decided'))).toBeUndefined()
  })

  it('U7: is none of what the schedule decided, or of no decision', async () => {
    const { decision: _none, ...undecided } = closed
    const bySchedule = {
      ...closed,
      decision: { kind: 'transfer_content', at: T0.toISOString(), by: 'schedule' },
    } as const
    const account = record({ userId: open.claim.newUserId })
    for (const claim of [undecided, bySchedule]) {
      const { ports } = world({ claim, formerRecord: left }, [account])
      expect(await composeDecided(ports, org(), request('decided'))).toBeUndefined()
    }
  })

  it('U7: goes to the new address too where there is one', async () => {
    const given = claimed()
    const { original, ended } = splitByNewAddress(given, given.claim, NEW_EMAIL, by)
    const { ports } = world({ claim: ended.closed, formerRecord: original })
    expect(await composeDecided(ports, org(), request('confirmed'))).toMatchObject({
      to: NEW_EMAIL,
      locale: 'nl',
      tags: { kind: 'email_confirmed' },
      mail: {
        kind: 'email_confirmed',
        newEmail: NEW_EMAIL,
        address: 'Ada@noordzee.example',
        firstName: 'Ada',
      },
    })
    expect(await composeDecided(world(found).ports, org(), request('confirmed'))).toBeUndefined()
  })
})
