import * as z from 'zod'
import type { JsonAnswer } from '../../gateway/json-call.ts'
import { answers, parsed, withBody } from './answers.ts'
import { batchGet, batchWrite, type Item, namedInRequest, type WriteRequest } from './calls.ts'
import type { FaultContext, Handler } from './fault-context.ts'
import { CALL_FAULTS } from './options.ts'

const BATCH_FAULTS = ['partialBatch', ...CALL_FAULTS] as const

const unprocessedItems = z.object({
  UnprocessedItems: z.record(z.string(), z.array(z.unknown())).default({}),
})
const unprocessedKeys = z.object({
  UnprocessedKeys: z.record(z.string(), z.looseObject({ Keys: z.array(z.unknown()) })).default({}),
})

function byTable<T>(entries: readonly { readonly table: string; readonly value: T }[]): Record<string, T[]> {
  const grouped: Record<string, T[]> = {}
  for (const { table, value } of entries) {
    const group = grouped[table] ?? []
    group.push(value)
    grouped[table] = group
  }
  return grouped
}

/** Joins the lists of both records, table by table. */
function merged<T>(one: Readonly<Record<string, T[]>>, other: Readonly<Record<string, T[]>>) {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return Object.fromEntries([...names].map((name) => [name, [...(one[name] ?? []), ...(other[name] ?? [])]]))
}

/** Batches: DynamoDB does part of one and returns the rest as unprocessed. */
export function createBatches({ faults, forward, transactions, tables }: FaultContext) {
  /** Draws which parts of a batch are left unprocessed: at least one, and not all. */
  function unprocessed(count: number): ReadonlySet<number> {
    const positions = Array.from({ length: count }, (_, n) => n)
    const left = new Set(positions.filter(() => faults.draw() < 0.5))
    if (left.size === 0) left.add(count - 1)
    if (left.size === count) left.delete(0)
    return left
  }

  const BatchWriteItem: Handler = async (raw, plain) => {
    const body = batchWrite.safeParse(parsed(raw)).data
    if (body === undefined) return plain()
    const requests = Object.entries(body.RequestItems).flatMap(([table, group]) =>
      group.map((value) => ({ table, value, named: namedInRequest(table, value) })),
    )
    const ids = await tables.idsOf(requests.map(({ named }) => named))
    if (ids === undefined) return plain()
    const fault = faults.next(requests.length > 1 ? BATCH_FAULTS : CALL_FAULTS)
    const left = fault === 'partialBatch' ? unprocessed(requests.length) : new Set<number>()
    if (fault === 'partialBatch') faults.count('partialBatch')
    return faults.inject(fault, async () => {
      const isHeld = ids.map(transactions.isHeld)
      if (isHeld.includes(true)) faults.count('collision')
      const isUndone = (_: unknown, n: number): boolean => left.has(n) || isHeld[n] === true
      const undone = requests.filter(isUndone)
      const done = requests.filter((request, n) => !isUndone(request, n))
      if (done.length === 0) return answers.throughput()
      const remember = await tables.rememberBefore(done.map(({ named }) => named))
      const answer = await (undone.length === 0
        ? plain()
        : forward('BatchWriteItem', { ...body, RequestItems: byTable<WriteRequest>(done) }))
      if (answer.status === 200) remember()
      return undone.length === 0 ? answer : withUndone(answer, byTable<unknown>(undone))
    })
  }

  function withUndone(answer: JsonAnswer, undone: Record<string, unknown[]>): JsonAnswer {
    if (answer.status !== 200) return answer
    const body = parsed(answer.body)
    const { UnprocessedItems } = unprocessedItems.parse(body)
    return withBody(answer, { ...body, UnprocessedItems: merged(UnprocessedItems, undone) })
  }

  const BatchGetItem: Handler = async (raw, plain) => {
    const body = batchGet.safeParse(parsed(raw)).data
    if (body === undefined) return plain()
    const wanted = Object.entries(body.RequestItems).flatMap(([table, { Keys }]) =>
      Keys.map((value) => ({ table, value })),
    )
    const fault = faults.next(wanted.length > 1 ? BATCH_FAULTS : CALL_FAULTS)
    if (fault !== 'partialBatch') return faults.inject(fault, plain)
    faults.count('partialBatch')
    const left = unprocessed(wanted.length)
    const askedAs = (keys: Record<string, Item[]>) =>
      Object.fromEntries(
        Object.entries(keys).map(([table, Keys]) => [table, { ...body.RequestItems[table], Keys }]),
      )
    const unread = byTable(wanted.filter((_, n) => left.has(n)))
    const read = byTable(wanted.filter((_, n) => !left.has(n)))
    const answer = await forward('BatchGetItem', { ...body, RequestItems: askedAs(read) })
    if (answer.status !== 200) return answer
    const answered = parsed(answer.body)
    const { UnprocessedKeys } = unprocessedKeys.parse(answered)
    const keysOf = Object.fromEntries(Object.entries(UnprocessedKeys).map(([name, { Keys }]) => [name, Keys]))
    const all: Record<string, unknown[]> = merged<unknown>(keysOf, unread)
    return withBody(answer, {
      ...answered,
      UnprocessedKeys: Object.fromEntries(
        Object.entries(all).map(([table, Keys]) => [table, { ...body.RequestItems[table], Keys }]),
      ),
    })
  }

  return { BatchWriteItem, BatchGetItem }
}
