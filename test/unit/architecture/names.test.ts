import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../../infra/project.ts'
import { parseSource, type Source, readSources } from './sources.ts'

/** Words that were used as names before, and the glossary's words that replaced them. They must not come back. */
const BANNED: readonly (readonly [pattern: RegExp, word: string])[] = [
  [/^(?:root|rootOf|rootsOf)(?:[A-Z]|$)/, 'record id'],
  [/^rev$/, 'revision'],
  [/^(?:letter|lettersFor)(?:[A-Z]|$)|Letter$/, 'mail document'],
  [/^judg|Judg/, 'claimability, sync outcome, policy evaluation'],
  [/^(?:kept|keptWith)(?:[A-Z]|$)/, 'retention'],
  [/^(?:seal|unseal|sealed)(?:[A-Z]|$)/, 'encrypt, decrypt'],
  [/^told(?:[A-Z]|$)|^Told/, 'notified, published, filled'],
  [/^parting(?:[A-Z]|$)/, 'redaction'],
  [/^(?:going|isGoing)(?:[A-Z]|$)/, 'being deleted'],
  [/Thing$/, 'entity, item'],
  [/^trail|Trail$/, 'audit keys'],
  [/Quietly$/, 'without effects'],
  [/^recently$/, 'TTL cache'],
  [/[Pp]urge(?!d)|^(?:add|check|plan)?Removals?$|^removals?$/, 'deletion; of domains, removal'],
  [/[Ss]tanding/, 'account in a record, stored item'],
  [/^(?:join|joins|Join)(?:[A-Z]|$)/, 'comparison'],
  [/[Oo]versight|^reading(?:[A-Z]|$)/, 'what is listed or read'],
  [/^(?:take|taking)Up|TakingUp/, 'resume'],
  [/^(?:tell|Telling|Look|Looked|LookedAt|LookedPage)$|^tell[A-Z]|TOLD_/, 'report, scan, request'],
  [/[Vv]erdict/, 'decision'],
  [/PATIENCE/, 'retry window'],
  [/^[Ss]tretch(?:[A-Z]|$)/, 'send slots'],
  [/^(?:Asker|Story|Piece|Alarming)$/, 'request, context, part, metric'],
  [/[A-Z]S_A_[A-Z]/, 'PER, as in ROWS_PER_CHUNK'],
  [/^[Ff]ront(?:[A-Z]|$)|[a-z]Front$/, 'AWS gateway'],
  [/[Ss]tandIns?(?:[A-Z]|$)/, 'emulated service'],
  [
    /^(?:[Pp]laces?|find[A-Z]?\w*Place|[a-z]+Place|Outgoing|outgoingMail|[Pp]oster|createPoster|[Ff]ates?|createFates)$/,
    'instance, link, mail to send, client, fault',
  ],
]

/**
 * Words that must not be used as names of anything, local variables included: each was used for several things, in
 * senses that only we understood.
 */
const BANNED_EVERYWHERE: readonly (readonly [pattern: RegExp, word: string])[] = [
  [/^(?:told|tells?|Told|TOLD)(?:[A-Z]|$)/, 'notified, reported, filled, listed'],
  [/^(?:[Ss]tandings?|stood|standsAs)(?:[A-Z]|$)/, 'stored, current, state'],
  [/^(?:kept|keptWith)(?:[A-Z]|$)/, 'retained, cached'],
  [/^judged?(?:[A-Z]|$)/, 'claimability'],
  [/^[Ss]tretch(?:es)?(?:[A-Z]|$)/, 'slots, scan, part'],
  [/^[Tt]hings?$|Thing$/, 'entity, item, entry, subject'],
  [/[Vv]erdict/, 'decision, check'],
  [/^(?:parting|parted|traces)$/, 'split, redaction'],
  [/^glanced$/, 'read early'],
  [/^looks?$|^looked(?:[A-Z]|$)|LOOKED/, 'scan, poll, check, lookup'],
  [/^(?:patience|silence)(?:[A-Z]|$)|PATIENCE/, 'retry window, idle time'],
  [/^(?:root|joins?|trail)(?:[A-Z]|$)/, 'record id, comparison, audit keys'],
  [/PageFacts$|^LogFacts$/, 'page model, log fields'],
  [/^going(?:[A-Z]|$)/, 'being deleted'],
]

/** Files that may use the short names of stored items’ attributes, since they map them. */
const STORED_NAMES = ['shared/storage/items/mail-state.ts']
/** A method of arrays and paths. */
const NO_NAMES: ReadonlySet<string> = new Set(['join'])
/** Not checked: texts in other languages, and the browser’s application. */
const UNCHECKED = /\/app\/|\/texts\//

const EXPORTED = /^export (?:async )?(?:const|function\*?|interface|type|class) ([A-Za-z0-9_]+)/gm

const files = readSources(projectRoot, ['shared', 'functions', 'infra']).map((source) => source.path)

const bannedIn = (text: string): string[] =>
  [...text.matchAll(EXPORTED)].flatMap(([, name = '']) =>
    BANNED.filter(([pattern]) => pattern.test(name)).map(([, word]) => `${name}: say ${word}`),
  )

/** The code without comments and texts, except for expressions in templates. */
const wordsOf = ({ code }: Source): readonly string[] =>
  code
    .replace(/`(?:\\.|[^`\\])*`/g, (template) => [...template.matchAll(/\$\{([^}]*)\}/g)].join(' '))
    .match(/[A-Za-z_]\w*/g) ?? []

const bannedEverywhereIn = (source: Source): string[] =>
  [...new Set(wordsOf(source))]
    .filter((name) => !NO_NAMES.has(name))
    .flatMap((name) =>
      BANNED_EVERYWHERE.filter(([pattern]) => pattern.test(name)).map(([, word]) => `${name}: say ${word}`),
    )

describe('names of any kind', () => {
  it('use none of the words that were given up', () => {
    const found = readSources(projectRoot, ['shared', 'functions', 'infra'])
      .filter((source) => !STORED_NAMES.includes(source.path) && !UNCHECKED.test(source.path))
      .flatMap((source) => bannedEverywhereIn(source).map((each) => `${source.path}: ${each}`))
    expect(found).toEqual([])
  })

  it.each([
    'const told = 1',
    'interface A {\n  readonly standing: B\n}',
    'const f = (thing: A) => thing.b',
    'const { a: kept } = b',
    `const text = \`of $\{verdict}\``,
  ])('are refused with one: %s', (text) => {
    expect(bannedEverywhereIn(parseSource('shared/a.ts', text))).toHaveLength(1)
  })

  it.each(['/** What is told. */', "const text = 'a standing order'", 'const path = names.join()'])(
    'may have one beside them: %s',
    (text) => {
      expect(bannedEverywhereIn(parseSource('shared/a.ts', text))).toEqual([])
    },
  )
})

describe('exported names', () => {
  it('use the words of the glossary and none that were given up', () => {
    const found = files.flatMap((file) =>
      bannedIn(readFileSync(path.join(projectRoot, file), 'utf8')).map((each) => `${file}: ${each}`),
    )
    expect(found).toEqual([])
  })

  it('are refused with a word that was given up', () => {
    expect(bannedIn('export const ROWS_A_CHUNK = 1\nexport interface Letter {}')).toEqual([
      'ROWS_A_CHUNK: say PER, as in ROWS_PER_CHUNK',
      'Letter: say mail document',
    ])
  })
})
