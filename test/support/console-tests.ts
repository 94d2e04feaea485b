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

/** Every window size and colour scheme that screens are tested in, as width and scheme for `it.each`. */
export const looks = WIDTHS_PX.flatMap((width) => SCHEMES.map((colorScheme) => [width, colorScheme] as const))

/** What Chromium logs about a refused request. The refusal is the API's, and not an error of the page. */
const REFUSED = /status of 4\d\d /

/** The address of the user with this id, on the domain that acme has verified. */
export const address = (user: string): string => `${user}@${DOMAIN}`

type Opening = BrowserContextOptions & Partial<SignInAs>

/**
 * Shared by the tests of a file: a service with few people, a browser, and the errors of the last page that was
 * opened.
 */
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

  /** Errors and warnings on the console of the last page. */
  get faults(): readonly string[] {
    return this.#faults
  }

  /** The same without refused requests, which Chromium logs as errors. */
  get unexpectedFaults(): readonly string[] {
    return this.#faults.filter((text) => !REFUSED.test(text))
  }

  async begin(): Promise<void> {
    // One after the other, since starting a service keeps two cores busy.
    this.#world = await smallWorld()
    this.#browser = await launchChromium(executablePath ?? '')
  }

  async end(): Promise<void> {
    await this.#browser?.close()
    await this.#world?.stop()
  }

  /** A blank page with a session of its own. */
  async page(options: BrowserContextOptions = {}): Promise<Page> {
    const viewport = { width: 1280, height: HEIGHT_PX }
    const page = await this.browser.newPage({ locale: 'en-US', viewport, ...options })
    this.#faults = watchConsole(page)
    return page
  }

  /** Opens a screen of the console, signed in as an admin of acme unless somebody else is named. */
  async open(path: string, heading: string, { org = 'acme', role, ...options }: Opening = {}): Promise<Page> {
    const page = await this.page(options)
    await open(page, this.world, path, heading, { org, ...(role !== undefined && { role }) })
    return page
  }
}

/** Tests of the console in Chromium. Skipped, with a note, if there is none. */
export function describeInChromium(title: string, define: (tests: ConsoleTests) => void): void {
  describe.skipIf(executablePath === undefined)(title, () => {
    const tests = new ConsoleTests()
    beforeAll(() => tests.begin())
    afterAll(() => tests.end())
    define(tests)
  })
}
