import type { BrowserContext, Page } from 'playwright-core'
import type { World } from './world.ts'

export type Role = 'admin' | 'reader'

export interface SignInAs {
  readonly org: string
  readonly role?: Role
}

/** Signs everybody who comes to the service's issuer in as who is said, in place of the page that would ask. */
export async function issuerIn(context: BrowserContext, world: World, who: () => SignInAs): Promise<void> {
  const { issuer } = world.service.endpoints
  await context.route(`${issuer}/authorize?*`, async (route) => {
    const { org, role = 'admin' } = who()
    const { searchParams: asked } = new URL(route.request().url())
    const answer = await fetch(`${issuer}/authorize`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams([...asked, ['org', org], ['role', role]]),
    })
    const location = answer.headers.get('location')
    if (location === null) throw new Error(`${answer.status} ${await answer.text()}`)
    await route.fulfill({ status: 302, headers: { location } })
  })
}

/** What goes wrong in a page from now on: errors and warnings on its console, refusals of its policy among them. */
export function watchConsole(page: Page): string[] {
  const faults: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  return faults
}
