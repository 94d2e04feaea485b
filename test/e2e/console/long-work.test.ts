import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { axeViolations, brokenWordsOf, overflowOf } from '../../support/chromium.ts'
import { consoleUrl, loaded, tabTo } from '../../support/console.ts'
import { expectOk } from '../../support/world.ts'
import { describeInChromium, address, looks, HEIGHT_PX } from '../../support/console-tests.ts'

/** Y8: more than a fifth of them, and more than five, hold a sync. */
const staff = Array.from({ length: 8 }, (_, n) => `staff${n}`)

const made = z.looseObject({ syncId: z.string() })

describeInChromium('imports, syncs and exports in Chromium', (tests) => {
  const csvOf = (name: string, users: readonly string[]) => ({
    name,
    mimeType: 'text/csv',
    buffer: Buffer.from(`Email\n${users.map(address).join('\n')}\n`),
  })

  beforeAll(async () => {
    for (const user of staff) await tests.world.user(user, { orgId: 'acme' })
    for (const user of ['keyed', 'stopped', 'exported', 'listed']) await tests.world.user(user)
    await tests.world.claimed('acme', address('exported'))
    await tests.world.service.settle()
  })

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })
  const statusOf = async (userId: string) =>
    (await tests.world.as('acme', 'GET', `/v1/users/${userId}`)).body as { status: string }

  it('P1, T6: uploads, previews and confirms a file by the keyboard alone', async () => {
    const page = await tests.open('/imports', 'Imports')
    await tabTo(page, 'input', 'Choose a file')
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Space')])
    await chooser.setFiles(csvOf('keyed.csv', ['keyed', 'nobody']))
    await page.getByText('keyed.csv').first().waitFor()
    await tabTo(page, 'button', 'Preview')
    await page.keyboard.press('Enter')
    await heading(page, 'keyed.csv').waitFor()
    await page.getByText('You are about to claim one user').waitFor()
    await tabTo(page, 'input', 'I know that claiming is permanent')
    await page.keyboard.press('Space')
    await tabTo(page, 'button', 'Claim these users')
    await page.keyboard.press('Enter')
    await page.getByText('Completed', { exact: true }).waitFor()
    await page
      .getByRole('table', { name: 'Rows' })
      .getByRole('link', { name: address('keyed') })
      .waitFor()
    // What was done here once closed the navigation.
    expect(await page.getByRole('link', { name: 'Domains', exact: true }).isVisible()).toBe(true)
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it('I12: cancels an import, once it is confirmed', async () => {
    const body = { fileName: 'stopped.csv', sizeBytes: 1_000 }
    const { importId } = z
      .looseObject({ importId: z.string() })
      .parse(expectOk(await tests.world.as('acme', 'POST', '/v1/imports', body)).body)
    const page = await tests.open(`/imports/${importId}`, 'stopped.csv')
    await page.getByRole('button', { name: 'Cancel the import' }).click()
    const dialog = page.getByRole('dialog')
    expect(await axeViolations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Cancel the import' }).click()
    await page.getByText('Cancelled', { exact: true }).waitFor()
    expect((await tests.world.as('acme', 'GET', `/v1/imports/${importId}`)).body).toMatchObject({
      status: 'completed',
      cancelledAt: expect.any(String),
    })
    expect(await page.getByRole('button', { name: 'Cancel the import' }).count()).toBe(0)
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it('Y4, Y8: compares a whole file; one that leaves out many is held until an admin confirms it', async () => {
    const page = await tests.open('/directory', 'Directory')
    await page.getByRole('radio', { name: 'Full sync' }).check()
    await page.locator('input[type=file]').setInputFiles(csvOf('directory.csv', ['staff0']))
    await page.getByRole('button', { name: 'Full sync' }).click()
    const confirm = page.getByRole('button', { name: 'Go on' })
    await confirm.waitFor()
    expect(await statusOf('staff1')).toMatchObject({ status: 'active' })
    await confirm.click()
    await page.getByRole('dialog').getByRole('button', { name: 'Go on' }).click()
    await page.getByText('Completed', { exact: true }).waitFor()
    expect(await statusOf('staff0')).toMatchObject({ status: 'active' })
    expect(await statusOf('staff1')).toMatchObject({ status: 'inactive' })
    await page.getByRole('table', { name: 'Addresses' }).getByText(address('staff1')).waitFor()
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it('says of a sync whose addresses are no longer kept that they were', async () => {
    const emails = staff.map(address)
    const body = { mode: 'dry_run', emails }
    const { syncId } = made.parse(
      expectOk(await tests.world.as('acme', 'POST', '/v1/directory/syncs', body)).body,
    )
    await tests.world.service.settle()
    const page = await tests.open('/directory', 'Directory')
    await page.route(`**/v1/directory/syncs/${syncId}*`, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), entries: [] } })
    })
    await page.goto(consoleUrl(tests.world, `/directory/${syncId}`))
    await page.getByText('The addresses of this sync are no longer kept').waitFor()
    await page.goto(consoleUrl(tests.world, `/directory/${syncId}?outcome=add`))
    await page.getByText('There are no such addresses').waitFor()
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it.each([
    ['claims', '/claims', 'Claims', 'exported', 'User ID/Email|Email'],
    ['claimable users', '/claim-users', 'Who', 'listed', 'User ID/Email'],
  ] as const)('exports %s to a file that holds them', async (_, path, title, user, column) => {
    const page = await tests.open(path, title)
    await page.getByRole('button', { name: 'Export all' }).click()
    const link = page.getByRole('link', { name: 'Download' })
    await link.waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
    const text = await readFile(await download.path(), 'utf8')
    expect(text.split(/\r?\n/)[0]).toMatch(new RegExp(column))
    expect(text).toContain(address(user))
    expect(tests.faults).toEqual([])
    await page.close()
  })

  it.each(looks)(
    'axe finds nothing on the details of an import, a sync and a user, %i px wide, %s',
    async (width, colorScheme) => {
      const [{ importId = '' } = {}] = (
        (await tests.world.as('acme', 'GET', '/v1/imports')).body as { items: { importId: string }[] }
      ).items
      const { syncId } = made.parse(
        expectOk(
          await tests.world.as('acme', 'POST', '/v1/directory/syncs', {
            mode: 'dry_run',
            emails: staff.slice(1).map(address),
          }),
        ).body,
      )
      await tests.world.service.settle()
      const page = await tests.open('', 'Overview', { viewport: { width, height: HEIGHT_PX }, colorScheme })
      for (const path of [`/imports/${importId}`, `/directory/${syncId}`, '/users?user=staff0']) {
        await page.goto(consoleUrl(tests.world, path))
        await page.getByRole('heading', { level: 1 }).first().waitFor()
        await loaded(page)
        expect(await axeViolations(page), path).toEqual([])
        expect(await overflowOf(page), path).toBeLessThanOrEqual(0)
        expect(await brokenWordsOf(page), path).toEqual([])
      }
      expect(tests.faults).toEqual([])
      await page.close()
    },
  )
})
