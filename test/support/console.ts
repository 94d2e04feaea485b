import type { Page } from 'playwright-core'
import * as z from 'zod'
import type { World } from './world.ts'

export type Role = 'admin' | 'reader'

export interface SignInAs {
  readonly org: string
  readonly role?: Role
}

/** Signs in on the local issuer's page, which leads back to the console. */
async function signIn(page: Page, { org, role = 'admin' }: SignInAs): Promise<void> {
  await page.getByRole('textbox').fill(org)
  await page.locator(`input[name=role][value=${role}]`).check()
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** What Chromium logs about an answer that the console retries. Some occur if DynamoDB has faults. */
const ASKED_AGAIN = /^Failed to load resource: the server responded with a status of 503 /
const hasFaults = process.env.DYNAMODB_FAULTS !== undefined

/**
 * Collects what goes wrong in a page from now on: errors and warnings on its console, also those of its content
 * security policy.
 */
export function watchConsole(page: Page): string[] {
  const faults: string[] = []
  page.on('console', (message) => {
    const text = message.text()
    if (!['error', 'warning'].includes(message.type())) return
    if (!(hasFaults && ASKED_AGAIN.test(text))) faults.push(text)
  })
  page.on('pageerror', (error) => faults.push(error.message))
  return faults
}

export interface ScreenAt {
  readonly name: string
  /** Path below `/console`. */
  readonly path: string
  /** Its heading in English; the screen is loaded when it appears. */
  readonly heading: string
}

/** Every screen. Add new screens here, so that every test of all screens includes them. */
export const everyScreen: readonly ScreenAt[] = [
  { name: 'overview', path: '', heading: 'Overview' },
  { name: 'claim-users', path: '/claim-users', heading: 'Who' },
  { name: 'claims', path: '/claims', heading: 'Claims' },
  { name: 'imports', path: '/imports', heading: 'Imports' },
  { name: 'users', path: '/users', heading: 'Users' },
  { name: 'directory', path: '/directory', heading: 'Directory' },
  { name: 'domains', path: '/domains', heading: 'Domains' },
  { name: 'outgoing-claims', path: '/outgoing-claims', heading: 'Outgoing claims' },
  { name: 'audit', path: '/audit', heading: 'Audit' },
  { name: 'settings', path: '/settings', heading: 'Settings' },
]

export const consoleUrl = (world: World, path = ''): string => `${world.service.endpoints.api}/console${path}`

/**
 * Opens a path of the console, through the issuer's page if nobody is signed in, and waits until its first data are
 * shown.
 */
export async function open(
  page: Page,
  world: World,
  path: string,
  heading: string,
  who: SignInAs = { org: 'acme' },
): Promise<void> {
  await page.goto(consoleUrl(world, path))
  const shown = page.getByRole('heading', { level: 1, name: heading, exact: true })
  await page.getByRole('heading', { level: 1, name: 'Sign in', exact: true }).or(shown).waitFor()
  if (page.url().startsWith(world.service.endpoints.issuer)) await signIn(page, who)
  await shown.waitFor()
  await loaded(page)
}

/** What the console shows while it loads, in each of its languages. */
const LOADING = /^(?:Loading|Laden|Wird geladen|Chargement|Cargando)$/

/** Waits until nothing on the page is loading. */
export async function loaded(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  for (const each of await page.getByText(LOADING).all()) await each.waitFor({ state: 'hidden' })
}

/** More tab stops than any screen has. */
const MAX_STOPS = 200

// Passed as an expression and not as a function: it runs in the page, and this program's types don't know the DOM.
const focusedName = `(() => {
  const at = document.activeElement
  const labels = [...(at.labels ?? [])].map((label) => label.innerText)
  const labelled = (at.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.innerText ?? '')
  const names = [at.getAttribute('aria-label') ?? '', at.innerText ?? '', ...labels, ...labelled]
  return { tag: at.tagName.toLowerCase(), names: names.map((name) => name.trim()) }
})()`
const focused = z.object({ tag: z.string(), names: z.array(z.string()) })

/** Moves the focus by Tab (or Shift+Tab) alone to the element with this tag and name. */
export async function tabTo(
  page: Page,
  tag: 'a' | 'button' | 'input',
  name: string,
  key: 'Tab' | 'Shift+Tab' = 'Tab',
): Promise<void> {
  for (let stop = 0; stop < MAX_STOPS; stop++) {
    await page.keyboard.press(key)
    const at = focused.parse(await page.evaluate(focusedName))
    if (at.tag === tag && at.names.includes(name)) return
  }
  throw new Error(`${key} does not come to ${name}`)
}
