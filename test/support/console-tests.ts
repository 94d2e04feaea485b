import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { findChromium, launchChromium } from './chromium.ts'
import { open, type SignInAs, watchConsole } from './console.ts'
import { DOMAIN, type World } from './world.ts'
import { smallWorld } from './worlds.ts'

const executablePath = findChromium()
if (executablePath === undefined) console.warn('No screen is tested: there is no Chromium (CHROMIUM_PATH).')

export const WIDTHS_PX = [360, 1280] as const
export const SCHEMES = ['light', 'dark'] as const
export const HEIGHT_PX = 800

/** Every size and colour scheme that screens are looked at in: for `it.each`, as width and scheme. */
export const looks = WIDTHS_PX.flatMap((width) => SCHEMES.map((colorScheme) => [width, colorScheme] as const))

/** What Chromium says of an answer that refuses: the API's word, and no fault of the page. */
const REFUSED = /status of 4\d\d /

/** An address of whoever's id this is, on the domain that acme has verified. */
export const address = (user: string): string => `${user}@${DOMAIN}`

type Opening = BrowserContextOptions & Partial<SignInAs>

/** What the tests of a file share: a service with few people, a browser, and what the last page that was opened complained of. */
export class ConsoleTests {
  #world: World | undefined
  #browser: Browser | undefined
  #faults: readonly string[] = []

  get world(): World {
    if (this.#world === undefined) throw new Error('the service is up in tests and hooks alone')
    return this.#world
  }

  get browser(): Browser {
    if (this.#browser === undefined) throw new Error('the browser is up in tests and hooks alone')
    return this.#browser
  }

  /** Errors and warnings of the last page. */
  get faults(): readonly string[] {
    return this.#faults
  }

  /** Those but for what the API refused, which Chromium counts among them. */
  get unexpectedFaults(): readonly string[] {
    return this.#faults.filter((text) => !REFUSED.test(text))
  }

  async begin(): Promise<void> {
    // One after the other: two cores are busy enough with a service that starts.
    this.#world = await smallWorld()
    this.#browser = await launchChromium(executablePath ?? '')
  }

  async end(): Promise<void> {
    await this.#browser?.close()
    await this.#world?.stop()
  }

  /** A page with a session of its own, with nothing open in it yet. */
  async page(options: BrowserContextOptions = {}): Promise<Page> {
    const viewport = { width: 1280, height: HEIGHT_PX }
    const page = await this.browser.newPage({ locale: 'en-US', viewport, ...options })
    this.#faults = watchConsole(page)
    return page
  }

  /** A place of the console as an admin of acme, or whoever is named, sees it. */
  async open(path: string, heading: string, { org = 'acme', role, ...options }: Opening = {}): Promise<Page> {
    const page = await this.page(options)
    await open(page, this.world, path, heading, { org, ...(role !== undefined && { role }) })
    return page
  }
}

/** Tests of the console in Chromium; skipped, with a word, where there is none. */
export function describeInChromium(title: string, define: (tests: ConsoleTests) => void): void {
  describe.skipIf(executablePath === undefined)(title, () => {
    const tests = new ConsoleTests()
    beforeAll(() => tests.begin())
    afterAll(() => tests.end())
    define(tests)
  })
}
