/**
 * Answers index reads with what the index contained a while ago. For every item written in the last `lagMs`, its
 * previous image is remembered. A current answer is reverted by these images: entries that are too new are removed,
 * moved ones return to their old position, and deleted ones are put back, in order and within the page.
 *
 * As with eventually consistent index reads on AWS, entries older than the lag are always shown, and newer ones may
 * be missing in one answer and present in the next. Differences from AWS: all entries of one answer lag by the same
 * time. A page isn't filled up after entries were removed. Queries with a filter, a projection or a count don't lag,
 * nor do scans and the table's own eventually consistent reads.
 */
import type { Item, Query } from './calls.ts'
import { compareValues, type KeyCondition, readKeyCondition } from './key-condition.ts'
import { entryOf, type IndexShape, keyOf, partOf, positionOf, type TableShape } from './shapes.ts'

interface Written {
  /** The item's key as JSON, unique in its table. */
  readonly id: string
  readonly at: Moment
  readonly before: Item | undefined
}

/**
 * A time on the machine's clock and on the service's, which may stand still or jump. A write is old if either says
 * so.
 */
interface Moment {
  readonly real: number
  readonly virtual: number
}

export interface QueryAnswer {
  readonly Items: readonly Item[]
  readonly LastEvaluatedKey?: Item | undefined
}

export function createStaleIndexReads(o: { lagMs: number; realMs: () => number; virtualMs: () => number }) {
  /** Recent writes by table, the oldest first. */
  const recent = new Map<string, Written[]>()

  const isSeen = ({ real, virtual }: Moment): boolean =>
    o.realMs() - real >= o.lagMs || o.virtualMs() - virtual >= o.lagMs

  function unseen(table: string): Written[] {
    const writes = recent.get(table) ?? []
    const firstUnseen = writes.findIndex(({ at }) => !isSeen(at))
    writes.splice(0, firstUnseen < 0 ? writes.length : firstUnseen)
    return writes
  }

  return {
    written(table: string, shape: TableShape, key: Item, before: Item | undefined): void {
      const writes = unseen(table)
      const id = JSON.stringify(keyOf(shape, key))
      writes.push({ id, at: { real: o.realMs(), virtual: o.virtualMs() }, before })
      recent.set(table, writes)
    },

    isCaughtUp: (): boolean => [...recent.keys()].every((table) => unseen(table).length === 0),

    /** The answer as of `lagMs` ago; undefined if it is the same, or if this query doesn't lag. */
    staleAnswer(query: Query, shape: TableShape, answer: QueryAnswer): QueryAnswer | undefined {
      const index = query.IndexName === undefined ? undefined : shape.indexes.get(query.IndexName)
      const { FilterExpression, ProjectionExpression, Select } = query
      if (index === undefined || FilterExpression !== undefined || ProjectionExpression !== undefined) return
      if (Select !== undefined && Select !== 'ALL_PROJECTED_ATTRIBUTES') return
      const writes = unseen(query.TableName)
      const condition = writes.length === 0 ? undefined : readKeyCondition(query, index.keys)
      if (condition === undefined) return
      const before = new Map<string, Item | undefined>()
      for (const { id, before: image } of writes) if (!before.has(id)) before.set(id, image)
      return restored({ query, shape, index, condition, before, answer })
    },
  }
}

export type StaleIndexReads = ReturnType<typeof createStaleIndexReads>

function restored(o: {
  query: Query
  shape: TableShape
  index: IndexShape
  condition: KeyCondition
  before: ReadonlyMap<string, Item | undefined>
  answer: QueryAnswer
}): QueryAnswer | undefined {
  const { query, shape, index, condition, before, answer } = o
  const order = byPosition(shape, index, query.ScanIndexForward)
  const idOf = (entry: Item) => JSON.stringify(keyOf(shape, entry))
  const { ExclusiveStartKey: after } = query
  const { LastEvaluatedKey: upTo } = answer
  const isInPage = (entry: Item): boolean =>
    condition(entry) &&
    (after === undefined || order(after, entry) < 0) &&
    (upTo === undefined || order(entry, upTo) <= 0)

  const stayed = answer.Items.filter((entry) => !before.has(idOf(entry)))
  const old = [...before.values()].flatMap((image) => {
    const entry = entryOf(index, image)
    return entry !== undefined && isInPage(entry) ? [entry] : []
  })
  const whole = [...stayed, ...old].sort(order)
  const limit = query.Limit ?? whole.length
  const items = whole.slice(0, limit)
  const last = items.at(-1)
  const isCut = whole.length > limit && last !== undefined
  const same = items.length === answer.Items.length && items.every((e, n) => isSame(e, answer.Items[n]))
  if (same && !isCut) return undefined
  return { Items: items, LastEvaluatedKey: isCut ? positionOf(shape, index, last) : upTo }
}

function isSame(one: Item, other: Item | undefined): boolean {
  const sorted = (entry: Item) => JSON.stringify(partOf(entry, Object.keys(entry).sort()))
  return other !== undefined && sorted(one) === sorted(other)
}

/** Compares entries in the index's order, and equal ones by the table's keys. */
function byPosition({ keys }: TableShape, index: IndexShape, isForward: boolean) {
  const names = [index.keys.sort, keys.partition, keys.sort].filter((name) => name !== undefined)
  return (one: Item, other: Item): number => {
    for (const name of names) {
      const compared = compareValues(one[name], other[name])
      if (compared !== 0) return isForward ? compared : -compared
    }
    return 0
  }
}
