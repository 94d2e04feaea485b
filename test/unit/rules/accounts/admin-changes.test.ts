import { describe, expect, it } from 'vitest'
import {
  type AccountPatch,
  planPatch,
  planDeletion,
} from '../../../../shared/rules/accounts/account-changes.ts'
import { mailFailed } from '../../../../shared/rules/mail/notification.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { accountsOf, type AccountInRecord } from '../../../../shared/rules/claims/views.ts'
import { startAccountDeletion } from '../../../../shared/rules/deletion/account-deletion.ts'
import { inactivate } from '../../../../shared/rules/directory/inactivation.ts'
import { dueOf } from '../../../../shared/rules/due/due-work.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import {
  ADMIN,
  claimed,
  claimedDirectly,
  plus,
  record,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'

const changedBy = { now: plus(60_000), by: ADMIN } as const
const at = '2026-03-01T09:31:15.250Z'

function found(given: AccountRecord, role: AccountInRecord['role'] = 'only') {
  const inRecord = accountsOf(given).find((each) => each.role === role)
  if (inRecord === undefined) throw new Error(`the record has no ${role} account`)
  return { record: given, inRecord }
}

const migrating = () => {
  const given = claimedDirectly()
  return withClaim(decide(given, given.claim, 'delete_original', { now: T0, by: USER }))
}

/** Whom nobody may change or delete, and why. */
const protectedAccounts: [string, AccountRecord, AccountInRecord['role'], string][] = [
  ["C2: a delayed claim's new account", claimed(), 'new', 'delayed_claim'],
  ["C3: a delayed claim's original", claimed(), 'original', 'account_claimed'],
  ["C3: a direct claim's original", claimedDirectly(), 'original', 'account_claimed'],
  ["M3: a direct claim's new account while a decision is carried out", migrating(), 'new', 'account_claimed'],
]

