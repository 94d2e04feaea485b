import { SESClient, SESServiceException, SendEmailCommand } from '@aws-sdk/client-ses'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import 'aws-sdk-client-mock-vitest/extend'
import { mailer } from '../../../shared/aws/mailer.ts'
import { BusyError, faultOf } from '../../../shared/lib/errors.ts'

const client = new SESClient({ region: 'us-east-1' })
const ses = mockClient(client)
const mail = {
  to: ['ada@noordzee.example'],
  subject: 'Ümit’s account',
  html: '<p>Hallo</p>',
  text: 'Hallo',
  tags: { kind: 'claimed_direct' },
}

const refusal = (name: string, message = 'ada@noordzee.example') =>
  new SESServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode: 400 } })

describe('mailer', () => {
  beforeEach(() => ses.reset())

  it('N2: sends HTML and text in UTF-8, with its tags and under the configuration set that hears of bounces', async () => {
    ses.on(SendEmailCommand).resolves({ MessageId: 'ses-1' })
    expect(await mailer(client, 'claims@platform.example', 'set')(mail)).toBe('ses-1')
    expect(ses).toHaveReceivedCommandWith(SendEmailCommand, {
      Source: 'claims@platform.example',
      ConfigurationSetName: 'set',
      Destination: { ToAddresses: mail.to },
      Message: {
        Subject: { Data: mail.subject, Charset: 'UTF-8' },
        Body: { Html: { Data: mail.html, Charset: 'UTF-8' }, Text: { Data: mail.text, Charset: 'UTF-8' } },
      },
      Tags: [{ Name: 'kind', Value: 'claimed_direct' }],
    })
  })

  it('N1: an answer without an id is an error, and so is a refusal: neither passes for sent', async () => {
    ses.on(SendEmailCommand).resolvesOnce({}).rejectsOnce(new Error('MessageRejected'))
    const send = mailer(client, 'claims@platform.example', 'set')
    await expect(send(mail)).rejects.toThrow('without a message id')
    await expect(send(mail)).rejects.toThrow('MessageRejected')
  })

  it.each([
    ['Throttling', 'Maximum sending rate exceeded.'],
    ['Throttling', 'Daily message quota exceeded.'],
    ['AccountSendingPausedException', ''],
    ['ConfigurationSetSendingPausedException', ''],
    ['MailFromDomainNotVerifiedException', ''],
    [
      'MessageRejected',
      'Email address is not verified. The following identities failed the check: ada@noordzee.example',
    ],
    ['MessageRejected', 'Sending paused for this account.'],
  ])('fault 15: what passes is waited out: %s', async (name, message) => {
    ses.on(SendEmailCommand).rejects(refusal(name, message))
    await expect(mailer(client, 'claims@platform.example', 'set')(mail)).rejects.toBeInstanceOf(BusyError)
  })

  it.each([
    ['InvalidParameterValue', 'Missing final @domain'],
    ['MessageRejected', 'Message contained a virus: ada@noordzee.example'],
  ])(
    'fault 15: what is about the mail is refused for good, without SES’s words: %s',
    async (name, message) => {
      ses.on(SendEmailCommand).rejects(refusal(name, message))
      const error = await mailer(
        client,
        'claims@platform.example',
        'set',
      )(mail).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        name: 'InputError',
        code: 'mail_refused',
        message: `SES refuses this mail: ${name}`,
      })
      expect(faultOf(error).fault.join()).not.toContain('ada')
    },
  )

  it.each(['ConfigurationSetDoesNotExistException', 'AccessDenied', 'InternalFailure'])(
    'fault 15: what is neither about the mail nor passes by itself is left as it is: %s',
    async (name) => {
      const error = refusal(name)
      ses.on(SendEmailCommand).rejects(error)
      await expect(mailer(client, 'claims@platform.example', 'set')(mail)).rejects.toBe(error)
    },
  )
})
