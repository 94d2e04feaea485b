import { parseArgs } from 'node:util'
import * as z from 'zod'
import { Random } from '../simulation/random.ts'
import { claimView, DOMAIN, expectOk, importView, World } from '../support/world.ts'
import { residentBytes } from './memory.ts'

/**
 * A year of one organization by the clock, week by week: people join, are claimed by a file, decide or don't, are revoked,
 * leave the directory of another org and are removed. In the end as in the beginning every list pages to its end, queues
 * are empty, nothing is stuck, and neither latency nor memory has grown.
 *
 *   npm run endure [-- --weeks 52] [--people 150] [--seed 1]
 */
const { values } = parseArgs({
  options: { weeks: { type: 'string' }, people: { type: 'string' }, seed: { type: 'string' } },
})

const weeks = Number(values.weeks ?? 52)
const people = Number(values.people ?? 150)
const random = new Random(Number(values.seed ?? 1), 'a year')

/** The last quarter of the year against the first: more is growth, less is noise. */
const MAX_LATENCY_GROWTH = 1.5
const MAX_MEMORY_GROWTH = 1.3
/** Of each thing that is looked at, every week. */
const LOOKS = 5
/** Y8: a directory that lacks more than a fifth is held. */
const STAFF = 60
const STAFF_LEAVING = 5

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const signInView = z.looseObject({ decisionUrl: z.string().optional() })
const entry = z.looseObject({})

interface Week {
  readonly latencyMs: number
  readonly bytes: number
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
  // The least: what the machine did besides is no growth.
  return Math.min(...took)
}

async function oneWeek(world: World, week: number): Promise<Week> {
  const mine = Array.from({ length: people }, (_, n) => `w${week}-${n}`)
  const header = 'userId,email,firstName,lastName,orgId,status,paid,locale'
  const rows = mine.map((id) => `${id},${id}@${DOMAIN},Per,Son ${id},personal,active,false,en`)
  await world.service.upload(`accounts/week-${week}.csv`, `${header}\n${rows.join('\n')}\n`)
  await world.service.settle()
  const imported = await world.import(
    'acme',
    `week-${week}.csv`,
    `Email\n${mine.map((id) => `${id}@${DOMAIN}`).join('\n')}\n`,
  )
  if (imported.claimed !== people) throw new Error(`week ${week}: ${JSON.stringify(imported)}`)
  for (const id of mine) {
    if (random.chance(0.1)) await decide(world, `${id}@${DOMAIN}`)
    else if (random.chance(0.05)) await revoke(world, `${id}@${DOMAIN}`)
  }
  const staff = Array.from({ length: STAFF }, (_, n) => `staff${n}`)
  const away = (week * STAFF_LEAVING) % STAFF
  const listed = staff
    .filter((_, n) => n < away || n >= away + STAFF_LEAVING)
    .map((id) => `${id}@dunes.example`)
  expectOk(await world.as('dunes', 'POST', '/v1/directory/syncs', { mode: 'full', emails: listed }))
  await world.service.advance('P7D')
  return { latencyMs: await lookAround(world), bytes: await residentBytes(world) }
}

async function decide(world: World, email: string): Promise<void> {
  const answer = expectOk(await world.platform('POST', '/sign-ins', { email }))
  const { decisionUrl } = signInView.parse(answer.body)
  if (decisionUrl === undefined) throw new Error(`nothing to decide for ${email}`)
  const decision = random.chance(0.5) ? 'delete_original' : 'transfer_content'
  expectOk(await world.service.api('POST', new URL(decisionUrl).pathname, { body: { decision } }))
}

async function revoke(world: World, email: string): Promise<void> {
  const found = z
    .object({ items: z.array(claimView) })
    .parse(expectOk(await world.as('acme', 'GET', `/v1/claims?email=${encodeURIComponent(email)}`)).body)
  const claim = found.items.find(({ status }) => status === 'open')
  if (claim === undefined) throw new Error(`no open claim of ${email}`)
  expectOk(await world.as('acme', 'POST', `/v1/claims/${encodeURIComponent(claim.claimId)}/revoke`))
}

interface Finding {
  readonly what: string
  readonly found: number
  readonly holds: boolean
}

async function lookAtTheEnd(world: World, year: readonly Week[]): Promise<readonly Finding[]> {
  await world.service.advance('P30D')
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
  const problems = await world.service.problems()
  for (const problem of problems.slice(0, 5)) print(`  PROBLEM ${problem}`)
  return [
    { what: 'claims that the list pages to', found: claims.length, holds: claims.length === weeks * people },
    { what: 'claims that are still running', found: running, holds: running === 0 },
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

const world = await World.boot()
try {
  const begun = performance.now()
  await world.org('personal', 'consumer')
  await world.org('acme', 'enterprise', { adminEmails: [`it@${DOMAIN}`] })
  await world.org('dunes', 'enterprise', { directorySync: true })
  await world.verify('acme', DOMAIN)
  for (let n = 0; n < STAFF; n++)
    await world.user(`staff${n}`, { orgId: 'dunes', email: `staff${n}@dunes.example` })
  const year: Week[] = []
  for (let week = 0; week < weeks; week++) year.push(await oneWeek(world, week))
  const findings = await lookAtTheEnd(world, year)
  print(`${weeks} weeks of ${people} people, in ${((performance.now() - begun) / 60_000).toFixed(1)} min`)
  for (const { what, found, holds } of findings) {
    print(`  ${holds ? 'ok    ' : 'FAILED'} ${what}: ${Number.isInteger(found) ? found : found.toFixed(2)}`)
    if (!holds) process.exitCode = 1
  }
} finally {
  await world.stop()
}
