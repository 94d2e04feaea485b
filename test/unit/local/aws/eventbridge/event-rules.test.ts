import { describe, expect, it } from 'vitest'
import { createClock } from '../../../../../infra/local/clock/clock.ts'
import { createEventBus, envelopeOf } from '../../../../../infra/local/aws/eventbridge/event-bus.ts'
import { createSes } from '../../../../../infra/local/aws/ses/ses.ts'
import { type LocalState, openState } from '../../../../../infra/local/aws/state.ts'
import { createRules } from '../../../../../infra/local/aws/eventbridge/event-rules.ts'

const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:feedback'
const RULE = {
  logicalId: 'Rule',
  arn: 'arn:aws:events:us-east-1:000000000000:rule/rule',
  bus: 'default',
  pattern: {
    source: ['aws.ses', 'claims'],
    'detail-type': ['Email Bounced', 'Email Complaint Received'],
    detail: { mail: { tags: { 'ses:configuration-set': ['ours'] } } },
  },
  queueArns: [QUEUE_ARN],
}

function start(state: LocalState = openState(undefined)) {
  const clock = createClock(state)
  const bus = createEventBus({ state, clock })
  const ses = createSes({ state, clock, events: bus })
  for (const set of ['ours', 'theirs']) ses.addConfigurationSet(set)
  const delivered: { queue: string; body: unknown }[] = []
  const send = (queue: string, body: string): string => {
    delivered.push({ queue, body: JSON.parse(body) })
    return 'id'
  }
  bus.onPublished(
    createRules({ rules: [RULE], queueName: (arn) => arn.split(':').at(-1) ?? '', queues: { send } }),
  )
  return { state, bus, ses, delivered }
}

const request = (body: string, headers = {}) => ({
  method: 'POST',
  url: '/',
  headers,
  body: Buffer.from(body),
})

function mailTo(address: string, more: Record<string, string> = {}) {
  return request(
    new URLSearchParams({
      Action: 'SendEmail',
      Source: 'Claims <claims@service.example>',
      ConfigurationSetName: 'ours',
      'Destination.ToAddresses.member.1': address,
      'Message.Subject.Data': 'Hello',
      'Message.Body.Text.Data': 'Hello',
      'Tags.member.1.Name': 'claim',
      'Tags.member.1.Value': 'Y2xt',
      ...more,
    }).toString(),
  )
}

