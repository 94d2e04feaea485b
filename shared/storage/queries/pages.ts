import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import { inGroupsOf, mapConcurrent } from '../../lib/concurrency.ts'
import { allShards } from '../../lib/shard.ts'
import type { Table } from '../client.ts'
import type { Key } from '../keys.ts'
import { type IndexName, tableSchema } from '../schema.ts'
import type { Page } from '../../lib/page.ts'

/**
 * Shards queried at once. A small org is read in a few round trips, and little of a large one is read in
 * vain.
 */
const SHARDS_AT_ONCE = 8

/** Entries read from a shard beyond its share of a page, so that a page seldom takes a second round. */
const SHARD_SLACK = 4

/** Base-table key and the index's own keys, as a KEYS_ONLY index gives them. */
export type IndexEntry = Key & Readonly<Record<string, string>>

export interface EntryPage {
  readonly entries: IndexEntry[]
  readonly lastKey: Record<string, unknown> | undefined
}

export interface IndexQuery {
  readonly index: IndexName
  readonly partition: string
  readonly limit: number
  readonly newestFirst?: boolean
  readonly startKey?: Record<string, unknown> | undefined
  /** On the index's sort key; `from` and `upTo` belong to it, `before` doesn't. `from` only with `upTo`. */
  readonly from?: string | undefined
  readonly upTo?: string | undefined
  readonly before?: string | undefined
}

/** One page of one index partition. */
export async function queryIndex(table: Table, query: IndexQuery): Promise<EntryPage> {
  const index = tableSchema.indexes.find(({ name }) => name === query.index)
  if (index === undefined) throw new Error(`no index ${query.index}`)
  const { condition, values } = boundsOf(query)
  const { Items, LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: query.index,
      KeyConditionExpression: condition === undefined ? '#p = :p' : `#p = :p AND ${condition}`,
      ExpressionAttributeNames: {
        '#p': index.partitionKey,
        ...(condition === undefined ? {} : { '#s': index.sortKey }),
      },
      ExpressionAttributeValues: { ':p': query.partition, ...values },
      ScanIndexForward: !query.newestFirst,
      Limit: query.limit,
      ExclusiveStartKey: query.startKey,
    }),
  )
  return { entries: (Items ?? []) as IndexEntry[], lastKey: LastEvaluatedKey }
}

function boundsOf({ from, upTo, before }: IndexQuery) {
  if (upTo === undefined)
    return before === undefined ? {} : { condition: '#s < :before', values: { ':before': before } }
  if (from === undefined) return { condition: '#s <= :upTo', values: { ':upTo': upTo } }
  return { condition: '#s BETWEEN :from AND :upTo', values: { ':from': from, ':upTo': upTo } }
}

/** The first keys of one of the table's own partitions, consistently read; `more`: there may be others. */
export async function firstKeys(
  table: Table,
  pk: string,
  limit: number,
): Promise<{ found: Key[]; more: boolean }> {
  const { Items, LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ProjectionExpression: 'pk, sk',
      ConsistentRead: true,
      Limit: limit,
    }),
  )
  return { found: (Items ?? []).map(({ pk, sk }): Key => ({ pk, sk })), more: LastEvaluatedKey !== undefined }
}

export interface ItemsQuery<Item> {
  readonly pk: string
  /** What the sort keys begin with. */
  readonly prefix: string
  readonly limit: number
  /** The key of the last item of the page before. */
  readonly behind: Key | undefined
  readonly newestFirst?: boolean
  readonly parse: (item: Record<string, unknown>) => Item
  readonly positionOf: (item: Item) => string
}

/** A page of one of the table's own partitions, consistently read. 1 read unit a 4 KB. */
export async function pageOfItems<Item>(table: Table, query: ItemsQuery<Item>): Promise<Page<Item>> {
  const { pk, prefix, limit, behind, newestFirst = false, parse, positionOf } = query
  const { Items, LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
      ScanIndexForward: !newestFirst,
      ConsistentRead: true,
      Limit: limit,
      ...(behind === undefined ? {} : { ExclusiveStartKey: behind }),
    }),
  )
  const items = (Items ?? []).map(parse)
  const last = items.at(-1)
  return { items, next: LastEvaluatedKey === undefined || last === undefined ? undefined : positionOf(last) }
}

