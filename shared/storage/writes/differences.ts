import { isSame } from './is-same.ts'

/**
 * What stands in the table of an item, as far as this process knows: what it read, or wrote itself since. It goes with what is
 * spread from the value that was read, so that a write of what follows from it changes those attributes alone that differ: what
 * others write in the meantime (a mail's state) and what this version doesn't know stays as it is.
 */
type Item = Readonly<Record<string, unknown>>

/** A box that all share that follows from one reading: so a chain of writes knows what its last one left. */
class StoredItem {
  #item: Item
  constructor(item: Item) {
    this.#item = item
  }
  get item(): Item {
    return this.#item
  }
  becomes(item: Item): void {
    this.#item = item
  }
}

const standing = Symbol('what stands in the table')

const hasStanding = (value: object): value is { readonly [standing]: StoredItem } => standing in value

export const withStoredItem = <T extends object>(value: T, item: Item): T => ({
  ...value,
  [standing]: new StoredItem(item),
})

/** `undefined`: it wasn't read. */
export const storedItemOf = (value: object): Item | undefined =>
  hasStanding(value) ? value[standing].item : undefined

/** It has been written so: what follows from the value differs from that. */
export function rememberStoredItem(value: object, item: Item): void {
  if (hasStanding(value)) value[standing].becomes(item)
}

/** What has to be written where `before` stands, for `after` to: those that are to go are `undefined`. */
export function differenceOf(before: Item, after: Item): Item {
  const changed: Record<string, unknown> = {}
  for (const name of Object.keys(after)) if (!isSame(before[name], after[name])) changed[name] = after[name]
  for (const name of Object.keys(before))
    if (before[name] !== undefined && after[name] === undefined) changed[name] = undefined
  return changed
}
