import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { boot } from '../../infra/local/boot.ts'
import { Random } from '../simulation/random.ts'
import { claimView, DOMAIN, expectOk, importView, World } from '../support/world.ts'
import { GUESTS_EVERY_WEEKS, oneWeek, STAFF, staffOf } from './endure-week.ts'
import { residentBytes } from './memory.ts'

/**
 * Plays a year of one organization in simulated time, week by week: see `oneWeek`. At the end every list can still be
 * paged to its end, queues are empty, nothing is stuck, and neither latency, memory nor what a week adds to the table
 * has grown.
 *
 *   npm run endure [-- --weeks 52] [--people 150] [--seed 1]
 */
const { values } = parseArgs({
  options: { weeks: { type: 'string' }, people: { type: 'string' }, seed: { type: 'string' } },
})

const weeks = Number(values.weeks ?? 52)
const people = Number(values.people ?? 150)
const random = new Random(Number(values.seed ?? 1), 'a year')

/** The limit for the last quarter of the year divided by the first. More is growth, less is noise. */
const MAX_LATENCY_GROWTH = 1.5
const MAX_MEMORY_GROWTH = 1.3
/** The same limit for the items that a week adds: claims, their audit entries, and what is kept for 28 days. */
const MAX_TABLE_GROWTH = 1.2
/** Samples of each measurement, every week. */
const LOOKS = 5
/** Weeks until expiry balances growth: files, jobs and their parts are kept for 28 days. */
const WEEKS_KEPT = 5

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const entry = z.looseObject({})

interface Week {
  readonly latencyMs: number
  readonly bytes: number
  /** Items in the table, and records in its stream. */
  readonly items: number
  readonly streamed: number
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, each) => sum + each, 0) / numbers.length

async function lookAround(world: World): Promise<number> {
  const took: number[] = []
  const paths = ['/v1/claims?limit=20', '/v1/users?limit=20', '/v1/audit?limit=20', '/v1/imports?limit=20']
  for (let look = 0; look < LOOKS; look++)
    for (const path of paths) {
      const at = performance.now()
      expectOk(await world.as('acme', 'GET', path))
      took.push(performance.now() - at)
    }
  // The minimum, since other work on the machine isn’t growth.
  return Math.min(...took)
}

function counts(databasePath: string, tableName: string): Pick<Week, 'items' | 'streamed'> {
  using db = new DatabaseSync(databasePath, { readOnly: true, timeout: 10_000 })
  const count = (table: string): number => Number(db.prepare(`SELECT count(*) AS n FROM "${table}"`).get()?.n)
  return { items: count(tableName), streamed: count('_stream_records') }
}

interface Finding {
  readonly what: string
  readonly found: number
  readonly holds: boolean
}

/** The length of every list that an admin has, by reading all its pages. */
async function listed(world: World): Promise<Readonly<Record<string, number>>> {
  const paths = {
    acme: ['/v1/users', '/v1/claimable-users', '/v1/domains', '/v1/audit?what=claim.resent'],
    dunes: ['/v1/directory/syncs', '/v1/outgoing-claims', '/v1/users?status=inactive'],
  }
  const lengths: Record<string, number> = {}
  for (const [org, all] of Object.entries(paths))
    for (const path of all) lengths[`${org} ${path}`] = (await world.list(entry, org, path)).length
  return lengths
}

