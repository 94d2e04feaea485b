import { describe, expect } from 'vitest'
import type { ClaimView, World } from '../support/world.ts'
import { it } from '../support/fixtures.ts'

const DAY_MS = 24 * 3600 * 1000

describe('mails that bounce', () => {
  let world: World
  it.beforeAll(({ service }) => {
    world = service
  })

  const dayOf = ({ createdAt }: ClaimView, day: number) => new Date(Date.parse(createdAt) + day * DAY_MS)
  const subjectsTo = async (address: string) =>
    (await world.service.messages(address)).map(({ subject }) => subject)

  it('N4: a claim whose mail bounces shows it, gets no reminders, and is migrated on day 14 all the same', async () => {
    await world.user('bo')
    await world.user('cas')
    await world.converse('bo', 'talk-1')
    await world.service.mailbox('Bo@noordzee.example', 'bounce')
    const claim = await world.claimed('acme', 'bo@noordzee.example')
    const other = await world.claimed('acme', 'cas@noordzee.example')
    await world.service.settle()

    expect(await world.claimById('acme', claim.claimId)).toMatchObject({ notification: 'bounced' })
    expect(await world.claimById('acme', other.claimId)).toMatchObject({ notification: 'sent' })
    expect(await world.service.messages('bo@noordzee.example')).toMatchObject([
      { bounced: ['bo@noordzee.example'] },
    ])

    // Whatever its mailbox does from now on: nothing is sent to it any more. By the days of the one who was claimed last: on a
    // busy machine the other's are a second earlier.
    await world.service.mailbox('bo@noordzee.example', 'ok')
    for (const [day, reminders] of [
      [7, 1],
      [11, 2],
      [13, 3],
    ] as const) {
      await world.service.moveTo(dayOf(other, day))
      expect(await subjectsTo('bo@noordzee.example')).toHaveLength(1)
      expect(await subjectsTo('cas@noordzee.example')).toHaveLength(1 + reminders)
    }

    await world.service.moveTo(dayOf(other, 14))
    expect(await world.claimById('acme', claim.claimId)).toMatchObject({
      status: 'completed',
      notification: 'bounced',
      decision: { kind: 'transfer_content', by: 'schedule' },
    })
    expect(await world.conversations(claim.newUserId)).toEqual(['talk-1'])
    expect(await subjectsTo('bo@noordzee.example')).toHaveLength(1)
  })

  it('N4: a complaint is shown as one, by the simulator’s address that SES itself answers for', async () => {
    const address = 'complaint+dirk@simulator.amazonses.com'
    await world.verify('acme', 'simulator.amazonses.com')
    await world.user('dirk', { email: address })
    const claim = await world.claimed('acme', address)
    await world.service.settle()
    expect(await world.claimById('acme', claim.claimId)).toMatchObject({ notification: 'complained' })
    expect(await world.service.messages(address)).toMatchObject([{ complained: [address] }])
  })

  it('A2: a failed mail is told to the bus once, without an address', async () => {
    const events = await world.service.events()
    const failed = events.filter(({ detailType }) => detailType === 'claim.mail_failed')
    expect(failed).toHaveLength(2)
    expect(JSON.stringify(failed)).not.toContain('@')
    expect(events.filter(({ source }) => source === 'aws.ses').map(({ detailType }) => detailType)).toEqual([
      'Email Bounced',
      'Email Complaint Received',
    ])
  })

  it('N4: an admin says that an address works again, and its claim’s mail may be sent at once', async () => {
    await world.user('eva')
    await world.service.mailbox('eva@noordzee.example', 'bounce')
    const claim = await world.claimed('acme', 'eva@noordzee.example')
    await world.service.settle()
    await world.service.mailbox('eva@noordzee.example', 'ok')
    const url = `/v1/claims/${encodeURIComponent(claim.claimId)}/notify`
    expect(await world.as('acme', 'POST', url)).toMatchObject({ status: 409 })
    expect(await world.as('acme', 'DELETE', '/v1/suppressions/eva@noordzee.example')).toMatchObject({
      status: 204,
    })
    expect(await world.claimById('acme', claim.claimId)).toMatchObject({ notification: 'pending' })
    expect(await world.as('acme', 'POST', url)).toMatchObject({ status: 200 })
    await world.service.settle()
    expect(await world.claimById('acme', claim.claimId)).toMatchObject({ notification: 'sent' })
  })

  it.each([
    { address: 'bo@noordzee.example', answers: 'perhaps' },
    { address: 'nobody', answers: 'bounce' },
    { address: 'bo@noordzee.example' },
  ])('a mailbox is told to answer in one of three ways, and not %j', async (body) => {
    const url = `${world.service.endpoints.control}/mailboxes`
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'invalid_request' })
  })

  it('the service finds nothing wrong with itself, and no message ended in a dead-letter queue', async () => {
    expect((await world.service.settle()).deadLetters).toEqual({})
    expect(await world.service.problems()).toEqual([])
  })
})
