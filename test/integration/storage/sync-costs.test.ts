import { beforeEach, describe, expect } from 'vitest'
import { directoryRun } from '../../../shared/usecases/directory/sync-runs.ts'
import type { Background } from '../../support/background.ts'
import { ADMIN, account, org, T0 } from '../../support/builders.ts'
import { type CapacityMeter, meterCapacity } from '../../support/capacity.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { givenAccounts, givenOrgs } from '../../support/given.ts'
import { it } from '../../support/fixtures.ts'

/** As many as no admin has to confirm (Y8). */
const USERS = 5

/** The numbers of the table at the top of `shared/storage/keys.ts`. */
describe('costs of a sync', () => {
  let db: TestTable
  let world: Background
  let meter: CapacityMeter
  let syncs = 0

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    meter = meterCapacity(db.client)
    await givenOrgs(world.stores, org())
    const users = Array.from({ length: USERS }, (_, n) =>
      account({ userId: `u${n}`, email: `u${n}@noordzee.example`, orgId: 'noordzee' }),
    )
    await givenAccounts(world.stores, ...users)
  })
  beforeEach(async () => {
    await world.ignoreEffects()
    meter.take()
  })

  async function start(mode: 'dry_run' | 'full', addresses: number) {
    const run = directoryRun()
    for (let n = 0; n < addresses; n++)
      run.add({ normalized: `new${n}@noordzee.example`, email: `new${n}@noordzee.example` })
    const sync = { orgId: 'noordzee', syncId: `s${++syncs}`, mode, createdBy: ADMIN }
    await world.stores.syncs.createFromList(sync, run.inline(), T0)
    return sync
  }

  it('costs: a list takes 2 write units for the sync, and 2 a KB of addresses', async () => {
    await start('dry_run', 1)
    expect(meter.take().writes).toEqual({ table: 2 * (1 + 1), dueWork: 1 })
    await start('dry_run', 200)
    // 200 lines of some 25 bytes: 5 KB, and where the buckets begin.
    expect(meter.take().writes).toEqual({ table: 2 * (1 + 6), dueWork: 1 })
  })

  it('costs: comparing reads each user once and writes 4 units a run and a comparison; changing one takes 1 R, 1 W and 1 of the due index', async () => {
    const { syncId } = await start('full', 1)
    meter.take()
    world.queues.syncs.send([{ kind: 'advance', orgId: 'noordzee', syncId }])
    await world.drain('syncs')
    expect(await world.stores.syncs.get('noordzee', syncId)).toMatchObject({ madeInactive: USERS })
    const { writes, calls, reads } = meter.take()
    const transactions = calls.filter(({ command }) => command === 'TransactWriteItems')
    expect(transactions.map(({ units }) => units)).toEqual([4, 4, 4])
    // Each user; the phase moves on twice, and the list is forgotten.
    expect(calls.filter(({ command }) => command === 'UpdateItem')).toHaveLength(USERS + 3)
    expect(writes.table).toBe(USERS + 3 + 3 * 4)
    // Beside the users': the sync's own moves from the lease's end to the first warning.
    expect(writes.dueWork).toBe(USERS + 2)
    expect(reads.accountsByOrg).toBe(16)
    const batches = calls.filter(({ command }) => command === 'BatchGetItem')
    expect(batches.map(({ units }) => units)).toEqual([USERS, USERS])
  })

  it('costs: a sync, or an org’s newest, is read for 1 unit', async () => {
    await world.stores.syncs.get('noordzee', 's1')
    await world.stores.syncs.list('noordzee', 1)
    expect(meter.take().calls.map(({ units }) => units)).toEqual([1, 1])
  })
})
