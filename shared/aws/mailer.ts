import { type SESClient, SESServiceException, SendEmailCommand } from '@aws-sdk/client-ses'
import type { Mailer } from '../contracts/outgoing-mail.ts'
import { BusyError, HeldError, InputError } from '../lib/errors.ts'
import { MAIL_REFUSED } from '../lib/failure-kinds.ts'
import { MINUTE_MS, SECOND_MS } from '../lib/time.ts'

const UTF8 = 'UTF-8'

/** SES takes nothing more in this second. */
const RATE_STOP_MS = SECOND_MS
/** The day's quota is that of the last 24 hours: every hour some of it is free again. Half of one is lost at most. */
const QUOTA_STOP_MS = 30 * MINUTE_MS
/** Somebody has to see to the account. */
const PAUSE_STOP_MS = 5 * MINUTE_MS

/**
 * SES's answers that pass without anybody touching the mail: the rate is over in a second, the day's quota in a day, and a
 * pause, or a sender or recipient that isn't verified yet (the sandbox), once somebody has seen to the account.
 */
const THROTTLED_NAMES: ReadonlySet<string> = new Set(['Throttling', 'ThrottlingException'])
const DAILY = /daily/i
const PAUSED_NAMES: ReadonlySet<string> = new Set([
  'AccountSendingPausedException',
  'ConfigurationSetSendingPausedException',
])
const UNVERIFIED_NAMES: ReadonlySet<string> = new Set(['MailFromDomainNotVerifiedException'])

/** One name for what passes and what doesn't: only the words tell. */
const MESSAGE_REJECTED = 'MessageRejected'
const HELD_REJECTIONS = [
  ['not verified', /not verified/i],
  ['paused', /paused/i],
] as const

/** About this mail: an address, a tag or a body that SES can't read. */
const REFUSED_NAMES: ReadonlySet<string> = new Set([
  'InvalidParameterValue',
  'InvalidParameterValueException',
  'ValidationError',
])

/** About this mail alone. */
const held = (reason: string) => new BusyError(`SES takes no mail now: ${reason}`)
/** About every mail: none is to be tried before so long. */
const allHeld = (reason: string, allForMs: number) =>
  new HeldError(`SES takes no mail now: ${reason}`, {
    allForMs,
    shortestWaitSeconds: Math.ceil(allForMs / SECOND_MS),
  })
const refused = (reason: string) => new InputError(MAIL_REFUSED, `SES refuses this mail: ${reason}`)

/**
 * SES's answer as what follows from it. Its own words stay here: they name the recipients, and errors are logged. Anything that
 * isn't an answer about this mail or this account (a time-out, a configuration set that is gone) is left as it is.
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

/** Bytes of a word that RFC 2047 lets be encoded: 75 characters, less what stands around them, as base64. */
const MAX_WORD_BYTES = 45

/** RFC 5322: the name that mail programs show for the address. */
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
