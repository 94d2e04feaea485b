import { type SESClient, SESServiceException, SendEmailCommand } from '@aws-sdk/client-ses'
import type { Mailer } from '../contracts/outgoing-mail.ts'
import { BusyError, HeldError, InputError } from '../lib/errors.ts'
import { MAIL_REFUSED } from '../lib/failure-kinds.ts'
import { MINUTE_MS, SECOND_MS } from '../lib/time.ts'

const UTF8 = 'UTF-8'

/** The sending rate is exceeded: wait for the next second. */
const RATE_STOP_MS = SECOND_MS
/** The daily quota covers the last 24 hours, so some of it becomes free all the time. */
const QUOTA_STOP_MS = 30 * MINUTE_MS
/** The account is paused until a person looks at it. */
const PAUSE_STOP_MS = 5 * MINUTE_MS

/**
 * SES errors that pass without a change of the mail: rate (a second), daily quota (a day), and a paused account or an
 * unverified sender or recipient (the sandbox), until a person mends that.
 */
const THROTTLED_NAMES: ReadonlySet<string> = new Set(['Throttling', 'ThrottlingException'])
const DAILY = /daily/i
const PAUSED_NAMES: ReadonlySet<string> = new Set([
  'AccountSendingPausedException',
  'ConfigurationSetSendingPausedException',
])
const UNVERIFIED_NAMES: ReadonlySet<string> = new Set(['MailFromDomainNotVerifiedException'])

/** One error name for temporary and permanent rejections; only the message tells them apart. */
const MESSAGE_REJECTED = 'MessageRejected'
const HELD_REJECTIONS = [
  ['not verified', /not verified/i],
  ['paused', /paused/i],
] as const

/** Errors about this mail: an address, tag or body that SES can't parse. */
const REFUSED_NAMES: ReadonlySet<string> = new Set([
  'InvalidParameterValue',
  'InvalidParameterValueException',
  'ValidationError',
])

/** Only this mail has to wait. */
const held = (reason: string) => new BusyError(`SES takes no mail now: ${reason}`)
/** All mails have to wait this long. */
const allHeld = (reason: string, allForMs: number) =>
  new HeldError(`SES takes no mail now: ${reason}`, {
    allForMs,
    shortestWaitSeconds: Math.ceil(allForMs / SECOND_MS),
  })
const refused = (reason: string) => new InputError(MAIL_REFUSED, `SES refuses this mail: ${reason}`)

/**
 * Translates an SES error into the error that says what to do. SES's own message is dropped, since it names recipients
 * and errors are logged. Other errors (a time-out, a missing configuration set) are returned as they are.
 */
function explained(error: unknown): unknown {
  if (!(error instanceof SESServiceException)) return error
  const { name, message } = error
  if (THROTTLED_NAMES.has(name))
    return DAILY.test(message) ? allHeld('daily quota', QUOTA_STOP_MS) : allHeld(name, RATE_STOP_MS)
  if (PAUSED_NAMES.has(name)) return allHeld(name, PAUSE_STOP_MS)
  if (UNVERIFIED_NAMES.has(name)) return held(name)
  if (REFUSED_NAMES.has(name)) return refused(name)
  if (name !== MESSAGE_REJECTED) return error
  const reason = HELD_REJECTIONS.find(([, pattern]) => pattern.test(message))?.[0]
  if (reason === undefined) return refused(name)
  return reason === 'paused' ? allHeld(reason, PAUSE_STOP_MS) : held(reason)
}

/** UTF-8 bytes of an encoded word: RFC 2047 allows 75 characters, base64 and delimiters included. */
const MAX_WORD_BYTES = 45

/** The sender's `From` value with a display name (RFC 5322), encoded where it isn't ASCII. */
export function mailbox(displayName: string, address: string): string {
  if (/^[\x20-\x7e]*$/.test(displayName)) return `"${displayName.replace(/["\\]/g, '')}" <${address}>`
  const words: string[] = []
  for (const character of displayName) {
    const last = words.at(-1)
    if (last === undefined || Buffer.byteLength(last + character) > MAX_WORD_BYTES) words.push(character)
    else words[words.length - 1] = last + character
  }
  const encoded = words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`)
  return `${encoded.join(' ')} <${address}>`
}

export function mailer(ses: SESClient, from: string, configurationSet: string): Mailer {
  return async ({ to, replyTo, subject, html, text, tags }) => {
    const command = new SendEmailCommand({
      Source: from,
      ConfigurationSetName: configurationSet,
      Destination: { ToAddresses: [...to] },
      ...(replyTo === undefined ? {} : { ReplyToAddresses: [replyTo] }),
      Message: {
        Subject: { Data: subject, Charset: UTF8 },
        Body: { Html: { Data: html, Charset: UTF8 }, Text: { Data: text, Charset: UTF8 } },
      },
      Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
    })
    try {
      const { MessageId } = await ses.send(command)
      if (MessageId === undefined) throw new Error('SES answered without a message id')
      return MessageId
    } catch (error) {
      throw explained(error)
    }
  }
}