async function lookAtTheEnd(world: World, year: readonly Week[]): Promise<readonly Finding[]> {
  await world.service.advance('P30D')
  for (const [list, length] of Object.entries(await listed(world))) print(`  ${list}: ${length}`)
  const claims = await world.list(claimView, 'acme', '/v1/claims')
  const imports = await world.list(importView, 'acme', '/v1/imports')
  const audit = await world.list(entry, 'acme', '/v1/audit')
  const queues = Object.values(await world.service.queues())
  const waiting = queues.reduce(
    (sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed,
    0,
  )
  const running = claims.filter(({ status }) => status === 'open' || status === 'migrating').length
  const quarter = Math.max(1, Math.floor(year.length / 4))
  const growth = (of: (week: Week) => number): number =>
    mean(year.slice(-quarter).map(of)) / mean(year.slice(0, quarter).map(of))
  const latency = growth(({ latencyMs }) => latencyMs)
  const memory = growth(({ bytes }) => bytes)
  // What each week added, once items kept for 28 days expire as fast as they are added.
  const added = year.map(({ items }, n) => items - (year[n - 1]?.items ?? 0)).slice(WEEKS_KEPT)
  const half = Math.max(1, Math.floor(added.length / 2))
  const table = added.length < 4 ? 1 : mean(added.slice(-half)) / mean(added.slice(0, half))
  // The stream keeps a day, whose writes differ from week to week. If it kept more, it would soon have more than a week adds.
  const mostAdded = Math.max(...year.map(({ items }, n) => items - (year[n - 1]?.items ?? 0)))
  const streamed = Math.max(...year.map((week) => week.streamed)) / mostAdded
  const bounced = claims.filter(({ notification }) => notification === 'bounced').length
  const orgs = z
    .object({ items: z.array(entry) })
    .parse(expectOk(await world.platform('GET', '/organizations?limit=100')).body)
  const schedules = await world.service.schedules()
  const problems = await world.service.problems()
  for (const problem of problems.slice(0, 5)) print(`  PROBLEM ${problem}`)
  return [
    { what: 'claims that the list pages to', found: claims.length, holds: claims.length === weeks * people },
    { what: 'claims that are still running', found: running, holds: running === 0 },
    { what: 'claims whose mail came back', found: bounced, holds: bounced > 0 && bounced <= 2 * weeks },
    {
      what: 'organizations, those that were deleted left out',
      found: orgs.items.length,
      holds: orgs.items.length === 3,
    },
    // Staff that left last will be deleted on their day.
    { what: 'schedules that are left', found: schedules.length, holds: schedules.length <= STAFF },
    {
      what: 'items that a week adds to the table, second half ÷ first',
      found: table,
      holds: table <= MAX_TABLE_GROWTH,
    },
    {
      what: 'records that the stream keeps, at most, ÷ items that a week adds, at most',
      found: streamed,
      holds: streamed <= 1,
    },
    // An import is kept for 28 days.
    { what: 'imports kept', found: imports.length, holds: imports.length <= weeks },
    {
      what: 'audit entries that the list pages to',
      found: audit.length,
      holds: audit.length >= 2 * weeks * people,
    },
    { what: 'messages in queues, dead letters included', found: waiting, holds: waiting === 0 },
    { what: 'problems that the service found', found: problems.length, holds: problems.length === 0 },
    { what: 'latency of lists, last quarter ÷ first', found: latency, holds: latency <= MAX_LATENCY_GROWTH },
    {
      what: 'memory of a function’s process, last quarter ÷ first',
      found: memory,
      holds: memory <= MAX_MEMORY_GROWTH,
    },
  ]
}

const running = await boot()
const { databasePath } = running
if (databasePath === undefined) throw new Error('this takes the embedded DynamoDB: unset DYNAMODB_ENDPOINT')
const world = await World.of(running)
try {
  const begun = performance.now()
  await world.org('personal', 'consumer')
  await world.org('acme', 'enterprise', { adminEmails: [`it@${DOMAIN}`] })
  await world.org('dunes', 'enterprise', { directorySync: true })
  await world.verify('acme', DOMAIN)
  for (const id of staffOf()) await world.user(id, { orgId: 'dunes', email: `${id}@dunes.example` })
  const year: Week[] = []
  for (let week = 0; week < weeks; week++) {
    await oneWeek(world, { week, people, random })
    const latencyMs = await lookAround(world)
    const bytes = await residentBytes(world)
    const { items, streamed } = counts(databasePath, running.endpoints.table)
    year.push({ latencyMs, bytes, items, streamed })
    const minutes = (performance.now() - begun) / 60_000
    print(
      `  week ${week + 1}: ${latencyMs.toFixed(1)} ms, ${(bytes / 2 ** 20).toFixed(0)} MiB, ${items} items, ${streamed} of the stream, after ${minutes.toFixed(1)} min`,
    )
  }
  // The last temporary organization is deleted in the next week.
  if ((weeks - 1) % GUESTS_EVERY_WEEKS === 0) await oneWeek(world, { week: weeks, people: 0, random })
  const findings = await lookAtTheEnd(world, year)
  print(`${weeks} weeks of ${people} people, in ${((performance.now() - begun) / 60_000).toFixed(1)} min`)
  for (const { what, found, holds } of findings) {
    print(`  ${holds ? 'ok    ' : 'FAILED'} ${what}: ${Number.isInteger(found) ? found : found.toFixed(2)}`)
    if (!holds) process.exitCode = 1
  }
} finally {
  await world.stop()
}
