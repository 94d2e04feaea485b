import { describe, expect, it } from 'vitest'
import { type Language, languages } from '../../../shared/mail/language.ts'
import { mailTexts } from '../../../shared/mail/texts/all.ts'
import { pageTexts } from '../../../shared/decision-page/texts/all.ts'

/** One text: where it stands, what it says, and which facts it names. */
interface Said {
  readonly path: string
  readonly text: string
  readonly names: readonly string[]
}

/** Facts by name, each as a mark that says which one it is; numbers are what a plural goes by. */
const marked = (used: Set<string>) =>
  new Proxy(
    {},
    {
      get(_, name: string) {
        used.add(name)
        return name === 'count' || name === 'days' ? 2 : { name: `‹${name}›` }
      },
    },
  )

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(textOf).join('')
  const [text] = Object.values(Object(value))
  return String(text)
}

function walk(value: unknown, path: string): Said[] {
  if (typeof value === 'string' || Array.isArray(value)) return [{ path, text: textOf(value), names: [] }]
  if (typeof value === 'function') {
    const used = new Set<string>()
    // Those that take plain values take texts, or how many.
    const args = /(daysLeft|inDays)$/.test(path)
      ? [2]
      : /instant$/.test(path)
        ? ['1', '10:15', 'CET']
        : [marked(used)]
    const text = textOf(value(...(/Subject$/.test(path) && value.length === 1 ? [argOf(path, used)] : args)))
    const names = [...text.matchAll(/‹(\w+)›/g)].map(([, name = '']) => name)
    return [{ path, text, names: [...new Set(names)].sort() }]
  }
  return Object.entries(Object(value)).flatMap(([key, inner]) => walk(inner, `${path}.${key}`))
}

const argOf = (path: string, used: Set<string>): unknown =>
  path.endsWith('resentSubject') ? ['‹subject›'] : marked(used)

const saidIn = (language: Language): Said[] =>
  [...walk(mailTexts[language], 'mail'), ...walk(pageTexts[language], 'page')].filter(
    ({ path }) => !path.endsWith('greeting') && !path.endsWith('inTitle'),
  )

const all = new Map(languages.map((language) => [language, saidIn(language)]))
const of = (language: Language): Said[] => all.get(language) ?? []

/** Words of English that none of the other four has, whatever the sentence. */
const ENGLISH =
  /\b(?:the|your|you|with|and|this|that|address|choose|which|have|from|will|until|email address|please)\b/i

/** What reads badly, and was taken out once. */
const BANNED: Readonly<Record<Language, RegExp>> = {
  en: /needn’t|goes on|was never there|\bmails?\b|e-mail|Never give it|handled to/i,
  nl: /gaat verder|inactief gemaakt|Wat eraan mankeert|Nog ‹?\w+›?,? dan|Hierover is al beslist|de eigen lijst|Geef het nooit/i,
  de: /(?<!E-)\bMails?\b|beansprucht|Anspruch|inaktiv gesetzt|Konten von|Konto von|geht an .* über|kommt dann alles/,
  fr: /compte continue|ne suivent pas|revendiqués ‹|possibilités|rendus? inactifs?|comptes? désactivés? de|au même moment|derrière le lien/i,
  es: /antigua continúa|dirección propia|quedado inactivas|desactivadas? de|En él faltaba|Desde el|Elegir qué pasa|llevar las conv/i,
}

describe('the texts of mails and pages', () => {
  it('N2: every language has the same texts', () => {
    const paths = of('en').map(({ path }) => path)
    expect(paths.length).toBeGreaterThan(120)
    for (const language of languages) expect(of(language).map(({ path }) => path)).toEqual(paths)
  })

  it('N2: a text leaves out no fact that it gives in another language', () => {
    const english = new Map(of('en').map(({ path, names }) => [path, names]))
    for (const language of languages)
      for (const { path, names } of of(language))
        expect({ path, names }, language).toEqual({ path, names: english.get(path) })
  })

  it.each(['nl', 'de', 'fr', 'es'] as const)('N2: has no English in %s', (language) => {
    expect(of(language).filter(({ text }) => ENGLISH.test(text.replace(/‹\w+›/g, '')))).toEqual([])
  })

  it.each(languages)('says nothing in %s that read badly before', (language) => {
    expect(of(language).filter(({ text }) => BANNED[language].test(text))).toEqual([])
  })

  it('N2: no text asks for a password, or is empty or broken', () => {
    for (const language of languages)
      for (const { text } of of(language)) {
        expect(text.trim()).not.toBe('')
        expect(text).not.toMatch(/undefined|null|NaN|\[object|\$\{| {2}/)
      }
  })
})
