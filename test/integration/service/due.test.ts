import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { revokeClaim } from '../../../shared/claims/lifecycle.ts'
import { MIGRATION_LEASE_MS, REMINDER_DAYS } from '../../../shared/claims/limits.ts'
import { DAY_MS } from '../../../shared/kit/time.ts'
import { type DueContinuation, type DuePorts, takeDue } from '../../../shared/service/due.ts'
import { type Background, startBackground } from '../../support/background.ts'
import { ADMIN, type ClaimedRecord, ENDS_AT, org, sourceOrg, T0 } from '../../support/builders.ts'
import { startTable, type TestTable } from '../../support/dynamo.ts'
import {
  claimFor,
  dump,
  givenAccounts,
  givenClaim,
  givenConversations,
  givenDomain,
  givenOrgs,
} from '../../support/given.ts'

const noordzee = org()

describe('due work', () => {
  let db: TestTable
  let world: Background
  let people = 0

  beforeAll(async () => {
    db = await startTable()
    world = await startBackground(db)
    await givenOrgs(world.stores, noordzee, sourceOrg())
    await givenDomain(world.stores, noordzee.orgId, 'noordzee.example')
  })
  afterAll(() => db.stop())
  beforeEach(async () => {
    await world.ignoreEffects()
    world.clock.set(T0)
    world.time.leftMs = 60_000
    for (const queue of Object.values(world.queues)) queue.sent.length = 0
  })

  async function newClaim(now = T0): Promise<ClaimedRecord> {
    const n = ++people
    const email = `person${n}@noordzee.example`
    await givenAccounts(world.stores, { userId: `acc${n}`, email })
    return givenClaim(world.stores, noordzee, { ref: { email } }, now)
  }
  const status = async ({ claim }: ClaimedRecord) =>
    (await world.stores.claims.byId(claim.claimId))?.claim.status
  /** The schedules that have come to their time put their message on the queue; then all that follows. */
  async function fireSchedules(): Promise<number> {
    const fired = world.scheduler.fire(world.clock.now())
    world.queues.due.send(fired.map((at) => ({ kind: 'due', at })))
    await world.drain('due', 'migrations')
    return fired.length
  }
  async function sweep(): Promise<void> {
    world.queues.due.send([{ kind: 'sweep' }])
    await world.drain('due', 'migrations')
  }
  /** Day by day: each reminder's write is what makes the schedule of the next thing due. */
  async function passReminders(): Promise<void> {
    for (const day of REMINDER_DAYS) {
      world.clock.set(new Date(T0.getTime() + day * DAY_MS + 1000))
      await fireSchedules()
      await world.takeEffects(2)
    }
    world.queues.migrations.sent.length = 0
  }
  const justBefore = (instant: string): Date => new Date(Date.parse(instant) - 1)

  it('M1: the schedule of a claim fires at the second its 14 × 24 h are over, and not before', async () => {
    const record = await newClaim()
    await world.takeEffects()
    expect([...world.scheduler.instants]).toContain(ENDS_AT)
    await passReminders()
    expect([...world.scheduler.instants]).toEqual([ENDS_AT])
    world.clock.set(justBefore(ENDS_AT))
    expect(await fireSchedules()).toBe(0)
    await sweep()
    expect(await status(record)).toBe('open')
    expect(world.queues.migrations.sent).toEqual([])
    world.clock.set(ENDS_AT)
    expect(await fireSchedules()).toBe(1)
    expect(await status(record)).toBe('completed')
  })

  it('M1: claims of one second share a schedule, and all of them are migrated by it', async () => {
    const records = [await newClaim(), await newClaim(new Date(T0.getTime() + 700)), await newClaim()]
    const later = await newClaim(new Date(T0.getTime() + 1000))
    await world.takeEffects(2)
    await passReminders()
    expect(world.scheduler.instants.size).toBe(2)
    world.clock.set(ENDS_AT)
    expect(await fireSchedules()).toBe(1)
    expect(await Promise.all(records.map(status))).toEqual(['completed', 'completed', 'completed'])
    expect(await status(later)).toBe('open')
    world.clock.advance(1000)
    await fireSchedules()
    expect(await status(later)).toBe('completed')
  })

  it('M2: a schedule that fires again, late, or for a claim that has ended changes nothing', async () => {
    const [migrated, revoked] = [await newClaim(), await newClaim()]
    await world.takeEffects()
    await world.stores.accounts.end(revokeClaim(revoked, revoked.claim, { now: T0, by: ADMIN }))
    world.clock.set(ENDS_AT)
    await fireSchedules()
    expect(await status(migrated)).toBe('completed')
    const after = await dump(db)
    world.queues.due.send([
      { kind: 'due', at: ENDS_AT },
      { kind: 'due', at: '2026-01-01T00:00:00Z' },
    ])
    world.queues.migrations.send([{ root: migrated.root }, { root: revoked.root }, { root: 'nobody' }])
    world.clock.advance(30 * DAY_MS)
    await world.drain('due', 'migrations')
    expect(await dump(db)).toEqual(after)
  })

  it('M2: a schedule that fires early takes nothing', async () => {
    const record = await newClaim()
    world.queues.due.send([{ kind: 'due', at: ENDS_AT }])
    world.clock.set(justBefore(ENDS_AT))
    await world.drain('due', 'migrations')
    expect(await status(record)).toBe('open')
    world.clock.set(ENDS_AT)
    await sweep()
  })

  it('M2: a schedule that was lost, or fired days late, is made up for by the sweep', async () => {
    const records = [await newClaim(), await newClaim(new Date(T0.getTime() + DAY_MS))]
    await world.takeEffects()
    world.scheduler.instants.clear()
    world.clock.set(ENDS_AT)
    world.clock.advance(DAY_MS - 1000)
    await sweep()
    expect(await Promise.all(records.map(status))).toEqual(['completed', 'open'])
    world.clock.advance(5 * DAY_MS)
    await sweep()
    expect(await Promise.all(records.map(status))).toEqual(['completed', 'completed'])
  })

  it('M3: a migration whose worker and message are gone is taken up again by the sweep, once its lease is over', async () => {
    const record = await newClaim()
    await givenConversations(db, record.root, 60)
    world.clock.set(ENDS_AT)
    world.time.leftMs = 5_000
    world.queues.migrations.send([{ root: record.root }])
    await world.step('migrations')
    // The message that hands it on is lost.
    const lost = world.queues.migrations.receive(5)
    if (lost) world.queues.migrations.settle(lost, { batchItemFailures: [] })
    world.time.leftMs = 60_000
    expect(await status(record)).toBe('migrating')
    world.clock.advance(MIGRATION_LEASE_MS - 1000)
    await sweep()
    expect(await status(record)).toBe('migrating')
    world.clock.advance(1000)
    await sweep()
    expect(await status(record)).toBe('completed')
  })

  it('M2: what has ended, or was decided, is no longer in the index', async () => {
    const [revoked, direct] = [await newClaim(), await newClaim()]
    await world.stores.accounts.end(revokeClaim(revoked, revoked.claim, { now: T0, by: ADMIN }))
    await world.stores.accounts.end(revokeClaim(direct, direct.claim, { now: T0, by: ADMIN }))
    await claimFor(world.stores, noordzee, [
      { ref: { userId: direct.root }, type: 'direct', origin: 'r:again' },
    ])
    world.clock.advance(100 * DAY_MS)
    world.queues.due.send([{ kind: 'sweep' }])
    await world.drain('due')
    expect(world.queues.migrations.sent).toEqual([])
  })

  describe('pages', () => {
    const PAGE = 3
    const started: string[] = []
    const continued: DueContinuation[] = []
    /** With pages as small as if there were hundreds of claims in each. */
    const ports = (timeLeftMs: () => number): DuePorts => ({
      due: {
        page: (kind, shard, now, _limit, startKey) => world.stores.due.page(kind, shard, now, PAGE, startKey),
      },
      startWork: async (work) => void started.push(...work.map((thing) => Reflect.get(thing, 'root'))),
      continueLater: async (rest) => void continued.push(JSON.parse(JSON.stringify(rest))),
      now: () => new Date(ENDS_AT),
      timeLeftMs,
    })
    let roots: string[]

    beforeAll(async () => {
      const made = await givenAccounts(
        world.stores,
        ...Array.from({ length: 300 }, (_, n) => ({ userId: `due${n}`, email: `due${n}@noordzee.example` })),
      )
      roots = made.map(({ root }) => root).toSorted()
      for (const part of [roots.slice(0, 100), roots.slice(100)])
        await claimFor(
          world.stores,
          noordzee,
          part.map((userId) => ({ ref: { userId }, origin: `r:${userId}` })),
        )
    })
    beforeEach(() => {
      started.length = 0
      continued.length = 0
    })

    it('M1: all that is due is taken, each once, however many pages it takes', async () => {
      expect(await takeDue(ports(() => 60_000))).toMatchObject({ count: roots.length })
      expect(started.toSorted()).toEqual(roots)
      expect(continued).toEqual([])
    })

    it('M1: what there is no time for is handed on, shard by shard, and none is left out or taken twice', async () => {
      let taken = (await takeDue(ports(() => 1_000))).count
      expect(taken).toBeLessThan(roots.length)
      while (continued.length > 0) {
        const [next, ...rest] = continued.splice(0)
        continued.push(...rest)
        if (next)
          taken += (
            await takeDue(
              ports(() => 1_000),
              next,
            )
          ).count
      }
      expect(taken).toBe(roots.length)
      expect(started.toSorted()).toEqual(roots)
    })

    it('M1: the function goes on where a message says', async () => {
      await takeDue(ports(() => 1_000))
      const [first] = continued
      if (first === undefined) throw new Error('nothing was handed on')
      world.clock.set(ENDS_AT)
      world.queues.due.send([first])
      await world.drain('due')
      const inShard = new Set(
        world.queues.migrations.sent.map((message) => Reflect.get(Object(message), 'root')),
      )
      expect(inShard.size).toBeGreaterThan(0)
      expect([...inShard].filter((root) => started.includes(String(root)))).toEqual([])
      expect(world.queues.due.deadLetters).toEqual([])
    })
  })
})
