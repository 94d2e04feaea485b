import type { Page, Route } from 'playwright-core'
import { expect, it } from 'vitest'
import { loaded, open } from '../../support/console.ts'
import { describeInChromium } from '../../support/console-tests.ts'

const LIFETIME_SECONDS = 60 * 60
/** The browser's clock, and the service's. */
const LONGER_THAN_A_TOKEN = '01:10:00'
const SO_LONG = 'PT1H10M'
const LONGER_THAN_AN_ANSWER_IS_FRESH = '00:01:00'

describeInChromium('a console that is left alone', (tests) => {
  interface Asked {
    /** The refresh tokens that were used, in order. */
    readonly renewals: string[]
    /** What the API was shown, in order. */
    readonly bearers: string[]
  }

  const tokenOf = (subject: string) =>
    tests.world.service.token({ org: 'acme', role: 'admin', subject, expiresInSeconds: LIFETIME_SECONDS })

  /** An issuer that gives refresh tokens, each good for one use, as the local one doesn't and Cognito can. */
  async function opened(renew: (route: Route) => Promise<void>): Promise<{ page: Page; asked: Asked }> {
    const page = await tests.page()
    await page.clock.install()
    const asked: Asked = { renewals: [], bearers: [] }
    const first = await tokenOf('first')
    await page.route(`${tests.world.service.endpoints.issuer}/token`, async (route) => {
      const form = new URLSearchParams(route.request().postData() ?? '')
      if (form.get('grant_type') === 'refresh_token') {
        asked.renewals.push(form.get('refresh_token') ?? '')
        return renew(route)
      }
      const response = await route.fetch()
      const given = { access_token: first, expires_in: LIFETIME_SECONDS, refresh_token: 'first' }
      await route.fulfill({ response, json: { ...(await response.json()), ...given } })
    })
    page.on('request', (request) => {
      if (new URL(request.url()).pathname.startsWith('/v1/'))
        asked.bearers.push(request.headers().authorization ?? '')
    })
    await open(page, tests.world, '/domains', 'Domains')
    return { page, asked }
  }
  const cors = () => ({ 'access-control-allow-origin': tests.world.service.endpoints.api })

  it('renews its token once, whatever is asked at the same time, and goes on with the new one', async () => {
    const token = await tokenOf('renewed')
    const { page, asked } = await opened((route) =>
      route.fulfill({
        headers: cors(),
        json: { access_token: token, token_type: 'Bearer', expires_in: 3600, refresh_token: 'second' },
      }),
    )
    expect(asked.renewals).toEqual([])
    const before = asked.bearers.length
    await page.clock.fastForward(LONGER_THAN_A_TOKEN)
    // Some questions at once.
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await page.getByText('Loading', { exact: true }).first().waitFor({ state: 'detached' })
    expect(asked.renewals).toEqual(['first'])
    expect(new Set(asked.bearers.slice(before))).toEqual(new Set([`Bearer ${token}`]))

    await page.clock.fastForward(LONGER_THAN_A_TOKEN)
    await page.getByRole('link', { name: 'Domains' }).click()
    await page.getByRole('heading', { level: 1, name: 'Domains' }).waitFor()
    await page.getByRole('button', { name: 'Reload' }).click()
    await expect.poll(() => asked.renewals).toEqual(['first', 'second'])
    expect(await page.getByText('Your session has ended').count()).toBe(0)
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it('says that the session has ended where the issuer renews it no more', async () => {
    const { page, asked } = await opened((route) =>
      route.fulfill({ status: 400, headers: cors(), json: { error: 'invalid_grant' } }),
    )
    await page.clock.fastForward(LONGER_THAN_A_TOKEN)
    await tests.world.service.advance(SO_LONG)
    await page.getByRole('button', { name: 'Reload' }).click()
    await page.getByText('Your session has ended').waitFor()
    expect(asked.renewals[0]).toBe('first')
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    expect(tests.unexpectedFaults).toEqual([])
    await page.close()
  })

  it('keeps the screen, and what is typed on it, where who is here can’t be asked again', async () => {
    const { page } = await opened((route) => route.abort())
    const field = page.getByPlaceholder('example.com')
    await field.fill('half-typed.exam')
    await page.route('**/v1/me', (route) =>
      route.fulfill({
        status: 403,
        json: {
          type: '/problems/forbidden',
          title: 'Forbidden',
          status: 403,
          code: 'forbidden',
          detail: 'No.',
        },
      }),
    )
    await page.clock.fastForward(LONGER_THAN_AN_ANSWER_IS_FRESH)
    const asked = page.waitForResponse('**/v1/me')
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))`)
    await (await asked).finished()
    // What is asked for after the answer is drawn after it, too.
    await page.getByRole('button', { name: 'Reload' }).click()
    await loaded(page)
    expect(await field.inputValue()).toBe('half-typed.exam')
    expect(await page.getByRole('navigation', { name: 'Side navigation' }).isVisible()).toBe(true)
    expect(tests.unexpectedFaults).toEqual([])
    await page.close()
  })
})
