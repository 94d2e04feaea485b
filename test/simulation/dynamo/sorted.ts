import { byBytes } from './values.ts'

/** Entries in order of their sort keys, and of a tie-breaker for equal ones, as in an index. */
export class Sorted<T> {
  readonly #entries: { readonly key: string; readonly tie: string; readonly value: T }[] = []

  get size(): number {
    return this.#entries.length
  }

  /** The index of an entry, or the one at which it would be inserted. */
  #place(key: string, tie: string): { at: number; found: boolean } {
    let [low, high] = [0, this.#entries.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const entry = this.#entries[middle]
      const order = entry === undefined ? 0 : byBytes(entry.key, key) || byBytes(entry.tie, tie)
      if (order === 0) return { at: middle, found: true }
      if (order < 0) low = middle + 1
      else high = middle
    }
    return { at: low, found: false }
  }

  get(key: string, tie = ''): T | undefined {
    const { at, found } = this.#place(key, tie)
    return found ? this.#entries[at]?.value : undefined
  }

  set(key: string, value: T, tie = ''): void {
    const { at, found } = this.#place(key, tie)
    this.#entries.splice(at, found ? 1 : 0, { key, tie, value })
  }

  delete(key: string, tie = ''): void {
    const { at, found } = this.#place(key, tie)
    if (found) this.#entries.splice(at, 1)
  }

  /** Iterates from the start or after an entry, which may have been removed; backwards if asked. */
  *from(start: { readonly key: string; readonly tie: string } | undefined, forward: boolean): Generator<T> {
    const place = start && this.#place(start.key, start.tie)
    let at = forward ? 0 : this.#entries.length - 1
    if (place !== undefined) at = forward ? place.at + (place.found ? 1 : 0) : place.at - 1
    for (let entry = this.#entries[at]; entry !== undefined; entry = this.#entries[at]) {
      yield entry.value
      at += forward ? 1 : -1
    }
  }
}
