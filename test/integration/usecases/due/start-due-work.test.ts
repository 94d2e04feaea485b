import { beforeEach, describe, expect } from 'vitest'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../../shared/lib/time.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { MIGRATION_LEASE_MS, REMINDER_DAYS } from '../../../../shared/rules/limits.ts'
import type { Background } from '../../../support/background.ts'
import { ADMIN, type ClaimedRecord, ENDS_AT, minuteEnd, plus, T0 } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { claimFor, dump, givenAccounts, givenClaim, givenConversations } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'
import type { Organization } from '../../../../shared/rules/types.ts'

let noordzee: Organization

describe('due work', () => {
  let db: TestTable
  let world: Background
  let people = 0

  it.beforeAll(({ table, background, verifiedOrg }) => {
    db = table
    world = background
    noordzee = verifiedOrg
  })
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
  /** Whose claims the workers were handed, message after message. */
  const refsSent = (): unknown[] =>
    world.queues.migrations.sent.flatMap((body) =>
      [Reflect.get(Object(body), 'claims') ?? []]
        .flat()
        .map((claim) => Reflect.get(Object(claim), 'recordId')),
    )
  const status = async ({ claim }: ClaimedRecord) =>
    (await world.stores.claims.byId(claim.claimId))?.claim.status
  /** The schedules of the minutes up to this one put their message on the queue; then all that follows. */
  async function fireSchedules(): Promise<void> {
    world.queues.due.send(world.scheduler.fire(world.clock.now()))
    await world.drain('due', 'migrations')
  }
  async function sweep(): Promise<void> {
    world.queues.due.send([{ kind: 'sweep' }])
    await world.drain('due', 'migrations')
  }
  const justBefore = (instant: string): Date => new Date(Date.parse(instant) - 1)

  it('M1: a claim has a schedule at the end of its last minute, and of the three in which its user is reminded', async () => {
    await newClaim()
    await world.takeEffects(2)
    expect(world.scheduler.instants()).toEqual([
      ...REMINDER_DAYS.map((n) => minuteEnd(plus(n * DAY_MS))),
      minuteEnd(plus(14 * DAY_MS)),
    ])
  })

  it('M1: is migrated by it once the 14 × 24 h are over, and not before, though the schedule comes before', async () => {
    const record = await newClaim()
    await world.takeEffects()
    world.clock.set(justBefore(ENDS_AT))
    await fireSchedules()
    await sweep()
    expect(await status(record)).toBe('open')
    expect(world.queues.migrations.sent).toEqual([])
    world.clock.set(ENDS_AT)
    await fireSchedules()
    expect(await status(record)).toBe('completed')
  })

  it('M1: claims of one minute share its schedules, and all of them are migrated by one', async () => {
    const seconds = (n: number): Date => plus(n * SECOND_MS)
    const records = [await newClaim(), await newClaim(seconds(44)), await newClaim()]
    const later = await newClaim(seconds(45))
    await world.takeEffects(2)
    expect(world.scheduler.names().filter((name) => name.endsWith('end'))).toHaveLength(2)
    world.clock.set(minuteEnd(ENDS_AT))
    world.clock.advance(-1)
    await fireSchedules()
    expect(await Promise.all(records.map(status))).toEqual(['completed', 'completed', 'completed'])
    expect(await status(later)).toBe('open')
    world.clock.advance(1)
    await fireSchedules()
    expect(await status(later)).toBe('completed')
  })

  it('M2: nothing is handed out by two minutes’ schedules, nor by the sweep while its own is still to come', async () => {
    const records = [await newClaim(), await newClaim(plus(MINUTE_MS))]
    await world.takeEffects()
    world.clock.set(plus(MINUTE_MS, ENDS_AT))
    world.clock.advance(-1)
    world.queues.due.send([...world.scheduler.fire(world.clock.now()), { kind: 'sweep' }])
    await world.drain('due')
    expect(refsSent()).toEqual([records[0]?.recordId])
    world.clock.set(plus(2 * MINUTE_MS, ENDS_AT))
    world.queues.due.send(world.scheduler.fire(world.clock.now()))
    await world.drain('due')
    expect(refsSent()).toEqual(records.map(({ recordId }) => recordId))
    await world.drain('migrations')
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
      { kind: 'due', of: 'end', minute: '2026-03-15T09:30:00Z' },
      { kind: 'due', of: 'end', minute: '2026-01-01T00:00:00Z' },
      { kind: 'due', of: 'reminder-7', minute: '2026-03-08T09:30:00Z' },
    ])
    world.queues.migrations.send([
      { recordId: migrated.recordId },
      { recordId: revoked.recordId },
      { recordId: 'nobody' },
    ])
    world.clock.advance(30 * DAY_MS)
    await world.drain('due', 'migrations')
    expect(await dump(db)).toEqual(after)
  })

  it('M2: a schedule that fires early takes nothing', async () => {
    const record = await newClaim()
    world.queues.due.send([{ kind: 'due', of: 'end', minute: '2026-03-15T09:30:00Z' }])
    world.clock.set('2026-03-14T09:30:00Z')
    await world.drain('due', 'migrations')
    expect(await status(record)).toBe('open')
    world.clock.set(plus(MINUTE_MS, ENDS_AT))
    await sweep()
    expect(await status(record)).toBe('completed')
  })

  it('M2: a schedule that was lost, or fired days late, is made up for by the sweep', async () => {
    const records = [await newClaim(), await newClaim(new Date(T0.getTime() + DAY_MS))]
    await world.takeEffects()
    world.scheduler.clear()
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
    await givenConversations(db, record.recordId, 60)
    world.clock.set(ENDS_AT)
    world.time.leftMs = 5_000
    world.queues.migrations.send([{ recordId: record.recordId }])
    await world.step('migrations')
    // The message that hands it on is lost.
    const lost = world.queues.migrations.receive(5)
    if (lost) world.queues.migrations.settle(lost, { batchItemFailures: [] })
    world.time.leftMs = 60_000
    expect(await status(record)).toBe('migrating')
    world.clock.advance(MIGRATION_LEASE_MS - 1000)
    await sweep()
    expect(await status(record)).toBe('migrating')
    world.clock.advance(MINUTE_MS + 1000)
    await sweep()
    expect(await status(record)).toBe('completed')
  })

  it('M2: what has ended, or was decided, is no longer in the index', async () => {
    const [revoked, direct] = [await newClaim(), await newClaim()]
    await world.stores.accounts.end(revokeClaim(revoked, revoked.claim, { now: T0, by: ADMIN }))
    await world.stores.accounts.end(revokeClaim(direct, direct.claim, { now: T0, by: ADMIN }))
    await claimFor(world.stores, noordzee, [
      { ref: { userId: direct.recordId }, type: 'direct', origin: 'r:again' },
    ])
    world.clock.advance(100 * DAY_MS)
    world.queues.due.send([{ kind: 'sweep' }])
    await world.drain('due')
    expect(world.queues.migrations.sent).toEqual([])
  })

  it('M2: the sweep hands nothing on to workers who are behind: what is due may wait in their queue', async () => {
    const record = await newClaim()
    world.clock.set(plus(MINUTE_MS, ENDS_AT))
    world.queues.migrations.send(Array.from({ length: 101 }, () => ({ recordId: 'nobody' })))
    world.queues.migrations.sent.length = 0
    world.queues.due.send([{ kind: 'sweep' }])
    await world.drain('due')
    expect(refsSent()).toEqual([])
    await world.drain('migrations')
    await sweep()
    expect(refsSent()).toEqual([record.recordId])
  })
})
