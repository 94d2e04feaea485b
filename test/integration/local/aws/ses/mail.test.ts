import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type Inbox, startInbox } from '../../../../../infra/local/aws/ses/inbox.ts'
import { type AwsParts, outsideClient, startAwsParts } from '../aws-parts.ts'

let parts: AwsParts
let inbox: Inbox
let client: SESClient
beforeAll(async () => {
  parts = await startAwsParts({ statements: [{ Effect: 'Allow', Action: '*', Resource: '*' }] })
  parts.ses.addIdentity('service.example')
  parts.ses.addConfigurationSet('mails')
  inbox = await startInbox({ ses: parts.ses })
  client = new SESClient(outsideClient(parts.gateway))
})
afterAll(async () => {
  await inbox.stop()
  await parts.stop()
})

const FROM = 'Claim Service <no-reply@service.example>'
const send = (to: string[], o: { subject?: string; html?: string; from?: string } = {}) =>
  client.send(
    new SendEmailCommand({
      Source: o.from ?? FROM,
      ConfigurationSetName: 'mails',
      Destination: { ToAddresses: to },
      Tags: [{ Name: 'kind', Value: 'claimed' }],
      Message: {
        Subject: { Data: o.subject ?? 'Übernahme & more', Charset: 'UTF-8' },
        Body: { Text: { Data: 'Guten Tag\n€' }, Html: { Data: o.html ?? '<p>Guten Tag</p>' } },
      },
    }),
  )

async function messages(to?: string) {
  const response = await fetch(
    `${inbox.endpoint}/messages${to === undefined ? '' : `?to=${encodeURIComponent(to)}`}`,
  )
  return z.object({ messages: z.array(z.looseObject({ subject: z.string() })) }).parse(await response.json())
    .messages
}

describe('a mail sent through SES', () => {
  it('is in the inbox of its address in any letter case, with the time of the service', async () => {
    await parts.clock.moveTo(new Date('2050-01-01T00:00:00Z'))
    const { MessageId } = await send(['Ada <Ada.L@Customer.example>', 'other@customer.example'])
    expect(await messages('ada.l@customer.EXAMPLE')).toEqual([
      expect.objectContaining({
        messageId: MessageId,
        to: ['Ada <Ada.L@Customer.example>', 'other@customer.example'],
        from: FROM,
        subject: 'Übernahme & more',
        text: 'Guten Tag\n€',
        html: '<p>Guten Tag</p>',
        sentAt: expect.stringMatching(/^2050-01-01T00:00:/),
        tags: { kind: 'claimed' },
        configurationSet: 'mails',
      }),
    ])
    expect(await messages('other@customer.example')).toHaveLength(1)
    expect(await messages('nobody@customer.example')).toEqual([])
    const counted = await fetch(`${inbox.endpoint}/messages/count?to=other@customer.example`)
    expect(await counted.json()).toEqual({ count: 1 })
  })

  it('comes after the ones sent before it', async () => {
    for (const subject of ['1', '2', '3']) await send(['order@customer.example'], { subject })
    expect((await messages('order@customer.example')).map(({ subject }) => subject)).toEqual(['1', '2', '3'])
    expect((await messages()).slice(-3).map(({ subject }) => subject)).toEqual(['1', '2', '3'])
  })

  it('is refused from an identity that is not verified, to no address, and in an unknown configuration set', async () => {
    await expect(send(['a@customer.example'], { from: 'a@other.example' })).rejects.toMatchObject({
      name: 'MessageRejected',
    })
    await expect(send(['no address'])).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(send([])).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    const set = new SendEmailCommand({
      Source: FROM,
      ConfigurationSetName: 'unknown',
      Destination: { ToAddresses: ['a@customer.example'] },
      Message: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } },
    })
    await expect(client.send(set)).rejects.toMatchObject({ name: 'ConfigurationSetDoesNotExistException' })
  })

  it('names its sender as mail programs show it, where the name was encoded', async () => {
    const from = '=?UTF-8?B?R3LDvMOf?= =?UTF-8?B?ZSDigqw=?= <no-reply@service.example>'
    await send(['named@customer.example'], { from })
    expect(await messages('named@customer.example')).toMatchObject([
      { from: 'Grüße € <no-reply@service.example>' },
    ])
  })
})

describe("the inbox's documents", () => {
  it("serve a mail's own HTML in a sandbox without scripts", async () => {
    await send(['page@customer.example'], { subject: 'Hello', html: '<script>alert(1)</script>' })
    const [found] = parts.ses.outbox.page({ to: 'page@customer.example', limit: 1 })
    const body = await fetch(`${inbox.endpoint}/messages/${found?.position}/html`)
    expect(body.status).toBe(200)
    const policy = body.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toMatch(/sandbox allow-popups/)
    expect(policy).not.toContain('allow-scripts')
  })

  it('answer what does not exist with 404, and changes with 405', async () => {
    expect((await fetch(`${inbox.endpoint}/messages/999999/html`)).status).toBe(404)
    expect((await fetch(`${inbox.endpoint}/nothing`)).status).toBe(404)
    expect((await fetch(`${inbox.endpoint}/messages`, { method: 'POST' })).status).toBe(405)
  })
})
