import { mapConcurrent } from '../../lib/concurrency.ts'
import { allShards } from '../../lib/shard.ts'
import type { Table } from '../client.ts'
import type { IndexName } from '../schema.ts'
import { type IndexEntry, queryIndex } from './index-query.ts'
import { SHARD_SLACK, SHARDS_AT_ONCE } from './shard-queries.ts'

/** A page of one shard, newest first, and where it continues. */
export interface ShardPage<Entry> {
  readonly entries: Entry[]
  readonly lastKey: Record<string, unknown> | undefined
}

export interface NewestQuery<Entry> {
  readonly pageOf: (
    shard: string,
    limit: number,
    startKey: Record<string, unknown> | undefined,
  ) => Promise<ShardPage<Entry>>
  /** The key by which shards are sorted and merged; unique. */
  readonly sortKeyOf: (entry: Entry) => string
  readonly limit: number
  /** The most entries to read, but at least one a shard; if they aren't enough, the page is shorter. */
  readonly mayRead?: number | undefined
}

export interface Newest<Entry> {
  readonly entries: Entry[]
  /** There are more entries, or may be. */
  readonly more: boolean
  /** Entries read for the page, including those left out. */
  readonly read: number
}

/** The most entries that a merge reads: two pages in equal shares of all shards, and one more where they weren't equal. */
const mostRead = (limit: number): number => 3 * limit + 2 * SHARD_SLACK * allShards.length

/**
 * The newest `limit` entries of all shards, newest first. Each shard is queried for twice its share of the page; those that may
 * hold more of it are queried again. If the page would take more than `mayRead` entries, it is shorter.
 */
export async function mergeNewest<Entry>({
  pageOf,
  sortKeyOf,
  limit,
  mayRead = mostRead(limit),
}: NewestQuery<Entry>): Promise<Newest<Entry>> {
  const share = Math.min(
    limit + 1,
    Math.ceil((limit * 2) / allShards.length) + SHARD_SLACK,
    Math.max(1, Math.floor(mayRead / allShards.length)),
  )
  const byShard = await mapConcurrent(allShards, SHARDS_AT_ONCE, async (shard) => ({
    shard,
    page: await pageOf(shard, share, undefined),
  }))
  for (;;) {
    const sorted = byShard
      .flatMap(({ page }) => page.entries)
      .map((entry) => ({ entry, key: sortKeyOf(entry) }))
      .sort((a, b) => (a.key < b.key ? 1 : -1))
    const read = sorted.length
    const last = sorted[limit]
    // A shard that wasn't read to its end may hold some of the page, unless what it has left is older than the page's end.
    const open = byShard.flatMap((shard) => {
      const oldest = shard.page.entries.at(-1)
      if (shard.page.lastKey === undefined || oldest === undefined) return []
      const oldestKey = sortKeyOf(oldest)
      return last === undefined || oldestKey > last.key ? [{ shard, oldestKey }] : []
    })
    const page = sorted.slice(0, limit)
    if (open.length === 0) return { entries: entriesOf(page), more: read > limit, read }
    // Beyond the end of what was read of some shard, the order is unknown.
    const certain = page.filter(({ key }) => open.every(({ oldestKey }) => key >= oldestKey))
    const each = Math.min(
      Math.ceil((limit + 1 - certain.length) / open.length) + SHARD_SLACK,
      Math.floor((mayRead - read) / open.length),
    )
    if (each < 1) return { entries: entriesOf(certain), more: true, read }
    await mapConcurrent(open, SHARDS_AT_ONCE, async ({ shard }) => {
      const more = await pageOf(shard.shard, each, shard.page.lastKey)
      shard.page = { entries: [...shard.page.entries, ...more.entries], lastKey: more.lastKey }
    })
  }
}

const entriesOf = <Entry>(page: readonly { readonly entry: Entry }[]): Entry[] =>
  page.map(({ entry }) => entry)

/** The newest `limit` entries of all shards of one index, older than `before`. */
export function newestFirst(
  table: Table,
  query: {
    index: IndexName
    partitionOf: (shard: string) => string
    sortKey: string
    limit: number
    before?: string | undefined
  },
): Promise<Newest<IndexEntry>> {
  const { index, partitionOf, sortKey, limit, before } = query
  return mergeNewest({
    pageOf: (shard, pageLimit, startKey) =>
      queryIndex(table, {
        index,
        partition: partitionOf(shard),
        limit: pageLimit,
        newestFirst: true,
        startKey,
        before,
      }),
    sortKeyOf: (entry) => entry[sortKey] ?? '',
    limit,
  })
}
