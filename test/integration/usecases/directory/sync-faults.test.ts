import { describe, expect } from 'vitest'
import { syncPrefix } from '../../../../shared/usecases/directory/sync-runs.ts'
import type { Background } from '../../../support/background.ts'
import { org } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import type { Fault } from '../../../support/faults.ts'
import { dump, givenAccounts, givenOrgs } from '../../../support/given.ts'
import { itAtEveryCall as it } from '../../../support/fixtures.ts'

/** At least as many as one sync makes calls; each run needs an org of its own. */
const MAX_CALLS = 120
/** The kills are many: no test of them takes too long on a busy machine. */
const PARTS = 4
const SYNC_ID = '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7'

interface Run {
  readonly orgId: string
  readonly syncId: string
}

/** By user: in the directory or not, and what a sync makes of it. */
const USERS = [
  { name: 'stays', inDirectory: true, missedBefore: false, status: 'active', revision: 1 },
  { name: 'here', inDirectory: true, missedBefore: false, status: 'active', revision: 1 },
  { name: 'back', inDirectory: true, missedBefore: true, status: 'not_verified', revision: 2 },
  { name: 'gone', inDirectory: false, missedBefore: false, status: 'inactive', revision: 2 },
  { name: 'left', inDirectory: false, missedBefore: false, status: 'inactive', revision: 2 },
] as const

describe('a sync that is cut off', () => {
  let db: TestTable
  let world: Background
  let calls = 0
  const runs: Run[] = Array.from({ length: MAX_CALLS + 2 }, (_, n) => ({
    orgId: `org${n}`,
    syncId: `${SYNC_ID}${n}`,
  }))
  const done: Run[] = []
  const addressOf = (name: string, { orgId }: Run): string => `${name}@${orgId}.example`

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    Object.assign(world.sizes, { rowsPerRun: 3, rowsPerComparison: 5, actionsPerBatch: 1 })
    await givenOrgs(world.stores, ...runs.map(({ orgId }) => org({ orgId })))
    await givenAccounts(
      world.stores,
      ...runs.flatMap((run) =>
        USERS.map(({ name, missedBefore }) => ({
          userId: `${run.orgId}-${name}`,
          email: addressOf(name, run),
          orgId: run.orgId,
          ...(missedBefore && {
            status: 'inactive' as const,
            inactive: {
              since: '2026-11-01T00:00:00Z',
              formerStatus: 'not_verified' as const,
              syncId: 'earlier',
            },
          }),
        })),
      ),
    )
    await world.ignoreEffects()
    calls = await syncUnder(undefined)
  })

  /** Synchronises one org with one fault on the way; gives the number of calls that were made. */
  async function syncUnder(fault: Fault | undefined): Promise<number> {
    const run = runs[done.length]
    if (run === undefined) throw new Error('a sync makes more calls than were foreseen')
    done.push(run)
    const key = `directory/${run.orgId}/${run.syncId}.csv`
    const sync = { ...run, mode: 'full' as const, createdBy: 'admin:ada' as const }
    await world.stores.syncs.createForFile(sync, key, world.clock.now())
    const present = USERS.filter(({ inDirectory }) => inDirectory).map(({ name }) => addressOf(name, run))
    world.faults.arm(fault)
    world.upload(key, `Email\n${[...present, addressOf('new', run), addressOf('newer', run)].join('\n')}\n`)
    do {
      await world.drain('syncs')
    } while (await world.takeEffects())
    const made = world.faults.calls
    world.faults.arm(undefined)
    await check(run)
    return made
  }

  async function check(run: Run): Promise<void> {
    const record = await world.stores.syncs.get(run.orgId, run.syncId)
    expect(record).toMatchObject({
      phase: 'completed',
      rowsRead: 5,
      usersRead: 5,
      comparisons: 2,
      comparisonsDone: 2,
      added: 2,
      matched: 2,
      inactivated: 2,
      restored: 1,
      untouched: 0,
      touchable: 5,
      pages: 3,
      pagesDone: 3,
      madeInactive: 2,
      madeActive: 1,
    })
    expect(record?.sample?.toSorted()).toEqual([`${run.orgId}-gone`, `${run.orgId}-left`])
    const accounts = await world.stores.accounts.byRecordIds(USERS.map(({ name }) => `${run.orgId}-${name}`))
    for (const { name, status, revision } of USERS)
      expect(accounts.get(`${run.orgId}-${name}`)).toMatchObject({ revision, account: { status } })
    const prefix = syncPrefix(run)
    expect(await Array.fromAsync(world.bucket.list(prefix))).toEqual([
      `${prefix}outcome-0.tsv`,
      `${prefix}outcome-1.tsv`,
    ])
    expect(world.bucket.get(`directory/${run.orgId}/${run.syncId}.csv`)).toBeUndefined()
  }

  it.each(Array.from({ length: PARTS }, (_, part) => part))(
    'Y3, Y4, Y5: killed at any one of its calls it goes on, and loses and repeats nothing (every fourth call, from %i)',
    async (part) => {
      expect(calls).toBeGreaterThan(50)
      expect(calls).toBeLessThanOrEqual(MAX_CALLS)
      // Behind one call is before the next.
      for (let at = 1 + part; at <= calls; at += PARTS) await syncUnder({ at, when: 'before' })
      if (part === 0) await syncUnder({ at: calls, when: 'after' })
    },
  )

  it('A1, A2, N1: whatever was cut off, each change left one audit entry, and was told and mailed under one id', async () => {
    expect(done).toHaveLength(calls + 2)
    const entries = new Map<string, string[]>()
    for (const [key, item] of Object.entries(await dump(db))) {
      if (!key.startsWith('A#')) continue
      const orgId = key.split('#')[1] ?? ''
      entries.set(orgId, [...(entries.get(orgId) ?? []), String(item.what)])
    }
    const changes = [
      'sync.completed',
      'sync.created',
      'sync.started',
      'user.inactivated',
      'user.inactivated',
      'user.restored',
    ]
    const mails = world.queues.mails.sent.map((mail) => JSON.stringify(mail))
    for (const { orgId } of done) {
      expect(entries.get(orgId)?.toSorted()).toEqual(changes)
      const events = world.bus.published.filter(({ detail }) => detail.orgId === orgId)
      expect(new Set(events.map(({ id }) => id)).size).toBe(changes.length)
      expect(new Set(mails.filter((mail) => mail.includes(`"orgId":"${orgId}"`))).size).toBe(1)
    }
  })
})
