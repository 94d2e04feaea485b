import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { axeViolations } from '../../support/chromium.ts'
import { DOMAIN } from '../../support/world.ts'
import { describeInChromium, address } from '../../support/console-tests.ts'

describeInChromium('what an admin does with a user in Chromium', (tests) => {
  beforeAll(async () => {
    for (const user of ['own', 'named', 'raced', 'kept', 'leaver', 'shown', 'taken'])
      await tests.world.user(user, { orgId: 'acme' })
    for (const user of ['direct', 'delayed']) await tests.world.user(user)
    await tests.world.as('acme', 'PATCH', '/v1/organization', { allowContentMigration: true })
    await tests.world.claimed('acme', address('direct'), { type: 'direct' })
    await tests.world.claimed('acme', address('delayed'))
    // Several organizations may verify a domain (D2).
    await tests.world.verify('dunes-bv', DOMAIN)
    await tests.world.claimed('dunes-bv', address('taken'))
    await tests.world.service.settle()
  })

  async function opened(user: string, role: 'admin' | 'reader' = 'admin'): Promise<Page> {
    const path = `/users?email=${encodeURIComponent(address(user))}`
    const page = await tests.open(path, 'Users', { role })
    await page.getByRole('link', { name: address(user) }).click()
    await dialogOf(page).getByText(address(user)).first().waitFor()
    return page
  }
  const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'User', exact: true })
  const userAt = async (userId: string) =>
    (await tests.world.as('acme', 'GET', `/v1/users/${encodeURIComponent(userId)}`)).body

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
    expect(tests.unexpectedFaults).toEqual([])
    await page.close()
  })

  it('changes the name that is shown, and the language of mails', async () => {
    const page = await opened('named')
    const dialog = dialogOf(page)
    await dialog.getByLabel('Display name').fill('Sanne (Sales)')
    await dialog.getByLabel('Language of mails').click()
    await dialog.getByRole('option', { name: 'French' }).click()
    expect(await axeViolations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The user is changed').waitFor()
    expect(await userAt('named')).toMatchObject({
      displayName: 'Sanne (Sales)',
      firstName: 'Sanne',
      locale: 'fr',
    })
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it.each(['Save', 'Make inactive'])(
    'changes nothing by "%s" that somebody else has changed meanwhile',
    async (button) => {
      const page = await opened('raced')
      const dialog = dialogOf(page)
      await dialog.getByLabel('Last name').fill('Typed')
      await tests.world.as('acme', 'PATCH', '/v1/users/raced', { firstName: `Other ${button}` })
      await dialog.getByRole('button', { name: button }).click()
      await dialog.getByText('The record has changed since').waitFor()
      expect(await userAt('raced')).toMatchObject({ firstName: `Other ${button}`, status: 'active' })
      expect(await dialog.getByLabel('Last name').inputValue()).toBe('Typed')
      await dialog.getByRole('button', { name: 'Reload' }).click()
      await expect.poll(() => dialog.getByLabel('First name').inputValue()).toBe(`Other ${button}`)
      await dialog.getByLabel('Last name').fill(`After ${button}`)
      await dialog.getByRole('button', { name: 'Save' }).click()
      await page.getByText('The user is changed').waitFor()
      expect(await userAt('raced')).toMatchObject({
        firstName: `Other ${button}`,
        lastName: `After ${button}`,
      })
      expect(tests.unexpectedFaults).toEqual([])
      await page.close()
    },
  )

  it('removes nobody who was changed since the question was asked', async () => {
    const page = await opened('raced')
    await dialogOf(page).getByRole('button', { name: 'Remove' }).click()
    const question = page.getByRole('dialog', { name: `Remove ${address('raced')}?` })
    await tests.world.as('acme', 'PATCH', '/v1/users/raced', { firstName: 'Stays' })
    await question.getByRole('button', { name: 'Remove' }).click()
    await question.getByText('The record has changed since').waitFor()
    expect(await userAt('raced')).toMatchObject({ firstName: 'Stays', status: 'active' })
    expect(tests.unexpectedFaults).toEqual([])
    await page.close()
  })

  it('R3: finds the users whose claims can be revoked, in an address that can be sent to somebody', async () => {
    await tests.world.platform('POST', '/sign-ins', { email: address('direct') })
    const page = await tests.open('/users', 'Users')
    const users = page.getByRole('table', { name: 'Users' })
    await users.getByText(address('direct')).waitFor()
    await page.getByRole('checkbox', { name: 'Claim can be revoked' }).click()
    await users.getByText(address('direct')).waitFor({ state: 'detached' })
    await users.getByText(address('delayed')).waitFor()
    expect(new URL(page.url()).search).toBe('?revocable=true')
    await page.reload()
    await users.getByText(address('delayed')).waitFor()
    expect(await users.getByText(address('kept')).count()).toBe(0)
    expect(tests.faults).toEqual([])
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
    expect(tests.faults).toEqual([])
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
    expect((await tests.world.as('acme', 'GET', '/v1/users/leaver')).status).toBe(404)
    await page.getByRole('link', { name: address('leaver') }).waitFor({ state: 'detached' })
    expect(tests.unexpectedFaults).toEqual([])
    await page.close()
  })

  it('says of the account of a direct claim what removing it does to the claim', async () => {
    const page = await opened('direct')
    await dialogOf(page).getByRole('button', { name: 'Remove' }).click()
    await page.getByText('the original account gets its address back').waitFor()
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it.each([
    ['C2: a delayed claim’s account', 'delayed', 'admin', 'can be managed once the user has decided'],
    ['C3: an account that another organization claims', 'taken', 'admin', 'Another organization is claiming'],
    ['a reader any account', 'shown', 'reader', undefined],
  ] as const)('offers no change of %s', async (_, user, role, reason) => {
    const page = await opened(user, role)
    const said = await dialogOf(page)
      .getByText(reason ?? 'claim')
      .count()
    expect(said).toBe(reason === undefined ? 0 : 1)
    for (const name of ['Save', 'Make inactive', 'Remove'])
      expect(await dialogOf(page).getByRole('button', { name }).count()).toBe(0)
    for (const input of await dialogOf(page).getByRole('textbox').all())
      expect(await input.getAttribute('readonly')).not.toBeNull()
    expect(tests.faults).toEqual([])
    await page.close()
  })
})
