import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import 'aws-sdk-client-mock-vitest/extend'
import { mailer } from '../../../shared/aws/mailer.ts'

const client = new SESClient({ region: 'us-east-1' })
const ses = mockClient(client)
const mail = {
  to: ['ada@noordzee.example'],
  subject: 'Ümit’s account',
  html: '<p>Hallo</p>',
  text: 'Hallo',
  tags: { kind: 'claimed_direct' },
}

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
})
