import { parseArgs } from 'node:util'
import type { Page, Request } from 'playwright-core'
import * as z from 'zod'
import { boot } from '../../infra/local/boot.ts'
import { createMeter, type MeteredUnits } from '../../infra/local/aws/gateway/meter.ts'
import { MAX_RECORDS_READ } from '../../shared/usecases/lists/fill-page.ts'
import { findChromium, launchChromium } from '../support/chromium.ts'
import { consoleUrl, everyScreen, loaded, open } from '../support/console.ts'
import { claimView, DOMAIN, expectOk, World } from '../support/world.ts'
import { fillLargeOrg, LARGE_ORG } from './large-org.ts'

/**
 * Opens every screen of the console in Chromium for an organization with 100,000 users and 100,000 claims, and counts
 * the requests until the first rows are shown, and the records that each request reads.
 *
 *   npm run console:large [-- --people 100000] [--only TEXT]
 *
 * Fails if the first rows take more than two requests in sequence, or if a request other than the summary reads more
 * than 1,000 records.
 */
const { values } = parseArgs({ options: { people: { type: 'string' }, only: { type: 'string' } } })

const people = Number(values.people ?? 100_000)
/** More than the console looks at in one request. */
const DOMAINS = 120
/** Users of the organization at first: a sync that lacks them all is held (Y8). */
const STAFF = 12
/** Rows of the previewed file. */
const ROWS = 3_000

/** Requests in sequence; parallel ones count once. */
const MAX_ROUNDS = 2
/** Records read besides those of the list: organizations, domains and the like. */
const BESIDE = 50
/** Requests of the frame, the same for every screen. */
const ofTheFrame: readonly string[] = ['/v1/me', '/v1/organization']
/** Counted exactly up to 10,000 of each, as the contract has it. */
const SUMMARY = '/v1/summary'

/** The summary counts 10,000 users and as many claims. */
const WAIT_MS = 120_000

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

interface Visit {
  readonly name: string
  readonly path: string
  readonly heading: string
  /** What counts as the first rows of screens without a table. */
  readonly rows?: (page: Page) => ReturnType<Page['locator']>
}

const numbers = (page: Page) => page.getByRole('link', { name: /^Open: / })
const fields = (page: Page) => page.getByRole('button', { name: 'Save' })

/** A table’s rows, except the one that says that it is loading or empty. */
const tableRows = (page: Page) => page.locator('tbody tr:not(:has(td[colspan]))')

async function fill(world: World, databasePath: string): Promise<Jobs> {
  await world.org('personal', 'consumer')
  await world.org(LARGE_ORG, 'enterprise', { adminEmails: [`it@${DOMAIN}`] })
  await world.verify(LARGE_ORG, DOMAIN)
  for (let n = 0; n < DOMAINS; n++)
    expectOk(await world.as(LARGE_ORG, 'POST', '/v1/domains', { domain: `d${n}.${DOMAIN}` }))
  for (let n = 0; n < STAFF; n++)
    await world.user(`staff${n}`, { orgId: LARGE_ORG, email: `staff${n}@${DOMAIN}` })
  await world.service.settle()
  const jobs = await work(world)
  const begun = performance.now()
  const now = await world.service.now()
  await fillLargeOrg(databasePath, world.service.endpoints.table, { people, domain: DOMAIN, now })
  print(`${people} users and ${people} claims in ${seconds(begun)}`)
  return jobs
}

