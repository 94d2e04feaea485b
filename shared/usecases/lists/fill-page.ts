import type { Page } from '../../lib/page.ts'

/** Records that one request for a list reads at most; after that many, it answers with what was found and a cursor. */
export const MAX_RECORDS_READ = 1_000

/**
 * Of them, for what every request reads beside the list: its organization, who has an address that is looked for, and the
 * source organizations of a page of 100 claims.
 */
export const RECORDS_BESIDE = 120

/** A record that was read, in the list's order. */
export interface Scanned<Item, Position> {
  /** `undefined`: the filter doesn't match. */
  readonly item: Item | undefined
  /** The position of a page that ends with it. */
  readonly after: Position
}

export interface ScannedPage<Item, Position> {
  readonly scanned: readonly Scanned<Item, Position>[]
  readonly next: Position | undefined
  /** Records that were read for it, with what belongs to them; where nothing is said, as many as were asked for. */
  readonly read?: number
}

interface PageQuery<Position> {
  readonly limit: number
  readonly filtered: boolean
  readonly from: Position | undefined
  /** Records that one of the list takes at most, what belongs to it (an organization, a domain) included. */
  readonly recordsPerItem?: number
  /** Records that a step takes beside them. */
  readonly recordsPerStep?: number
}

/** With less than that left, another step would ask every shard for hardly a record. */
const LEAST_STEP = 32

/**
 * A filtered page that is full as long as there is more: reads on until `limit` items match, or there is no reading more
 * within `MAX_RECORDS_READ`; then it has what was found, be it nothing, and where the list goes on. With a filter, more is
 * read at a time, since few may match.
 * @param read reads so many of the list, and `mayRead` records at most
 */
export async function fillPage<Item, Position>(
  { limit, filtered, from: begin, recordsPerItem = 1, recordsPerStep = 0 }: PageQuery<Position>,
  read: (size: number, from: Position | undefined, mayRead: number) => Promise<ScannedPage<Item, Position>>,
): Promise<Page<Item, Position>> {
  const items: Item[] = []
  let from = begin
  let left = MAX_RECORDS_READ - RECORDS_BESIDE
  const affordableOf = (records: number): number => Math.floor((records - recordsPerStep) / recordsPerItem)
  let affordable = affordableOf(left)
  let size = Math.min(limit, affordable)
  do {
    const { scanned, next, read: records = size } = await read(size, from, left)
    for (const [n, { item, after }] of scanned.entries()) {
      if (item === undefined) continue
      items.push(item)
      if (items.length < limit) continue
      const more = next !== undefined || scanned.slice(n + 1).some((later) => later.item !== undefined)
      return { items, next: more ? after : undefined }
    }
    if (next === undefined) return { items, next: undefined }
    from = next
    // What reads nothing is a step all the same.
    left -= Math.max(1, records)
    affordable = affordableOf(left)
    size = Math.min(filtered ? 2 * size : limit - items.length, affordable)
  } while (affordable >= LEAST_STEP)
  return { items, next: from }
}
