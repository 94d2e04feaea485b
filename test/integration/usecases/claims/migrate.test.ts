import { beforeEach, describe, expect } from 'vitest'
import { mapConcurrent } from '../../../../shared/lib/concurrency.ts'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { newAccountOf } from '../../../../shared/rules/claims/ending.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import type { DecisionKind } from '../../../../shared/rules/types.ts'
import { putConversation } from '../../../../shared/usecases/accounts/conversations.ts'
import type { MigratePorts } from '../../../../shared/usecases/claims/migrate.ts'
import { migrateIfDue } from '../../../../shared/usecases/claims/migrate-record.ts'
import type { Background } from '../../../support/background.ts'
import {
  ADMIN,
  type ClaimedRecord,
  ENDS_AT,
  org,
  SCHEDULE,
  sourceOrg,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import type { Fault } from '../../../support/faults.ts'
import {
  claimFor,
  dump,
  givenAccounts,
  givenClaim,
  givenConversations,
  givenDomain,
  givenOrgs,
  givenMailed,
} from '../../../support/given.ts'
import { notPaused } from '../../../support/pauses.ts'
import { race, TURNS } from '../../../support/meetings.ts'
import { it } from '../../../support/fixtures.ts'

const RETENTION_DAYS = 400
const CONVERSATIONS = 120
const RACES_AT_ONCE = 5
const noordzee = org({ settings: { retentionDays: RETENTION_DAYS, licenseTemplate: ['pro'] } })
const forever = org({ orgId: 'forever' })

describe('migrating', () => {
  let db: TestTable
  let world: Background
  let made = 0

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    await givenOrgs(world.stores, noordzee, forever, sourceOrg())
    for (const { orgId } of [noordzee, forever]) await givenDomain(world.stores, orgId, 'noordzee.example')
  })
  beforeEach(() => {
    world.clock.set(ENDS_AT)
    world.time.leftMs = 60_000
  })

  async function newClaims(count: number, claiming = noordzee): Promise<ClaimedRecord[]> {
    const people = Array.from({ length: count }, () => {
      const n = ++made
      return { userId: `acc${n}`, email: `person${n}@noordzee.example` }
    })
    const patch = { status: 'not_verified', licenses: [] } as const
    await givenAccounts(world.stores, ...people.map((person) => ({ ...person, ...patch })))
    const targets = people.map(
      ({ email }) => ({ ref: { email }, origin: `r:${email}`, type: 'delayed' }) as const,
    )
    const outcomes = await claimFor(world.stores, claiming, targets)
    return mapConcurrent(outcomes, outcomes.length, async (outcome) => {
      if (outcome.outcome !== 'claimed') throw new Error('not claimed')
      return givenMailed(world.stores, withClaim(outcome.record))
    })
  }

  async function newClaim(claiming = noordzee): Promise<ClaimedRecord> {
    const [record] = await newClaims(1, claiming)
    if (record === undefined) throw new Error('no claim')
    return record
  }

  const ports = (patch: Partial<MigratePorts> = {}): MigratePorts => ({
    ...world.stores,
    isPaused: notPaused,
    continueLater: async () => undefined,
    now: world.clock.now,
    timeLeftMs: () => 60_000,
    ...patch,
  })

  const owned = async (userId: string) =>
    (await world.stores.conversations.list(userId, 1000, new Date(0))).items
  const idsOf = async (userId: string) => (await owned(userId)).map(({ conversationId }) => conversationId)
  const closed = async ({ claim }: ClaimedRecord) => (await world.stores.claims.byId(claim.claimId))?.claim

  it('M1: moves everything, and then the new account stands alone, with its status and licences', async () => {
    const record = await newClaim()
    const ids = await givenConversations(db, record.recordId, CONVERSATIONS)
    const { claimId } = record.claim
    expect(await migrateIfDue(ports(), record.recordId)).toEqual({
      outcome: 'completed',
      lateSeconds: expect.any(Number),
      claimId,
      conversations: CONVERSATIONS,
    })
    expect(await idsOf(record.claim.newUserId)).toEqual(ids)
    expect(await idsOf(record.recordId)).toEqual([])
    expect(await world.stores.accounts.byUserId(record.recordId)).toBeUndefined()
    const standing = (await world.stores.accounts.byUserId(record.claim.newUserId))?.inRecord
    expect(standing).toEqual({ role: 'only', account: newAccountOf(record, record.claim) })
    expect(standing?.account).toMatchObject({
      status: 'not_verified',
      licenses: ['pro'],
      orgId: noordzee.orgId,
    })
    expect(await closed(record)).toMatchObject({
      status: 'completed',
      conversationsMoved: CONVERSATIONS,
      decision: { kind: 'transfer_content', by: 'schedule' },
    })
  })

  it('M1: not a millisecond before 14 × 24 h are over, and at once then', async () => {
    const { recordId } = await newClaim()
    world.clock.set(new Date(Date.parse(ENDS_AT) - 1))
    const before = await dump(db)
    expect(await migrateIfDue(ports(), recordId)).toEqual({ outcome: 'nothing_due' })
    expect(await dump(db)).toEqual(before)
    world.clock.set(ENDS_AT)
    expect(await migrateIfDue(ports(), recordId)).toMatchObject({ outcome: 'completed' })
  })

  it('M2: for a claim that has ended, a direct one, or none at all, nothing changes', async () => {
    const [ended, revoked, direct] = [await newClaim(), await newClaim(), `acc${++made}`]
    await migrateIfDue(ports(), ended.recordId)
    await world.stores.accounts.end(revokeClaim(revoked, revoked.claim, { now: T0, by: ADMIN }))
    await givenAccounts(world.stores, { userId: direct, email: `${direct}@noordzee.example` })
    await givenClaim(world.stores, noordzee, { ref: { userId: direct }, type: 'direct' })
    const before = await dump(db)
    world.clock.advance(100 * DAY_MS)
    for (const recordId of [ended.recordId, revoked.recordId, direct, 'nobody'])
      expect(await migrateIfDue(ports(), recordId)).toEqual({ outcome: 'nothing_due' })
    expect(await dump(db)).toEqual(before)
  })

  describe('a decision of the user', () => {
    async function decided(kind: Extract<DecisionKind, 'transfer_content' | 'delete_original'>) {
      const record = await newClaim()
      const ids = await givenConversations(db, record.recordId, 60)
      world.clock.set(T0)
      const next = withClaim(decide(record, record.claim, kind, { now: T0, by: USER }))
      await world.stores.accounts.write(next)
      expect(await migrateIfDue(ports(), record.recordId)).toMatchObject({ outcome: 'completed' })
      return { record, ids }
    }

    it('U3: transfer_content is carried out at once', async () => {
      const { record, ids } = await decided('transfer_content')
      expect(await idsOf(record.claim.newUserId)).toEqual(ids)
      expect(await closed(record)).toMatchObject({ conversationsMoved: 60, decision: { by: 'user' } })
    })

    it('U4: delete_original leaves no conversation anywhere', async () => {
      const { record } = await decided('delete_original')
      expect(await idsOf(record.claim.newUserId)).toEqual([])
      expect(await idsOf(record.recordId)).toEqual([])
      expect(await closed(record)).toMatchObject({ status: 'completed', conversationsMoved: 0 })
    })
  })

  describe('U3: the claiming org’s retention', () => {
    it('U3: counts from each conversation’s own last activity, and is the TTL', async () => {
      const record = await newClaim()
      const lastActivityAt = (n: number) => new Date(T0.getTime() - n * 30 * DAY_MS)
      await givenConversations(db, record.recordId, 20, lastActivityAt)
      await migrateIfDue(ports(), record.recordId)
      const { newUserId } = record.claim
      for (const [n, moved] of (await owned(newUserId)).entries()) {
        const end = lastActivityAt(n).getTime() + RETENTION_DAYS * DAY_MS
        // A TTL is whole seconds.
        expect(moved).toMatchObject({ lastActivityAt: lastActivityAt(n).toISOString(), bytes: 1000 + n })
        expect(Date.parse(moved.expiresAt ?? '')).toBe(Math.floor(end / 1000) * 1000)
      }
      const [{ conversationId, expiresAt } = { conversationId: '', expiresAt: '' }] = await owned(newUserId)
      const item = (await dump(db))[`V#${newUserId} ${conversationId}`]
      expect(item?.expiresAtEpochSeconds).toBe(Date.parse(expiresAt ?? '') / 1000)
      const shown = await world.stores.conversations.list(newUserId, 100, world.clock.now())
      // 14 days have passed: what was last active 390 days ago or longer is over 400 now.
      expect(shown.items).toHaveLength(13)
    })

    it('U3: without a policy they are kept for ever, whatever the source org’s was', async () => {
      const record = await newClaim(forever)
      const [conversationId = ''] = await givenConversations(db, record.recordId, 2)
      const [kept] = await owned(record.recordId)
      if (kept === undefined) throw new Error('no conversation')
      await world.stores.conversations.put({ ...kept, expiresAt: ENDS_AT }, record)
      expect((await owned(record.recordId))[0]).toMatchObject({
        conversationId,
        expiresAt: '2026-03-15T09:30:15.000Z',
      })
      await migrateIfDue(ports(), record.recordId)
      expect((await owned(record.claim.newUserId)).map(({ expiresAt }) => expiresAt)).toEqual([
        undefined,
        undefined,
      ])
    })
  })

  describe('M3: cut off', () => {
    /** Each of the account's conversations in exactly one of the two accounts. */
    async function expectWhole({ recordId, claim }: ClaimedRecord, ids: readonly string[]): Promise<void> {
      const [left, moved] = [await idsOf(recordId), await idsOf(claim.newUserId)]
      expect([...left, ...moved].toSorted()).toEqual(ids)
    }

    async function migrateUnder(fault: Fault | undefined): Promise<number> {
      const record = await newClaim()
      const ids = await givenConversations(db, record.recordId, CONVERSATIONS)
      world.queues.migrations.send([{ recordId: record.recordId }])
      world.faults.arm(fault)
      while (await world.step('migrations')) await expectWhole(record, ids)
      const { calls } = world.faults
      world.faults.arm(undefined)
      expect(await idsOf(record.claim.newUserId)).toEqual(ids)
      expect(await closed(record)).toMatchObject({ status: 'completed', conversationsMoved: CONVERSATIONS })
      return calls
    }

    it('M3: at any call, it goes on: no conversation is lost, doubled or in both accounts at any time', async () => {
      const calls = await migrateUnder(undefined)
      expect(calls).toBeGreaterThan(8)
      // Behind one call is before the next.
      for (let at = 1; at <= calls; at++) await migrateUnder({ at, when: 'before' })
      await migrateUnder({ at: calls, when: 'after' })
    })

    it('M3: between any two of its writes each conversation is in exactly one account', async () => {
      const record = await newClaim()
      const ids = await givenConversations(db, record.recordId, CONVERSATIONS)
      const { conversations } = world.stores
      const move: typeof conversations.move = async (...page) => {
        await expectWhole(record, ids)
        const written = await conversations.move(...page)
        await expectWhole(record, ids)
        return written
      }
      await migrateIfDue(ports({ conversations: { ...conversations, move } }), record.recordId)
      await expectWhole(record, ids)
    })

    it('M3: with no time left it hands on after each step, and the last one completes it', async () => {
      const record = await newClaim()
      const ids = await givenConversations(db, record.recordId, CONVERSATIONS)
      world.time.leftMs = 5_000
      world.queues.migrations.send([{ recordId: record.recordId }])
      let turns = 0
      while (await world.step('migrations')) turns++
      // The start, three pages of 49 at most, the end.
      expect(turns).toBe(5)
      expect(await idsOf(record.claim.newUserId)).toEqual(ids)
      expect(await closed(record)).toMatchObject({ status: 'completed' })
    })

    it('M2, M3: two workers at once complete it once, and move each conversation once', async () => {
      await mapConcurrent([1, 2], 1, async () => {
        const record = await newClaim()
        const ids = await givenConversations(db, record.recordId, CONVERSATIONS)
        const outcomes = await Promise.all([
          migrateIfDue(ports(), record.recordId),
          migrateIfDue(ports(), record.recordId),
        ])
        expect(outcomes.map(({ outcome: state }) => state).toSorted()).toEqual(['completed', 'nothing_due'])
        expect(await idsOf(record.claim.newUserId)).toEqual(ids)
        expect(await closed(record)).toMatchObject({ conversationsMoved: CONVERSATIONS })
      })
    })
  })

  it('R4: of a revocation and the start of the migration, exactly one wins, and the loser changes nothing', async () => {
    const records = await newClaims(TURNS.length)
    for (const [n, turn] of TURNS.entries()) {
      const record = records[n]
      if (record === undefined) throw new Error('no claim')
      const { accounts } = world.stores
      const revoked = revokeClaim(record, record.claim, { now: new Date(ENDS_AT), by: ADMIN })
      const started = startMigration(record, record.claim, { now: new Date(ENDS_AT), by: SCHEDULE })
      const results = await race(
        turn,
        () => accounts.end(revoked),
        () => accounts.write(started),
      )
      expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['lost', 'written'])
      const revokedWon = results[0].outcome === 'written'
      if (turn.meets === 'after') expect(revokedWon).toBe(turn.firstBegins)
      const [now] = (await accounts.byRecordIds([record.recordId])).values()
      const { record: left, closed: claim, change } = revoked
      expect(now).toEqual(revokedWon ? { ...left, change, ended: { claim, change } } : started)
      expect(await migrateIfDue(ports(), record.recordId)).toMatchObject({
        outcome: revokedWon ? 'nothing_due' : 'completed',
      })
      expect((await closed(record))?.status).toBe(revokedWon ? 'revoked' : 'completed')
    }
  })

  describe('a conversation that is written while the migration starts', () => {
    const conversation = (ownerUserId: string) => ({
      ownerUserId,
      conversationId: 'late',
      title: 'Late',
      lastActivityAt: T0.toISOString(),
      messages: 1,
      bytes: 1,
    })

    it('M3: is refused where the account was read before the start', async () => {
      const record = await newClaim()
      await world.stores.accounts.write(
        startMigration(record, record.claim, { now: new Date(ENDS_AT), by: SCHEDULE }),
      )
      expect(await world.stores.conversations.put(conversation(record.recordId), record)).toEqual({
        outcome: 'lost',
      })
      expect(await idsOf(record.recordId)).toEqual([])
    })

    it('M3: is either moved along or refused, and never left behind', async () => {
      const records = await newClaims(20)
      await mapConcurrent(records, RACES_AT_ONCE, async (record) => {
        const [written] = await Promise.all([
          putConversation(world.stores, conversation(record.recordId)),
          migrateIfDue(ports(), record.recordId),
        ])
        expect(await idsOf(record.recordId)).toEqual([])
        expect(await idsOf(record.claim.newUserId)).toEqual(written.outcome === 'done' ? ['late'] : [])
      })
    })

    it('M3: is moved as it is last: a page in which one has changed is read again', async () => {
      const record = await newClaim()
      await givenConversations(db, record.recordId, 3)
      const { conversations, accounts } = world.stores
      let changed = false
      const first: typeof conversations.first = async (...asked) => {
        const found = await conversations.first(...asked)
        const [now] = (await accounts.byRecordIds([record.recordId])).values()
        const [one] = found.page
        if (!changed && now && one) {
          changed = true
          await conversations.put({ ...one, title: 'Changed', lastActivityAt: ENDS_AT }, now)
        }
        return found
      }
      await migrateIfDue(ports({ conversations: { ...conversations, first } }), record.recordId)
      const moved = await owned(record.claim.newUserId)
      expect(moved.map(({ title }) => title)).toEqual(['Changed', 'Number 1', 'Number 2'])
    })
  })
})
