/** N2: the languages that mails and pages are written in. */
export const languages = ['en', 'nl', 'de', 'fr', 'es'] as const
export type Language = (typeof languages)[number]

/** The formatting locale where a user's locale names no region, or one that Intl doesn't accept. */
const defaultLocale: Record<Language, string> = {
  en: 'en-GB',
  nl: 'nl-NL',
  de: 'de-DE',
  fr: 'fr-FR',
  es: 'es-ES',
}

const isLanguage = (value: string | undefined): value is Language =>
  languages.some((language) => language === value)

/** Converts a POSIX locale (`nl_BE.UTF-8@euro`) to the form that Intl takes. */
const tagOf = (locale: string): string => (locale.trim().split(/[.@]/, 1)[0] ?? '').replaceAll('_', '-')

/** The language for a user's locale; English where it is empty, malformed or not one of ours. */
export function languageOf(locale: string): Language {
  const primary = tagOf(locale).split('-', 1)[0]?.toLowerCase()
  return isLanguage(primary) ? primary : 'en'
}

/**
 * The locale for dates and numbers: of the language that `languageOf` gives, with the user's region if known.
 * Extensions (another calendar, other digits) are dropped, since they don't fit the surrounding text.
 */
export function formattingLocale(locale: string): string {
  const language = languageOf(locale)
  try {
    const { region } = new Intl.Locale(tagOf(locale))
    if (region === undefined) return defaultLocale[language]
    const regional = `${language}-${region}`
    return Intl.DateTimeFormat.supportedLocalesOf(regional).length > 0 ? regional : defaultLocale[language]
  } catch (error) {
    // Intl throws this for a malformed tag; users' locales come from outside and were never checked.
    if (error instanceof RangeError) return defaultLocale[language]
    throw error
  }
}

/** The language for a reader known only by `Accept-Language`: the best-ranked one of ours, else English. */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  const ranked = (acceptLanguage ?? '')
    .split(',')
    .slice(0, MAX_ACCEPTED_RANGES)
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';')
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/i.exec(parameter)?.[1]).find(Boolean)
      return { primary: tag.trim().split('-', 1)[0]?.toLowerCase(), quality: Number(quality ?? 1) }
    })
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
  return ranked.map(({ primary }) => primary).find(isLanguage) ?? 'en'
}

/** More ranges than browsers send; a limit, since the header comes from the caller. */
const MAX_ACCEPTED_RANGES = 50
