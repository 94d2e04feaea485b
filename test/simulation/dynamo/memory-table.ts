import { tableSchema } from '../../../shared/storage/schema.ts'
import { Sorted } from './sorted.ts'
import { BadRequest } from './tokens.ts'
import { bytesOf, copyOfItem, type Item, same } from './values.ts'

export interface ItemKey {
  readonly pk: string
  readonly sk: string
}

/** One change of an item, as in the stream. The items must not be modified. */
export interface Commit {
  readonly key: ItemKey
  readonly before: Item | undefined
  readonly after: Item | undefined
  readonly at: number
}

/** Read and write units, of the table and of its indexes, since the table was made. */
export interface Capacity {
  reads: number
  writes: number
  indexWrites: number
}

interface IndexChange {
  readonly key: ItemKey
  readonly before: Item | undefined
  readonly after: Item | undefined
}

type Index = (typeof tableSchema.indexes)[number]

const MAX_ITEM_BYTES = 400 * 1024
const WRITE_UNIT_BYTES = 1024
const READ_UNIT_BYTES = 4096

const idOf = ({ pk, sk }: ItemKey): string => `${pk}\n${sk}`

export const units = (bytes: number, unit: number): number => Math.max(1, Math.ceil(bytes / unit))

/** The service's table: items, indexes and copies, which may lag behind, and the changes for its stream. */
export class MemoryTable {
  readonly name: string
  readonly capacity: Capacity = { reads: 0, writes: 0, indexWrites: 0 }
  /** Items held by a transaction under way. */
  readonly locked = new Set<string>()
  readonly #now: () => number
  readonly #partitions = new Map<string, Sorted<Item>>()
  readonly #indexes = new Map<string, Map<string, Sorted<Item>>>()
  readonly #lagging: IndexChange[] = []
  readonly #listeners: ((commits: readonly Commit[]) => void)[] = []
  readonly #lags: boolean

  constructor(name: string, options: { readonly now?: () => number; readonly lags?: boolean } = {}) {
    this.name = name
    this.#now = options.now ?? (() => 0)
    this.#lags = options.lags ?? false
    for (const { name: index } of tableSchema.indexes) this.#indexes.set(index, new Map())
  }

  /** Called with the changes of one commit. */
  onCommit(listener: (commits: readonly Commit[]) => void): void {
    this.#listeners.push(listener)
  }

  get(key: ItemKey): Item | undefined {
    return this.#partitions.get(key.pk)?.get(key.sk)
  }

  partition(pk: string): Sorted<Item> | undefined {
    return this.#partitions.get(pk)
  }

