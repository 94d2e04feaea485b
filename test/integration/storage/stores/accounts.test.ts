import { describe, expect } from 'vitest'
import { splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim, newAccountOf } from '../../../../shared/rules/claims/ending.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { signIn } from '../../../../shared/rules/claims/sign-in.ts'
import type { Account, AccountRecord } from '../../../../shared/rules/types.ts'
import { type AccountStore, accountStore } from '../../../../shared/storage/stores/accounts.ts'
import { claimStore } from '../../../../shared/storage/stores/claims.ts'
import {
  account,
  addressesMoved,
  type ClaimedRecord,
  claimed,
  claimedDirectly,
  ENDS_AT,
  SCHEDULE,
  T0,
  USER,
} from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { dump, givenAccounts, newRecord } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'

const byUser = { now: T0, by: USER }
const bySchedule = { now: new Date(ENDS_AT), by: SCHEDULE }

describe('accountStore', () => {
  let db: TestTable
  let accounts: AccountStore
  let people = 0

  it.beforeAll(({ table }) => {
    db = table
    accounts = accountStore(db.table)
  })

  const person = (): Pick<Account, 'userId' | 'email'> => {
    const n = ++people
    return { userId: `acc${n}`, email: `Person${n}@Noordzee.example` }
  }
  const stored = async (): Promise<AccountRecord> => {
    const [record] = await givenAccounts({ accounts }, person())
    if (record === undefined) throw new Error('no account')
    return record
  }
  const storedClaim = async (build = claimed): Promise<ClaimedRecord> => {
    const given = build({}, person())
    await accounts.create([given])
    return given
  }
  const changed = (record: AccountRecord, patch: Partial<Account>): AccountRecord => ({
    ...record,
    revision: record.revision + 1,
    account: { ...record.account, ...patch },
  })
  const idAt = async (address: string): Promise<string | undefined> =>
    (await accounts.byAddresses([address])).get(address)?.account.userId

  it('reads back an account, and one with a claim and all that belongs to it, as it was written', async () => {
    const plain = newRecord(account({ ...person(), displayName: 'Ada de Vries', licenses: [] }))
    const [open, direct] = [claimed({}, person()), claimedDirectly(person())]
    const full: AccountRecord = {
      ...open,
      ...(signIn(open, open.claim, byUser) ?? {}),
      revision: 4,
    }
    expect(await accounts.create([plain, full, direct])).toEqual(Array(3).fill({ outcome: 'created' }))
    const found = await accounts.byRecordIds([plain.recordId, full.recordId, direct.recordId, 'nobody'])
    // Without what goes with them unseen.
    expect(structuredClone([...found.values()])).toEqual([plain, full, direct])
  })

  it('creates an account with its address, once, and neither again', async () => {
    const record = await stored()
    expect(await accounts.create([record])).toEqual([{ outcome: 'user_exists' }])
    const other = newRecord(account({ ...person(), email: record.account.email.toUpperCase() }))
    expect(await accounts.create([other])).toEqual([{ outcome: 'address_taken' }])
    expect((await accounts.byRecordIds([other.recordId])).size).toBe(0)
  })

  it('C8: of many accounts that are created at once, only those that can not be are refused', async () => {
    const [there, taken] = [await stored(), await stored()]
    const many = Array.from({ length: 60 }, () => newRecord(account(person())))
    const bad = newRecord(account({ ...person(), email: taken.account.email }))
    const results = await accounts.create([
      ...many.slice(0, 10),
      there,
      ...many.slice(10, 55),
      bad,
      ...many.slice(55),
    ])
    const created = (count: number) => Array.from({ length: count }, () => 'created')
    expect(results.map(({ outcome }) => outcome)).toEqual([
      ...created(10),
      'user_exists',
      ...created(45),
      'address_taken',
      ...created(5),
    ])
    expect((await accounts.byRecordIds(many.map(({ recordId }) => recordId))).size).toBe(60)
  })

  it('C7: of two accounts that are created at one address at once, one is', async () => {
    const { email } = person()
    const results = await Promise.all(
      ['a', 'b'].map((suffix) =>
        accounts.create([newRecord(account({ userId: `${email}${suffix}`, email }))]),
      ),
    )
    expect(
      results
        .flat()
        .map(({ outcome }) => outcome)
        .toSorted(),
    ).toEqual(['address_taken', 'created'])
  })

  it('finds an account by its address however that is written, and none by another', async () => {
    const { account } = await stored()
    expect(await idAt(account.email.toLowerCase())).toBe(account.userId)
    expect(await idAt('nobody@noordzee.example')).toBeUndefined()
  })

  it('C7: of two changes of the same version, one is lost and changes nothing', async () => {
    const record = await stored()
    const results = await Promise.all([
      accounts.write(changed(record, { firstName: 'Bea' })),
      accounts.write(changed(record, { firstName: 'Cas' })),
    ])
    expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['lost', 'written'])
    const { firstName } = (await accounts.byRecordIds([record.recordId])).get(record.recordId)?.account ?? {}
    expect(firstName).toBe(results[0]?.outcome === 'written' ? 'Bea' : 'Cas')
  })

  it('does not bring back an account that is gone', async () => {
    const record = newRecord(account(person()))
    expect(await accounts.write(changed(record, { firstName: 'Bea' }))).toEqual({ outcome: 'lost' })
    expect((await accounts.byRecordIds([record.recordId])).size).toBe(0)
  })

  describe('another address', () => {
    it('takes the new one and frees the old one', async () => {
      const record = await stored()
      const { email } = person()
      const next = changed(record, { email })
      expect(await accounts.writeWithAddresses(next, addressesMoved(record, next))).toEqual({
        outcome: 'written',
      })
      expect(await idAt(email.toLowerCase())).toBe(record.recordId)
      expect(await idAt(record.account.email.toLowerCase())).toBeUndefined()
      const another = newRecord(account({ ...person(), email: record.account.email }))
      expect(await accounts.create([another])).toEqual([{ outcome: 'created' }])
    })

    it('that is taken is refused, and nothing changes', async () => {
      const [record, other] = [await stored(), await stored()]
      const before = await dump(db)
      const next = changed(record, { email: other.account.email })
      expect(await accounts.writeWithAddresses(next, addressesMoved(record, next))).toEqual({
        outcome: 'address_taken',
      })
      expect(await dump(db)).toEqual(before)
    })

    it('of an account that was changed meanwhile is lost, and nothing changes', async () => {
      const record = await stored()
      await accounts.write(changed(record, { firstName: 'Bea' }))
      const before = await dump(db)
      const next = changed(record, { email: person().email })
      expect(await accounts.writeWithAddresses(next, addressesMoved(record, next))).toEqual({
        outcome: 'lost',
      })
      expect(await dump(db)).toEqual(before)
    })
  })

  describe('by id', () => {
    it('C3: an original and the new account are both found in the record, each as what it is', async () => {
      const { recordId, claim } = await storedClaim()
      expect((await accounts.byUserId(recordId))?.inRecord.role).toBe('original')
      const found = await accounts.byUserId(claim.newUserId)
      expect(found?.inRecord).toMatchObject({ role: 'new', account: { orgId: claim.claimingOrgId } })
    })

    it('M1: once the claim is completed the new account stands alone, and the original is gone', async () => {
      const record = await storedClaim()
      await accounts.end(completeClaim(record, record.claim, bySchedule))
      expect(await accounts.byUserId(record.recordId)).toBeUndefined()
      const { inRecord } = (await accounts.byUserId(record.claim.newUserId)) ?? {}
      expect(inRecord).toEqual({ role: 'only', account: newAccountOf(record, record.claim) })
      expect(await idAt(record.account.email.toLowerCase())).toBe(record.claim.newUserId)
    })

    it('R1: once the claim is revoked the original stands as it was, and the new account is gone', async () => {
      const record = await storedClaim()
      await accounts.end(revokeClaim(record, record.claim, byUser))
      expect(await accounts.byUserId(record.claim.newUserId)).toBeUndefined()
      const { inRecord } = (await accounts.byUserId(record.recordId)) ?? {}
      expect(inRecord).toEqual({ role: 'only', account: record.account })
    })
  })

  it('R4: a claim ends once: who comes second changes nothing', async () => {
    const record = await storedClaim()
    expect(await accounts.end(revokeClaim(record, record.claim, byUser))).toEqual({ outcome: 'written' })
    const before = await dump(db)
    expect(await accounts.end(completeClaim(record, record.claim, bySchedule))).toEqual({ outcome: 'lost' })
    expect(await dump(db)).toEqual(before)
  })

  describe('U2: change_email', () => {
    const split = (record: ClaimedRecord, email: string) => {
      const { original, ended } = splitByNewAddress(record, record.claim, email, byUser)
      return accounts.split(original, ended)
    }

    it('U2: leaves the original its account at the new address, and the new account the claimed one', async () => {
      const record = await storedClaim(() => claimedDirectly(person()))
      const email = `gone${people}@elsewhere.example`
      expect(await split(record, email)).toEqual({ outcome: 'written' })
      const { account: original, claim } = record
      const find = async (userId: string) => (await accounts.byUserId(userId))?.inRecord
      expect(await find(original.userId)).toEqual({ role: 'only', account: { ...original, email } })
      expect(await find(claim.newUserId)).toEqual({ role: 'only', account: newAccountOf(record, claim) })
      expect(await idAt(email)).toBe(original.userId)
      expect(await idAt(original.email.toLowerCase())).toBe(claim.newUserId)
      const closed = await claimStore(db.table).byId(claim.claimId)
      expect(closed?.claim).toMatchObject({
        status: 'completed',
        decision: { kind: 'change_email', by: 'user' },
      })
    })

    it('U2: to an address that is taken is refused, and nothing changes', async () => {
      const [record, other] = [await storedClaim(), await stored()]
      const before = await dump(db)
      expect(await split(record, other.account.email)).toEqual({ outcome: 'address_taken' })
      expect(await dump(db)).toEqual(before)
    })

    it('U5: twice at once goes one way', async () => {
      const record = await storedClaim()
      const addresses = [`one${people}@elsewhere.example`, `two${people}@elsewhere.example`]
      const results = await Promise.all(addresses.map((email) => split(record, email)))
      expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['lost', 'written'])
      const ids = await Promise.all(addresses.map(idAt))
      expect(ids.filter((id) => id !== undefined)).toEqual([record.recordId])
    })
  })
})
