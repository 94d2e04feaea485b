import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { axeViolations, overflowOf } from '../../support/chromium.ts'
import { describeInChromium } from '../../support/console-tests.ts'
import { DOMAIN } from '../../support/world.ts'

const NEW_DOMAIN = 'duinen.example'

describeInChromium('an admin’s procedures in Chromium', (tests) => {
  beforeAll(async () => {
    for (const user of ['ada', 'bob', 'chloe']) await tests.world.user(user)
    await tests.world.service.settle()
  })

  const at = (path: string) => `${tests.world.service.endpoints.api}/console${path}`

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })

  it('signs in at the issuer’s page, comes back to the place that was asked for, and out again', async () => {
    const page = await tests.open('/audit?what=domain.added', 'Audit')
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
    await page.close()
  })

  it('D1–D3: adds a domain, checks it, claims, releases and removes it', async () => {
    const page = await tests.open('/domains', 'Domains')
    await page.getByPlaceholder('example.com').fill(NEW_DOMAIN)
    await page.getByRole('button', { name: 'Add domain' }).click()
    await page.getByText(`${NEW_DOMAIN} is added`).first().waitFor()
    await page.getByRole('button', { name: `Check: ${NEW_DOMAIN}` }).click()
    await page.getByText('The domain has no TXT record with this value.').waitFor()
    const record = await page.getByText(/^user-claims-verification=/).innerText()
    await tests.world.service.setTxt(NEW_DOMAIN, [record])
    await page.getByRole('button', { name: `Check: ${NEW_DOMAIN}` }).click()
    await page.getByText(`${NEW_DOMAIN} is verified`).first().waitFor()
    const buttonsOf = (action: string) => page.getByRole('button', { name: `${action}: ${NEW_DOMAIN}` })
    for (const [action, done, consequence, offered] of [
      ['Claim', 'claimed', 'Claims on it can’t be revoked, until you release it.', ['Claim', 'Remove']],
      ['Release', 'released', 'It stays verified.', ['Release']],
      ['Remove', 'removed', 'Users on it can’t be claimed any more', ['Claim', 'Remove']],
    ] as const) {
      const question = page.getByRole('dialog', { name: `${action} ${NEW_DOMAIN}?` })
      await buttonsOf(action).click()
      await question.getByText(consequence).waitFor()
      await question.getByRole('button', { name: 'Cancel' }).click()
      await question.waitFor({ state: 'detached' })
      expect(await page.getByText(`${NEW_DOMAIN} is ${done}`).count()).toBe(0)
      const row = page.getByRole('row').filter({ hasText: NEW_DOMAIN })
      const names = await row
        .getByRole('button', { name: /^(?:Check|Claim|Release|Remove): / })
        .allInnerTexts()
      expect(names).toEqual(offered)
      await buttonsOf(action).click()
      await question.getByRole('button', { name: action, exact: true }).click()
      await page.getByText(`${NEW_DOMAIN} is ${done}`).first().waitFor()
    }
    expect(tests.unexpectedFaults).toEqual([])
    await page.close()
  })

  it('D1: finds domains by their status, in an address that can be sent to somebody', async () => {
    await tests.world.as('acme', 'POST', '/v1/domains', { domain: 'later.example' })
    const page = await tests.open('/domains', 'Domains')
    const domains = page.getByRole('table', { name: 'Domains' })
    await domains.getByText(DOMAIN).waitFor()
    await page.getByRole('button', { name: 'Not verified', exact: true }).click()
    await domains.getByText(DOMAIN).waitFor({ state: 'detached' })
    await domains.getByText('later.example').first().waitFor()
    expect(new URL(page.url()).search).toBe('?status=pending')
    await page.goto(at('/domains?status=verified'))
    await domains.getByText(DOMAIN).waitFor()
    expect(await domains.getByText('later.example').count()).toBe(0)
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it('D1: shows the nearest record that was found beside the one that was expected', async () => {
    const name = 'nearly.example'
    await tests.world.as('acme', 'POST', '/v1/domains', { domain: name })
    const page = await tests.open('/domains', 'Domains')
    const row = page.getByRole('row').filter({ hasText: name })
    const check = row.getByRole('button', { name: `Check: ${name}` })
    await check.click()
    await row.getByText('The domain has no TXT record yet').waitFor()
    const value = await row.getByText(/^user-claims-verification=/).innerText()

    await tests.world.service.setTxt(name, ['v=spf1 -all', 'MS=ms12345678'])
    await check.click()
    await row.getByText('The domain has 2 other TXT records').waitFor()
    await row.getByText('None of them is like it.').waitFor()

    const near = `${value.slice(0, -1)}<b>`
    await tests.world.service.setTxt(name, ['v=spf1 -all', near])
    await check.click()
    await row.getByText(`Found: ${near}`).waitFor()
    await row.getByText(`Expected: ${value}`).waitFor()
    expect(await axeViolations(page)).toEqual([])
    expect(await overflowOf(page)).toBeLessThanOrEqual(0)

    await tests.world.service.setTxt(name, [value])
    await check.click()
    await row.getByText('Verified', { exact: true }).waitFor()
    expect(await row.getByText('Expected').count()).toBe(0)
    expect(tests.unexpectedFaults).toEqual([])
    await page.close()
  })

  it('P1, T6: previews a file, confirms it once it is known to be permanent, and shows each row', async () => {
    const page = await tests.open('/imports', 'Imports')
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
    expect(tests.unexpectedFaults).toEqual([])
    await page.close()
  })

  it('Y3: runs a directory dry, shows the outcome by kind, and marks the claimed', async () => {
    await tests.world.user('eva', { orgId: 'acme', email: `eva@${DOMAIN}` })
    const page = await tests.open('/directory', 'Directory')
    await page.getByRole('button', { name: 'Addresses', exact: true }).click()
    await page.getByRole('textbox', { name: 'Addresses' }).fill(`new@${DOMAIN}`)
    await page.getByRole('button', { name: 'Dry run' }).click()
    await page.getByText('This was a dry run: nothing has changed.').waitFor()
    const entries = page.getByRole('table', { name: 'Addresses' })
    await entries.getByText(`new@${DOMAIN}`).waitFor()
    await entries.getByText(`eva@${DOMAIN}`).waitFor()
    expect(tests.unexpectedFaults).toEqual([])
    await page.close()
  })

  it('T1: changes a setting, and says in the audit who did', async () => {
    const page = await tests.open('/settings', 'Settings')
    await page.getByLabel('Licence template, separated by commas').fill('basic, pro')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The settings are saved').waitFor()
    await page.goto(at('/audit?what=organization.updated'))
    await page.getByText('licenseTemplate').first().waitFor()
    expect(tests.unexpectedFaults).toEqual([])
    await page.close()
  })

  it('lets a reader look at everything, and offers no change', async () => {
    const page = await tests.open('/domains', 'Domains', { role: 'reader' })
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
    await page.getByText('Your role can see everything and change nothing.').waitFor()
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0)
    await page.close()
  })
})
