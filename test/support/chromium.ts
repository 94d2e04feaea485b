import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'
import * as z from 'zod'

const usualPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** `CHROMIUM_PATH`, or else where distributions install it; undefined if there is none. */
export const findChromium = (): string | undefined =>
  process.env.CHROMIUM_PATH || usualPaths.find((path) => existsSync(path))

/** Without its sandbox, which doesn't work in containers and for root. It only sees our own pages. */
export const launchChromium = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, chromiumSandbox: false })

/** Chromium logs every document with an error status; that isn’t an error of the page. */
const OWN_STATUS = /^Failed to load resource: the server responded with a status of 4\d\d /

const withoutFragment = (url: string): string => url.split('#')[0] ?? url

/**
 * Collects what goes wrong in a page from now on: errors and warnings on its console, and failed requests except for
 * the page itself.
 */
export function watch(page: Page): readonly string[] {
  const faults: string[] = []
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return
    const isOwnStatus =
      OWN_STATUS.test(message.text()) && message.location().url === withoutFragment(page.url())
    if (!isOwnStatus) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('request', (request) => {
    if (!request.isNavigationRequest()) faults.push(`${request.method()} ${request.url()}`)
    if (request.headers().referer !== undefined) faults.push('the address was passed on as a referrer')
  })
  return faults
}

// Passed as expressions and not as functions: they run in the page, and this program's types don't know the DOM.

/**
 * Pixels by which an element may reach over the edge of the window: pages scroll by whole pixels, and elements may be
 * at fractions of one.
 */
const ROUNDING_PX = 1

/**
 * How long to wait for an element to come into view. Only a failure takes that long; the number of frames depends on
 * the load of the machine.
 */
const NEVER_MS = 20_000

/**
 * Waits until the focused element is in view: Chromium scrolls there in one of the next frames, and not with the key.
 */
const focusedElement = `(async () => {
  const at = document.activeElement
  const isInView = () => {
    const { top, bottom, left, right } = at.getBoundingClientRect()
    return Math.min(top, left, innerHeight - bottom, innerWidth - right) > -${ROUNDING_PX}
  }
  const giveUpAt = performance.now() + ${NEVER_MS}
  while (performance.now() < giveUpAt && at !== document.body && !isInView())
    await new Promise((resolve) => requestAnimationFrame(resolve))
  const { outlineStyle, outlineWidth } = getComputedStyle(at)
  return {
    name: at.id || at.getAttribute('role') || at.tagName.toLowerCase(),
    ringPx: at.matches(':focus-visible') && outlineStyle !== 'none' ? parseFloat(outlineWidth) : 0,
    fromTop: at.getBoundingClientRect().top + scrollY,
    isInView: isInView(),
  }
})()`
const focused = z.object({
  name: z.string(),
  ringPx: z.number(),
  fromTop: z.number(),
  isInView: z.boolean(),
})
export type Focus = z.output<typeof focused>

export const focusOf = async (page: Page): Promise<Focus> =>
  focused.parse(await page.evaluate(focusedElement))

/** More tab stops than any page has. */
const MAX_STOPS = 30

/** The elements at which Tab stops, from the start of the page to its end. */
export async function tabStops(page: Page): Promise<Focus[]> {
  const stops: Focus[] = []
  while (stops.length < MAX_STOPS) {
    await page.keyboard.press('Tab')
    const at = await focusOf(page)
    // After the last element, Tab reaches the browser window itself or the first element again.
    const isFirst = stops[0]?.name === at.name && stops[0].fromTop === at.fromTop
    if (at.name === 'body' || isFirst) return stops
    stops.push(at)
  }
  throw new Error('Tab finds no end')
}

/** CSS pixels by which the page is wider than the window. */
export const overflowOf = async (page: Page): Promise<number> =>
  z.number().parse(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))

/** Characters of the longest word that must not be broken. Longer ones, such as ids, may be. */
const MAX_WORD_LENGTH = 20

const brokenWords = `(() => {
  const broken = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    if (text.parentElement.closest('bdi, code, script, style, [aria-hidden=true], .breaks-anywhere') !== null) continue
    for (const { 0: word, index } of text.data.matchAll(/\\p{L}+/gu)) {
      if (word.length > ${MAX_WORD_LENGTH}) continue
      const range = document.createRange()
      range.setStart(text, index)
      range.setEnd(text, index + word.length)
      const tops = [...range.getClientRects()].map(({ top }) => Math.round(top))
      if (new Set(tops).size > 1) broken.push(word + ' in ' + text.data.trim())
    }
  }
  return broken
})()`

/** Words of the page's texts that are broken over two lines. */
export const brokenWordsOf = async (page: Page): Promise<string[]> =>
  z.array(z.string()).parse(await page.evaluate(brokenWords))

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const violations = z.array(z.object({ id: z.string(), nodes: z.array(z.string()) }))

/**
 * axe-core's findings for the page as it is now. axe-core is injected by the debugger, to which no content security
 * policy applies.
 */
export async function axeViolations(page: Page): Promise<z.output<typeof violations>> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axeSource)
  // Finish animations first: while something fades in, its contrast is wrong. Endless animations are left alone.
  await page.evaluate(
    `Promise.all(document.getAnimations().filter((each) => Number.isFinite(each.effect?.getComputedTiming().endTime)).map((each) => each.finished.catch(() => undefined)))`,
  )
  // Preload nothing: pages have only their own styles and media.
  return violations.parse(
    await page.evaluate(`axe.run(document, { resultTypes: ['violations'], preload: false }).then((result) =>
      result.violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html + ' ' + node.failureSummary) })))`),
  )
}
