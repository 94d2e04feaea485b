/** N2: the languages that mails and pages are written in. */
export const languages = ['en', 'nl', 'de', 'fr', 'es'] as const
export type Language = (typeof languages)[number]

/** How dates and numbers are written where a locale names no region, or one that Intl doesn't take. */
const defaultLocale: Record<Language, string> = {
  en: 'en-GB',
  nl: 'nl-NL',
  de: 'de-DE',
  fr: 'fr-FR',
  es: 'es-ES',
}

const isLanguage = (value: string | undefined): value is Language =>
  languages.some((language) => language === value)

/** `nl_BE.UTF-8@euro`, as some systems keep it, in the form that Intl takes. */
const tagOf = (locale: string): string => (locale.trim().split(/[.@]/, 1)[0] ?? '').replaceAll('_', '-')

/** The language to write in for a user's locale; English where it is empty, malformed or not one of ours. */
export function languageOf(locale: string): Language {
  const primary = tagOf(locale).split('-', 1)[0]?.toLowerCase()
  return isLanguage(primary) ? primary : 'en'
}

/**
 * The locale to write dates and numbers in: always of the language that `languageOf` gives, with the user's own region
 * where that is known. Extensions (another calendar, other digits) are left out: the words around the date don't fit them.
 */
export function formattingLocale(locale: string): string {
  const language = languageOf(locale)
  try {
    const { region } = new Intl.Locale(tagOf(locale))
    if (region === undefined) return defaultLocale[language]
    const regional = `${language}-${region}`
    return Intl.DateTimeFormat.supportedLocalesOf(regional).length > 0 ? regional : defaultLocale[language]
  } catch (error) {
    // What Intl throws at a malformed tag; users' locales come from outside and were never checked.
    if (error instanceof RangeError) return defaultLocale[language]
    throw error
  }
}

/**
 * The language for a reader of whom nothing is known but the request's `Accept-Language`: the best-ranked one of ours,
 * English otherwise.
 */
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

/** More ranges than browsers send; the header is the caller's. */
const MAX_ACCEPTED_RANGES = 50
