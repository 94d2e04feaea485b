/**
 * `npm run screens [-- TEXT]`: takes pictures of the console’s screens (those whose names contain the text), on a
 * phone and a desktop, light and dark, in English and Dutch. They are stored in `.local/screens`.
 */
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import * as z from 'zod'
import { localFolder } from '../../infra/local/instance/endpoints.ts'
import { findChromium, launchChromium } from '../support/chromium.ts'
import { consoleUrl, everyScreen, loaded, open, type ScreenAt } from '../support/console.ts'
import { DOMAIN, expectOk, fillSmallWorld, World } from '../support/world.ts'

const WIDTHS_PX = [360, 1280] as const
const SCHEMES = ['light', 'dark'] as const
const HEIGHT_PX = 900

const people = ['ada', 'bob', 'chloe', 'dieter', 'elena', 'finn', 'gwen', 'hugo', 'iris', 'joost'] as const

/** Prepares data of every kind: claims of each type, some about to end, one revoked, one with a bounced mail. */
async function fill(world: World): Promise<{ readonly bouncedClaim: string }> {
  await world.as('acme', 'PATCH', '/v1/organization', {
    allowContentMigration: true,
    licenseTemplate: ['basic'],
    timeZone: 'Europe/Amsterdam',
  })
  for (const [n, user] of people.entries())
    await world.user(user, {
      firstName: user,
      lastName: 'de Boer',
      orgId: n % 4 === 0 ? 'dunes-bv' : 'personal',
    })
  await world.claim(
    'acme',
    people.slice(0, 4).map((user) => ({ email: `${user}@${DOMAIN}` })),
  )
  await world.service.settle()
  await world.service.advance('P8D')
  await world.claim(
    'acme',
    people.slice(4, 7).map((user) => ({ email: `${user}@${DOMAIN}` })),
  )
  await world.service.settle()
  const last = await world.claimed('acme', `hugo@${DOMAIN}`)
  await world.as('acme', 'POST', `/v1/claims/${encodeURIComponent(last.claimId)}/revoke`)
  await world.service.mailbox(`iris@${DOMAIN}`, 'bounce')
  await world.service.mailbox('it@noordzee.example', 'bounce')
  const bounced = await world.claimed('acme', `iris@${DOMAIN}`, {
    licenses: ['basic'],
    sendInvitations: false,
  })
  for (const user of staff) await world.user(user, { orgId: 'acme' })
  await world.as('acme', 'POST', '/v1/domains', { domain: 'nearly.example' })
  await world.service.setTxt('nearly.example', ['user-claims-verification=almost', 'v=spf1 -all'])
  await world.service.settle()
  // In the morning the admins get a digest of bounced mails; this one bounces, too.
  await world.service.advance('P1D')
  return { bouncedClaim: bounced.claimId }
}

/** Y8: more than a fifth of an organization's users, and more than five, hold a sync. */
const staff = Array.from({ length: 8 }, (_, n) => `staff${n}`)

const created = z.object({
  importId: z.string(),
  upload: z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }),
})

/** Screens of a single record, with their paths. */
async function details(world: World, bouncedClaim: string): Promise<readonly ScreenAt[]> {
  const csv = `Email,Colour\njoost@${DOMAIN},red\nnobody@${DOMAIN},green\nnot-an-address,blue\n`
  const asked = { fileName: 'people.csv', sizeBytes: csv.length, preview: true }
  const { importId, upload } = created.parse(
    expectOk(await world.as('acme', 'POST', '/v1/imports', asked)).body,
  )
  const form = new FormData()
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value)
  form.append('file', new Blob([csv]))
  await fetch(upload.url, { method: 'POST', body: form })
  const sync = { mode: 'full', emails: [`staff0@${DOMAIN}`] }
  const { syncId } = z
    .object({ syncId: z.string() })
    .parse(expectOk(await world.as('acme', 'POST', '/v1/directory/syncs', sync)).body)
  await world.service.settle()
  return [
    { name: 'import-detail', path: `/imports/${importId}`, heading: 'people.csv' },
    { name: 'sync-detail', path: `/directory/${syncId}`, heading: 'Full sync' },
    { name: 'user-detail', path: '/users?user=staff1', heading: 'Users' },
    { name: 'claim-bounced', path: `/claims?claim=${encodeURIComponent(bouncedClaim)}`, heading: 'Claims' },
  ]
}

