import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeViolations, findChromium, launchChromium } from '../../support/chromium.ts'
import { open, watchConsole } from '../../support/console.ts'
import { DOMAIN, type World } from '../../support/world.ts'
import { smallWorld } from '../../support/worlds.ts'

const executablePath = findChromium()
if (executablePath === undefined) console.warn('The console’s users are not tested: set CHROMIUM_PATH.')

/** What Chromium says of an answer that refuses: the API's word, and no fault of the page. */
const REFUSED = /status of 4\d\d /

describe.skipIf(executablePath === undefined)('what an admin does with a user in Chromium', () => {
  let world: World
  let browser: Browser
  let faults: readonly string[] = []

  const address = (user: string) => `${user}@${DOMAIN}`

  beforeAll(async () => {
    world = await smallWorld()
    browser = await launchChromium(executablePath ?? '')
    for (const user of ['own', 'kept', 'leaver', 'shown']) await world.user(user, { orgId: 'acme' })
    for (const user of ['direct', 'delayed']) await world.user(user)
    await world.as('acme', 'PATCH', '/v1/organization', { allowContentMigration: true })
    await world.claimed('acme', address('direct'), { type: 'direct' })
    await world.claimed('acme', address('delayed'))
    await world.service.settle()
  })
  afterAll(async () => {
    await browser?.close()
    await world?.stop()
  })

  async function opened(user: string, role: 'admin' | 'reader' = 'admin'): Promise<Page> {
    const page = await browser.newPage({ locale: 'en-US' })
    faults = watchConsole(page)
    await open(page, world, `/users?email=${encodeURIComponent(address(user))}`, 'Users', {
      org: 'acme',
      role,
    })
    await page.getByRole('link', { name: address(user) }).click()
    await dialogOf(page).getByText(address(user)).first().waitFor()
    return page
  }
  const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'User', exact: true })
  const userAt = async (userId: string) =>
    (await world.as('acme', 'GET', `/v1/users/${encodeURIComponent(userId)}`)).body
  const unexpected = () => faults.filter((text) => !REFUSED.test(text))

  it('C9: changes address, names and licences; an address elsewhere is refused where it was entered', async () => {
    const page = await opened('own')
    const dialog = dialogOf(page)
    const save = dialog.getByRole('button', { name: 'Save' })
    expect(await save.isEnabled()).toBe(false)
    await dialog.getByLabel('Address', { exact: true }).fill('own@elsewhere.example')
    await save.click()
    await dialog.getByRole('alert').getByText('Verify the domain first.').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await dialog.getByLabel('Address', { exact: true }).fill(address('own.new'))
    await dialog.getByLabel('Last name').fill('Jansen')
    await dialog.getByLabel('Licences, separated by commas').fill('pro, mail')
    await save.click()
    await page.getByText('The user is changed').waitFor()
    expect(await userAt('own')).toMatchObject({
      email: address('own.new'),
      firstName: 'Sanne',
      lastName: 'Jansen',
      licenses: ['pro', 'mail'],
    })
    expect(unexpected()).toEqual([])
    await page.close()
  })

  it('makes a user inactive, and active again', async () => {
    const page = await opened('kept')
    await dialogOf(page).getByRole('button', { name: 'Make inactive' }).click()
    await page.getByText('The user is changed').waitFor()
    expect(await userAt('kept')).toMatchObject({ status: 'inactive' })
    await page.getByRole('link', { name: address('kept') }).click()
    await dialogOf(page).getByRole('button', { name: 'Make active' }).click()
    await dialogOf(page).waitFor({ state: 'detached' })
    expect(await userAt('kept')).toMatchObject({ status: 'active' })
    expect(faults).toEqual([])
    await page.close()
  })

  it('Y7: removes a user once it is confirmed', async () => {
    const page = await opened('leaver')
    await dialogOf(page).getByRole('button', { name: 'Remove' }).click()
    const question = page.getByRole('dialog', { name: `Remove ${address('leaver')}?` })
    await question.getByText('Account and content are gone for good.').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await question.getByRole('button', { name: 'Cancel' }).click()
    await dialogOf(page).getByRole('button', { name: 'Remove' }).click()
    expect(await userAt('leaver')).toMatchObject({ status: 'active' })
    await question.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('The user is removed').waitFor()
    expect((await world.as('acme', 'GET', '/v1/users/leaver')).status).toBe(404)
    await page.getByRole('link', { name: address('leaver') }).waitFor({ state: 'detached' })
    expect(unexpected()).toEqual([])
    await page.close()
  })

  it('says of the account of a direct claim what removing it does to the claim', async () => {
    const page = await opened('direct')
    await dialogOf(page).getByRole('button', { name: 'Remove' }).click()
    await page.getByText('the original account gets its address back').waitFor()
    expect(faults).toEqual([])
    await page.close()
  })

  it.each([
    ['C2: a delayed claim’s account', 'delayed', 'admin'],
    ['a reader any account', 'shown', 'reader'],
  ] as const)('offers no change of %s', async (_, user, role) => {
    const page = await opened(user, role)
    for (const name of ['Save', 'Make inactive', 'Remove'])
      expect(await dialogOf(page).getByRole('button', { name }).count()).toBe(0)
    for (const input of await dialogOf(page).getByRole('textbox').all())
      expect(await input.getAttribute('readonly')).not.toBeNull()
    expect(faults).toEqual([])
    await page.close()
  })
})