const seconds = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`

const importOf = z.looseObject({
  importId: z.string(),
  upload: z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }),
})
const syncOf = z.looseObject({ syncId: z.string() })

interface Jobs {
  readonly importId: string
  readonly syncId: string
}

/** A file that was previewed, and a full sync that would make everybody inactive, which is held (Y8). */
async function work(world: World): Promise<Jobs> {
  const rows = Array.from({ length: ROWS }, (_, n) => `claimed${n}@${DOMAIN}`)
  const csv = `Email\n${rows.join('\n')}\n`
  const made = importOf.parse(
    expectOk(
      await world.as(LARGE_ORG, 'POST', '/v1/imports', {
        fileName: 'large.csv',
        sizeBytes: csv.length,
        preview: true,
      }),
    ).body,
  )
  const form = new FormData()
  for (const [name, value] of Object.entries(made.upload.fields)) form.append(name, value)
  form.append('file', new Blob([csv]))
  const uploaded = await fetch(made.upload.url, { method: 'POST', body: form })
  if (!uploaded.ok) throw new Error(`the bucket answered ${uploaded.status}`)
  const sync = syncOf.parse(
    expectOk(
      await world.as(LARGE_ORG, 'POST', '/v1/directory/syncs', {
        mode: 'full',
        emails: [`staff0@${DOMAIN}`],
      }),
    ).body,
  )
  await world.service.settle()
  return { importId: made.importId, syncId: sync.syncId }
}

const meter = createMeter()
const sum = (units: MeteredUnits): number => Object.values(units).reduce((all, each) => all + each, 0)

interface Reading {
  readonly records: number
  readonly entries: number
  readonly units: number
  readonly ms: number
}

/** Repeats the request alone, so that only its own reads are counted. */
async function readingOf(world: World, url: string): Promise<Reading> {
  meter.take()
  const begun = performance.now()
  expectOk(await world.as(LARGE_ORG, 'GET', url))
  const ms = performance.now() - begun
  const operations = [...meter.take()]
    .filter(([key]) => key.includes('ADMINAPI'))
    .flatMap(([, caller]) => Object.values(caller.operations))
  const records = operations.reduce((all, { items }) => all + (items.table ?? 0), 0)
  const found = operations.reduce((all, { items }) => all + sum(items), 0)
  const units = operations.reduce((all, { reads }) => all + sum(reads), 0)
  return { records, entries: found - records, units, ms }
}

interface Asked {
  readonly url: string
  readonly at: number
  answeredAt?: number
}

/** The number of requests that were waited for in sequence until then. */
function roundsUntil(shownAt: number, asked: readonly Asked[]): number {
  let rounds = 0
  let answeredAt = Number.NEGATIVE_INFINITY
  for (const each of asked.filter(({ at }) => at < shownAt)) {
    if (each.at < answeredAt) continue
    rounds += 1
    answeredAt = each.answeredAt ?? shownAt
  }
  return rounds
}

async function visit(page: Page, world: World, { path: place, heading, rows = tableRows }: Visit) {
  const asked: Asked[] = []
  const placeOf = (request: Request): string => {
    const { pathname, search } = new URL(request.url())
    return `${pathname}${search}`
  }
  const begin = (request: Request): void => {
    const url = placeOf(request)
    if (url.startsWith('/v1/') && !ofTheFrame.includes(url)) asked.push({ url, at: performance.now() })
  }
  const end = (request: Request): void => {
    const found = asked.find((each) => each.url === placeOf(request) && each.answeredAt === undefined)
    if (found !== undefined) found.answeredAt = performance.now()
  }
  page.on('request', begin)
  page.on('requestfinished', end)
  await page.goto(consoleUrl(world, place))
  await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
  const first = rows(page).first()
  await Promise.race([
    first.waitFor({ timeout: WAIT_MS }),
    page.getByText('None so far').first().waitFor({ timeout: WAIT_MS }),
    page.getByText(/^(?:No (?:claim|change) matches|Nobody is claiming .*)$/).waitFor({ timeout: WAIT_MS }),
  ])
  const shownAt = performance.now()
  await loaded(page)
  page.off('request', begin)
  page.off('requestfinished', end)
  return {
    untilRows: roundsUntil(shownAt, asked),
    urls: [...new Set(asked.map(({ url }) => url))],
    hasRows: (await rows(page).count()) > 0,
  }
}

const executablePath = findChromium()
if (executablePath === undefined) throw new Error('There is no Chromium: set CHROMIUM_PATH.')
const [browser, running] = await Promise.all([launchChromium(executablePath), boot({ meter })])
const world = await World.of(running)
try {
  const { databasePath } = running
  if (databasePath === undefined) throw new Error('this takes the embedded DynamoDB: unset DYNAMODB_ENDPOINT')
  const { importId, syncId } = await fill(world, databasePath)
  const listed = z
    .object({ items: z.array(claimView) })
    .parse(expectOk(await world.as(LARGE_ORG, 'GET', '/v1/claims?limit=1')).body)
  const claimId = encodeURIComponent(listed.items[0]?.claimId ?? '')
  const special: Readonly<Record<string, Visit['rows']>> = { overview: numbers, settings: fields }
  const visits: readonly Visit[] = [
    ...everyScreen.map((screen): Visit => {
      const rows = special[screen.name]
      return rows === undefined ? screen : { ...screen, rows }
    }),
    { name: 'claims: revocable', path: '/claims?revocable=true', heading: 'Claims' },
    { name: 'claims: bounced', path: '/claims?notification=bounced', heading: 'Claims' },
    { name: 'claims: revoked (none)', path: '/claims?status=revoked', heading: 'Claims' },
    { name: 'claims: address', path: `/claims?email=claimed77@${DOMAIN}`, heading: 'Claims' },
    { name: 'claims: prefix', path: '/claims?email=claimed77', heading: 'Claims' },
    { name: 'claim', path: `/claims?claim=${claimId}`, heading: 'Claims' },
    { name: 'users: inactive', path: '/users?status=inactive', heading: 'Users' },
    { name: 'users: address', path: `/users?email=user77@${DOMAIN}`, heading: 'Users' },
    { name: 'audit: kind (none)', path: '/audit?what=claim.revoked', heading: 'Audit' },
    { name: 'audit: claim', path: `/audit?claimId=${claimId}`, heading: 'Audit' },
    { name: 'import', path: `/imports/${importId}`, heading: 'large.csv' },
    { name: 'sync', path: `/directory/${syncId}`, heading: 'Full sync' },
  ]
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage()
  await open(page, world, '/settings', 'Settings', { org: LARGE_ORG })
  const readings = new Map<string, Reading>()
  for (const each of visits.filter(({ name }) => name.includes(values.only ?? ''))) {
    const visited = await visit(page, world, each).catch((error: unknown) => String(error).split('\n')[0])
    if (typeof visited !== 'object') {
      print(`FAILED ${each.name}: ${visited}`)
      process.exitCode = 1
      continue
    }
    const { untilRows, urls, hasRows } = visited
    const late = untilRows > MAX_ROUNDS
    print(
      `${late ? 'FAILED' : 'ok    '} ${each.name}: ${untilRows} in turn until ${hasRows ? 'first rows' : 'it says there are none'}, ${urls.length} requests in all`,
    )
    if (late) process.exitCode = 1
    for (const url of urls) {
      const reading = readings.get(url) ?? (await readingOf(world, url))
      readings.set(url, reading)
      const { records, entries, units, ms } = reading
      const tooMany = records > MAX_RECORDS_READ + BESIDE && url !== SUMMARY
      print(
        `  ${tooMany ? 'FAILED' : 'ok    '} ${String(records).padStart(6)} records, ${String(entries).padStart(6)} index entries, ${units.toFixed(1).padStart(8)} R, ${ms.toFixed(0).padStart(6)} ms  ${decodeURIComponent(url)}`,
      )
      if (tooMany) process.exitCode = 1
    }
  }
} finally {
  await browser.close()
  await world.stop()
}
