/**
 * SES's limits for an account. The local SES applies them only when it is told to, so that tests can see mails wait.
 */
import * as z from 'zod'
import { addressOf } from './addresses.ts'
import { ServiceError } from '../emulated-service.ts'
import type { LocalState } from '../state.ts'

const STATE_KEY = 'ses-limits'
const SECOND_MS = 1000
const DAY_MS = 24 * 3600 * SECOND_MS

/** The limits of an account in the sandbox. */
const SANDBOX_MAILS_PER_SECOND = 1
const SANDBOX_MAILS_PER_DAY = 200

/** Options that are left out impose no limit and pause nothing. */
export const sesLimits = z.strictObject({
  /** One mail a second and 200 in 24 h unless set otherwise, and only to verified recipients. */
  sandbox: z.boolean().default(false),
  /** Verified addresses and domains, besides the template's identities. */
  verified: z.array(z.string()).default([]),
  mailsPerSecond: z.number().int().positive().optional(),
  mailsPerDay: z.number().int().positive().optional(),
  /** What SES or the account's owner has paused. */
  paused: z.enum(['account', 'account_review', 'configuration_set']).optional(),
})
export type SesLimits = z.output<typeof sesLimits>

/** Mail to SES's mailbox simulator needs no verification and counts against no quota. */
const isSimulator = (mailbox: string) => addressOf(mailbox).endsWith('@simulator.amazonses.com')

export interface LimitedMail {
  readonly recipients: readonly string[]
  readonly configurationSet: string | undefined
}

export function createSesLimits({ state, now }: { state: LocalState; now: () => Date }) {
  /**
   * When mails were sent in the last 24 h, in milliseconds since 1970, the oldest first. Only recorded while there is
   * a limit.
   */
  let sentAtMs: number[] = []
  const limits = (): SesLimits => sesLimits.parse(state.get(STATE_KEY) ?? {})
  const sentSince = (ms: number) => sentAtMs.length - sentAtMs.findLastIndex((at) => at <= ms) - 1

  const checkPause = ({ paused }: SesLimits, { configurationSet }: LimitedMail) => {
    if (paused === 'account')
      throw new ServiceError('AccountSendingPausedException', 'Email sending is disabled for this account.')
    if (paused === 'account_review')
      throw new ServiceError('MessageRejected', 'Sending paused for this account. For more information, …')
    if (paused === 'configuration_set' && configurationSet !== undefined)
      throw new ServiceError(
        'ConfigurationSetSendingPausedException',
        `Email sending is disabled for configuration set <${configurationSet}>.`,
      )
  }
  const checkRecipients = (verified: readonly string[], recipients: readonly string[]) => {
    const known = new Set(verified.map((name) => name.toLowerCase()))
    const strangers = recipients
      .map(addressOf)
      .filter((address) => !known.has(address) && !known.has(address.slice(address.lastIndexOf('@') + 1)))
    if (strangers.length > 0)
      throw new ServiceError(
        'MessageRejected',
        'Email address is not verified. The following identities failed the check in region US-EAST-1: ' +
          strangers.join(', '),
      )
  }

  return {
    set: (given: SesLimits): void => state.set(STATE_KEY, given),
    get: limits,
    /**
     * Counts the mail, if it is within the limits.
     * @throws ServiceError as SES answers otherwise
     */
    take(mail: LimitedMail, identities: Iterable<string>): void {
      const set = limits()
      checkPause(set, mail)
      const recipients = mail.recipients.filter((recipient) => !isSimulator(recipient))
      if (recipients.length === 0) return
      if (set.sandbox) checkRecipients([...identities, ...set.verified], recipients)
      const perDay = set.mailsPerDay ?? (set.sandbox ? SANDBOX_MAILS_PER_DAY : Number.POSITIVE_INFINITY)
      const perSecond =
        set.mailsPerSecond ?? (set.sandbox ? SANDBOX_MAILS_PER_SECOND : Number.POSITIVE_INFINITY)
      if (perDay === Number.POSITIVE_INFINITY && perSecond === Number.POSITIVE_INFINITY) return
      const nowMs = now().getTime()
      // Each recipient counts as a mail.
      if (sentSince(nowMs - DAY_MS) + recipients.length > perDay)
        throw new ServiceError('Throttling', 'Daily message quota exceeded.')
      if (sentSince(nowMs - SECOND_MS) + recipients.length > perSecond)
        throw new ServiceError('Throttling', 'Maximum sending rate exceeded.')
      sentAtMs = sentAtMs.slice(sentAtMs.length - sentSince(nowMs - DAY_MS))
      for (const _ of recipients) sentAtMs.push(nowMs)
    },
  }
}
