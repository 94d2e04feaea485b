import * as z from 'zod'
import { once } from '../lib/once.ts'

/**
 * Settings arrive as text, from a command line or the environment. The schemas of those that a function has in its
 * environment are apart from the deployment's other settings, which would make each cold start 8 ms longer.
 */
export const text = (pattern: RegExp, error: string) => z.string({ error }).regex(pattern, { error })

/** Accepts digits and a decimal point only: `Number` would also accept an empty text as 0, and make NaN of a typo. */
const numberText = (min: number, max: number) => {
  const error = `must be a number from ${min} to ${max}`
  return text(/^\d{1,9}(?:\.\d{1,9})?$/, error)
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }))
}

export const wholeNumberText = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`
  return text(/^\d{1,9}$/, error)
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }))
}

/** Without blanks, which a URL may have by the standard: what follows one would be shown as another text. */
export const httpsUrl = once(() =>
  z
    .url({ protocol: /^https$/, error: 'must be an https:// URL' })
    .regex(/^\S+$/, { error: 'must be an https:// URL without blanks' }),
)

export const mailAddress = once(() => z.email({ error: 'must be a mail address' }))

/** N5: shown to users, and the display name of the sender. One line, short enough for a phone's list of mails. */
export const productNameText = once(() =>
  text(
    /^(?=.{1,40}$)[\p{L}\p{N}](?:[\p{L}\p{N} .&'’+-]*[\p{L}\p{N}.])?$/u,
    "must be at most 40 letters, digits, blanks and .&'’+-",
  ),
)

/** N5: a URL that people are sent to, or that a picture is loaded from. */
export const shownUrl = once(() => httpsUrl().max(500))

/**
 * Mails that all workers together send in a second: the account's SES rate, which is 14 for an account new to
 * production.
 */
export const mailsPerSecondText = once(() => wholeNumberText(1, 10_000))

/** Y8: the share of an org's users that one sync may make inactive without an admin's confirmation. */
export const percentText = once(() => numberText(0, 100))

const cutoffError = 'must be `none`, an ISO 8601 date, or one with a time and its zone'

/**
 * The last instant of a date or date-time, inclusive (T3: "on or before"). `none` must be explicit: a text that is
 * empty by mistake would let everything migrate.
 */
export const cutoffText = once(() =>
  z
    .union([z.literal('none'), z.iso.date(), z.iso.datetime({ offset: true })], { error: cutoffError })
    .transform((value) => {
      if (value === 'none') return undefined
      return new Date(value.includes('T') ? value : `${value}T23:59:59.999Z`)
    }),
)

/** Invalid settings. The message has one line for each, saying what it must be. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/** A line `name must be …` for each issue. Values are left out, since an environment may hold secrets. */
export const issuesOf = (error: z.ZodError): readonly string[] =>
  error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${key} is no setting`)
      : [`${issue.path.join('.')} ${issue.message}`.trim()],
  )
