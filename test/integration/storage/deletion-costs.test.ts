import { beforeEach, describe, expect } from 'vitest'
import { revokeClaim } from '../../../shared/rules/claims/revocation.ts'
import { startAccountDeletion } from '../../../shared/rules/deletion/account-deletion.ts'
import type { AccountRecord, Organization } from '../../../shared/rules/types.ts'
import type { Stores } from '../../support/background.ts'
import { SCHEDULE, T0 } from '../../support/builders.ts'
import { type CapacityMeter, meterCapacity } from '../../support/capacity.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { givenAccounts, givenClaim, givenConversations } from '../../support/given.ts'
import { givenInactive } from '../../support/account-deletions.ts'
import { it } from '../../support/fixtures.ts'

let noordzee: Organization
const by = { now: T0, by: SCHEDULE }

/** Those of the deletions in the table at the top of `shared/storage/keys.ts`. */
describe('costs of a deletion', () => {
  let db: TestTable
  let stores: Stores
  let meter: CapacityMeter
  let people = 0

  it.beforeAll(({ table, tableStores, verifiedOrg }) => {
    db = table
    stores = tableStores
    meter = meterCapacity(db.client)
    noordzee = verifiedOrg
  })
  beforeEach(() => {
    meter.take()
  })

  const user = async (): Promise<string> => {
    const userId = `acc${++people}`
    await givenAccounts(stores, { userId, email: `${userId}@noordzee.example` })
    return userId
  }
  const removing = async (record: AccountRecord, userId: string): Promise<AccountRecord> => {
    const next = startAccountDeletion(record, userId, by)
    await stores.accounts.write(next)
    return next
  }

  it('Y7: its mark is 1 W, and moves the entry in the due index', async () => {
    const userId = await user()
    const record = await givenInactive(stores, userId)
    meter.take()
    await removing(record, userId)
    expect(meter.take().writes).toEqual({ table: 1, dueWork: 2 })
  })

  it('Y7: its content is 1 W a conversation', async () => {
    const userId = await user()
    await givenConversations(db, userId, 60)
    meter.take()
    expect(await stores.deletions.deleteConversations(userId, 100)).toEqual({ deleted: 60, more: false })
    expect(meter.take().writes).toEqual({ table: 60 })
  })

  it('Y7: its end is 6 W, the audit entry included, and its entries in the indexes', async () => {
    const userId = await user()
    const record = await removing(await givenInactive(stores, userId), userId)
    meter.take()
    const change = { what: 'user.purged', at: T0.toISOString(), by: SCHEDULE } as const
    expect(await stores.deletions.deleteAccount(record, change, undefined)).toEqual({ outcome: 'written' })
    expect(meter.take().writes).toEqual({ table: 6, accountsByOrg: 1, accountsByDomain: 1, dueWork: 1 })
  })

  it('Y7: with a claim that ends by it, as much as any claim that ends', async () => {
    const userId = await user()
    const { claim } = await givenClaim(stores, noordzee, { ref: { userId }, type: 'direct' })
    const record = await removing(await givenInactive(stores, userId), claim.newUserId)
    if (record.claim === undefined) throw new Error('no claim')
    meter.take()
    expect(await stores.deletions.endClaim(revokeClaim(record, record.claim, by))).toEqual({
      outcome: 'written',
    })
    expect(meter.take().writes).toEqual({ table: 4, claimsByOrg: 2, outgoingClaims: 1, dueWork: 1 })
  })

  it('Y7: an ended claim loses an address for 1 W', async () => {
    const userId = await user()
    const record = await givenClaim(stores, noordzee, { ref: { userId }, type: 'direct' })
    await stores.deletions.endClaim(revokeClaim(record, record.claim, by))
    meter.take()
    const { claimId } = record.claim
    await stores.deletions.redact({ claimId, email: true, newEmail: false })
    expect(meter.take().writes).toEqual({ table: 1 })
  })
})