/**
 * The items of one of the table's own partitions whose sort keys begin with a prefix, in the order of their
 * keys, consistently read, page by page. 1 read unit a 4 KB.
 */
export async function* itemsIn(
  table: Table,
  pk: string,
  prefix?: string,
): AsyncGenerator<Record<string, unknown>> {
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: prefix === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ...(prefix === undefined ? {} : { ':prefix': prefix }) },
        ConsistentRead: true,
        ExclusiveStartKey: startKey,
      }),
    )
    yield* page.Items ?? []
    startKey = page.LastEvaluatedKey
  } while (startKey !== undefined)
}

/** The position of a walk over all shards of one or more indexes: JSON, opaque to callers. */
export interface WalkPosition {
  readonly partition: number
  readonly after?: Record<string, unknown>
}

export interface Walk {
  readonly entries: IndexEntry[]
  /** For each entry, the position at which a walk continues after it. */
  readonly after: WalkPosition[]
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
  const entries: IndexEntry[] = []
  const behind: WalkPosition[] = []
  const ahead = new Map<number, EntryPage>()
  let { partition: at, after } = from
  const beside = Math.ceil(limit / SHARDS_AT_ONCE) + SHARD_SLACK
  const ask = async (first: number): Promise<void> => {
    const missing = limit - entries.length
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
    const taken = page.entries.slice(0, limit - entries.length)
    entries.push(...taken)
    const partition = at
    behind.push(...taken.map((entry) => ({ partition, after: entry })))
    const isCut = taken.length < page.entries.length
    const stopped = isCut ? (taken.at(-1) ?? after) : page.lastKey
    if (stopped === undefined && !isCut) {
      at += 1
      after = undefined
    } else after = stopped
    if (entries.length === limit) break
    if (stopped !== undefined) ahead.delete(at)
  }
  const next =
    at < partitions.length ? { partition: at, ...(after === undefined ? {} : { after }) } : undefined
  return { entries, after: behind, next }
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

/**
 * The most entries that a merge reads: twice a page in shares of it, and once more if the shares were uneven.
 */
const mostRead = (limit: number): number => 3 * limit + 2 * SHARD_SLACK * allShards.length

/**
 * The newest `limit` entries of all shards, merged. Costs a query a shard, and another one for each shard
 * that held more of the page than its share. However the entries are distributed, it reads no more than it
 * may, and then returns fewer.
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
      .sort((a, b) => (a.key < b.key ? 1 : a.key > b.key ? -1 : 0))
    const read = sorted.length
    const last = sorted[limit]
    const oldestOf = ({ page }: (typeof byShard)[number]): string | undefined => {
      const oldest = page.entries.at(-1)
      return page.lastKey === undefined || oldest === undefined ? undefined : sortKeyOf(oldest)
    }
    // A shard that has more entries newer than the page's end may hold some of the page.
    const open = byShard.filter((each) => {
      const oldest = oldestOf(each)
      return oldest !== undefined && (last === undefined || oldest >= last.key)
    })
    const page = sorted.slice(0, limit)
    if (open.length === 0) return { entries: entriesOf(page), more: read > limit, read }
    // Beyond the end of what was read of some shard, the order is unknown.
    const known = open.map(oldestOf).reduce((a = '', b = '') => (a > b ? a : b)) ?? ''
    const certain = page.filter(({ key }) => key >= known)
    const each = Math.min(
      Math.ceil((limit + 1 - certain.length) / open.length) + SHARD_SLACK,
      Math.floor((mayRead - read) / open.length),
    )
    if (each < 1) return { entries: entriesOf(certain), more: true, read }
    await mapConcurrent(open, SHARDS_AT_ONCE, async (entry) => {
      const more = await pageOf(entry.shard, each, entry.page.lastKey)
      entry.page = { entries: [...entry.page.entries, ...more.entries], lastKey: more.lastKey }
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
