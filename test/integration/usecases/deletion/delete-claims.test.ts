import { beforeEach, describe, expect } from 'vitest'
import { splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { signIn } from '../../../../shared/rules/claims/sign-in.ts'
import { endsAt } from '../../../../shared/rules/claims/transition.ts'
import { migrateIfDue } from '../../../../shared/usecases/claims/migrate-record.ts'
import { deleteAccount } from '../../../../shared/usecases/deletion/delete-account.ts'
import type { Background } from '../../../support/background.ts'
import { ADMIN, type ClaimedRecord, org, sourceOrg, T0, withClaim } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import type { Fault } from '../../../support/faults.ts'
import { dump, givenClaim, givenConversations, givenDomain, givenOrgs } from '../../../support/given.ts'
import { notPaused } from '../../../support/pauses.ts'
import {
  givenInactive,
  naming,
  type Person,
  REMOVED_AT,
  accountDeletions,
} from '../../../support/account-deletions.ts'
import { it } from '../../../support/fixtures.ts'

const CONVERSATIONS = 120
/** Of a kind from which content can come along (T3): its accounts are claimed once more. */
const noordzee = org({ kind: 'consumer' })
const other = org({ orgId: 'other' })

describe('removing an account that was claimed', () => {
  let db: TestTable
  let world: Background
  let people: ReturnType<typeof accountDeletions>

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    people = accountDeletions(world)
    await givenOrgs(world.stores, noordzee, other, sourceOrg())
    for (const { orgId } of [noordzee, other]) await givenDomain(world.stores, orgId, 'noordzee.example')
  })
  beforeEach(async () => {
    await world.ignoreEffects()
    world.clock.set(REMOVED_AT)
    world.time.leftMs = 60_000
    world.bus.published.length = 0
    for (const queue of Object.values(world.queues)) queue.sent.length = 0
  })

  const traces = ({ email, lastName }: Person) => naming(db, email, lastName)

  const claimedBy = async ({ email }: Person, by = noordzee, type: 'direct' | 'delayed' = 'delayed') =>
    givenClaim(world.stores, by, { ref: { email }, type })
  const migrated = async (record: ClaimedRecord): Promise<string> => {
    const now = () => endsAt(record.claim)
    const migrating = {
      ...world.stores,
      isPaused: notPaused,
      continueLater: async () => undefined,
      now,
      timeLeftMs: () => 60_000,
    }
    expect(await migrateIfDue(migrating, record.recordId)).toMatchObject({ outcome: 'completed' })
    return record.claim.claimId
  }
  const revoked = async (record: ClaimedRecord): Promise<string> => {
    await world.stores.accounts.end(revokeClaim(record, record.claim, { now: T0, by: ADMIN }))
    return record.claim.claimId
  }
  const parted = async (record: ClaimedRecord, newEmail: string): Promise<string> => {
    const { original, ended } = splitByNewAddress(record, record.claim, newEmail, {
      now: T0,
      by: `user:${record.claim.newUserId}`,
    })
    expect(await world.stores.accounts.split(original, ended)).toEqual({ outcome: 'written' })
    return record.claim.claimId
  }
  const emailOf = async (claimId: string) => (await world.stores.claims.byId(claimId))?.claim.email
  const remove = async (recordId: string): Promise<void> => {
    await givenInactive(world.stores, recordId)
    expect(await deleteAccount(people.ports(), recordId)).toMatchObject({ outcome: 'removed' })
  }

  it('Y7: claims that ended, however often the account was claimed, keep their ids and lose the address', async () => {
    const someone = await people.person()
    const claims = [await revoked(await claimedBy(someone))]
    claims.push(await migrated(await claimedBy(someone)))
    claims.push(await migrated(await claimedBy(someone, other)))
    await remove(someone.recordId)
    expect(await traces(someone)).toEqual([])
    for (const claimId of claims)
      expect((await world.stores.claims.byId(claimId))?.claim).toMatchObject({ claimId, email: '' })
    const { items: found } = await world.stores.claims.list(other.orgId, 10)
    expect(found.map(({ claim }) => claim.claimId)).toContain(claims[2])
  })

  it('Y7: of two accounts that parted, the original takes its new address along', async () => {
    const someone = await people.person()
    const record = await claimedBy(someone)
    const claimId = await parted(record, `elsewhere${someone.recordId}@home.example`)
    await remove(someone.recordId)
    expect(await naming(db, `elsewhere${someone.recordId}@home.example`)).toEqual([])
    expect(await emailOf(claimId)).toBe(someone.email)
    const { newUserId } = record.claim
    expect((await world.stores.accounts.byUserId(newUserId))?.inRecord.account.email).toBe(someone.email)
    await remove(newUserId)
    expect(await traces(someone)).toEqual([])
    expect(await world.stores.claims.byId(claimId)).toMatchObject({ claim: { claimId, email: '' } })
  })

  it('Y7: and the new one the address it took into a record of its own, in claims of before as well', async () => {
    const someone = await people.person()
    const newEmail = `away${someone.recordId}@home.example`
    const first = await revoked(await claimedBy(someone))
    const record = await claimedBy(someone)
    const claimId = await parted(record, newEmail)
    const { newUserId } = record.claim
    // Claimed once more in its own record, parted again: the address is the third account's now.
    const again = withClaim(await claimedBy(someone, other, 'direct'))
    expect(again.recordId).toBe(newUserId)
    await parted(again, `further${someone.recordId}@home.example`)
    await remove(again.claim.newUserId)
    expect(await naming(db, someone.email)).toEqual([])
    for (const id of [first, claimId]) expect(await emailOf(id)).toBe('')
    expect((await world.stores.accounts.byUserId(someone.recordId))?.inRecord.account.email).toBe(newEmail)
    expect((await world.stores.claims.byId(claimId))?.claim.decision).toMatchObject({ newEmail })
    await remove(newUserId)
    expect(await naming(db, `further${someone.recordId}@home.example`)).toEqual([])
    await remove(someone.recordId)
    expect(await naming(db, newEmail)).toEqual([])
  })

  it('R1, Y7: what came into the new account of a direct claim goes with it when the claim is revoked', async () => {
    const record = await claimedBy(await people.person(), noordzee, 'direct')
    const { newUserId, originalUserId } = record.claim
    await givenConversations(db, newUserId, CONVERSATIONS)
    await givenConversations(db, originalUserId, 2)
    await revoked(record)
    await world.settle()
    expect(await people.conversationsOf(newUserId)).toEqual([])
    expect(await people.conversationsOf(originalUserId)).toHaveLength(2)
  })

  describe('that is the new one of an open direct claim', () => {
    async function directly(): Promise<{ someone: Person; record: ClaimedRecord }> {
      const someone = await people.person()
      const record = await claimedBy(someone, noordzee, 'direct')
      const signedIn = signIn(record, record.claim, { now: T0, by: `user:${record.claim.newUserId}` })
      if (signedIn !== undefined) await world.stores.accounts.write(signedIn)
      await givenConversations(db, someone.recordId, 3)
      await givenConversations(db, record.claim.newUserId, CONVERSATIONS)
      return { someone, record: withClaim(await givenInactive(world.stores, someone.recordId)) }
    }

    it('Y7: the claim ends, and the original has its address and its content', async () => {
      const { someone, record } = await directly()
      const { claimId, newUserId } = record.claim
      expect(await deleteAccount(people.ports(), someone.recordId)).toEqual({
        outcome: 'removed',
        userId: newUserId,
      })
      expect(await people.conversationsOf(newUserId)).toEqual([])
      expect(await people.conversationsOf(someone.recordId)).toHaveLength(3)
      const standing = (await world.stores.accounts.byUserId(someone.recordId))?.inRecord
      expect(standing).toEqual({ role: 'only', account: record.account })
      expect((await world.stores.claims.byId(claimId))?.claim.status).toBe('revoked')
      expect(await deleteAccount(people.ports(), someone.recordId)).toEqual({ outcome: 'nothing_due' })
    })

    it('A1, A2: the claiming org is told that its user is gone, once', async () => {
      const { record } = await directly()
      const { newUserId, claimId } = record.claim
      world.queues.deletions.send([{ recordId: record.recordId }])
      await world.settle()
      const told = world.bus.published.filter(
        ({ type, detail }) => type.startsWith('user.') && detail.subject === newUserId,
      )
      expect(told.map(({ type }) => type)).toEqual(['user.inactivated', 'user.removing', 'user.purged'])
      expect(told.at(-1)?.detail).toMatchObject({ orgId: noordzee.orgId, userId: newUserId, claimId })
      const trail = Object.entries(await dump(db)).filter(
        ([key, { subject }]) => key.startsWith('A#noordzee#') && subject === newUserId,
      )
      expect(trail.map(([, { what }]) => what)).toEqual(['user.inactivated', 'user.removing', 'user.purged'])
    })
  })

  describe('that is cut off', () => {
    async function removeUnder(fault: Fault | undefined): Promise<number> {
      const someone = await people.person()
      const first = await revoked(await claimedBy(someone))
      const record = await claimedBy(someone)
      await parted(record, `cut${someone.recordId}@home.example`)
      const recordId = record.claim.newUserId
      await migrated(withClaim(await claimedBy(someone, other)))
      await givenConversations(db, (await people.recordAt(recordId)).account.userId, CONVERSATIONS)
      const { userId } = (await givenInactive(world.stores, recordId)).account
      await world.ignoreEffects()
      world.faults.arm(fault)
      world.queues.deletions.send([{ recordId }])
      await world.drain('deletions')
      const { calls } = world.faults
      world.faults.arm(undefined)
      await world.settle()
      expect(await naming(db, someone.email)).toEqual([])
      expect(await people.conversationsOf(userId)).toEqual([])
      expect(await emailOf(first)).toBe('')
      const purged = Object.values(await dump(db)).filter(
        ({ what, subject }) => what === 'user.purged' && subject === userId,
      )
      expect(purged).toHaveLength(1)
      return calls
    }

    it('Y7: killed at any one of its calls it goes on, and leaves nothing behind', async () => {
      const calls = await removeUnder(undefined)
      expect(calls).toBeGreaterThan(10)
      for (let at = 1; at <= calls; at++) await removeUnder({ at, when: 'before' })
      await removeUnder({ at: calls, when: 'after' })
    })
  })
})
