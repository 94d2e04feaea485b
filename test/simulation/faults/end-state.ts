import { tableSchema } from '../../../shared/storage/schema.ts'
import type { World } from '../world.ts'

/**
 * Bookkeeping that a repeat may do again: who sends a mail, which links lead to a claim, how a request was answered;
 * and up to which hour reminders were swept, which depends on how long a command took.
 */
const BOOKKEEPING: ReadonlySet<unknown> = new Set([
  'mail',
  'token',
  'idempotency',
  'pause',
  'send-rate',
  'reminded',
])

/** Values that depend on when, how often and by which process something was done, and not on what was done. */
const INCIDENTAL: ReadonlySet<string> = new Set([
  tableSchema.partitionKey,
  tableSchema.sortKey,
  tableSchema.ttlAttribute,
  ...tableSchema.indexes.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]),
  'rev',
  'n',
  'version',
  'auditKeys',
  'token',
  'etag',
  'origin',
  'quiet',
  'rangesSent',
  'takes',
  'links',
])

/** Instants stored as numbers, and days: a bounce may arrive at another time. */
const INSTANTS: ReadonlySet<string> = new Set(['told', 'resentAt', 'day'])

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g
const ULID = /[0-7][0-9A-HJKMNP-TV-Z]{25}/g

const masked = (text: string): string => text.replace(INSTANT, '<time>').replace(ULID, '<id>')

function plain(value: unknown): unknown {
  if (typeof value === 'string') return masked(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !INCIDENTAL.has(name))
      .map(([name, inner]) => [name, INSTANTS.has(name) ? '<time>' : plain(inner)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** How often each line occurs. */
export type EndState = ReadonlyMap<string, number>

const counted = (lines: readonly string[]): EndState =>
  new Map([...Map.groupBy(lines, (line) => line)].map(([line, all]) => [line, all.length]))

/**
 * The end state of a command, in lines that two runs share if they ended alike: every item of the table, each mail
 * and event sent, the files in the bucket, and what is still queued.
 */
export function endStateOf(world: World): { readonly exact: EndState; readonly mails: EndState } {
  const items = [...world.table.all()]
    .filter(({ type }) => !BOOKKEEPING.has(type))
    .map((item) => `item ${JSON.stringify(plain(item))}`)
  // Events are published at least once, with a stable id.
  const events = [...new Map(world.bus.published.map(({ id, type }) => [id, type]))].map(
    // The number of the change depends on how often other writes of the record were repeated.
    ([id, type]) => `event ${type} ${masked(id).replace(/#\d+$/, '')}`,
  )
  const queued = [...world.queues].map(
    ([name, { length, poison }]) => `queue ${name}: ${length}, ${poison.length} dead`,
  )
  return {
    exact: counted([...items, ...events, ...queued]),
    mails: counted(world.mail.sent.map(({ to, kind }) => `mail ${kind} to ${to.join(' ')}`)),
  }
}

/** The lines that only one of the two has; empty if they are equal. */
export function differences(
  expected: EndState,
  found: EndState,
  alike: (line: string) => string = (line) => line,
): string[] {
  const [was, is] = [expected, found].map((state) => {
    const all = new Map<string, number>()
    for (const [line, count] of state) all.set(alike(line), (all.get(alike(line)) ?? 0) + count)
    return all
  })
  const lines = new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])
  return [...lines].flatMap((line) => {
    const [before, now] = [was?.get(line) ?? 0, is?.get(line) ?? 0]
    return before === now ? [] : [`${now - before > 0 ? '+' : ''}${now - before} ${line}`]
  })
}
