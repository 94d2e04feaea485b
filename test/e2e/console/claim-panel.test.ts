import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { axeViolations, brokenWordsOf, overflowOf } from '../../support/chromium.ts'
import { address, describeInChromium, HEIGHT_PX, looks } from '../../support/console-tests.ts'
import type { Role } from '../../support/console.ts'

const ADMIN = 'it@noordzee.example'

describeInChromium('a claim’s panel in Chromium', (tests) => {
  const claimIds = new Map<string, string>()

  beforeAll(async () => {
    const { world } = tests
    await world.as('acme', 'PATCH', '/v1/organization', { allowContentMigration: true })
    for (const user of ['returned', 'kept-back', 'looked-at']) {
      // From a company, whose content is lost: the longest texts.
      await world.user(user, { orgId: user === 'looked-at' ? 'dunes-bv' : 'personal' })
      await world.service.mailbox(address(user), 'bounce')
    }
    await world.service.mailbox(ADMIN, 'bounce')
    for (const user of ['uninvited', 'invited']) await world.user(user)
    for (const user of ['returned', 'kept-back', 'looked-at', 'invited'])
      claimIds.set(user, (await world.claimed('acme', address(user), { licenses: ['basic'] })).claimId)
    const declined = { licenses: ['basic'], sendInvitations: false }
    claimIds.set('uninvited', (await world.claimed('acme', address('uninvited'), declined)).claimId)
    // The digest of bounced mails goes to the admin in the morning, and bounces too.
    await world.service.advance('P1D')
  })

  const claimOf = async (user: string) =>
    (await tests.world.as('acme', 'GET', `/v1/claims/${claimIds.get(user)}`)).body
  const pathOf = (user: string) => `/claims?claim=${encodeURIComponent(claimIds.get(user) ?? '')}`
  async function opened(user: string, role: Role = 'admin'): Promise<Page> {
    const page = await tests.open(pathOf(user), 'Claims', { role })
    await page.getByText('What happened, and what will').waitFor()
    return page
  }
  const liftOf = (page: Page, email: string) =>
    page.getByRole('button', { name: `The address works again: ${email}` })

  it('N4: lets mail go to an address again that it came back from, once that is confirmed', async () => {
    const page = await opened('returned')
    expect(
      await page.getByRole('button', { name: 'Send the mail again' }).getAttribute('aria-disabled'),
    ).toBe('true')
    await page.getByText('Say first that it works again.').locator('visible=true').waitFor()
    await liftOf(page, address('returned')).click()
    const question = page.getByRole('dialog', { name: `Send mail to ${address('returned')} again?` })
    await question.getByText('nothing is sent to it any more').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await question.getByRole('button', { name: 'Cancel' }).click()
    await question.waitFor({ state: 'detached' })
    expect(await claimOf('returned')).toMatchObject({ notification: 'bounced' })
    await liftOf(page, address('returned')).click()
    await question.getByRole('button', { name: 'The address works again' }).click()
    await page.getByText('Mail goes to the address again').waitFor()
    expect(await claimOf('returned')).toMatchObject({ notification: 'pending' })
    await liftOf(page, address('returned')).waitFor({ state: 'detached' })
    await tests.world.service.mailbox(address('returned'), 'ok')
    await page.getByRole('button', { name: 'Send the mail again' }).click()
    await page.getByText('The mail goes out again').first().waitFor()
    await tests.world.service.settle()
    expect(await claimOf('returned')).toMatchObject({ notification: 'sent' })
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it('N4: says the same of an admin’s own address in the settings', async () => {
    const page = await tests.open('/settings', 'Settings')
    await page.getByText('Mail came back').waitFor()
    await liftOf(page, ADMIN).click()
    await page.getByRole('dialog').getByRole('button', { name: 'The address works again' }).click()
    await page.getByText('Mail goes to the address again').waitFor()
    await page.getByText('Mail came back').waitFor({ state: 'detached' })
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it('N4: offers that to no reader', async () => {
    const page = await opened('kept-back', 'reader')
    await page.getByText('Came back').last().waitFor()
    expect(await liftOf(page, address('kept-back')).count()).toBe(0)
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it('N3: says whether invitations follow the licences, and who wanted none', async () => {
    const page = await opened('invited')
    await page.getByText('Follow the licences', { exact: true }).waitFor()
    await page.close()
    const other = await opened('uninvited')
    await other.getByText('None: so it was chosen with the claim').waitFor()
    await other.close()
    await tests.world.as('acme', 'PATCH', '/v1/organization', { suppressInvitations: true })
    const off = await opened('invited')
    await off.getByText('None: your organization has switched them off').waitFor()
    expect(tests.faults).toEqual([])
    await off.close()
  })

  it.each(looks)('axe finds nothing on it, %i px wide, %s', async (width, colorScheme) => {
    const viewport = { width, height: HEIGHT_PX }
    const page = await tests.open(pathOf('looked-at'), 'Claims', { viewport, colorScheme })
    await liftOf(page, address('looked-at')).waitFor()
    expect(await axeViolations(page)).toEqual([])
    expect(await overflowOf(page)).toBeLessThanOrEqual(0)
    expect(await brokenWordsOf(page)).toEqual([])
    expect(tests.faults).toEqual([])
    await page.close()
  })
})
