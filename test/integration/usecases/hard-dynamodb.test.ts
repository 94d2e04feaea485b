import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY_MS, MINUTE_MS } from '../../../shared/lib/time.ts'
import { type Background, startBackground, storesOf } from '../../support/background.ts'
import { org, sourceOrg, T0 } from '../../support/builders.ts'
import { startTable, type TestTable } from '../../support/dynamo.ts'
import { givenAccounts, givenDomain, givenOrgs } from '../../support/given.ts'
import { retriesAtOnce } from '../../support/write-faults.ts'

/** The very 1,000 of `test/e2e/hard-dynamodb` take minutes, since there each call crosses three processes. */
const ROWS = 100
/** Of these no account exists. */
const STRANGERS = 5
/** As many as the SDK's own. */
const SDK_TRIES = 3
const TIMEOUT_MS = 600_000

const noordzee = org({ adminEmails: ['it@noordzee.example'] })
const addressOf = (n: number): string => `person${n}@noordzee.example`

/**
 * Fault 5: one call in ten to DynamoDB meets a fault. Nobody pauses before another try, so
 * another writer's transaction is over by then.
 */
describe('an import and what follows from it, over a DynamoDB as hard as the real one', () => {
  let db: TestTable
  let world: Background
  const people = Array.from({ length: ROWS - STRANGERS }, (_, n) => addressOf(n))

  beforeAll(async () => {
    db = await startTable(
      { rate: 0.1, seed: 3, holdMs: 0, late: 0 },
      { pause: async () => {}, retryStrategy: retriesAtOnce(SDK_TRIES) },
    )
    const stores = storesOf(db.table)
    await givenOrgs(stores, noordzee, sourceOrg())
    await givenDomain(stores, noordzee.orgId, 'noordzee.example')
    await givenAccounts(stores, ...people.map((email, n) => ({ userId: `acc${n}`, email })))
    world = await startBackground(db, undefined, { waitsTakeTime: true })
    world.clock.set(T0)
  }, TIMEOUT_MS)
  afterAll(() => db.stop())

  /** What falls due on the way to `day`, each at its time, and then the sweep. */
  async function passTo(day: number): Promise<void> {
    world.clock.set(new Date(T0.getTime() + day * DAY_MS + MINUTE_MS))
    world.queues.due.send(world.scheduler.fire(world.clock.now()))
    await world.settle()
    world.queues.due.send([{ kind: 'sweep' }])
    await world.settle()
  }
  const mailsTo = (): Map<string, number> => {
    const counts = new Map<string, number>()
    for (const { to } of world.mailer.sent)
      for (const each of to) counts.set(each, (counts.get(each) ?? 0) + 1)
    return counts
  }

  it('I3, C6: every row is accounted for once, and every claim mailed once', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const rows = Array.from({ length: ROWS }, (_, n) => addressOf(n))
    world.upload('imports/noordzee/people.csv', `Email\n${rows.join('\n')}\n`)
    await world.settle()
    const { items: imports } = await world.stores.imports.list('noordzee', 2)
    expect(imports).toMatchObject([
      { status: 'completed', rowsRead: ROWS, accepted: people.length, refused: STRANGERS, unchanged: 0 },
    ])
    const report = world.bucket
      .text(imports[0]?.reportKey ?? '')
      .trim()
      .split('\n')
    expect(report).toHaveLength(1 + ROWS)
    const records = await world.stores.accounts.byAddresses(people)
    expect([...records.values()].filter((record) => record?.claim?.status === 'open')).toHaveLength(
      people.length,
    )
    expect(mailsTo()).toEqual(new Map([...people, 'it@noordzee.example'].map((each) => [each, 1])))
  })

  it('M1, N1: in 14 days all are reminded three times, and migrated once', {
    timeout: TIMEOUT_MS,
  }, async () => {
    // The waits of the import took minutes of the first day: the last claim of it is that much younger than the first.
    for (const day of [7.1, 11.1, 13.1, 14.1, 14.2]) await passTo(day)
    const records = await world.stores.accounts.byAddresses(people)
    const open = [...records.values()].filter((record) => record?.claim !== undefined)
    expect(open).toEqual([])
    expect(mailsTo()).toEqual(
      new Map([...people.map((each) => [each, 5] as const), ['it@noordzee.example', 1] as const]),
    )
  })

  it('nothing has ended as a dead letter, and faults of every kind were met', () => {
    for (const [name, queue] of Object.entries(world.queues)) expect(queue.deadLetters, name).toEqual([])
    const counts = db.faults?.counts()
    for (const kind of ['conflict', 'throttle', 'internalError', 'lostAnswer', 'partialBatch'] as const)
      expect(counts?.[kind], kind).toBeGreaterThan(1)
  })
})
