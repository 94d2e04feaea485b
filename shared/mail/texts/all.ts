import type { Language } from '../language.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { nl } from './nl.ts'
import type { MailTexts } from './types.ts'

export const mailTexts: Record<Language, MailTexts> = { en, nl, de, fr, es }
