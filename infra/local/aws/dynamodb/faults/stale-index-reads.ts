/**
 * What an index held a while ago. Of every item that was written in the last `lagMs` its images before are remembered;
 * an answer of the index as it stands is turned back by them: entries that weren't there yet are taken out, moved ones
 * stand at their old place, and removed ones are put in again, in order and within the page.
 *
 * As AWS's eventually consistent reads of an index, it never shows what has been there for longer than the lag, and what
 * is newer may be missing in one answer and there in the next. It differs in this: all entries of one answer lag alike; a
 * page that entries were taken out of isn't filled up; queries with a filter, a projection or a count, and scans, don't
 * lag; nor do the table's own eventually consistent reads.
 */
import type { Item, Query } from './calls.ts'
import { compareValues, type KeyCondition, readKeyCondition } from './key-condition.ts'
import { entryOf, type IndexShape, keyOf, partOf, positionOf, type TableShape } from './shapes.ts'

interface Written {
  /** `JSON` of the item's key: unique in its table. */
  readonly id: string
  readonly at: Moment
  readonly before: Item | undefined
}

/** By the machine's clock and by the service's, which may stand still or jump: whichever is further on counts. */
interface Moment {
  readonly real: number
  readonly virtual: number
}

export interface QueryAnswer {
  readonly Items: readonly Item[]
  readonly LastEvaluatedKey?: Item | undefined
}

export function createStaleIndexReads(o: { lagMs: number; realMs: () => number; virtualMs: () => number }) {
  /** By table, the oldest write first. */
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

    /** The answer as of `lagMs` ago; undefined where it is the same, or where this query doesn't lag. */
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

/** An index's own order; among equals that of the table's keys. */
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
