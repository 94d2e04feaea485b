import { beforeEach, describe, expect } from 'vitest'
import type { Background } from '../../support/background.ts'
import { type CapacityMeter, meterCapacity } from '../../support/capacity.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { claimFor, givenAccounts } from '../../support/given.ts'
import { it } from '../../support/fixtures.ts'
import type { Organization } from '../../../shared/rules/types.ts'

let noordzee: Organization

/** A call costs about as much CPU as all else that is done for ten claims: who adds one to a path has to say so here. */
describe('the calls of DynamoDB', () => {
  let db: TestTable
  let world: Background
  let meter: CapacityMeter
  let people = 0

  it.beforeAll(({ table, background, verifiedOrg }) => {
    db = table
    world = background
    meter = meterCapacity(db.client)
    noordzee = verifiedOrg
  })
  beforeEach(async () => {
    await world.ignoreEffects()
    meter.take()
  })

  async function newPeople(count: number): Promise<string[]> {
    const made = Array.from({ length: count }, () => {
      const n = ++people
      return { userId: `acc${n}`, email: `person${n}@noordzee.example` }
    })
    await givenAccounts(world.stores, ...made)
    await world.ignoreEffects()
    meter.take()
    return made.map(({ email }) => email)
  }

  /** How many of each. */
  function calls(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const { command } of meter.take().calls) counts[command] = (counts[command] ?? 0) + 1
    return counts
  }

  async function cut(emails: readonly string[]): Promise<void> {
    world.upload(`imports/${noordzee.orgId}/${people}.csv`, ['Email', ...emails].join('\n'))
    await world.drain('imports')
    calls()
  }

  it('import-rows: 12 for a chunk of 100 claims, and 3 more for the first and last of an import', async () => {
    await cut(await newPeople(100))
    await world.drain('rows')
    expect(calls()).toEqual({
      // Import and chunk; addresses, accounts; domains, their orgs.
      BatchGetItem: 5,
      BatchExecuteStatement: 4,
      PutItem: 1,
      UpdateItem: 1,
      // The claiming org; is the import still there, of which this is the first chunk, and is all of it done?
      GetItem: 1 + 2,
      Query: 1,
    })
  })

  it('import-rows: 1 for a chunk that comes again, and 3 to count it and look whether all is done', async () => {
    await cut(await newPeople(10))
    const chunk = world.queues.rows.sent.at(-1)
    await world.drain('rows')
    calls()
    world.queues.rows.send([chunk])
    await world.drain('rows')
    expect(calls()).toEqual({ BatchGetItem: 1, UpdateItem: 1, GetItem: 1, Query: 1 })
  })

  it('effects: 4 for the audit entries of 100 claims, and none besides', async () => {
    const emails = await newPeople(100)
    await claimFor(
      world.stores,
      noordzee,
      emails.map((email) => ({ ref: { email }, origin: `r:${email}` })),
    )
    meter.take()
    await world.takeEffects()
    expect(calls()).toEqual({ BatchWriteItem: 4 })
  })
})
