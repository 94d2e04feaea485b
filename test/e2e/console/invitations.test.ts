import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { axeViolations } from '../../support/chromium.ts'
import { describeInChromium, address } from '../../support/console-tests.ts'

const assigned = z.looseObject({ claimId: z.string(), invite: z.boolean() })

describeInChromium('the question about invitations in Chromium', (tests) => {
  beforeAll(async () => {
    await tests.world.as('acme', 'PATCH', '/v1/organization', { licenseTemplate: ['basic'] })
    for (const user of ['invited', 'uninvited', 'filed', 'previewed', 'silent']) await tests.world.user(user)
    await tests.world.service.settle()
  })

  /** What the platform was told about the licences of whoever has this account. */
  async function invitationFor(user: string): Promise<unknown> {
    await tests.world.service.settle()
    const { body } = await tests.world.as(
      'acme',
      'GET',
      `/v1/claims?email=${encodeURIComponent(address(user))}`,
    )
    const [claim] = (body as { items: { claimId: string }[] }).items
    const events = await tests.world.service.events()
    return events
      .filter(({ detailType }) => detailType === 'licenses.assigned')
      .map(({ detail }) => assigned.parse(detail))
      .filter(({ claimId }) => claimId === claim?.claimId)
      .map(({ invite }) => invite)
  }

  async function enter(page: Page, user: string): Promise<void> {
    await page.getByRole('radio', { name: 'Enter addresses' }).check()
    await page.getByLabel('Addresses', { exact: true }).fill(address(user))
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('radio', { name: 'Direct for everyone' }).check()
  }

  async function goOnToTheEnd(page: Page, done: string): Promise<void> {
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('checkbox', { name: 'I know that claiming is permanent' }).check()
    await page.getByRole('button', { name: 'Claim', exact: true }).click()
    await page.getByRole('heading', { name: done }).waitFor()
  }

  it.each([
    ['Send them', 'invited', true],
    ['Send none', 'uninvited', false],
  ] as const)('N3: asks whether invitations follow the licences: "%s"', async (answer, user, invite) => {
    const page = await tests.open('/claim-users', 'Who')
    await enter(page, user)
    const question = page.getByRole('radiogroup', { name: 'Send invitations for the licences?' })
    expect(await question.getByRole('radio', { name: 'Send them' }).isChecked()).toBe(true)
    await question.getByRole('radio', { name: answer }).check()
    expect(await axeViolations(page)).toEqual([])
    await goOnToTheEnd(page, 'What was done')
    expect(await invitationFor(user)).toEqual([invite])
    expect(tests.faults).toEqual([])
    await page.close()
  })

  const csv = (user: string) => ({
    name: `${user}.csv`,
    mimeType: 'text/csv',
    buffer: Buffer.from(`Email,Claim Type\n${address(user)},direct\n`),
  })

  it('N3: asks the same of those in a file', async () => {
    const page = await tests.open('/claim-users', 'Who')
    await page.getByRole('radio', { name: 'Upload a file' }).check()
    await page.locator('input[type=file]').setInputFiles(csv('filed'))
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('radio', { name: 'Send none' }).check()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText('Report of every row').waitFor()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('checkbox', { name: 'I know that claiming is permanent' }).check()
    await page.getByRole('button', { name: 'Claim', exact: true }).click()
    await page.getByRole('heading', { name: 'The file has been imported' }).waitFor()
    expect(await invitationFor('filed')).toEqual([false])
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it('N3: and before an import is confirmed by itself', async () => {
    const page = await tests.open('/imports', 'Imports')
    await page.locator('input[type=file]').setInputFiles(csv('previewed'))
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByRole('radio', { name: 'Send none' }).check()
    await page.getByRole('checkbox', { name: 'I know that claiming is permanent' }).check()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Claim these users' }).click()
    await page.getByText('Completed', { exact: true }).waitFor()
    expect(await invitationFor('previewed')).toEqual([false])
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it('N3: asks nothing where the organization has switched them off', async () => {
    await tests.world.as('acme', 'PATCH', '/v1/organization', { suppressInvitations: true })
    const page = await tests.open('/claim-users', 'Who')
    await enter(page, 'silent')
    await page.getByText('No invitations follow the licences').waitFor()
    expect(await page.getByRole('radio', { name: 'Send none' }).count()).toBe(0)
    await goOnToTheEnd(page, 'What was done')
    expect(await invitationFor('silent')).toEqual([false])
    expect(tests.faults).toEqual([])
    await page.close()
  })
})
