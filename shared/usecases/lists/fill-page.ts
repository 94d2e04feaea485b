import type { Listing } from './views.ts'

/** Records that one request of a list reads at most; after that many it answers what was found, and where to go on. */
export const MAX_RECORDS_READ = 1_000

/** What was looked at, in the list's order. */
export interface Scanned<Item, Position> {
  /** `undefined`: a filter holds it back. */
  readonly item: Item | undefined
  /** Where a listing that ends with it goes on. */
  readonly after: Position
}

export interface ScannedPage<Item, Position> {
  readonly looked: readonly Scanned<Item, Position>[]
  readonly next: Position | undefined
}

/**
 * A page that is full while there is more, of a list that a filter may hold much of back: reads on until `limit` items are
 * there, or `MAX_RECORDS_READ` records were read. With a filter more is read each time, since little may come of it.
 */
export async function fillPage<Item, Position>(
  query: { readonly limit: number; readonly filtered: boolean; readonly from: Position | undefined },
  read: (size: number, from: Position | undefined) => Promise<ScannedPage<Item, Position>>,
): Promise<Listing<Item, Position>> {
  const { limit, filtered } = query
  const items: Item[] = []
  let { from } = query
  let size = limit
  for (let records = 0; records < MAX_RECORDS_READ; records += size) {
    if (records > 0) size = filtered ? Math.min(2 * size, MAX_RECORDS_READ - records) : limit - items.length
    const { looked, next } = await read(size, from)
    for (const [n, { item, after }] of looked.entries()) {
      if (item === undefined) continue
      items.push(item)
      if (items.length < limit) continue
      const more = next !== undefined || looked.slice(n + 1).some((later) => later.item !== undefined)
      return { items, position: more ? after : undefined }
    }
    if (next === undefined) return { items, position: undefined }
    from = next
  }
  return { items, position: from }
}
