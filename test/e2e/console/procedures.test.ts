import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeViolations, findChromium, launchChromium, overflowOf } from '../../support/chromium.ts'
import { DOMAIN, World } from '../../support/world.ts'

const WIDTHS_PX = [360, 1280] as const
const SCHEMES = ['light', 'dark'] as const
const NEW_DOMAIN = 'duinen.example'

const executablePath = findChromium()
if (executablePath === undefined)
  console.warn('No screen of the console or the studio is tested here: there is no Chromium (CHROMIUM_PATH).')

/** The browser's own word for an answer that refuses: the API's, and no fault of the page. */
const REFUSED = /^Failed to load resource: the server responded with a status of 4\d\d /

function watch(page: Page): string[] {
  const faults: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !REFUSED.test(message.text()))
      faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  return faults
}

describe.skipIf(executablePath === undefined)('an admin’s procedures in Chromium', () => {
  let world: World
  let browser: Browser

  beforeAll(async () => {
    world = await World.boot()
    browser = await launchChromium(executablePath ?? '')
    await world.org('personal', 'consumer')
    await world.org('acme', 'enterprise')
    for (const user of ['ada', 'bob', 'chloe']) await world.user(user)
    await world.verify('acme', DOMAIN)
    await world.service.settle()
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await world?.stop()
  })

  const at = (path: string) => `${world.service.endpoints.api}/console${path}`

  async function signIn(context: BrowserContext, path: string, role = 'admin', org = 'acme'): Promise<Page> {
    const page = await context.newPage()
    await page.goto(at(path))
    await page.getByRole('textbox').fill(org)
    await page.locator(`input[name=role][value=${role}]`).check()
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    return page
  }

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })

  it('signs in at the issuer’s page, comes back to the place that was asked for, and out again', async () => {
    const context = await browser.newContext()
    const page = await signIn(context, '/audit?what=domain.added')
    await heading(page, 'Audit').waitFor()
    expect(page.url()).toBe(at('/audit?what=domain.added'))
    // Its session at the issuer lets a reload through.
    await page.reload()
    await heading(page, 'Audit').waitFor()
    await page.getByRole('button', { name: /The acme org/ }).click()
    await page.getByText('Sign out').click()
    await page.getByText('You have signed out.').waitFor()
    await page.goto(at('/audit'))
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await context.close()
  }, 60_000)

  it('D1–D3: adds a domain, checks it, claims, releases and removes it', async () => {
    const context = await browser.newContext()
    const page = await signIn(context, '/domains')
    const faults = watch(page)
    await page.getByPlaceholder('example.com').fill(NEW_DOMAIN)
    await page.getByRole('button', { name: 'Add domain' }).click()
    await page.getByText(`${NEW_DOMAIN} is added`).first().waitFor()
    await page.getByRole('button', { name: `Check: ${NEW_DOMAIN}` }).click()
    await page.getByText('The domain has no TXT record with this value.').waitFor()
    const record = await page.getByText(/^user-claims-verification=/).innerText()
    await world.service.setTxt(NEW_DOMAIN, [record])
    await page.getByRole('button', { name: `Check: ${NEW_DOMAIN}` }).click()
    await page.getByText(`${NEW_DOMAIN} is verified`).first().waitFor()
    for (const [action, done] of [
      ['Claim', 'claimed'],
      ['Release', 'released'],
      ['Remove', 'removed'],
    ] as const) {
      await page.getByRole('button', { name: `${action}: ${NEW_DOMAIN}` }).click()
      await page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click()
      await page.getByText(`${NEW_DOMAIN} is ${done}`).first().waitFor()
    }
    expect(faults).toEqual([])
    await context.close()
  }, 60_000)

  it('D1: shows the nearest record that was found beside the one that was expected', async () => {
    const name = 'nearly.example'
    await world.as('acme', 'POST', '/v1/domains', { domain: name })
    const context = await browser.newContext()
    const page = await signIn(context, '/domains')
    const faults = watch(page)
    const row = page.getByRole('row').filter({ hasText: name })
    const check = row.getByRole('button', { name: `Check: ${name}` })
    await check.click()
    await row.getByText('The domain has no TXT record yet').waitFor()
    const value = await row.getByText(/^user-claims-verification=/).innerText()

    await world.service.setTxt(name, ['v=spf1 -all', 'MS=ms12345678'])
    await check.click()
    await row.getByText('The domain has 2 other TXT records').waitFor()
    await row.getByText('None of them is like it.').waitFor()

    const near = `${value.slice(0, -1)}<b>`
    await world.service.setTxt(name, ['v=spf1 -all', near])
    await check.click()
    await row.getByText(`Found: ${near}`).waitFor()
    await row.getByText(`Expected: ${value}`).waitFor()
    expect(await axeViolations(page)).toEqual([])
    expect(await overflowOf(page)).toBeLessThanOrEqual(0)

    await world.service.setTxt(name, [value])
    await check.click()
    await row.getByText('Verified', { exact: true }).waitFor()
    expect(await row.getByText('Expected').count()).toBe(0)
    expect(faults).toEqual([])
    await context.close()
  }, 60_000)

  it('P1, T6: previews a file, confirms it once it is known to be permanent, and shows each row', async () => {
    const context = await browser.newContext()
    const page = await signIn(context, '/imports')
    const faults = watch(page)
    const name = 'people.csv'
    const csv = `User ID/Email (Required)\nada@${DOMAIN}\nbob@${DOMAIN}\nnobody@${DOMAIN}\n`
    await page
      .locator('input[type=file]')
      .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(csv) })
    await page.getByRole('button', { name: 'Preview' }).click()
    await heading(page, name).waitFor()
    const claim = page.getByRole('button', { name: 'Claim these users' })
    await claim.waitFor()
    await claim.click()
    await page.getByText('Tick this to go on.').waitFor()
    await page.getByText('I know that claiming is permanent').click()
    await claim.click()
    await page.getByText('Completed', { exact: true }).waitFor()
    const rows = page.getByRole('table', { name: 'Rows' })
    await rows.getByRole('link', { name: `ada@${DOMAIN}` }).waitFor()
    const find = page.getByRole('combobox', { name: 'Find rows' })
    const findBy = async (property: string, value: string): Promise<void> => {
      await find.click()
      await find.fill(property)
      await page.getByRole('option', { name: new RegExp(`^${property} =`) }).click()
      await page.getByRole('option', { name: value }).click()
    }
    await findBy('Result', 'Refused')
    await rows.getByText(`nobody@${DOMAIN}`).waitFor()
    await rows.getByText(`ada@${DOMAIN}`).waitFor({ state: 'detached' })
    await findBy('Reason', 'Nobody has this address')
    await page.waitForURL(/code=unknown_user/)
    await rows.getByText(`nobody@${DOMAIN}`).waitFor()
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      result: 'refused',
      code: 'unknown_user',
    })
    await page.goBack()
    await page.goBack()
    await rows.getByText(`ada@${DOMAIN}`).waitFor()
    await page.getByText('Import the corrected file').waitFor()
    expect(faults).toEqual([])
    await context.close()
  }, 90_000)

  it('Y3: runs a directory dry, shows the outcome by kind, and marks the claimed', async () => {
    await world.user('eva', { orgId: 'acme', email: `eva@${DOMAIN}` })
    const context = await browser.newContext()
    const page = await signIn(context, '/directory')
    const faults = watch(page)
    await page.getByRole('button', { name: 'Addresses', exact: true }).click()
    await page.getByRole('textbox', { name: 'Addresses' }).fill(`new@${DOMAIN}`)
    await page.getByRole('button', { name: 'Dry run' }).click()
    await page.getByText('This was a dry run: nothing has changed.').waitFor()
    const entries = page.getByRole('table', { name: 'Addresses' })
    await entries.getByText(`new@${DOMAIN}`).waitFor()
    await entries.getByText(`eva@${DOMAIN}`).waitFor()
    expect(faults).toEqual([])
    await context.close()
  }, 60_000)

  it('T1: changes a setting, and says in the audit who did', async () => {
    const context = await browser.newContext()
    const page = await signIn(context, '/settings')
    const faults = watch(page)
    await page.getByLabel('Licence template, separated by commas').fill('basic, pro')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The settings are saved').waitFor()
    await page.goto(at('/audit?what=organization.updated'))
    await page.getByText('licenseTemplate').first().waitFor()
    expect(faults).toEqual([])
    await context.close()
  }, 60_000)

  it('lets a reader look at everything, and offers no change', async () => {
    const context = await browser.newContext()
    const page = await signIn(context, '/domains', 'reader')
    await page.getByRole('table', { name: 'Domains' }).getByText(DOMAIN).waitFor()
    expect(
      await page.getByRole('button', { name: /^(?:Add domain|(?:Check|Claim|Release|Remove): )/ }).count(),
    ).toBe(0)
    for (const [path, name] of [
      ['/imports', 'Imports'],
      ['/directory', 'Directory'],
    ] as const) {
      await page.goto(at(path))
      await heading(page, name).waitFor()
      expect(await page.locator('input[type=file], input[type=radio]').count()).toBe(0)
    }
    await page.goto(at('/settings'))
    await page.getByText('Your role may look, and change nothing.').waitFor()
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0)
    await context.close()
  }, 60_000)

  describe('the studio', () => {
    const tabs = ['Inbox', 'Schedules', 'Queues', 'DNS', 'Log', 'Events', 'Functions'] as const

    it('shows the mails, and moves the clock', async () => {
      await world.user('dora')
      await world.claimed('acme', `dora@${DOMAIN}`)
      await world.service.settle()
      const page = await browser.newPage()
      const faults = watch(page)
      await page.goto(world.service.endpoints.inbox)
      await page.getByRole('table').getByText(`dora@${DOMAIN}`).first().click()
      const mail = page.frameLocator('iframe[title="The mail"]')
      await mail.getByText(`dora@${DOMAIN}`).first().waitFor()
      const before = await world.service.now()
      await page.getByRole('button', { name: '14 days later' }).click()
      await page.getByText(/schedules fired/).waitFor({ timeout: 90_000 })
      const after = await world.service.now()
      expect(after.getTime() - before.getTime()).toBeGreaterThanOrEqual(14 * 24 * 60 * 60 * 1000)
      await page.goto(`${world.service.endpoints.inbox}/?tab=events`)
      await page.getByText('claim.completed').first().waitFor()
      expect(faults).toEqual([])
      await page.close()
    }, 120_000)

    it.each(SCHEMES.flatMap((scheme) => WIDTHS_PX.map((width) => [scheme, width] as const)))(
      'has nothing that axe finds in the %s at %i px',
      async (colorScheme, width) => {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } })
        const faults = watch(page)
        await page.goto(world.service.endpoints.inbox)
        for (const tab of tabs) {
          await page.getByRole('tab', { name: tab }).click()
          await page.locator('table:visible').first().waitFor()
          expect(await axeViolations(page), tab).toEqual([])
          expect(await overflowOf(page), tab).toBe(0)
        }
        expect(faults).toEqual([])
        await page.close()
      },
      60_000,
    )

    it('is not shown in a frame, and runs nothing but its own files', async () => {
      const { headers } = await fetch(world.service.endpoints.inbox)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe')
    })
  })
})
