import { InputError } from '../lib/errors.ts'
import { clean, unlinked } from './clean.ts'
import type { ClaimModel } from './model.ts'
import { formattingLocale, type Language, languageOf } from './language.ts'
import type { Span } from './line.ts'
import { mailTexts } from './texts/all.ts'
import type { ClaimWords, MailTexts } from './texts/types.ts'

/** UTF-16 units of a name in running text; longer names are cut with an ellipsis. */
export const MAX_SHOWN_NAME_LENGTH = 120
/** RFC 5321's limit of a path, since an address is shown whole: half of one would be another one. */
export const MAX_SHOWN_ADDRESS_LENGTH = 320

const FILE_ENDING = /\.csv$/i

/** Formats values for one reader: the language's texts, and dates and numbers of their region. */
export interface Writer {
  readonly language: Language
  readonly texts: MailTexts
  /** Text from outside, on one line and without links; `undefined` if nothing of it can be shown. */
  readonly name: (text: string, maxLength?: number) => { readonly name: string } | undefined
  /** As `name`, for a file name, whose extension isn't taken for a domain. */
  readonly file: (name: string, maxLength?: number) => { readonly name: string } | undefined
  readonly organization: (name: string, maxLength?: number) => Span
  readonly address: (address: string) => Span
  /** An address's first letter and domain: enough to recognize it, too little to write to. */
  readonly maskedAddress: (address: string) => Span
  readonly number: (value: number) => Span
  /** A count that stopped, like 1,000+. */
  readonly atLeast: (value: number) => Span
  /** Date and time of an ISO instant, in the org's time zone, whose name it includes (N5). */
  readonly instant: (iso: string) => Span
  readonly day: (iso: string) => Span
}

function instantOf(iso: string): Date {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) throw new InputError('invalid_instant', 'An instant must be in ISO 8601.')
  return at
}

/** Gregorian with Western digits, whatever the locale's own: the surrounding sentences are written for that. */
const WESTERN = { calendar: 'gregory', numberingSystem: 'latn' } as const

interface Formats {
  readonly days: Intl.DateTimeFormat
  readonly times: Intl.DateTimeFormat
  readonly zones: Intl.DateTimeFormat
  readonly numbers: Intl.NumberFormat
}

/**
 * Cached formatters: making them takes longer than writing a mail. More locales than this at once are a mistake or an
 * attack.
 */
const MAX_KEPT_FORMATS = 50
const cached = new Map<string, Formats>()

function formatsFor(locale: string, timeZone: string): Formats {
  const key = `${locale} ${timeZone}`
  const known = cached.get(key)
  if (known !== undefined) return known
  const options = { ...WESTERN, timeZone }
  const formats: Formats = {
    days: new Intl.DateTimeFormat(locale, { ...options, day: 'numeric', month: 'long', year: 'numeric' }),
    times: new Intl.DateTimeFormat(locale, { ...options, hour: '2-digit', minute: '2-digit' }),
    zones: new Intl.DateTimeFormat(locale, { ...options, timeZoneName: 'short' }),
    numbers: new Intl.NumberFormat(locale, { numberingSystem: 'latn' }),
  }
  if (cached.size >= MAX_KEPT_FORMATS) cached.clear()
  cached.set(key, formats)
  return formats
}

/** The zone's name at that instant, which differs in summer. */
const zoneAt = (zones: Intl.DateTimeFormat, at: Date): string =>
  zones.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''

/**
 * Makes a writer for a locale.
 * @param timeZone from the IANA database (N5)
 * @throws InputError `invalid_instant`, from `instant` and `day`
 */
export function writerFor(locale: string, timeZone = 'UTC'): Writer {
  const language = languageOf(locale)
  const texts = mailTexts[language]
  const { days, times, zones, numbers } = formatsFor(formattingLocale(locale), timeZone)

  const name = (text: string, maxLength = MAX_SHOWN_NAME_LENGTH) => {
    const cleaned = unlinked(clean(text, maxLength))
    return cleaned === '' ? undefined : { name: cleaned }
  }
  const file = (text: string, maxLength = MAX_SHOWN_NAME_LENGTH) => {
    const cleaned = clean(text, maxLength)
    const ending = FILE_ENDING.exec(cleaned)?.[0] ?? ''
    const shown = unlinked(cleaned.slice(0, cleaned.length - ending.length)) + ending
    return shown === '' ? undefined : { name: shown }
  }
  return {
    language,
    texts,
    name,
    file,
    organization: (text, maxLength) => name(text, maxLength) ?? texts.unnamedOrganization,
    address: (address) => ({ name: clean(address, MAX_SHOWN_ADDRESS_LENGTH) }),
    maskedAddress: (address) => {
      const shown = clean(address, MAX_SHOWN_ADDRESS_LENGTH)
      const [first = ''] = shown
      return { name: `${first}…${shown.slice(shown.lastIndexOf('@'))}` }
    },
    number: (value) => ({ strong: numbers.format(value) }),
    atLeast: (value) => ({ strong: `${numbers.format(value)}+` }),
    instant: (iso) => {
      const at = instantOf(iso)
      return { strong: texts.instant(days.format(at), times.format(at), zoneAt(zones, at)) }
    },
    day: (iso) => ({ strong: days.format(instantOf(iso)) }),
  }
}

export function claimWords(writer: Writer, model: ClaimModel, maxNameLength?: number): ClaimWords {
  return {
    org: writer.organization(model.organizationName, maxNameLength),
    address: writer.address(model.address),
    domain: writer.address(model.address.slice(model.address.lastIndexOf('@') + 1)),
    createdAt: writer.instant(model.createdAt),
    endsAt: writer.instant(model.endsAt),
    endsOn: writer.day(model.endsAt),
  }
}