describe('a mail to a mailbox that bounces', () => {
  it('is published as SES does it, and is on the queue of the rule when SES answers', () => {
    const { ses, delivered } = start()
    ses.publishEvents('ours', ['bounce', 'complaint'])
    ses.setMailbox('Ada@customer.example', 'bounce')
    const { body } = ses.handle(mailTo('Ada <ada@customer.EXAMPLE>'))
    const messageId = /<MessageId>([^<]+)/.exec(body)?.[1]
    expect(delivered).toEqual([
      {
        queue: 'feedback',
        body: {
          version: '0',
          id: expect.any(String),
          'detail-type': 'Email Bounced',
          source: 'aws.ses',
          account: '000000000000',
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          region: 'us-east-1',
          resources: ['arn:aws:ses:us-east-1:000000000000:configuration-set/ours'],
          detail: {
            eventType: 'Bounce',
            bounce: expect.objectContaining({
              bounceType: 'Permanent',
              bouncedRecipients: [expect.objectContaining({ emailAddress: 'ada@customer.example' })],
            }),
            mail: expect.objectContaining({
              messageId,
              destination: ['Ada <ada@customer.EXAMPLE>'],
              tags: expect.objectContaining({ claim: ['Y2xt'], 'ses:configuration-set': ['ours'] }),
            }),
          },
        },
      },
    ])
    expect([...ses.outbox.each()]).toMatchObject([{ messageId, bounced: ['ada@customer.example'] }])
  })

  it.each([
    ['bounce@simulator.amazonses.com', 'Email Bounced'],
    ['bounce+label@simulator.amazonses.com', 'Email Bounced'],
    ['complaint+a.b@simulator.amazonses.com', 'Email Complaint Received'],
  ])('is one to %s too, as with SES itself: %s', (address, detailType) => {
    const { ses, delivered } = start()
    ses.publishEvents('ours', ['bounce', 'complaint'])
    ses.handle(mailTo(address))
    expect(delivered).toMatchObject([{ body: { 'detail-type': detailType } }])
  })

  it('is published once for each recipient that bounces it', () => {
    const { ses, delivered } = start()
    ses.publishEvents('ours', ['bounce'])
    ses.setMailbox('a@customer.example', 'bounce')
    ses.setMailbox('c@customer.example', 'bounce')
    ses.handle(
      mailTo('a@customer.example', {
        'Destination.ToAddresses.member.2': 'b@customer.example',
        'Destination.CcAddresses.member.1': 'c@customer.example',
      }),
    )
    expect(delivered).toHaveLength(2)
    expect([...ses.outbox.each()][0]?.bounced).toEqual(['a@customer.example', 'c@customer.example'])
  })

  it.each([
    ['whose configuration set publishes nothing', [], 'ours'],
    ['of a kind that its configuration set doesn’t publish', ['complaint', 'reject'], 'ours'],
    ['of a configuration set that the rule doesn’t name', ['bounce'], 'theirs'],
  ])('reaches no queue %s', (_, types, set) => {
    const { ses, delivered } = start()
    ses.publishEvents(set, types)
    ses.handle(mailTo('bounce@simulator.amazonses.com', { ConfigurationSetName: set }))
    expect(delivered).toEqual([])
  })

  it('goes on bouncing after a restart, until its mailbox is said to take mails', () => {
    const { state, ses } = start()
    ses.setMailbox('a@customer.example', 'bounce')
    const { ses: again, delivered } = start(state)
    again.publishEvents('ours', ['bounce'])
    again.handle(mailTo('a@customer.example'))
    expect(delivered).toHaveLength(1)
    again.setMailbox('a@customer.example', 'ok')
    again.handle(mailTo('a@customer.example'))
    expect(delivered).toHaveLength(1)
    expect([...again.outbox.each()].map(({ bounced }) => bounced !== undefined)).toEqual([true, false])
  })
})

describe('the local SES', () => {
  it.each(['clm~a', '', 'x'.repeat(257)])('refuses the tag value “%s”, as SES does', (value) => {
    const { ses } = start()
    const mail = mailTo('a@customer.example', { 'Tags.member.1.Value': value })
    expect(() => ses.handle(mail)).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValue', status: 400 }),
    )
  })
})

describe('the local event bus', () => {
  const put = (entry: Record<string, unknown>) =>
    request(JSON.stringify({ Entries: [entry] }), { 'x-amz-target': 'AWSEvents.PutEvents' })
  const entry = { DetailType: 'Email Bounced', Detail: '{}' }

  it('lets nobody but AWS’s services publish under a source of theirs', () => {
    const { bus } = start()
    const { body } = bus.handle(put({ ...entry, Source: 'aws.ses' }))
    expect(JSON.parse(body)).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'NotAuthorizedForSourceException' }],
    })
    expect(bus.list()).toEqual([])
  })

  it('delivers what is published on another bus to no rule of the default one', () => {
    const { bus, delivered } = start()
    bus.addBus('other')
    const detail = { mail: { tags: { 'ses:configuration-set': ['ours'] } } }
    bus.publish({ source: 'aws.ses', detailType: 'Email Bounced', detail, resources: [] })
    expect(delivered).toHaveLength(1)
    const [event] = bus.list()
    if (event === undefined) throw new Error('nothing was published')
    expect(delivered[0]?.body).toEqual(envelopeOf(event))
    const told = { ...entry, Source: 'claims', Detail: JSON.stringify(detail) }
    bus.handle(put({ ...told, EventBusName: 'other' }))
    expect(bus.list()).toHaveLength(2)
    expect(delivered).toHaveLength(1)
    bus.handle(put(told))
    expect(delivered).toHaveLength(2)
  })
})
