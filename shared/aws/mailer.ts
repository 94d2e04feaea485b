import { type SESClient, SendEmailCommand } from '@aws-sdk/client-ses'

export interface OutgoingMail {
  readonly to: readonly string[]
  readonly subject: string
  readonly html: string
  readonly text: string
  /** SES message tags: how a bounce finds its claim again. ASCII letters, digits, `-` and `_`. */
  readonly tags: Readonly<Record<string, string>>
}

const UTF8 = 'UTF-8'

export function mailer(ses: SESClient, from: string, configurationSet: string) {
  /** @returns SES's message id */
  return async ({ to, subject, html, text, tags }: OutgoingMail): Promise<string> => {
    const { MessageId } = await ses.send(
      new SendEmailCommand({
        Source: from,
        ConfigurationSetName: configurationSet,
        Destination: { ToAddresses: [...to] },
        Message: {
          Subject: { Data: subject, Charset: UTF8 },
          Body: { Html: { Data: html, Charset: UTF8 }, Text: { Data: text, Charset: UTF8 } },
        },
        Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
      }),
    )
    if (MessageId === undefined) throw new Error('SES answered without a message id')
    return MessageId
  }
}

export type Mailer = ReturnType<typeof mailer>
