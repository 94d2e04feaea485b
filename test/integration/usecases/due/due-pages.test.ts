import { beforeEach, describe, expect } from 'vitest'
import { shardOf } from '../../../../shared/lib/shard.ts'
import type { DueContinuation, DueRequest } from '../../../../shared/contracts/messages/due.ts'
import { type DuePorts, startDueWork } from '../../../../shared/usecases/due/start-due-work.ts'
import type { Background } from '../../../support/background.ts'
import { ENDS_AT } from '../../../support/builders.ts'
import { type CapacityMeter, meterCapacity } from '../../../support/capacity.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { claimFor, givenAccounts } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'
import type { Organization } from '../../../../shared/rules/types.ts'

let noordzee: Organization
const PAGE = 3
const CLAIMS = 300
const endOf = { of: 'end', minute: '2026-03-15T09:30:00Z' } as const
const look: DueRequest = { kind: 'minute', minute: endOf }

/** With pages as small as if there were thousands of claims in each minute. */
describe('pages of due work', () => {
  let db: TestTable
  let world: Background
  let meter: CapacityMeter
  let recordIds: string[]
  const started: string[] = []
  const reminded: [string, number][] = []
  const continued: DueContinuation[] = []

  const ports = (timeLeftMs: () => number, now = ENDS_AT): DuePorts => ({
    due: { ...world.stores.due, page: (query) => world.stores.due.page({ ...query, limit: PAGE }) },
    digests: world.stores.digests,
    startWork: async (work) => void started.push(...work.map((thing) => Reflect.get(thing, 'recordId'))),
    remind: async (asked, day) =>
      void reminded.push(...asked.map((recordId): [string, number] => [recordId, day])),
    waiting: async () => 0,
    continueLater: async (rest) => void continued.push(JSON.parse(JSON.stringify(rest))),
    now: () => new Date(now),
    timeLeftMs,
  })

  it.beforeAll(async ({ table, background, verifiedOrg }) => {
    db = table
    world = background
    meter = meterCapacity(db.client)
    noordzee = verifiedOrg
    const made = await givenAccounts(
      world.stores,
      ...Array.from({ length: CLAIMS }, (_, n) => ({ userId: `due${n}`, email: `due${n}@noordzee.example` })),
    )
    recordIds = made.map(({ recordId }) => recordId).toSorted()
    for (const part of [recordIds.slice(0, 100), recordIds.slice(100)])
      await claimFor(
        world.stores,
        noordzee,
        part.map((userId) => ({ ref: { userId }, origin: `r:${userId}` })),
      )
  })
  beforeEach(() => {
    started.length = 0
    reminded.length = 0
    continued.length = 0
    meter.take()
  })

  it('M1: all that falls due in a minute is taken, each once, however many pages it takes', async () => {
    expect(
      await startDueWork(
        ports(() => 60_000),
        look,
      ),
    ).toMatchObject({ count: CLAIMS, oldestDueAt: ENDS_AT })
    expect(started.toSorted()).toEqual(recordIds)
    expect(continued).toEqual([])
  })

  it('M1: what there is no time for is handed on, shard by shard, and none is left out or taken twice', async () => {
    const hurry = ports(() => 1_000)
    let taken = (await startDueWork(hurry, look)).count
    expect(taken).toBeLessThan(CLAIMS)
    for (let rest = continued.shift(); rest !== undefined; rest = continued.shift())
      taken += (await startDueWork(hurry, { kind: 'rest', rest })).count
    expect(taken).toBe(CLAIMS)
    expect(started.toSorted()).toEqual(recordIds)
  })

  it('M1: the function goes on where a message says', async () => {
    await startDueWork(
      ports(() => 1_000),
      look,
    )
    const [rest] = continued
    if (rest === undefined) throw new Error('nothing was handed on')
    world.clock.set(ENDS_AT)
    world.queues.due.send([{ kind: 'rest', rest }])
    await world.drain('due')
    const inShard = recordIds.filter((recordId) => shardOf(recordId) === rest.shard)
    const sent = JSON.stringify(world.queues.migrations.sent)
    const handedOn = inShard.filter((recordId) => sent.includes(`"${recordId}"`))
    expect(handedOn.length).toBeGreaterThan(0)
    expect(handedOn.length + inShard.filter((recordId) => started.includes(recordId)).length).toBe(
      inShard.length,
    )
    expect(world.queues.due.deadLetters).toEqual([])
  })

  it('costs: a minute whose schedule names the shard takes one query, half a unit', async () => {
    const [recordId = ''] = recordIds
    const minute = { ...endOf, minute: '2026-03-15T09:31:00Z', shard: shardOf(recordId) }
    expect(
      await startDueWork(
        ports(() => 60_000, '2026-03-15T09:32:00Z'),
        { kind: 'minute', minute },
      ),
    ).toMatchObject({ count: 0 })
    expect(meter.take().reads).toEqual({ dueWork: 0.5 })
  })

  it.each([
    [7, '2026-03-08T09:30:00Z'],
    [11, '2026-03-12T09:30:00Z'],
    [13, '2026-03-14T09:30:00Z'],
  ])(
    'N1: those whose claims end so much later are reminded on day %i, and nothing is started',
    async (day, minute) => {
      const at = (now: string) =>
        startDueWork(
          ports(() => 60_000, now),
          { kind: 'minute', minute: { of: `reminder-${day}`, minute } },
        )
      await at(minute.replace(':00Z', ':14Z'))
      expect(reminded).toEqual([])
      await at(minute.replace(':00Z', ':15Z'))
      expect(reminded.toSorted()).toEqual(recordIds.map((recordId) => [recordId, day]))
      expect(started).toEqual([])
    },
  )

  it('M1: of a minute that has only begun, nothing is taken that isn’t due yet', async () => {
    await startDueWork(
      ports(() => 60_000, '2026-03-15T09:30:14.999Z'),
      look,
    )
    expect(started).toEqual([])
  })
})