const check = (page: Page) =>
  page
    .getByRole('button', { name: /: nearly\.example$/ })
    .first()
    .click()

/** Further states of screens, besides the one in which each opens. */
const further: Readonly<Record<string, readonly (readonly [string, (page: Page) => Promise<unknown>])[]>> = {
  claims: [['claim', (page) => page.getByRole('link', { name: `finn@${DOMAIN}` }).click()]],
  domains: [['looked-up', check]],
  'user-detail': [['remove', (page) => page.getByRole('button', { name: /^(Remove|Verwijderen)$/ }).click()]],
  'claim-bounced': [
    ['lift', (page) => page.getByRole('button', { name: /^(The address works|Het adres werkt)/ }).click()],
  ],
  'claim-users': [
    ['chosen', (page) => page.getByRole('checkbox', { name: `joost@${DOMAIN}` }).check()],
    ['how', (page) => page.getByRole('button', { name: /^(Next|Volgende)$/ }).click()],
    ['preview', (page) => page.getByRole('button', { name: /^(Next|Volgende)$/ }).click()],
    ['confirm', (page) => page.getByRole('button', { name: /^(Next|Volgende)$/ }).click()],
  ],
}

const studioTabs = ['Inbox', 'Schedules', 'Queues', 'DNS', 'Log', 'Events', 'Functions'] as const

const [only = ''] = process.argv.slice(2)
const executablePath = findChromium()
if (executablePath === undefined) throw new Error('There is no Chromium: set CHROMIUM_PATH.')
const folder = path.join(localFolder, 'screens')
await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })

const [browser, world] = await Promise.all([launchChromium(executablePath), World.boot()])
await fillSmallWorld(world)
let taken = 0
async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true })
  taken++
}

/** Pages outside the console: the local issuer’s, and the studio. */
async function takeOthers(page: Page, width: number, colorScheme: string): Promise<void> {
  const look = `en-${width}-${colorScheme}`
  if ('issuer'.includes(only)) {
    await page.goto(consoleUrl(world))
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    await picture(page, `issuer-${look}`)
  }
  if (!'studio'.includes(only)) return
  await page.goto(world.service.endpoints.inbox)
  for (const tab of studioTabs) {
    await page.getByRole('tab', { name: tab }).click()
    await page.locator('table:visible').first().waitFor()
    await picture(page, `studio-${tab.toLowerCase()}-${look}`)
  }
}

try {
  const { bouncedClaim } = await fill(world)
  const screens = [...everyScreen, ...(await details(world, bouncedClaim))].filter(({ name }) =>
    name.includes(only),
  )
  for (const width of WIDTHS_PX)
    for (const colorScheme of SCHEMES)
      for (const locale of ['en', 'nl'] as const) {
        const viewport = { width, height: HEIGHT_PX }
        const context = await browser.newContext({ viewport, colorScheme, locale: 'en' })
        const page = await context.newPage()
        if (locale === 'en') await takeOthers(page, width, colorScheme)
        await open(page, world, '', 'Overview')
        await page.evaluate(`localStorage.setItem('console.language', '${locale}')`)
        const take = async (name: string) => {
          await loaded(page)
          await picture(page, `${name}-${locale}-${width}-${colorScheme}`)
        }
        for (const { name, path: place } of screens) {
          await page.goto(consoleUrl(world, place))
          await page.getByRole('heading', { level: 1 }).waitFor()
          await take(name)
          for (const [part, goThere] of further[name] ?? []) {
            await goThere(page)
            await take(`${name}-${part}`)
          }
        }
        await context.close()
      }
} finally {
  await browser.close()
  await world.stop()
}
console.log(`${taken} pictures in ${folder}`)
