import { describe, expect } from 'vitest'
import type { Background } from '../../../support/background.ts'
import { org, sourceOrg } from '../../../support/builders.ts'
import { tableOf } from '../../../support/csv.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import type { Fault } from '../../../support/faults.ts'
import { dump, givenAccounts, givenDomain, givenOrgs } from '../../../support/given.ts'
import { itAtEveryCall as it } from '../../../support/fixtures.ts'

/** At least as many as one import makes calls; each run needs an org of its own. */
const MAX_CALLS = 70
/** A full chunk and one row more. */
const ROWS = 101
/** Of them, those of people who can be claimed: some in the first chunk, one in the second. */
const CLAIMABLE = [0, 99, 100]

interface Run {
  readonly orgId: string
  readonly emails: readonly string[]
}

describe('an import that is cut off', () => {
  let db: TestTable
  let world: Background
  let calls = 0
  const runs: Run[] = Array.from({ length: MAX_CALLS + 2 }, (_, n) => ({
    orgId: `org${n}`,
    emails: CLAIMABLE.map((row) => `p${row}@org${n}.example`),
  }))
  const done: Run[] = []

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    await givenOrgs(world.stores, sourceOrg(), ...runs.map(({ orgId }) => org({ orgId })))
    for (const { orgId } of runs) await givenDomain(world.stores, orgId, `${orgId}.example`)
    const people = runs.flatMap(({ emails }) => emails)
    await givenAccounts(world.stores, ...people.map((email, n) => ({ userId: `acc${n}`, email })))
    await world.ignoreEffects()
    calls = await importUnder(undefined)
  })

  function fileOf({ emails }: Run): string {
    const rows = Array.from({ length: ROWS }, (_, row) => {
      const claimable = CLAIMABLE.indexOf(row)
      return claimable < 0 ? `no address ${row}` : emails[claimable]
    })
    return `Email\n${rows.join('\n')}\n`
  }

  /** Imports a file with one fault on the way; gives the number of calls that were made. */
  async function importUnder(fault: Fault | undefined): Promise<number> {
    const run = runs[done.length]
    if (run === undefined) throw new Error('an import makes more calls than were foreseen')
    done.push(run)
    world.faults.arm(fault)
    world.upload(`imports/${run.orgId}/people.csv`, fileOf(run))
    do {
      await world.drain('imports', 'rows', 'reports')
    } while (await world.takeEffects())
    const made = world.faults.calls
    world.faults.arm(undefined)
    await check(run)
    return made
  }

  async function check({ orgId, emails }: Run): Promise<void> {
    const { items: imports } = await world.stores.imports.list(orgId, 10)
    expect(imports).toMatchObject([
      {
        status: 'completed',
        rowsRead: ROWS,
        chunks: 2,
        chunksDone: 2,
        accepted: emails.length,
        refused: ROWS - emails.length,
        unchanged: 0,
      },
    ])
    const records = await world.stores.accounts.byAddresses(emails)
    for (const email of emails)
      expect(records.get(email)).toMatchObject({ revision: 2, claim: { version: 1, claimingOrgId: orgId } })
    const [header = [], ...rows] = await tableOf(Buffer.from(world.bucket.text(imports[0]?.reportKey ?? '')))
    expect(rows.map((cells) => cells[header.indexOf('Result')])).toEqual(
      Array.from({ length: ROWS }, (_, row) => (CLAIMABLE.includes(row) ? 'claimed' : 'refused')),
    )
  }

  it('I6: killed at any one of its calls it goes on, and loses and repeats nothing', async () => {
    expect(calls).toBeGreaterThan(35)
    expect(calls).toBeLessThanOrEqual(MAX_CALLS)
    // Behind one call is before the next.
    for (let at = 1; at <= calls; at++) await importUnder({ at, when: 'before' })
    await importUnder({ at: calls, when: 'after' })
  })

  it('A1: whatever was cut off, each claim and each import left its audit entries once', async () => {
    expect(done).toHaveLength(calls + 2)
    const entries = new Map<string, string[]>()
    for (const [key, item] of Object.entries(await dump(db))) {
      if (!key.startsWith('A#')) continue
      const orgId = key.split('#')[1] ?? ''
      entries.set(orgId, [...(entries.get(orgId) ?? []), String(item.what)])
    }
    for (const { orgId, emails } of done)
      expect(entries.get(orgId)?.toSorted()).toEqual([
        ...emails.map(() => 'claim.created'),
        'import.completed',
        'import.started',
      ])
  })

  it('A2, C6: events and mails are told again under the same ids only', async () => {
    const eventsOf = ({ orgId }: Run) =>
      new Set(world.bus.published.filter(({ detail }) => detail.orgId === orgId).map(({ id }) => id))
    const mails = world.queues.mails.sent.map((mail) => JSON.stringify(mail))
    for (const run of done) {
      expect(eventsOf(run).size).toBe(run.emails.length + 2)
      const own = mails.filter((mail) => mail.includes(`"orgId":"${run.orgId}"`))
      expect(new Set(own).size).toBe(run.emails.length + 1)
    }
  })
})
