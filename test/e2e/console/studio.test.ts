import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LOCAL_CREDENTIALS } from '../../../infra/local/aws/names.ts'
import { axeViolations, overflowOf } from '../../support/chromium.ts'
import { watchConsole } from '../../support/console.ts'
import { address, describeInChromium, HEIGHT_PX, looks } from '../../support/console-tests.ts'
import { type Fixture, startFixture, writeItem } from '../../integration/local/fixture/service.ts'
import { givesUp } from '../../integration/local/fixture/gives-up.ts'

const tabs = ['Inbox', 'Schedules', 'Queues', 'DNS', 'Log', 'Events', 'Functions'] as const

describeInChromium('the studio in Chromium', (tests) => {
  let faults: readonly string[] = []

  async function opened(tab = '', inbox = tests.world.service.endpoints.inbox, look = {}): Promise<Page> {
    const page = await tests.browser.newPage({ locale: 'en-US', ...look })
    faults = watchConsole(page)
    await page.goto(tab === '' ? inbox : `${inbox}/?tab=${tab}`)
    await page.locator('table:visible').first().waitFor()
    return page
  }
  /** How many messages wait in the one queue whose name ends so. */
  async function waitingIn(queue: string): Promise<number> {
    const queues = Object.entries(await tests.world.service.queues())
    const found = queues.filter(([name]) => name.endsWith(queue))
    expect(found).toHaveLength(1)
    return found[0]?.[1].visible ?? Number.NaN
  }

  it('shows the mails, and moves the clock', async () => {
    const { world } = tests
    await world.user('dora')
    await world.claimed('acme', address('dora'))
    await world.service.settle()
    const page = await opened()
    await page.getByRole('table').getByText(address('dora')).first().click()
    const mail = page.frameLocator('iframe[title="The mail"]')
    await mail.getByText(address('dora')).first().waitFor()
    const before = await world.service.now()
    await page.getByRole('button', { name: '14 days later' }).click()
    await page.getByText(/schedules fired/).waitFor({ timeout: 90_000 })
    const after = await world.service.now()
    expect(after.getTime() - before.getTime()).toBeGreaterThanOrEqual(14 * 24 * 60 * 60 * 1000)
    await page.goto(`${world.service.endpoints.inbox}/?tab=events`)
    await page.getByText('claim.completed').first().waitFor()
    expect(faults).toEqual([])
    await page.close()
  })

  it('M2: deletes a schedule, whose claim the sweep then migrates all the same', async () => {
    const { world } = tests
    await world.user('lost')
    const { claimId, endsAt } = await world.claimed('acme', address('lost'), { type: 'delayed' })
    await world.service.settle()
    const dueAt = async () => (await world.service.schedules()).map((each) => each.dueAt)
    const ofClaim = (await world.service.schedules()).filter(
      ({ dueAt: at, expression }) =>
        String(expression).startsWith('at(') && Math.abs(Date.parse(at) - Date.parse(endsAt)) < 120_000,
    )
    expect(ofClaim.length).toBeGreaterThan(0)
    const page = await opened('schedules')
    for (const { name } of ofClaim) {
      await page.getByRole('button', { name: `Delete ${name}`, exact: true }).click()
      await page.getByText(`The schedule ${name} is deleted.`).waitFor()
      await page.getByRole('button', { name: `Delete ${name}`, exact: true }).waitFor({ state: 'detached' })
    }
    const left = await dueAt()
    expect(left).toEqual(left.filter((at) => Math.abs(Date.parse(at) - Date.parse(endsAt)) >= 120_000))
    // What recurs is the template's, and isn't offered.
    expect(await page.getByRole('row').filter({ hasText: 'rate(' }).getByRole('button').count()).toBe(0)
    await world.service.moveTo(new Date(Date.parse(endsAt) + 16 * 60_000))
    expect(await world.claimById('acme', claimId)).toMatchObject({
      status: 'completed',
      decision: { by: 'schedule' },
    })
    expect(faults).toEqual([])
    await page.close()
  })

  it('redrives the dead letters of one queue, which are handled then, and leaves another’s', async () => {
    const { world } = tests
    const { s3: endpoint, region } = world.service.endpoints
    const sqs = new SQSClient({ endpoint, region, credentials: LOCAL_CREDENTIALS })
    const names = Object.keys(await world.service.queues())
    const exports = names.find((name) => name.includes('Exports') && !name.includes('DeadLetters'))
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: `${endpoint}/000000000000/${exports}`,
        MessageBody: '{"nonsense":true}',
      }),
    )
    // What SES holds back is tried for ten days, and then given up.
    await world.service.mailLimits({ sandbox: true })
    await world.user('sandboxed')
    await world.claimed('acme', address('sandboxed'), { type: 'direct' })
    await world.service.advance('P11D')
    expect(await waitingIn('MailsDeadLetters')).toBe(1)
    expect(await waitingIn('ExportsDeadLetters')).toBe(1)
    expect(await world.service.messages(address('sandboxed'))).toEqual([])

    await world.service.mailLimits({})
    const page = await opened('queues')
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: /^Redrive \S*MailsDeadLetters$/ }).click()
    await page.getByText('Put back on the queue: 1 message.').waitFor()
    await world.service.settle()
    expect(await world.service.messages(address('sandboxed'))).toHaveLength(1)
    expect(await waitingIn('MailsDeadLetters')).toBe(0)
    expect(await waitingIn('ExportsDeadLetters')).toBe(1)
    await page.getByRole('button', { name: /^Redrive \S*MailsDeadLetters$/ }).waitFor({ state: 'detached' })

    // What nobody can read fails again.
    await page.getByRole('button', { name: /^Redrive \S*ExportsDeadLetters$/ }).click()
    await page.getByText('Put back on the queue: 1 message.').last().waitFor()
    await expect.poll(() => waitingIn('ExportsDeadLetters'), { timeout: 60_000 }).toBe(1)
    expect(faults).toEqual([])
    await page.close()
  })

  it.each(looks)('has nothing that axe finds, %i px wide, %s', async (width, colorScheme) => {
    const look = { colorScheme, viewport: { width, height: HEIGHT_PX } }
    const page = await opened('', tests.world.service.endpoints.inbox, look)
    for (const tab of tabs) {
      await page.getByRole('tab', { name: tab }).click()
      await page.locator('table:visible').first().waitFor()
      expect(await axeViolations(page), tab).toEqual([])
      expect(await overflowOf(page), tab).toBe(0)
    }
    expect(faults).toEqual([])
    await page.close()
  })

  it('is not shown in a frame, and runs nothing but its own files', async () => {
    const { headers } = await fetch(tests.world.service.endpoints.inbox)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
  })

  describe('of a service whose stream’s reader has given up a change', () => {
    let fixture: Fixture
    beforeAll(async () => {
      fixture = await startFixture(givesUp())
      await writeItem(fixture.client, { pk: 'U#sick' })
      await fixture.client.settle()
    })
    afterAll(() => fixture?.stop())

    it('says so, says that it failed again, and plays it again once it is mended', async () => {
      const page = await opened('queues', fixture.client.endpoints.inbox)
      await page.getByText('1 batch of changes').waitFor()
      await page.getByRole('button', { name: 'Redrive effects' }).click()
      await page.getByText(/1 batch failed again and stayed/).waitFor()
      expect(await axeViolations(page)).toEqual([])
      await page.getByText('1 batch of changes').waitFor()

      await writeItem(fixture.client, { pk: 'HEALED' })
      await page.getByRole('button', { name: 'Redrive effects' }).click()
      await page.getByText('1 change of 1 batch played again.').waitFor()
      await page.getByRole('button', { name: 'Redrive effects' }).waitFor({ state: 'detached' })
      expect(faults).toEqual([])
      await page.close()
    })
  })
})
