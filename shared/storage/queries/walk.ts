import { inGroupsOf, mapConcurrent } from '../../lib/concurrency.ts'
import type { Table } from '../client.ts'
import type { IndexName } from '../schema.ts'
import { type EntryPage, type IndexEntry, type IndexQuery, queryIndex } from './index-query.ts'
import { SHARD_SLACK, SHARDS_AT_ONCE } from './shard-queries.ts'

/** The position of a walk over all shards of one or more indexes: JSON, opaque to callers. */
export interface WalkPosition {
  readonly partition: number
  readonly after?: Record<string, unknown>
}

export interface Walk {
  readonly found: {
    readonly entry: IndexEntry
    /** The position at which a walk continues after the entry. */
    readonly after: WalkPosition
  }[]
  readonly next: WalkPosition | undefined
}

/**
 * Reads partitions in turn, until it has `limit` entries. The order is stable, and otherwise arbitrary. A
 * small org costs a query a shard, a large one about one query a page. Partitions are queried ahead of their
 * turn with a small limit, so it reads at most some twice `limit`.
 */
export async function walkPartitions(
  table: Table,
  partitions: readonly { index: IndexName; partition: string }[],
  limit: number,
  from: WalkPosition = { partition: 0 },
): Promise<Walk> {
  const found: Walk['found'] = []
  const ahead = new Map<number, EntryPage>()
  let { partition: at, after } = from
  const beside = Math.ceil(limit / SHARDS_AT_ONCE) + SHARD_SLACK
  const ask = async (first: number): Promise<void> => {
    const missing = limit - found.length
    const group = partitions.slice(first, first + SHARDS_AT_ONCE)
    await mapConcurrent(group, SHARDS_AT_ONCE, async (shard, n) => {
      const partition = first + n
      if (ahead.has(partition)) return
      const startKey = n === 0 ? after : undefined
      const page = await queryIndex(table, {
        ...shard,
        limit: n === 0 ? missing : Math.min(missing, beside),
        startKey,
      })
      ahead.set(partition, page)
    })
  }
  while (at < partitions.length) {
    if (!ahead.has(at)) await ask(at)
    const page = ahead.get(at) ?? { entries: [], lastKey: undefined }
    const taken = page.entries.slice(0, limit - found.length)
    const partition = at
    found.push(...taken.map((entry) => ({ entry, after: { partition, after: entry } })))
    after = taken.length < page.entries.length ? taken.at(-1) : page.lastKey
    if (after === undefined) at += 1
    else ahead.delete(at)
    if (found.length === limit) break
  }
  const next =
    at < partitions.length ? { partition: at, ...(after === undefined ? {} : { after }) } : undefined
  return { found, next }
}

/**
 * All entries of some index partitions, some partitions at a time and a page of each, in no particular order.
 * For callers that read on to the end, or nearly: nothing read is dropped.
 */
export async function* everyEntry(
  table: Table,
  partitions: Iterable<{ index: IndexName; partition: string }>,
  pageSize: number,
): AsyncGenerator<IndexEntry[]> {
  for (const group of inGroupsOf([...partitions], SHARDS_AT_ONCE)) {
    let open: Omit<IndexQuery, 'limit'>[] = group
    while (open.length > 0) {
      const pages = await mapConcurrent(open, SHARDS_AT_ONCE, (query) =>
        queryIndex(table, { ...query, limit: pageSize }),
      )
      const entries = pages.flatMap((page) => page.entries)
      if (entries.length > 0) yield entries
      open = open.flatMap((query, n) => {
        const startKey = pages[n]?.lastKey
        return startKey === undefined ? [] : [{ ...query, startKey }]
      })
    }
  }
}
