import * as z from 'zod'
import { tableArn } from '../names.ts'
import type { Permission } from '../emulated-service.ts'

/* PartiQL statements on single items, as far as the local service has to understand them. */

const statement = z.looseObject({ Statement: z.string(), Parameters: z.array(z.unknown()).optional() })
export const statementBatch = z.looseObject({ Statements: z.array(statement) })
export type GivenStatement = z.output<typeof statement>

/** Text in quotes, which is left alone. */
const QUOTED = /("(?:[^"]|"")*"|'(?:[^']|'')*')/

const ACTIONS: Readonly<Record<string, string>> = {
  SELECT: 'dynamodb:PartiQLSelect',
  INSERT: 'dynamodb:PartiQLInsert',
  UPDATE: 'dynamodb:PartiQLUpdate',
  DELETE: 'dynamodb:PartiQLDelete',
}
const TABLE = /^\s*(?:UPDATE|INSERT\s+INTO|DELETE\s+FROM|SELECT\s[\s\S]*?\sFROM)\s+(?:"([^"]+)"|([\w.-]+))/i

/**
 * The statement's IAM action and its table. Undefined for what can't be read; DynamoDB will say what is wrong with
 * it.
 */
export function readStatement(text: string): { action: string; table: string } | undefined {
  const action = ACTIONS[text.trimStart().slice(0, 6).toUpperCase()]
  const [, quoted, plain] = TABLE.exec(text) ?? []
  const table = quoted ?? plain
  return action === undefined || table === undefined ? undefined : { action, table }
}

/** The permission that a statement needs. For text that is no statement, one that no policy grants. */
export function statementPermission(text: string): Permission {
  const read = readStatement(text)
  return { action: read?.action ?? 'dynamodb:PartiQLUpdate', resource: tableArn(read?.table ?? '*') }
}

/** The positions, among the parameters, of the values that these attributes are compared with or set to. */
function placesOf(text: string, names: readonly string[]): Map<string, number> {
  const positions = new Map<string, number>()
  let parameters = 0
  const pieces = text.split(QUOTED)
  for (const [n, piece] of pieces.entries()) {
    if (QUOTED.test(piece)) continue
    for (const { index } of piece.matchAll(/\?/g)) {
      const before = piece.slice(0, index)
      const own = /([A-Za-z_]\w*)\s*=\s*$/.exec(before)?.[1]
      const quoted = /^\s*[=:]\s*$/.test(before) ? pieces[n - 1]?.slice(1, -1) : undefined
      // A name after a dot is part of another attribute.
      const isInner = quoted !== undefined && /\.\s*$/.test(pieces[n - 2] ?? '')
      const name = own ?? (isInner ? undefined : quoted)
      if (name !== undefined && names.includes(name)) positions.set(name, parameters)
      parameters++
    }
  }
  return positions
}

/** Maximum of statements remembered; most are the same few. */
const MAX_KNOWN = 1_000
function remember<T>(known: Map<string, T>, text: string, read: T): T {
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(text, read)
  return read
}

const known = new Map<string, Map<string, number>>()

/** The key of the statement's item, from its parameters; undefined if the statement doesn't give it by parameters. */
export function keyOfStatement(
  { Statement, Parameters = [] }: GivenStatement,
  names: readonly string[],
): Record<string, unknown> | undefined {
  const positions = known.get(Statement) ?? remember(known, Statement, placesOf(Statement, names))
  const key = names.flatMap((name) => {
    const given = Parameters[positions.get(name) ?? -1]
    return given === undefined ? [] : [[name, given] as const]
  })
  return key.length === names.length ? Object.fromEntries(key) : undefined
}

const translations = new Map<string, string>()

/**
 * Rewrites an UPDATE of several attributes for dynoxide 1.2.1, which takes only commas: `SET a = ?, b = ? REMOVE c,
 * d`.
 */
export function forDynoxide(text: string): string {
  const found = translations.get(text)
  if (found !== undefined) return found
  let clause = ''
  let isBeyond = false
  const translated = text
    .split(QUOTED)
    .map((piece) =>
      QUOTED.test(piece)
        ? piece
        : piece.replace(/\s*\b(SET|REMOVE|WHERE)\b/gi, (whole, word: string) => {
            const next = word.toUpperCase()
            isBeyond ||= next === 'WHERE'
            if (isBeyond || next !== clause) {
              clause = next
              return whole
            }
            return ','
          }),
    )
    .join('')
  return remember(translations, text, translated)
}
