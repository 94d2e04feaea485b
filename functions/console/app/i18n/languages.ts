/** Those that the service's mails have, each by its own name. */
export const languages = {
  en: 'English',
  nl: 'Nederlands',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
} as const

export type Language = keyof typeof languages

export const isLanguage = (text: string): text is Language => Object.hasOwn(languages, text)

const KEY = 'console.language'

/** What was chosen here, else the browser's first that there is, else English. */
export function initialLanguage(): Language {
  const wanted = [localStorage.getItem(KEY) ?? '', ...navigator.languages.map((each) => each.slice(0, 2))]
  return wanted.find(isLanguage) ?? 'en'
}

export const rememberLanguage = (language: Language): void => localStorage.setItem(KEY, language)
