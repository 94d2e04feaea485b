import type { Language } from '../mail/language.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { nl } from './nl.ts'
import { platformMessages } from './platform.ts'
import type { MessageTexts, Say } from './types.ts'

/**
 * The messages of reports, imports and syncs, in the language of the org. The codes beside them are in English, for
 * programs.
 */
export const messageTexts: Readonly<Record<Language, MessageTexts>> = { en, nl, de, fr, es }

export const say = (message: Say, language: Language): string => message(messageTexts[language])

/** The messages of a row's codes, joined; a code without a text is shown as it is. */
export function messageFor(codes: readonly string[], language: Language): string {
  const known: Readonly<Record<string, string>> = { ...platformMessages, ...messageTexts[language].refused }
  return codes.map((code) => known[code] ?? code).join(' ')
}