  /** All items. */
  *all(): Generator<Item> {
    for (const partition of this.#partitions.values()) yield* partition.from(undefined, true)
  }

  indexPartition(index: string, partitionKey: string): Sorted<Item> | undefined {
    const found = this.#indexes.get(index)
    if (found === undefined) throw new BadRequest(`The table does not have the specified index: ${index}`)
    return found.get(partitionKey)
  }

  /** Writes items, or deletes those that are `undefined`, in one commit. */
  commit(changes: readonly { readonly key: ItemKey; readonly after: Item | undefined }[]): void {
    const commits: Commit[] = []
    for (const { key, after } of changes) {
      const before = this.get(key)
      if (after !== undefined) checkItem(after)
      this.#store(key, after)
      if (before === undefined && after === undefined) continue
      // A write that changes nothing isn’t in the stream.
      if (before !== undefined && after !== undefined && same(before, after)) continue
      commits.push({ key, before, after, at: this.#now() })
      this.#lagging.push({ key, before, after })
    }
    if (!this.#lags) this.catchUp(this.#lagging.length)
    if (commits.length > 0) for (const listener of this.#listeners) listener(commits)
  }

  #store(key: ItemKey, after: Item | undefined): void {
    const partition = this.#partitions.get(key.pk) ?? new Sorted<Item>()
    if (after === undefined) partition.delete(key.sk)
    else partition.set(key.sk, after)
    if (partition.size === 0) this.#partitions.delete(key.pk)
    else this.#partitions.set(key.pk, partition)
  }

  /**
   * The item as a copy shows it that lags like the indexes: for changes that haven't arrived, the item before the
   * first of them. An eventually consistent read may return this.
   */
  getLate(key: ItemKey): Item | undefined {
    const id = idOf(key)
    const late = this.#lagging.find((change) => idOf(change.key) === id)
    return late === undefined ? this.get(key) : late.before
  }

  /** Like `getLate`, for a partition. */
  partitionLate(pk: string): Sorted<Item> | undefined {
    if (!this.#lagging.some(({ key }) => key.pk === pk)) return this.partition(pk)
    const late = new Sorted<Item>()
    for (const item of this.partition(pk)?.from(undefined, true) ?? []) late.set(keyOf(item).sk, item)
    for (const { key, before } of this.#lagging.toReversed()) {
      if (key.pk !== pk) continue
      if (before === undefined) late.delete(key.sk)
      else late.set(key.sk, before)
    }
    return late
  }

  /** The number of changes that indexes and copies don’t show yet. */
  get lag(): number {
    return this.#lagging.length
  }

  /** Makes indexes and copies show some more changes, in order. */
  catchUp(changes: number): void {
    for (const { key, before, after } of this.#lagging.splice(0, changes))
      for (const index of tableSchema.indexes) this.#updateIndex(index, key, before, after)
  }

  #updateIndex(index: Index, key: ItemKey, before: Item | undefined, after: Item | undefined): void {
    const [from, to] = [entryOf(index, before), entryOf(index, after)]
    if (same(from, to)) return
    const partitions = this.#indexes.get(index.name)
    const tie = idOf(key)
    if (from !== undefined) {
      const partition = partitions?.get(textOf(from, index.partitionKey))
      partition?.delete(textOf(from, index.sortKey), tie)
      this.capacity.indexWrites++
    }
    if (to === undefined) return
    const partitionKey = textOf(to, index.partitionKey)
    const partition = partitions?.get(partitionKey) ?? new Sorted<Item>()
    partition.set(textOf(to, index.sortKey), to, tie)
    partitions?.set(partitionKey, partition)
    this.capacity.indexWrites++
  }

  countWrite(item: Item | undefined, before: Item | undefined, transactional: boolean): number {
    const bytes = Math.max(bytesOf(item ?? {}), bytesOf(before ?? {}))
    const cost = units(bytes, WRITE_UNIT_BYTES) * (transactional ? 2 : 1)
    this.capacity.writes += cost
    return cost
  }

  countRead(bytes: number, consistent: boolean): number {
    const cost = units(bytes, READ_UNIT_BYTES) * (consistent ? 1 : 0.5)
    this.capacity.reads += cost
    return cost
  }

  isLocked = (key: ItemKey): boolean => this.locked.has(idOf(key))
  lock = (keys: readonly ItemKey[]): void => {
    for (const key of keys) this.locked.add(idOf(key))
  }
  unlock = (keys: readonly ItemKey[]): void => {
    for (const key of keys) this.locked.delete(idOf(key))
  }
}

const textOf = (item: Item, name: string): string => {
  const value = item[name]
  return typeof value === 'string' ? value : ''
}

/** KEYS_ONLY: the index's keys and the table's. An item that lacks one of them isn't in the index. */
function entryOf(index: Index, item: Item | undefined): Item | undefined {
  if (item?.[index.partitionKey] === undefined || item[index.sortKey] === undefined) return undefined
  const { pk, sk } = item
  return { pk, sk, [index.partitionKey]: item[index.partitionKey], [index.sortKey]: item[index.sortKey] }
}

export function indexNamed(name: string): Index {
  const index = tableSchema.indexes.find((one) => one.name === name)
  if (index === undefined) throw new BadRequest(`The table does not have the specified index: ${name}`)
  return index
}

export function keyOf(item: Item | undefined): ItemKey {
  const { pk, sk } = item ?? {}
  if (typeof pk !== 'string' || typeof sk !== 'string' || pk === '' || sk === '')
    throw new BadRequest(
      'One or more parameter values were invalid: the key is missing, empty or of another type',
    )
  return { pk, sk }
}

function checkItem(item: Item): void {
  for (const { partitionKey, sortKey } of tableSchema.indexes)
    for (const name of [partitionKey, sortKey])
      if (item[name] !== undefined && (typeof item[name] !== 'string' || item[name] === ''))
        throw new BadRequest(
          `One or more parameter values were invalid: the index key ${name} is empty or no text`,
        )
  if (bytesOf(item) > MAX_ITEM_BYTES) throw new BadRequest('Item size has exceeded the maximum allowed size')
}

export const storedCopy = (item: object): Item => copyOfItem(item)
