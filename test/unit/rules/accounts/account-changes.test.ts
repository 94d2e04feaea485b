import { describe, expect, it } from 'vitest'
import { planAccount, type WantedAccount } from '../../../../shared/rules/accounts/account-changes.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { accountsOf, type AccountInRecord } from '../../../../shared/rules/claims/views.ts'
import { inactivate } from '../../../../shared/rules/directory/inactivation.ts'
import type { Account, AccountRecord } from '../../../../shared/rules/types.ts'
import {
  account,
  claimed,
  claimedDirectly,
  plus,
  record,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'

const changedBy = { now: plus(60_000), by: 'platform:sync' } as const
const change = { at: '2026-03-01T09:31:15.250Z', by: 'platform:sync' } as const

/** The platform's word, that an account be as it is but for the patch. */
function wanted(patch: Partial<WantedAccount> = {}, current: Account = account()): WantedAccount {
  const { displayName: _, ...rest } = current
  return { ...rest, ...patch }
}

function found(given: AccountRecord, role: AccountInRecord['role'] = 'only') {
  const inRecord = accountsOf(given).find((each) => each.role === role)
  if (inRecord === undefined) throw new Error(`the record has no ${role} account`)
  return { record: given, inRecord }
}

const plan = (given: AccountRecord, role: AccountInRecord['role'], patch: Partial<WantedAccount> = {}) => {
  const at = found(given, role)
  return planAccount(at, wanted(patch, at.inRecord.account), changedBy)
}

describe('planAccount for an id that no account has', () => {
  it('C4: creates the account as the platform has it, named by its names', () => {
    expect(planAccount(undefined, wanted({ status: 'not_verified', paid: true }), changedBy)).toEqual({
      outcome: 'create',
      record: {
        hasContent: false,
        recordId: 'acc00042',
        revision: 1,
        account: account({ displayName: 'Ada de Vries', status: 'not_verified', paid: true }),
        change: { what: 'user.created', n: 1, ...change },
      },
    })
  })

  it('C5: gives it no licences where none are named', () => {
    const created = planAccount(undefined, wanted({ licenses: undefined }), changedBy)
    expect(created).toMatchObject({ outcome: 'create', record: { account: { licenses: [] } } })
  })

  it('Y4: one that the platform has as inactive is never removed for it', () => {
    const created = planAccount(undefined, wanted({ status: 'inactive' }), changedBy)
    if (created.outcome !== 'create') throw new Error(created.outcome)
    expect(created.record.account).not.toHaveProperty('inactive')
  })

  it('Y5: whom a sync missed the platform may call inactive again, and they go at their time; or active, and they stay', () => {
    const missed = inactivate(record(), found(record()).inRecord, 's1', { now: T0, by: 'sync:s1' })
    const again = plan(missed, 'only', { status: 'inactive', firstName: 'Bo' })
    if (again.outcome !== 'write') throw new Error(again.outcome)
    expect(again.record.account).toMatchObject({ status: 'inactive', inactive: missed.account.inactive })
    expect(plan(missed, 'only', { status: 'inactive' })).toEqual({ outcome: 'unchanged', record: missed })
    const back = plan(missed, 'only', { status: 'active' })
    if (back.outcome !== 'write') throw new Error(back.outcome)
    expect(back.record.account).toStrictEqual(record().account)
    const never = plan(record(), 'only', { status: 'inactive' })
    if (never.outcome !== 'write') throw new Error(never.outcome)
    expect(never.record.account).not.toHaveProperty('inactive')
  })

  it('C1: leaves no blank in a display name of which a part is missing', () => {
    const created = planAccount(undefined, wanted({ firstName: '', lastName: 'Smit' }), changedBy)
    expect(created).toMatchObject({ outcome: 'create', record: { account: { displayName: 'Smit' } } })
  })
})

describe('planAccount for an account that nobody claims', () => {
  it('C6: is unchanged by what it is already, its display name included', () => {
    expect(plan(record(), 'only')).toEqual({ outcome: 'unchanged', record: record() })
  })

  it('C6: keeps its licences where none are named', () => {
    expect(plan(record(), 'only', { licenses: undefined }).outcome).toBe('unchanged')
    expect(plan(record(), 'only', { licenses: undefined, paid: true })).toMatchObject({
      outcome: 'write',
      record: { account: { licenses: ['free'], paid: true } },
    })
  })

  it.each<[string, Partial<WantedAccount>, Partial<Account>]>([
    ['first name', { firstName: 'Bo' }, { firstName: 'Bo', displayName: 'Bo de Vries' }],
    ['last name', { lastName: 'Smit' }, { lastName: 'Smit', displayName: 'Ada Smit' }],
    ['org', { orgId: 'harbour-gmbh' }, { orgId: 'harbour-gmbh' }],
    ['status', { status: 'inactive' }, { status: 'inactive' }],
    ['paid', { paid: true }, { paid: true }],
    ['locale', { locale: 'fr' }, { locale: 'fr' }],
    ['licences', { licenses: ['gold'] }, { licenses: ['gold'] }],
    ['no licences', { licenses: [] }, { licenses: [] }],
    ['order of licences', { licenses: ['mail', 'free'] }, { licenses: ['mail', 'free'] }],
  ])('A1: a change of its %s is one write of its record, told as such', (_, patch, expected) => {
    expect(plan(record(), 'only', patch)).toEqual({
      outcome: 'write',
      record: {
        recordId: 'acc00042',
        revision: 4,
        account: { ...account(), ...expected },
        hasContent: true,
        change: { what: 'user.updated', n: 4, ...change },
      },
    })
  })

  it('A1: licences are told apart however they are spelled', () => {
    expect(plan(record({ licenses: ['a', 'b'] }), 'only', { licenses: ['a\nb'] }).outcome).toBe('write')
    expect(plan(record({ licenses: [] }), 'only', { licenses: [''] }).outcome).toBe('write')
  })

  it('E: a change of its address says which one is free from then on', () => {
    expect(plan(record(), 'only', { email: 'ada@harbour.example' })).toMatchObject({
      outcome: 'write',
      addresses: { taken: ['ada@harbour.example'], freed: ['ada@noordzee.example'] },
      record: { account: { email: 'ada@harbour.example' } },
    })
  })

  it('Y3: another spelling of the same address frees none', () => {
    const respelled = plan(record(), 'only', { email: 'ADA@Noordzee.example' })
    expect(respelled).toMatchObject({
      outcome: 'write',
      record: { account: { email: 'ADA@Noordzee.example' } },
    })
    expect(respelled).not.toHaveProperty('addresses')
  })
})

describe('planAccount for an original account that is being claimed', () => {
  it.each<[string, Partial<WantedAccount>]>([
    ['names', { firstName: 'Bo' }],
    ['address', { email: 'ada@harbour.example' }],
    ['org', { orgId: 'harbour-gmbh' }],
    ['status', { status: 'inactive' }],
    ['paid', { paid: true }],
    ['licences', { licenses: [] }],
    ['locale', { locale: 'fr' }],
  ])("C3: its %s can't be changed by anyone", (_, patch) => {
    for (const given of [claimed(), claimedDirectly()]) {
      expect(plan(given, 'original', patch)).toEqual({ outcome: 'refused', code: 'account_claimed' })
    }
  })

  it('C6: the platform may repeat what it is', () => {
    const given = claimed()
    expect(plan(given, 'original')).toEqual({ outcome: 'unchanged', record: given })
  })
})

describe("planAccount for a delayed claim's new account", () => {
  it.each<[string, Partial<WantedAccount>]>([
    ['names', { firstName: 'Bo' }],
    ['status', { status: 'inactive' }],
    ['licences', { licenses: [] }],
    ['address', { email: 'ada@harbour.example' }],
  ])("C2: its %s can't be managed until the claim is over", (_, patch) => {
    expect(plan(claimed(), 'new', patch)).toEqual({ outcome: 'refused', code: 'delayed_claim' })
  })

  it('C6: the platform may repeat what it is', () => {
    const given = claimed({}, { paid: true })
    expect(plan(given, 'new')).toEqual({ outcome: 'unchanged', record: given })
  })
})

describe("planAccount for a direct claim's new account", () => {
  const given = claimedDirectly()

  it('C2: it can be managed and licensed at once, and neither original nor claim change with it', () => {
    const patch = { firstName: 'Bo', status: 'verified', licenses: ['max'], locale: 'fr' } as const
    expect(plan(given, 'new', patch)).toEqual({
      outcome: 'write',
      record: {
        ...given,
        revision: 5,
        claim: { ...given.claim, newAccount: { ...patch, lastName: 'de Vries', displayName: 'Bo de Vries' } },
        change: { what: 'user.updated', n: 5, ...change },
      },
    })
  })

  it('R1: its org stays while the claim that rests on it is open', () => {
    expect(plan(given, 'new', { orgId: 'harbour-gmbh', firstName: 'Bo' })).toEqual({
      outcome: 'refused',
      code: 'account_claimed',
    })
  })

  it('C9: another address is taken, and the claimed one stays held for the original', () => {
    const email = 'ada.jansen@harbour.example'
    const planned = plan(given, 'new', { email })
    expect(planned).toMatchObject({
      outcome: 'write',
      record: { account: given.account, claim: { email: given.claim.email, newAccount: { email } } },
      addresses: { taken: [email], freed: [] },
    })
    if (planned.outcome !== 'write') throw new Error(planned.outcome)
    expect(plan(planned.record, 'new', { email: given.account.email })).toMatchObject({
      addresses: { taken: [], freed: [email] },
    })
  })

  it('C9: another spelling of the claimed address takes none, and is kept', () => {
    const planned = plan(given, 'new', { email: given.account.email.toUpperCase() })
    expect(planned).toMatchObject({
      record: { claim: { newAccount: { email: given.account.email.toUpperCase() } } },
    })
    expect(planned).not.toHaveProperty('addresses')
  })

  it('M3: it stays as it is once the user has decided, until that is carried out', () => {
    const decided = withClaim(decide(given, given.claim, 'delete_original', { now: T0, by: USER }))
    expect(plan(decided, 'new', { firstName: 'Bo' })).toEqual({ outcome: 'refused', code: 'account_claimed' })
  })

  it('C6: the platform may repeat what it is, also that the account was paid for', () => {
    expect(plan(given, 'new')).toEqual({ outcome: 'unchanged', record: given })
    expect(plan(given, 'new', { paid: true })).toEqual({ outcome: 'unchanged', record: given })
  })
})
