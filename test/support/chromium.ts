import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'
import * as z from 'zod'

const usualPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** `CHROMIUM_PATH`, else where distributions put it; undefined where there is none. */
export const findChromium = (): string | undefined =>
  process.env.CHROMIUM_PATH || usualPaths.find((path) => existsSync(path))

/** Without its sandbox, which containers and root don't give it: it only sees pages of our own. */
export const launchChromium = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, chromiumSandbox: false })

/** Chromium says of every document with such a status that it has it; that is no fault of the page. */
const OWN_STATUS = /^Failed to load resource: the server responded with a status of 4\d\d /

const withoutFragment = (url: string): string => url.split('#')[0] ?? url

/** What goes wrong in a page from now on: errors and warnings on its console, and requests but for the page itself. */
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

// Expressions and no functions: what runs in the page isn't of this program, whose types know no DOM.

/** A page scrolls by whole pixels, and what stands at a fraction of one then reaches over the window's edge by less than one. */
const ROUNDING_PX = 1

/** Only what never comes into view is waited for so long: how many frames it takes depends on what else the machine does. */
const NEVER_MS = 20_000

/** Chromium scrolls to what has the focus with one of the next frames, not with the key: that is waited for. */
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

/** More than any page has. */
const MAX_STOPS = 30

/** Where Tab stops, from the start of the page to its end. */
export async function tabStops(page: Page): Promise<Focus[]> {
  const stops: Focus[] = []
  while (stops.length < MAX_STOPS) {
    await page.keyboard.press('Tab')
    const at = await focusOf(page)
    // Past the last one is the window's own, or the first one again.
    const isFirst = stops[0]?.name === at.name && stops[0].fromTop === at.fromTop
    if (at.name === 'body' || isFirst) return stops
    stops.push(at)
  }
  throw new Error('Tab finds no end')
}

/** By how much the page is wider than the window, in CSS pixels. */
export const overflowOf = async (page: Page): Promise<number> =>
  z.number().parse(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))

/** Longer ones, such as ids, may have to be broken. */
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

/** Words of the page's own texts that begin on one line and end on another. */
export const brokenWordsOf = async (page: Page): Promise<string[]> =>
  z.array(z.string()).parse(await page.evaluate(brokenWords))

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const violations = z.array(z.object({ id: z.string(), nodes: z.array(z.string()) }))

/** What axe-core has to say against the page as it stands. It comes by the debugger, which no policy of a page holds. */
export async function axeViolations(page: Page): Promise<z.output<typeof violations>> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axeSource)
  // What fades in has the contrast of neither its beginning nor its end. What turns for ever is left alone.
  await page.evaluate(
    `Promise.all(document.getAnimations().filter((each) => Number.isFinite(each.effect?.getComputedTiming().endTime)).map((each) => each.finished.catch(() => undefined)))`,
  )
  // Nothing to preload: a page has no style or media but its own.
  return violations.parse(
    await page.evaluate(`axe.run(document, { resultTypes: ['violations'], preload: false }).then((result) =>
      result.violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html + ' ' + node.failureSummary) })))`),
  )
}
