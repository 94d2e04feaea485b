import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DecisionKind } from '../../shared/rules/types.ts'
import { plain } from '../../shared/mail/line.ts'
import { mailTexts } from '../../shared/mail/texts/all.ts'
import { decisionPageCsp } from '../../shared/decision-page/decision-page.ts'
import { pageTexts } from '../../shared/decision-page/texts/all.ts'
import {
  axeViolations,
  findChromium,
  focusOf,
  launchChromium,
  overflowOf,
  tabStops,
  watch,
} from '../support/chromium.ts'
import { type ClaimView, DOMAIN, type World } from '../support/world.ts'
import { smallWorld } from '../support/worlds.ts'

const kinds = [
  'change_email',
  'transfer_content',
  'delete_original',
] as const satisfies readonly DecisionKind[]
const widths = [360, 1280] as const
const HEIGHT_PX = 640
/** A ring of less is hard to see (WCAG 2.4.13). */
const MIN_RING_PX = 2

const { already, choose, confirm, confirmEmail, gone, problem, sent } = pageTexts.nl
const { heading: decidedHeading } = mailTexts.nl.decision
const optionTitle = (kind: DecisionKind): string =>
  plain(mailTexts.nl.claim.optionTitle[kind]({ org: 'The acme org' }))

/** What the problems below say doesn't depend on them. */
const words = { org: '', address: '', domain: '', createdAt: '', endsAt: '', endsOn: '' }

const executablePath = findChromium()
if (executablePath === undefined) console.warn('The decision page is not tested: set CHROMIUM_PATH.')

