import { isSame } from './is-same.ts'

/**
 * Keeps, with a value that was read, the item that it was read from, so that a write sets only the attributes that differ.
 * What others write in the meantime (a mail's state), and attributes that this version doesn't know, are left alone. The
 * item is a property under a symbol: values that are spread from the one that was read have it too.
 */
type Item = Readonly<Record<string, unknown>>

/** One object for all values that come from one read: a write replaces the item in it, for the next one's difference. */
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

const storedItem = Symbol('what stands in the table')

const hasStoredItem = (value: object): value is { readonly [storedItem]: StoredItem } => storedItem in value

export const withStoredItem = <T extends object>(value: T, item: Item): T => ({
  ...value,
  [storedItem]: new StoredItem(item),
})

/** `undefined`: the value wasn't read from the table. */
export const storedItemOf = (value: object): Item | undefined =>
  hasStoredItem(value) ? value[storedItem].item : undefined

/** Notes what was written; later differences are taken from that. */
export function rememberStoredItem(value: object, item: Item): void {
  if (hasStoredItem(value)) value[storedItem].becomes(item)
}

/** The attributes to write so that `before` becomes `after`; `undefined` removes one. */
export function differenceOf(before: Item, after: Item): Item {
  const changed: Record<string, unknown> = {}
  for (const name of Object.keys(after)) if (!isSame(before[name], after[name])) changed[name] = after[name]
  for (const name of Object.keys(before))
    if (before[name] !== undefined && after[name] === undefined) changed[name] = undefined
  return changed
}
