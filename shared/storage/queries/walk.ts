import { inGroupsOf, mapConcurrent } from '../../lib/concurrency.ts'
import type { Table } from '../client.ts'
import type { IndexName } from '../schema.ts'
import { type EntryPage, type IndexEntry, type IndexQuery, queryIndex } from './index-query.ts'
import { SHARD_SLACK, SHARDS_AT_ONCE } from './shard-queries.ts'

/** Where a walk over partitions of indexes continues; JSON, which callers only hand back. */
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
 * Reads partitions one after the other, until it has `limit` entries. The order has no meaning, and stays the same. Eight
 * partitions are queried at once: the one whose turn it is for all that is missing, the others for a little more than an
 * eighth of the page, so that at most some twice `limit` entries are read. 0.5 read units a query: a small org takes a query a
 * shard, a large one about a query a page.
 * @param from where an earlier walk over the same partitions ended
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
 * All entries of some index partitions, in no particular order: eight partitions at a time, a page of each. For callers that
 * read to the end, or nearly, since no entry that was read is dropped. 0.5 read units a query.
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
