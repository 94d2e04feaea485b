import type { Language } from '../../mail/language.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { nl } from './nl.ts'
import type { PageTexts } from './types.ts'

export const pageTexts: Record<Language, PageTexts> = { en, nl, de, fr, es }
