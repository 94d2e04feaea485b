import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../../infra/project.ts'
import { readSources } from './sources.ts'

/** Words that once named something here, and the glossary's word in their place. They must not come back. */
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

const EXPORTED = /^export (?:async )?(?:const|function\*?|interface|type|class) ([A-Za-z0-9_]+)/gm

const files = readSources(projectRoot, ['shared', 'functions', 'infra']).map((source) => source.path)

const bannedIn = (text: string): string[] =>
  [...text.matchAll(EXPORTED)].flatMap(([, name = '']) =>
    BANNED.filter(([pattern]) => pattern.test(name)).map(([, word]) => `${name}: say ${word}`),
  )

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
