import { I18nProvider, type I18nProviderProps } from '@cloudscape-design/components/i18n'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { type Format, formatFor } from './format.ts'
import { initialLanguage, type Language, rememberLanguage } from './languages.ts'
import type { Texts } from './texts/en.ts'

interface Loaded {
  readonly language: Language
  readonly texts: Texts
  /** Cloudscape's texts. */
  readonly messages: I18nProviderProps.Messages
}

/** Loads a language’s texts when it is chosen. */
const loaders: Readonly<Record<Language, () => Promise<Omit<Loaded, 'language'>>>> = {
  en: async () => ({
    texts: (await import('./texts/en.ts')).en,
    messages: (await import('@cloudscape-design/components/i18n/messages/all.en')).default,
  }),
  nl: async () => ({
    texts: (await import('./texts/nl.ts')).nl,
    messages: (await import('./cloudscape-nl.ts')).cloudscapeNl,
  }),
  de: async () => ({
    texts: (await import('./texts/de.ts')).de,
    messages: (await import('@cloudscape-design/components/i18n/messages/all.de')).default,
  }),
  fr: async () => ({
    texts: (await import('./texts/fr.ts')).fr,
    messages: (await import('@cloudscape-design/components/i18n/messages/all.fr')).default,
  }),
  es: async () => ({
    texts: (await import('./texts/es.ts')).es,
    messages: (await import('@cloudscape-design/components/i18n/messages/all.es')).default,
  }),
}

const load = async (language: Language): Promise<Loaded> => ({ language, ...(await loaders[language]()) })

interface Localization {
  readonly t: Texts
  readonly language: Language
  readonly format: Format
  setLanguage(language: Language): void
  /** Sets the organization's time zone, once it is known. */
  setTimeZone(timeZone: string): void
}

const LocalizationContext = createContext<Localization | undefined>(undefined)

export function LocalizationProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(initialLanguage)
  const [timeZone, setTimeZone] = useState('UTC')
  const [loaded, setLoaded] = useState<Loaded>()

  useEffect(() => {
    let isCurrent = true
    load(language).then(
      (made) => {
        if (!isCurrent) return
        document.documentElement.lang = language
        setLoaded(made)
      },
      // A deployment has removed these files. A reload gets the new page.
      () => window.location.reload(),
    )
    return () => {
      isCurrent = false
    }
  }, [language])

  const value = useMemo((): Localization | undefined => {
    if (loaded === undefined) return undefined
    return {
      t: loaded.texts,
      language: loaded.language,
      format: formatFor(loaded.language, timeZone),
      setLanguage(chosen) {
        rememberLanguage(chosen)
        setLanguage(chosen)
      },
      setTimeZone,
    }
  }, [loaded, timeZone])

  if (loaded === undefined || value === undefined) return null
  return (
    <I18nProvider locale={loaded.language} messages={[loaded.messages]}>
      <LocalizationContext value={value}>{children}</LocalizationContext>
    </I18nProvider>
  )
}

/** The texts of the language in use, and how to write dates and numbers in it. */
export function useLocalization(): Localization {
  const value = useContext(LocalizationContext)
  if (value === undefined) throw new Error('there is no LocalizationProvider')
  return value
}