describe.skipIf(executablePath === undefined)('the decision page in Chromium, in Dutch', () => {
  let world: World
  let browser: Browser
  const claims = new Map<string, ClaimView>()
  const links = new Map<string, string>()

  const keyboardUser = (kind: DecisionKind, width: number) => `keys-${kind}-${width}`
  const scriptlessUser = (kind: DecisionKind) => `noscript-${kind}`
  const address = (user: string) => `${user}@${DOMAIN}`

  beforeAll(async () => {
    await Promise.all([
      smallWorld().then((booted) => {
        world = booted
      }),
      launchChromium(executablePath ?? '').then((launched) => {
        browser = launched
      }),
    ])
    const delayed = [
      ...kinds.flatMap((kind) => widths.map((width) => keyboardUser(kind, width))),
      ...kinds.map(scriptlessUser),
      'undecided',
      'paid',
    ]
    for (const user of [...delayed, 'direct']) {
      await world.user(user, { locale: 'nl', paid: user === 'paid' })
      await world.converse(user, 'talk')
    }
    const emails = (users: readonly string[]) => users.map((user) => ({ email: address(user) }))
    const results = [
      ...(await world.claim('acme', emails(delayed))),
      ...(await world.claim('acme', emails(['direct']), { type: 'direct' })),
    ]
    await world.service.settle()
    for (const { claim } of results) if (claim !== undefined) claims.set(claim.originalUserId, claim)
    for (const { to, text } of await world.service.messages()) {
      const link = /http\S+\/decisions\/[\w-]+/.exec(text)?.[0]
      if (link !== undefined) links.set(to[0]?.split('@')[0] ?? '', link)
    }
  })
  afterAll(async () => {
    await browser?.close()
    await world?.stop()
  })

  const linkOf = (user: string): string => links.get(user) ?? `no link was mailed to ${user}`
  const claimOf = (user: string) => world.claimById('acme', claims.get(user)?.claimId ?? '')

  /** In a browser of its own; what it doesn't like about the pages fails the test. */
  async function visit(
    options: BrowserContextOptions & { width: number },
    steps: (page: Page) => Promise<void>,
  ): Promise<void> {
    const { width, ...more } = options
    const context = await browser.newContext({
      viewport: { width, height: HEIGHT_PX },
      locale: 'nl-NL',
      ...more,
    })
    try {
      const page = await context.newPage()
      const faults = watch(page)
      await steps(page)
      expect(faults).toEqual([])
    } finally {
      await context.close()
    }
  }

  /** Presses the key on what has the focus, and gives the status of the page that this brings. */
  async function press(page: Page, key: string): Promise<number> {
    const [response] = await Promise.all([
      page.waitForResponse((answer) => answer.request().isNavigationRequest()),
      page.waitForEvent('load'),
      page.keyboard.press(key),
    ])
    return response.status()
  }

  /** Tab by Tab until the focus is on what has this name. */
  async function tabTo(page: Page, name: string): Promise<void> {
    const passed: string[] = []
    for (;;) {
      await page.keyboard.press('Tab')
      const at = (await focusOf(page)).name
      if (at === name) return
      if (at === 'body') throw new Error(`no ${name} after ${passed.join(', ')}`)
      passed.push(at)
    }
  }

  /** What must hold of every page. The focus is at its start afterwards. */
  async function expectUsable(page: Page, heading: string, stopsInOrder: readonly string[]): Promise<void> {
    expect(await page.locator('html').getAttribute('lang')).toBe('nl')
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(heading)
    expect(await overflowOf(page)).toBeLessThanOrEqual(0)
    expect(await axeViolations(page)).toEqual([])
    const stops = await tabStops(page)
    // N5: where to get help stands at the end of every page.
    expect(stops.map(({ name }) => name)).toEqual([...stopsInOrder, 'a'])
    expect(stops.filter(({ ringPx, isInView }) => ringPx < MIN_RING_PX || !isInView)).toEqual([])
    const heights = stops.map(({ fromTop }) => fromTop)
    expect(heights).toEqual(heights.toSorted((one, other) => one - other))
  }

  const chooseHeading = plain(choose.heading.delayed)
  const options = ['change_email', 'newEmail', 'button']

  async function expectProblem(page: Page, said: string, stopsInOrder: readonly string[]): Promise<void> {
    // The message has the focus, so it is what is read aloud first.
    await page.locator('[role=alert]:focus').waitFor()
    expect(await page.getByRole('alert').innerText()).toContain(said)
    expect(await page.title()).toBe(plain(problem.inTitle(choose.heading.delayed)))
    await expectUsable(page, chooseHeading, stopsInOrder)
  }

  /** U2, after a wrong address: the page says what is wrong and leads to the field. */
  async function changeEmail(page: Page, newEmail: string): Promise<void> {
    await tabTo(page, 'change_email')
    await page.keyboard.press('Space')
    await tabTo(page, 'newEmail')
    await page.keyboard.type('geen adres')
    await tabTo(page, 'button')
    expect(await press(page, 'Enter')).toBe(400)
    const wrong = plain(problem.of.invalid_address(words))
    await expectProblem(page, wrong, ['a', ...options])

    await tabTo(page, 'a')
    await page.keyboard.press('Enter')
    expect(await focusOf(page)).toMatchObject({ name: 'newEmail', isInView: true })
    const label = await page.getByText(plain(choose.newEmail)).boundingBox()
    expect(label?.y).toBeGreaterThanOrEqual(0)
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type(newEmail)
    expect(await press(page, 'Enter')).toBe(202)
    await expectUsable(page, plain(sent.heading), ['a'])
    expect(await page.getByText(newEmail).count()).toBe(1)

    const path = await world.confirmationPath(newEmail)
    await page.goto(new URL(path, page.url()).href)
    await expectUsable(page, plain(confirmEmail.heading), ['button'])
    await tabTo(page, 'button')
    expect(await press(page, 'Enter')).toBe(200)
  }

  /** U4, with a way back that decides nothing. */
  async function deleteOriginal(page: Page, user: string): Promise<void> {
    const select = async () => {
      await tabTo(page, 'change_email')
      await page.keyboard.press('ArrowUp')
      expect((await focusOf(page)).name).toBe('delete_original')
      await tabTo(page, 'button')
      expect(await press(page, 'Enter')).toBe(200)
    }
    await select()
    await expectUsable(page, plain(confirm.heading), ['button', 'a'])
    await tabTo(page, 'a')
    expect(await press(page, 'Enter')).toBe(200)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(chooseHeading)
    expect(await claimOf(user)).toMatchObject({ status: 'open' })
    await select()
    expect(await claimOf(user)).toMatchObject({ status: 'open' })
    await tabTo(page, 'button')
    expect(await press(page, 'Space')).toBe(200)
  }

  async function transferContent(page: Page): Promise<void> {
    await tabTo(page, 'change_email')
    await page.keyboard.press('ArrowDown')
    await tabTo(page, 'button')
    expect(await press(page, 'Enter')).toBe(200)
  }

  async function expectCarriedOut(user: string, kind: DecisionKind): Promise<void> {
    await world.service.settle()
    const claim = await claimOf(user)
    expect(claim).toMatchObject({ status: 'completed', decision: { kind, by: 'user' } })
    const original = await world.platform('GET', `/users/${user}`)
    if (kind === 'change_email') expect(original.body).toMatchObject({ email: `${user}@home.example` })
    else expect(original.status).toBe(404)
    const moved = kind === 'transfer_content' ? ['talk'] : []
    expect(await world.conversations(claim.newUserId)).toEqual(moved)
  }

  describe.each(widths)('%i px wide, with the keyboard only', (width) => {
    it.each(kinds)('U, U7: %s is chosen, carried out, and its link shows it', async (kind) => {
      const user = keyboardUser(kind, width)
      await visit({ width }, async (page) => {
        await page.goto(linkOf(user))
        if (kind === 'change_email') await changeEmail(page, `${user}@home.example`)
        else if (kind === 'delete_original') await deleteOriginal(page, user)
        else await transferContent(page)
        await expectUsable(page, plain(decidedHeading[kind]), [])
        await expectCarriedOut(user, kind)

        expect((await page.goto(linkOf(user)))?.status()).toBe(200)
        await expectUsable(page, plain(already.heading), [])
      })
    })

    it('U6: the options and the page of a link that has ended can be used by all', async () => {
      await visit({ width }, async (page) => {
        const link = linkOf('undecided')
        await page.goto(link)
        await expectUsable(page, chooseHeading, options)
        await page.goto(`${link}-never-was`)
        await expectUsable(page, plain(gone.heading), [])
        await page.goto(new URL('/decisions/confirmations/never-was', link).href)
        await expectUsable(page, plain(confirmEmail.gone.heading), [])
      })
    })
  })

  describe('without JavaScript', () => {
    it.each(kinds)('U: %s is chosen by its label and carried out', async (kind) => {
      const user = scriptlessUser(kind)
      await visit({ width: 360, javaScriptEnabled: false }, async (page) => {
        const submit = async (name: string): Promise<void> => {
          await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name }).click()])
        }
        await page.goto(linkOf(user))
        await page.getByLabel(optionTitle(kind)).check()
        if (kind === 'change_email')
          await page.getByLabel(plain(choose.newEmail)).fill(`${user}@home.example`)
        await submit(plain(choose.submit))
        if (kind === 'change_email') {
          expect(await claimOf(user)).toMatchObject({ status: 'open' })
          await page.goto(new URL(await world.confirmationPath(`${user}@home.example`), page.url()).href)
          await submit(plain(confirmEmail.submit))
        }
        if (kind === 'delete_original') {
          expect(await claimOf(user)).toMatchObject({ status: 'open' })
          await submit(plain(confirm.submit))
        }
        expect(await page.title()).toBe(plain(decidedHeading[kind]))
      })
      await expectCarriedOut(user, kind)
    })
  })

  it('U6: the form without a choice decides nothing and says so', async () => {
    await visit({ width: 360 }, async (page) => {
      await page.goto(linkOf('undecided'))
      await tabTo(page, 'button')
      expect(await press(page, 'Enter')).toBe(400)
      const said = plain(problem.of.decision_required(words))
      await expectProblem(page, said, ['a', ...options])
    })
    expect(await claimOf('undecided')).toMatchObject({ status: 'open' })
  })

  it('U6: GET, HEAD, a prefetch and an empty form decide nothing, and no answer may be kept or named', async () => {
    const link = linkOf('undecided')
    const prefetch = { purpose: 'prefetch', 'sec-purpose': 'prefetch;prerender' }
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const requests: [number, RequestInit][] = [
      [200, { method: 'GET' }],
      [200, { method: 'GET', headers: prefetch }],
      [200, { method: 'HEAD' }],
      [400, { method: 'POST' }],
      [400, { method: 'POST', headers: form, body: '' }],
      [400, { method: 'POST', headers: form, body: 'decision=&newEmail=x@home.example' }],
    ]
    for (const [status, request] of requests) {
      const { headers, ...answer } = await fetch(link, request).then((response) => ({
        status: response.status,
        headers: response.headers,
      }))
      expect(answer, JSON.stringify(request)).toEqual({ status })
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('strict-transport-security')).toBe('max-age=63072000')
      expect(headers.get('content-security-policy')).toBe(decisionPageCsp)
      expect(decisionPageCsp).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self';/)
    }
    await world.service.settle()
    expect(await claimOf('undecided')).toMatchObject({ status: 'open' })
  })

  it('U6: the browser holds the page to its policy, and the watch on its console sees it', async () => {
    const page = await browser.newPage()
    const faults = watch(page)
    await page.goto(linkOf('undecided'))
    await Promise.all([
      page.waitForEvent('console'),
      page.evaluate(`document.body.append(Object.assign(new Image(), { src: '/pixel.png' }))`),
    ])
    expect(faults.join()).toMatch(/Content Security Policy/)
    await page.context().close()
  })

  it.each([
    ['direct', choose.heading.direct, ['change_email', 'delete_original']],
    ['paid', choose.heading.delayed, ['change_email', 'transfer_content']],
  ] as const)('U, U1: offers what the claim allows and no more: %s', async (user, heading, offered) => {
    await visit({ width: 360 }, async (page) => {
      await page.goto(linkOf(user))
      await expectUsable(page, plain(heading), options)
      const radios = await page.getByRole('radio').all()
      expect(await Promise.all(radios.map((radio) => radio.getAttribute('value')))).toEqual(offered)
    })
  })
})
