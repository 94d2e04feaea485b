import type { Page } from '../../lib/page.ts'

/** Records that one request for a list reads at most; after that many, it answers with what was found and a cursor. */
export const MAX_RECORDS_READ = 1_000

/** A record that was read, in the list's order. */
export interface Scanned<Item, Position> {
  /** `undefined`: the filter doesn't match. */
  readonly item: Item | undefined
  /** The position of a page that ends with it. */
  readonly after: Position
}

export interface ScannedPage<Item, Position> {
  readonly looked: readonly Scanned<Item, Position>[]
  readonly next: Position | undefined
}

/**
 * A filtered page that is full as long as there is more: reads on until `limit` items match, or `MAX_RECORDS_READ`
 * records were read. With a filter, more is read at a time, since few may match.
 */
export async function fillPage<Item, Position>(
  query: { readonly limit: number; readonly filtered: boolean; readonly from: Position | undefined },
  read: (size: number, from: Position | undefined) => Promise<ScannedPage<Item, Position>>,
): Promise<Page<Item, Position>> {
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
      return { items, next: more ? after : undefined }
    }
    if (next === undefined) return { items, next: undefined }
    from = next
  }
  return { items, next: from }
}
