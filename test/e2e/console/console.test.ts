import { get } from 'node:http'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { axeViolations, brokenWordsOf, overflowOf } from '../../support/chromium.ts'
import { consoleUrl, everyScreen, loaded, open, tabTo } from '../../support/console.ts'
import { DOMAIN } from '../../support/world.ts'
import { describeInChromium, address, WIDTHS_PX, SCHEMES, HEIGHT_PX } from '../../support/console-tests.ts'

/** Of what goes through every screen in every language: some forty pages. */
const EVERY_SCREEN_LIMIT_MS = 300_000

/** Of all that a browser downloads before it has shown the first screen. */
const MAX_FIRST_LOAD_BYTES = 450 * 1024

/** What is sent for an address, as it is sent. */
const bytesOf = (url: string, acceptEncoding: string): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': acceptEncoding } }, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.on('end', () => resolve(bytes))
    }).on('error', reject)
  })

describeInChromium('the console in Chromium', (tests) => {
  /** Not a name, but what one may hold: markup, a change of direction, 256 characters. */
  const hostile = {
    firstName: '<img src=x onerror=alert(1)><b>Bold</b>',
    lastName: `\u202Eadmin \u0627\u0644\u0639 ${'long '.repeat(60)}`.slice(0, 256).trim(),
  }

  beforeAll(async () => {
    await tests.world.as('acme', 'PATCH', '/v1/organization', {
      allowContentMigration: true,
      licenseTemplate: ['basic'],
      timeZone: 'Europe/Amsterdam',
    })
    for (const user of ['keyed', 'pasted', 'left']) await tests.world.user(user)
    await tests.world.user('hostile', hostile)
    for (const user of ['revoked', 'guided', 'reader', 'shown']) {
      await tests.world.user(user)
      await tests.world.claimed('acme', address(user))
    }
    await tests.world.user('lost', { orgId: 'dunes-bv' })
    await tests.world.claimed('acme', address('lost'))
    await tests.world.service.settle()
  })

  const text = (from: Page): Promise<string> => from.locator('body').innerText()

  it('takes somebody through the issuer to where the link leads, and keeps no token in the browser', async () => {
    const at = await tests.page()
    await open(at, tests.world, '/claims?status=open', 'Claims')
    expect(at.url()).toBe(consoleUrl(tests.world, '/claims?status=open'))
    await at.getByRole('link', { name: address('shown') }).waitFor()
    const kept = await at.evaluate(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
    )
    expect(String(kept)).not.toMatch(/eyJ|token/)

    await at.getByRole('link', { name: 'Overview' }).click()
    await at.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await at.goBack()
    await at.getByRole('heading', { level: 1, name: 'Claims' }).waitFor()
    expect(at.url()).toBe(consoleUrl(tests.world, '/claims?status=open'))
    await at.reload()
    await at.getByRole('link', { name: address('shown') }).waitFor()

    await at.getByRole('button', { name: /The acme org/ }).click()
    await at.getByRole('menuitem', { name: 'Sign out' }).click()
    await at.getByText('You have signed out.').waitFor()
    expect(at.url()).toMatch(/\/console\/signed-out(\?|$)/)
    expect(tests.faults).toEqual([])
    await at.context().close()
  })

  it('loads 450 KB at most before the first screen', async () => {
    const at = await tests.page()
    const urls = new Set<string>()
    at.on('request', (request) => {
      if (request.url().includes('/console/')) urls.add(request.url())
    })
    await open(at, tests.world, '', 'Overview')
    // Chromium takes brotli by TLS only, which the local service doesn't have: each file is asked for as it would be then.
    const sizes = await Promise.all([...urls].map((url) => bytesOf(url, 'gzip, deflate, br, zstd')))
    expect(urls.size).toBeGreaterThan(5)
    expect(sizes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(MAX_FIRST_LOAD_BYTES)
    await at.context().close()
  })

  it('loads nothing of its files again the second time', async () => {
    const at = await tests.page()
    await open(at, tests.world, '', 'Overview')
    const session = await at.context().newCDPSession(at)
    await session.send('Network.enable')
    const asked = new Map<string, string>()
    session.on('Network.requestWillBeSent', ({ requestId, request }) => {
      if (request.url.includes('/console/assets/')) asked.set(requestId, request.url)
    })
    const kept = new Set<string>()
    session.on('Network.requestServedFromCache', ({ requestId }) => kept.add(requestId))
    session.on('Network.responseReceived', ({ requestId, response }) => {
      if (response.fromDiskCache === true) kept.add(requestId)
    })
    await open(at, tests.world, '', 'Overview')
    expect(asked.size).toBeGreaterThan(3)
    expect([...asked].filter(([requestId]) => !kept.has(requestId))).toEqual([])
    await at.context().close()
  })

  it.each(
    everyScreen.flatMap((screen) =>
      WIDTHS_PX.flatMap((width) => SCHEMES.map((scheme) => ({ ...screen, width, scheme }))),
    ),
  )('axe finds nothing on $name, $width px wide, $scheme', async ({ path, heading, width, scheme }) => {
    const at = await tests.page({ viewport: { width, height: HEIGHT_PX }, colorScheme: scheme })
    await open(at, tests.world, path, heading)
    expect(await axeViolations(at)).toEqual([])
    expect(await overflowOf(at)).toBeLessThanOrEqual(0)
    expect(await brokenWordsOf(at)).toEqual([])
    expect(tests.faults).toEqual([])
    await at.context().close()
  })

  it.each(WIDTHS_PX)(
    'fits a window %s px wide in every language',
    async (width) => {
      const at = await tests.page({ viewport: { width, height: HEIGHT_PX } })
      await open(at, tests.world, '', 'Overview')
      for (const language of ['nl', 'de', 'fr', 'es'])
        for (const { name, path } of everyScreen) {
          await at.evaluate(`localStorage.setItem('console.language', '${language}')`)
          await at.goto(consoleUrl(tests.world, path))
          await at.getByRole('heading', { level: 1 }).waitFor()
          await loaded(at)
          expect(await at.evaluate('document.documentElement.lang')).toBe(language)
          expect(await overflowOf(at), `${name} in ${language}`).toBeLessThanOrEqual(0)
          expect(await brokenWordsOf(at), `${name} in ${language}`).toEqual([])
        }
      expect(tests.faults).toEqual([])
      await at.context().close()
    },
    EVERY_SCREEN_LIMIT_MS,
  )

  it('shows what a name holds as text, and nothing of it as markup', async () => {
    const at = await tests.page()
    await open(at, tests.world, '/claim-users', 'Who')
    await at.getByText(address('hostile')).waitFor()
    expect(await text(at)).toContain('<img src=x onerror=alert(1)><b>Bold</b>')
    expect(await at.locator('img').count()).toBe(0)
    expect(tests.faults).toEqual([])
    await at.context().close()
  })

  it('C1, P1, T6: claims a user from the list by the keyboard alone, after a look at what would happen', async () => {
    const at = await tests.page()
    await open(at, tests.world, '/claim-users', 'Who')
    await at.getByText(address('keyed')).waitFor()
    await tabTo(at, 'input', 'Find by address or name')
    await at.keyboard.type('keyed')
    await at.getByText(address('left')).waitFor({ state: 'detached' })
    await tabTo(at, 'input', address('keyed'))
    await at.keyboard.press('Space')
    await tabTo(at, 'button', 'Next')
    await at.keyboard.press('Enter')
    await at.getByRole('heading', { name: 'Licences and type' }).waitFor()
    await tabTo(at, 'button', 'Next')
    await at.keyboard.press('Enter')
    await at.getByText('Bring the conversations along').waitFor()
    expect(await axeViolations(at)).toEqual([])
    await tabTo(at, 'button', 'Next')
    await at.keyboard.press('Enter')
    await at.getByRole('checkbox', { name: 'I know that claiming is permanent' }).waitFor()

    // Without the acknowledgement nothing happens.
    await tabTo(at, 'button', 'Claim')
    await at.keyboard.press('Enter')
    await at.getByText('Tick this to go on.').waitFor()
    await tabTo(at, 'input', 'I know that claiming is permanent', 'Shift+Tab')
    await at.keyboard.press('Space')
    await tabTo(at, 'button', 'Claim')
    await at.keyboard.press('Enter')
    await at.getByRole('heading', { name: 'What was done' }).waitFor()
    expect(await axeViolations(at)).toEqual([])
    const [claim] = await claimsOf('keyed')
    expect(claim).toMatchObject({ type: 'delayed', status: 'open', licenses: ['basic'] })
    expect(tests.faults).toEqual([])
    await at.context().close()
  })

  const claimsOf = async (user: string) => {
    const { body } = await tests.world.as(
      'acme',
      'GET',
      `/v1/claims?email=${encodeURIComponent(address(user))}`,
    )
    return (body as { items: { type: string; status: string; licenses: string[]; claimId: string }[] }).items
  }

  it('C1, C8: claims those whose addresses are pasted, and says of each what was done', async () => {
    const at = await tests.page()
    await open(at, tests.world, '/claim-users', 'Who')
    await at.getByRole('radio', { name: 'Enter addresses' }).check()
    await at
      .getByLabel('Addresses', { exact: true })
      .fill(`Pim Pasted <${address('pasted')}>\nnot-an-address`)
    await at.getByRole('button', { name: 'Next' }).click()
    await at.getByText('Not an address: not-an-address').waitFor()
    await at
      .getByLabel('Addresses', { exact: true })
      .fill(`Pim Pasted <${address('pasted')}>; ${address('nobody')}`)
    await at.getByRole('button', { name: 'Next' }).click()
    await at.getByRole('radio', { name: 'Direct for everyone' }).check()
    await at.getByRole('radio', { name: 'These instead' }).check()
    await at.getByLabel('Licences, separated by commas').fill('pro, mail')
    await at.getByRole('button', { name: 'Next' }).click()
    await at.getByText('Nobody has this address').waitFor()
    await at.getByRole('button', { name: 'Next' }).click()
    await at.getByRole('checkbox', { name: 'I know that claiming is permanent' }).check()
    await at.getByRole('button', { name: 'Claim', exact: true }).click()
    await at.getByRole('heading', { name: 'What was done' }).waitFor()
    expect(await text(at)).toContain('Nobody has this address')
    const [claim] = await claimsOf('pasted')
    expect(claim).toMatchObject({ type: 'direct', licenses: ['pro', 'mail'] })
    expect(tests.faults).toEqual([])
    await at.context().close()
  })

  it('I, P1: claims those in a file, after it was looked at and before it is imported', async () => {
    for (const user of ['filed', 'filed-too']) await tests.world.user(user)
    const at = await tests.page()
    await open(at, tests.world, '/claim-users', 'Who')
    await at.getByRole('radio', { name: 'Upload a file' }).check()
    await at.locator('input[type=file]').setInputFiles({
      name: 'people.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(
        `Email,Colour\n${address('filed')},red\n${address('filed-too')},blue\nnobody,green\n`,
      ),
    })
    await at.getByRole('button', { name: 'Next' }).click()
    await at.getByRole('button', { name: 'Next' }).click()
    await at.getByText('Report of every row').waitFor()
    expect(await text(at)).toContain('Ignored columns: Colour')
    expect(await claimsOf('filed')).toEqual([])
    expect(await axeViolations(at)).toEqual([])
    await at.getByRole('button', { name: 'Next' }).click()
    await at.getByText('You are about to claim 2 users.').waitFor()
    await at.getByRole('checkbox', { name: 'I know that claiming is permanent' }).check()
    await at.getByRole('button', { name: 'Claim', exact: true }).click()
    await at.getByRole('heading', { name: 'The file has been imported' }).waitFor()
    expect(await claimsOf('filed-too')).toHaveLength(1)
    expect(tests.faults).toEqual([])
    await at.context().close()
  })

  it('R1, R2: shows a claim beside the list with what happened to it, and revokes it by the keyboard alone', async () => {
    const at = await tests.page()
    await open(at, tests.world, `/claims?email=${encodeURIComponent(address('revoked'))}`, 'Claims')
    await tabTo(at, 'a', address('revoked'))
    await at.keyboard.press('Enter')
    await at.getByText('What happened, and what will').waitFor()
    expect(await text(at)).toContain('Will be migrated')
    expect(await axeViolations(at)).toEqual([])
    await tabTo(at, 'button', 'Revoke')
    await at.keyboard.press('Enter')
    await at.getByRole('dialog', { name: 'Revoke this claim?' }).waitFor()
    expect(await axeViolations(at)).toEqual([])
    await tabTo(at, 'button', 'Revoke')
    await at.keyboard.press('Enter')
    await at.getByText('The claim is revoked', { exact: true }).first().waitFor()
    expect(await claimsOf('revoked')).toMatchObject([{ status: 'revoked' }])
    await at.getByText('It can’t be revoked: the claim has ended.').locator('visible=true').first().waitFor()
    expect(tests.faults).toEqual([])
    await at.context().close()
  })

  it('M4: sends a claim’s mail again, and says in how long it may be sent once more', async () => {
    const [claim] = await claimsOf('shown')
    const at = await tests.page()
    await open(at, tests.world, `/claims?claim=${encodeURIComponent(claim?.claimId ?? '')}`, 'Claims')
    const button = at.getByRole('button', { name: 'Send the mail again' })
    await button.waitFor()
    await button.click()
    await at.getByText('The mail goes out again').first().waitFor()
    await at.locator('button[aria-disabled=true]', { hasText: 'Send the mail again' }).waitFor()
    await at.getByText('Can be sent again in 24 hr.').locator('visible=true').waitFor()
    expect(tests.faults).toEqual([])
    await at.context().close()
  })

  it('R: where the domain is claimed, releases it, revokes, and claims it again, in one walk', async () => {
    await tests.world.as('acme', 'POST', `/v1/domains/${DOMAIN}/claim`)
    const [claim] = await claimsOf('guided')
    const at = await tests.page()
    await open(at, tests.world, `/claims?claim=${encodeURIComponent(claim?.claimId ?? '')}`, 'Claims')
    await at.getByRole('button', { name: 'Release, revoke, claim again' }).click()
    await at.getByRole('dialog').waitFor()
    expect(await axeViolations(at)).toEqual([])
    await at.getByRole('button', { name: 'Take the three steps' }).click()
    await at.getByText('The claim is revoked, and the domain is claimed again').waitFor()
    expect(await claimsOf('guided')).toMatchObject([{ status: 'revoked' }])
    const { body } = await tests.world.as('acme', 'GET', '/v1/domains')
    expect(body).toMatchObject({ items: [{ domain: DOMAIN, status: 'claimed' }] })
    await tests.world.as('acme', 'POST', `/v1/domains/${DOMAIN}/release`)
    expect(tests.faults).toEqual([])
    await at.context().close()
  })

  it('R3: finds claims by what the API filters by, in an address that can be sent to somebody', async () => {
    const at = await tests.page()
    await open(at, tests.world, '/claims', 'Claims')
    const filter = at.getByRole('combobox', { name: 'Find claims' })
    await filter.click()
    await filter.fill('Type')
    await at.getByRole('option', { name: /^Type =/ }).waitFor()
    // Typed to its end, so that nothing hangs on a list that opens by itself after a press.
    await filter.fill('Type = ')
    await at.getByRole('option', { name: 'Direct claim' }).click()
    await at.waitForURL(/type=direct/)
    await loaded(at)
    await at.getByRole('link', { name: address('shown') }).waitFor({ state: 'detached' })
    await at.getByRole('link', { name: address('lost') }).waitFor()
    await at.getByRole('button', { name: 'Clear the filter' }).click()
    await at.getByRole('link', { name: address('shown') }).waitFor()
    expect(tests.faults).toEqual([])
    await at.context().close()
  })

  it('offers a reader nothing that changes anything', async () => {
    const reader = { org: 'acme', role: 'reader' } as const
    const [claim] = await claimsOf('reader')
    const at = await tests.page()
    await open(at, tests.world, `/claims?claim=${encodeURIComponent(claim?.claimId ?? '')}`, 'Claims', reader)
    await at.getByText('What happened, and what will').waitFor()
    for (const name of ['Revoke', 'Send the mail again'])
      expect(await at.getByRole('button', { name, exact: true }).getAttribute('aria-disabled')).toBe('true')
    expect(await at.getByRole('button', { name: 'Export all' }).count()).toBe(0)
    await open(at, tests.world, '/claim-users', 'Claim users', reader)
    await at.getByText('Your role can see everything and change nothing.').waitFor()
    expect(await axeViolations(at)).toEqual([])
    expect(tests.faults).toEqual([])
    await at.context().close()
  })

  it('is whole in Dutch, Cloudscape’s own texts among it, and remembers the language', async () => {
    const at = await tests.page()
    await open(at, tests.world, '/claim-users', 'Who')
    await at.getByRole('button', { name: 'Language: English' }).click()
    await at.getByRole('menuitem', { name: 'Nederlands' }).click()
    await at.getByRole('heading', { level: 1, name: 'Wie' }).waitFor()
    await at.getByRole('button', { name: 'Volgende', exact: true }).waitFor()
    await at.getByText('Vertraagde claim').first().waitFor()
    expect(await at.evaluate('document.documentElement.lang')).toBe('nl')
    await at.goto(consoleUrl(tests.world, '/claims'))
    await at.getByRole('heading', { level: 1, name: 'Claims' }).waitFor()
    await at.getByRole('columnheader', { name: 'Dagen over' }).waitFor()
    expect(await axeViolations(at)).toEqual([])
    expect(tests.faults).toEqual([])
    await at.context().close()
  })

  it('says what the API says where something fails, and goes on when it doesn’t any more', async () => {
    const at = await tests.page()
    await open(at, tests.world, '', 'Overview')
    await at.context().route('**/v1/claims?*', (route) =>
      route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          type: '/problems/forbidden',
          status: 403,
          code: 'forbidden',
          title: 'F',
          detail: 'Not you.',
        }),
      }),
    )
    await at.getByRole('link', { name: 'Claims', exact: true }).click()
    await at.getByText('Not you.').waitFor()
    expect(await at.getByRole('link', { name: /What this means/ }).getAttribute('href')).toBe(
      '/problems/forbidden',
    )
    expect(await axeViolations(at)).toEqual([])
    await at.context().unroute('**/v1/claims?*')
    await at.getByRole('button', { name: 'Try again' }).click()
    await at.getByRole('link', { name: address('shown') }).waitFor()
    await at.context().close()
  })

  it('says when the session has ended, and comes back to the same place', async () => {
    const at = await tests.page()
    await open(at, tests.world, '/claims?status=open', 'Claims')
    await at.context().route('**/v1/claims?*', (route) =>
      route.fulfill({
        status: 401,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          status: 401,
          code: 'token_expired',
          title: 'Expired',
          detail: 'It has ended.',
        }),
      }),
    )
    await at.getByRole('button', { name: 'Reload' }).click()
    await at.getByText('Your session has ended').waitFor()
    await at.context().unroute('**/v1/claims?*')
    await at.getByRole('button', { name: 'Sign in' }).click()
    await at.waitForURL(consoleUrl(tests.world, '/claims?status=open'))
    await at.getByRole('link', { name: address('shown') }).waitFor()
    await at.context().close()
  })
})
