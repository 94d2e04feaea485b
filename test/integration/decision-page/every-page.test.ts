import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DecisionKind } from '../../../shared/rules/types.ts'
import { type Language, languages } from '../../../shared/mail/language.ts'
import {
  renderConfirmationGonePage,
  renderConfirmationPage,
  renderConfirmationSentPage,
} from '../../../shared/decision-page/confirmation-pages.ts'
import {
  renderAlreadyDecidedPage,
  renderDecidedPage,
  renderGonePage,
} from '../../../shared/decision-page/decided-pages.ts'
import { type DecisionPageModel, renderDecisionPage } from '../../../shared/decision-page/decision-page.ts'
import { axeViolations, findChromium, launchChromium, overflowOf } from '../../support/chromium.ts'

const kinds = [
  'change_email',
  'transfer_content',
  'delete_original',
] as const satisfies readonly DecisionKind[]
/** Narrower than any phone; and what 1280 px are to who enlarges a page four times (WCAG 1.4.10). */
const NARROWEST_PX = 320
const HEIGHT_PX = 640

/** As long, and as hard to break, as they get. */
const facts: DecisionPageModel = {
  organizationName: `Umbrella & Söhne ${'Vermögensverwaltung'.repeat(4)}`,
  address: `${'zoe.anna.'.repeat(7)}z@${'umbrella-'.repeat(6)}.example`,
  claimType: 'delayed',
  createdAt: '2026-03-01T09:05:00Z',
  endsAt: '2026-03-15T09:05:00Z',
  options: kinds,
  locale: 'en',
}
const newEmail = `${'n'.repeat(64)}@home.example`
const expiresAt = '2026-03-04T09:05:00Z'
const pending = { organizationName: facts.organizationName, address: facts.address, newEmail, expiresAt }
const problem = { code: 'email_on_claimed_domain', message: '' }

const pagesIn = (locale: Language): Readonly<Record<string, string>> => ({
  options: renderDecisionPage({ ...facts, locale }),
  direct: renderDecisionPage({
    ...facts,
    locale,
    claimType: 'direct',
    options: ['change_email'],
    contentLoss: 'created_after_cutoff',
  }),
  'without options': renderDecisionPage({
    ...facts,
    locale,
    claimType: 'direct',
    options: [],
    contentLoss: 'source_deleted',
  }),
  problem: renderDecisionPage({ ...facts, locale, problem, decision: 'change_email', newEmail }),
  'unknown problem': renderDecisionPage({
    ...facts,
    locale,
    problem: { code: 'new', message: 'x'.repeat(200) },
  }),
  confirmation: renderDecisionPage({ ...facts, locale, confirmDelete: true }),
  ...Object.fromEntries(
    kinds.flatMap((decision) => [
      [`decided ${decision}`, renderDecidedPage({ ...facts, locale, decision, newEmail })],
      [
        `already ${decision}`,
        renderAlreadyDecidedPage({
          ...facts,
          locale,
          decision: { kind: decision, at: '2026-03-03T12:30:00Z', by: 'schedule' },
        }),
      ],
    ]),
  ),
  gone: renderGonePage(locale),
  pending: renderDecisionPage({ ...facts, locale, pendingEmail: { expiresAt } }),
  sent: renderConfirmationSentPage({ ...pending, locale }),
  'address to confirm': renderConfirmationPage({ ...pending, locale }),
  'address taken': renderConfirmationPage({ ...pending, locale, problem: 'email_taken' }),
  'confirmation gone': renderConfirmationGonePage(locale),
})

type Look<T> = (page: Page) => Promise<T>

const executablePath = findChromium()
if (executablePath === undefined) console.warn('The pages are seen in no browser: set CHROMIUM_PATH.')

describe.skipIf(executablePath === undefined)('every page, in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium(executablePath ?? '')
  })
  afterAll(() => browser?.close())

  /** What there is to see in each page, by its name. Its policy is another test's: it isn't sent here. */
  async function seen<T>(locales: readonly Language[], colorScheme: 'light' | 'dark', look: Look<T>) {
    const page = await browser.newPage({
      viewport: { width: NARROWEST_PX, height: HEIGHT_PX },
      colorScheme,
    })
    const found: [string, T][] = []
    for (const locale of locales)
      for (const [name, html] of Object.entries(pagesIn(locale))) {
        await page.setContent(html)
        found.push([`${locale} ${name}`, await look(page)])
      }
    await page.context().close()
    return found
  }

  it('U6: fits into 320 px, in every language, however long the names are', async () => {
    const overflows = await seen(languages, 'light', overflowOf)
    expect(overflows.length).toBeGreaterThan(50)
    expect(overflows.filter(([, overflowPx]) => overflowPx > 0)).toEqual([])
  })

  it.each(['light', 'dark'] as const)('U6: axe-core finds nothing in it: %s', async (scheme) => {
    const found = await seen(['nl'], scheme, axeViolations)
    expect(found.filter(([, violations]) => violations.length > 0)).toEqual([])
  })

  it('axe-core would find a field without its label, and a width that does not fit', async () => {
    const page = await browser.newPage({ viewport: { width: NARROWEST_PX, height: HEIGHT_PX } })
    const html = renderDecisionPage({ ...facts, locale: 'nl' })
    await page.setContent(html.replace('for="newEmail"', '').replace('<main>', '<main class="wide">'))
    await page.addStyleTag({ content: '.wide{width:400px}' })
    expect((await axeViolations(page)).map(({ id }) => id)).toContain('label')
    expect(await overflowOf(page)).toBeGreaterThan(0)
    await page.context().close()
  })
})