describe("planPatch: an admin's change of a user", () => {
  const patch = (given: AccountRecord, wanted: AccountPatch, role: AccountInRecord['role'] = 'only') =>
    planPatch(found(given, role), wanted, changedBy)

  it('A1: changes what is named, by whom and when, and leaves the rest', () => {
    const given = record()
    expect(patch(given, { licenses: ['pro'], locale: 'fr' })).toEqual({
      outcome: 'write',
      record: {
        ...given,
        revision: 4,
        account: { ...given.account, licenses: ['pro'], locale: 'fr' },
        change: { what: 'user.updated', at, by: ADMIN, n: 4 },
      },
    })
  })

  it.each<[AccountPatch, string]>([
    [{ firstName: 'Bo' }, 'Bo de Vries'],
    [{ lastName: '' }, 'Ada'],
    [{ firstName: 'Ada' }, 'Ada (Sales)'],
    [{ firstName: 'Bo', displayName: 'B.' }, 'B.'],
    [{ displayName: 'A.' }, 'A.'],
    [{ locale: 'fr' }, 'Ada (Sales)'],
  ])('C1: a user changed by %j is shown as %s', (wanted, displayName) => {
    expect(patch(record(), wanted).outcome).toBe(
      displayName === 'Ada (Sales)' && !wanted.locale ? 'unchanged' : 'write',
    )
    const planned = patch(record(), wanted)
    expect(planned.outcome === 'refused' || planned.record.account.displayName).toBe(displayName)
  })

  it('C6: what changes nothing is not written', () => {
    const given = record({ status: 'active' })
    for (const wanted of [{}, { status: 'active' as const, licenses: ['free'] }])
      expect(patch(given, wanted)).toEqual({ outcome: 'unchanged', record: given })
  })

  it('C2: a direct claim’s account is manageable and licensable, and neither original nor claim change with it', () => {
    const given = claimedDirectly()
    expect(patch(given, { firstName: 'Bo', status: 'inactive', licenses: ['max'] }, 'new')).toEqual({
      outcome: 'write',
      record: {
        ...given,
        revision: 5,
        claim: {
          ...given.claim,
          newAccount: {
            ...given.claim.newAccount,
            firstName: 'Bo',
            displayName: 'Bo de Vries',
            status: 'inactive',
            licenses: ['max'],
          },
        },
        change: { what: 'user.updated', at, by: ADMIN, n: 5 },
      },
    })
  })

  it('N4, C9: another address of a new account may be mailed again at once; what bounced was the former one', () => {
    const told = claimedDirectly()
    const bounced = mailFailed(told, told.claim, 'bounced', { now: T0, by: 'mail:ses-1' })
    if (bounced === undefined) throw new Error('it had bounced before')
    const { claim } = withClaim(bounced)
    const resent = { ...bounced, claim: { ...claim, resentAt: at } }
    const other = patch(resent, { email: 'other@noordzee.example' }, 'new')
    if (other.outcome !== 'write') throw new Error(other.outcome)
    expect(other.record.claim).toMatchObject({ notification: 'pending' })
    expect(other.record.claim).not.toHaveProperty('resentAt')
    expect(other.record.change).toMatchObject({ what: 'user.updated', by: ADMIN })
    // As the claimed address is spelled, or with another name, it is the address that bounced.
    for (const wanted of [{ email: 'ADA@noordzee.example' }, { firstName: 'Bo' }]) {
      const same = patch(resent, wanted, 'new')
      expect(same).toMatchObject({
        outcome: 'write',
        record: { claim: { notification: 'bounced', resentAt: at } },
      })
    }
    // Nothing bounced: nothing to forget.
    const fine = { ...told, claim: { ...told.claim, resentAt: at } }
    expect(patch(fine, { email: 'other@noordzee.example' }, 'new')).toMatchObject({
      record: { claim: { notification: 'sent', resentAt: at } },
    })
  })

  it.each(protectedAccounts)('%s cannot be changed', (_, given, role, code) => {
    for (const wanted of [{ licenses: ['max'] }, {}])
      expect(patch(given, wanted, role)).toEqual({ outcome: 'refused', code })
  })

  it.each(['only', 'new'] as const)(
    'Y5: to say that a user is active cancels the deletion that a sync began (%s)',
    (role) => {
      const given = role === 'only' ? record() : claimedDirectly()
      const missed = inactivate(given, found(given, role).inRecord, 'sync-1', { now: T0, by: 'sync:1' })
      expect(dueOf(missed)?.kind).toBe('job')
      const planned = patch(missed, { status: 'active' }, role)
      if (planned.outcome !== 'write') throw new Error(planned.outcome)
      expect(dueOf(planned.record)).toBeUndefined()
      const { account } = found(planned.record, role).inRecord
      expect(account.status).toBe('active')
      expect(account).not.toHaveProperty('inactive')
      // What an admin says of who is inactive already changes nothing: they are removed all the same.
      expect(patch(missed, { status: 'inactive' }, role).outcome).toBe('unchanged')
      const renamed = patch(missed, { firstName: 'Bo' }, role)
      expect(renamed.outcome === 'write' && dueOf(renamed.record)).toEqual(dueOf(missed))
    },
  )

  it('Y4: whom an admin makes inactive is not removed', () => {
    const planned = patch(record(), { status: 'inactive' })
    expect(planned.outcome === 'write' && planned.record.account).toMatchObject({ status: 'inactive' })
    expect(planned.outcome === 'write' && dueOf(planned.record)).toBeUndefined()
  })
})

describe("planDeletion: an admin's deletion of a user", () => {
  it.each([
    ['an account of the org', record(), 'only'],
    ['C2: the new account of a direct claim', claimedDirectly(), 'new'],
  ] as const)('Y7: %s is marked, and is as if it did not exist from then on', (_, given, role) => {
    const at = found(given, role)
    const planned = planDeletion(at, changedBy)
    const { userId } = at.inRecord.account
    expect(planned).toEqual({ outcome: 'write', record: startAccountDeletion(given, userId, changedBy) })
    if (planned.outcome !== 'write') throw new Error(planned.outcome)
    expect(accountsOf(planned.record).map(({ account }) => account.userId)).not.toContain(userId)
  })

  it.each(protectedAccounts)('%s cannot be deleted', (_, given, role, code) => {
    expect(planDeletion(found(given, role), changedBy)).toEqual({ outcome: 'refused', code })
  })
})
