/**
 * `npm run screens [-- TEXT]`: pictures of the console's screens whose names hold the text, on a phone and a desk, light and
 * dark, in English and Dutch, to look at. They go to `.local/screens`.
 */
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { localFolder } from '../../infra/local/instance/endpoints.ts'
import { findChromium, launchChromium } from '../support/chromium.ts'
import { everyScreen, loaded, open } from '../support/console.ts'
import { DOMAIN, fillSmallWorld, World } from '../support/world.ts'

const WIDTHS_PX = [360, 1280] as const
const SCHEMES = ['light', 'dark'] as const
const HEIGHT_PX = 900

const people = ['ada', 'bob', 'chloe', 'dieter', 'elena', 'finn', 'gwen', 'hugo', 'iris', 'joost'] as const

/** Something of everything: claims of each kind, some about to end, one revoked, one whose mail came back. */
async function fill(world: World): Promise<void> {
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
  await world.service.settle()
}

/** What is looked at beside each screen as it opens. */
const further: Readonly<Record<string, readonly (readonly [string, (page: Page) => Promise<unknown>])[]>> = {
  claims: [['claim', (page) => page.getByRole('link', { name: `finn@${DOMAIN}` }).click()]],
  'claim-users': [
    ['chosen', (page) => page.getByRole('checkbox', { name: `joost@${DOMAIN}` }).check()],
    ['how', (page) => page.getByRole('button', { name: /^(Next|Volgende)$/ }).click()],
    ['preview', (page) => page.getByRole('button', { name: /^(Next|Volgende)$/ }).click()],
    ['confirm', (page) => page.getByRole('button', { name: /^(Next|Volgende)$/ }).click()],
  ],
}

const [only = ''] = process.argv.slice(2)
const executablePath = findChromium()
if (executablePath === undefined) throw new Error('There is no Chromium: set CHROMIUM_PATH.')
const folder = path.join(localFolder, 'screens')
await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })

const [browser, world] = await Promise.all([launchChromium(executablePath), World.boot()])
await fillSmallWorld(world)
let taken = 0
try {
  await fill(world)
  for (const width of WIDTHS_PX)
    for (const colorScheme of SCHEMES)
      for (const locale of ['en', 'nl'] as const) {
        const viewport = { width, height: HEIGHT_PX }
        const context = await browser.newContext({ viewport, colorScheme, locale: 'en' })
        const page = await context.newPage()
        await open(page, world, '', 'Overview')
        await page.evaluate(`localStorage.setItem('console.language', '${locale}')`)
        const take = async (name: string) => {
          await loaded(page)
          const file = `${name}-${locale}-${width}-${colorScheme}.png`
          await page.screenshot({ path: path.join(folder, file), fullPage: true })
          taken++
        }
        for (const { name, path: place } of everyScreen.filter((each) => each.name.includes(only))) {
          await page.goto(`${world.service.endpoints.api}/console${place}`)
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
