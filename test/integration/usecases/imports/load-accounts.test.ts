import { describe, expect } from 'vitest'
import type { WantedAccount } from '../../../../shared/rules/accounts/account-changes.ts'
import { completeClaim, newAccountOf } from '../../../../shared/rules/claims/ending.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import { type LoadOutcome, loadAccounts } from '../../../../shared/usecases/imports/load-accounts.ts'
import type { Stores } from '../../../support/background.ts'
import { ENDS_AT, SCHEDULE, T0, withClaim } from '../../../support/builders.ts'
import { givenClaim } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'
import type { Organization } from '../../../../shared/rules/types.ts'

const changedBy = { now: T0, by: 'platform:test' } as const
const bySchedule = { now: new Date(ENDS_AT), by: SCHEDULE }
let noordzee: Organization

const summary = (outcome: LoadOutcome | undefined): string | undefined =>
  outcome?.outcome === 'refused' ? outcome.code : outcome?.outcome

describe('loading accounts over a real table', () => {
  let stores: Stores
  let people = 0

  it.beforeAll(({ tableStores, verifiedOrg }) => {
    stores = tableStores
    noordzee = verifiedOrg
  })

  function person(patch: Partial<WantedAccount> = {}): WantedAccount {
    const n = ++people
    return {
      userId: `acc${n}`,
      email: `person${n}@noordzee.example`,
      firstName: 'Ada',
      lastName: 'de Vries',
      orgId: 'personal',
      status: 'active',
      paid: false,
      locale: 'nl',
      ...patch,
    }
  }
  const load = async (...wanted: WantedAccount[]): Promise<(string | undefined)[]> =>
    (await loadAccounts(stores, wanted, changedBy)).map(summary)
  const standing = async (userId: string) => (await stores.accounts.byUserId(userId))?.inRecord.account
  const claimOn = async (wanted: WantedAccount, type: 'direct' | 'delayed') => {
    await load(wanted)
    return givenClaim(stores, noordzee, { ref: { email: wanted.email }, type })
  }

  it('creates an account, takes the same word again as unchanged, and another one as a change', async () => {
    const ada = person()
    expect(await load(ada)).toEqual(['created'])
    expect(await load(ada)).toEqual(['unchanged'])
    expect(await load({ ...ada, lastName: 'Jansen', paid: true })).toEqual(['updated'])
    expect(await standing(ada.userId)).toMatchObject({
      lastName: 'Jansen',
      displayName: 'Ada Jansen',
      paid: true,
    })
  })

  it('C8: answers in order, and a row that is refused stops no other', async () => {
    const [taken, fine] = [person(), person()]
    await load(taken)
    const many = Array.from({ length: 120 }, () => person())
    const results = await load(person({ orgId: 'nowhere' }), ...many, person({ email: taken.email }), fine, {
      ...fine,
      email: taken.email,
    })
    const created = Array.from({ length: 120 }, () => 'created')
    expect(results).toEqual(['unknown_organization', ...created, 'email_taken', 'created', 'email_taken'])
  })

  it('takes an account that comes twice in one load one after the other', async () => {
    const ada = person()
    expect(await load(ada, { ...ada }, { ...ada, locale: 'fr' })).toEqual(['created', 'unchanged', 'updated'])
    expect(await standing(ada.userId)).toMatchObject({ locale: 'fr' })
  })

  it('gives an address that comes twice in one load, in whatever case, to the first account', async () => {
    const ada = person()
    const other = person({ email: ada.email.toUpperCase() })
    expect(await load(ada, other)).toEqual(['created', 'email_taken'])
    expect(await standing(other.userId)).toBeUndefined()
  })

  it('C7: of two loads at once of the same accounts, each account is created by one and found by the other', async () => {
    const many = Array.from({ length: 20 }, () => person())
    const [one, other] = await Promise.all([load(...many), load(...many)])
    for (const n of many.keys()) expect([one[n], other[n]].toSorted()).toEqual(['created', 'unchanged'])
  })

  it('moves an account to another address, and another account to the one that is free then', async () => {
    const [ada, bea] = [person(), person()]
    await load(ada, bea)
    const moved = { ...ada, email: `moved-${ada.email}` }
    expect(await load({ ...bea, email: ada.email })).toEqual(['email_taken'])
    expect(await load(moved, { ...bea, email: ada.email })).toEqual(['updated', 'updated'])
    expect(await standing(bea.userId)).toMatchObject({ email: ada.email })
    const records = await stores.accounts.byAddresses([moved.email, ada.email, bea.email])
    expect([...records].map(([email, { recordId }]) => [email, recordId])).toEqual([
      [moved.email, ada.userId],
      [ada.email, bea.userId],
    ])
  })

  it('takes another spelling of its own address for no other address', async () => {
    const ada = person()
    await load(ada)
    const shouted = { ...ada, email: ada.email.toUpperCase().replace('NOORDZEE.EXAMPLE', 'noordzee.example') }
    expect(await load(shouted)).toEqual(['updated'])
    expect((await stores.accounts.byAddresses([ada.email])).get(ada.email)?.account.email).toBe(shouted.email)
  })

  it.each(['direct', 'delayed'] as const)(
    'C3: an original under a %s claim can not be changed',
    async (type) => {
      const ada = person()
      const before = await claimOn(ada, type)
      for (const change of [{ lastName: 'Jansen' }, { email: `x-${ada.email}` }, { orgId: noordzee.orgId }])
        expect(await load({ ...ada, ...change })).toEqual(['account_claimed'])
      expect(await load(ada)).toEqual(['unchanged'])
      expect((await stores.accounts.byRecordIds([before.recordId])).get(before.recordId)).toEqual(before)
    },
  )

  it('C2: the new account of a delayed claim can not be changed', async () => {
    const ada = person()
    const { claim } = await claimOn(ada, 'delayed')
    const wanted = { ...ada, userId: claim.newUserId, orgId: noordzee.orgId }
    expect(await load({ ...wanted, lastName: 'Jansen' })).toEqual(['delayed_claim'])
  })

  it('C2: the new account of a direct claim can be changed, but for its org', async () => {
    const ada = person()
    const record = await claimOn(ada, 'direct')
    const wanted = { ...ada, userId: record.claim.newUserId, orgId: noordzee.orgId }
    expect(await load({ ...wanted, lastName: 'Jansen', licenses: ['pro'] })).toEqual(['updated'])
    expect(await load({ ...wanted, orgId: 'personal' })).toEqual(['account_claimed'])
    const now = await stores.accounts.byUserId(wanted.userId)
    expect(now?.inRecord.account).toMatchObject({ lastName: 'Jansen', licenses: ['pro'] })
    expect(now?.record.account).toEqual(record.account)
    expect(now?.record.claim?.auditKeys).toEqual(record.claim.auditKeys)
  })

  it('the id of an account that has been claimed away is not given again', async () => {
    const ada = person()
    const open = await claimOn(ada, 'delayed')
    const migrating = withClaim(startMigration(open, open.claim, bySchedule))
    await stores.accounts.write(migrating)
    await stores.accounts.end(completeClaim(migrating, migrating.claim, bySchedule))
    expect(await load({ ...ada, email: `x-${ada.email}` })).toEqual(['user_id_taken'])
    expect(await standing(open.claim.newUserId)).toEqual(newAccountOf(migrating, migrating.claim))
  })
})
