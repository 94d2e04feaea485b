/** Future events, by time. */
export interface Planned {
  readonly at: number
  readonly order: number
  readonly label: string
  readonly run: () => void
  cancelled: boolean
}

const { setImmediate: laterOn } = globalThis

/** Waits until all code is idle: everything that it waits for is answered by the scheduler. */
const everybodyWaits = (): Promise<void> => new Promise((resolve) => laterOn(resolve))

const before = (a: Planned, b: Planned): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/**
 * Simulated time, with one event after the other. Everything that code waits for is such an event, so the order of
 * events follows only from their times, and those from the seed.
 */
export class Scheduler {
  readonly #heap: Planned[] = []
  readonly #trace: ((at: number, label: string) => void) | undefined
  #now: number
  #orders = 0
  events = 0
  /** A hash of all events in order. Two runs with the same hash were identical. */
  fingerprint = 0

  constructor(start: number, trace?: (at: number, label: string) => void) {
    this.#now = start
    this.#trace = trace
  }

  get now(): number {
    return this.#now
  }

  readonly date = (): Date => new Date(this.#now)

  after(ms: number, label: string, run: () => void): Planned {
    const planned = { at: this.#now + Math.max(0, ms), order: this.#orders++, label, run, cancelled: false }
    this.#heap.push(planned)
    this.#up(this.#heap.length - 1)
    return planned
  }

  /** When the next event happens; `undefined`: none is planned. */
  get next(): number | undefined {
    while (this.#heap[0]?.cancelled) this.#pop()
    return this.#heap[0]?.at
  }

  /** Runs the next event, and everything that follows from it immediately. */
  async step(): Promise<void> {
    if (this.next === undefined) return
    const planned = this.#pop()
    if (planned === undefined) return
    this.#now = planned.at
    this.events++
    this.note(planned.label)
    planned.run()
    await everybodyWaits()
  }

  /** Runs what follows immediately from something done outside of any event. */
  readonly settle = everybodyWaits

  note(label: string): void {
    this.#trace?.(this.#now, label)
    let hash = this.fingerprint ^ this.#now
    for (let n = 0; n < label.length; n++) hash = Math.imul(hash ^ label.charCodeAt(n), 0x01000193)
    this.fingerprint = hash >>> 0
  }

  /** Moves the time forward to an instant. Nothing may be planned before it. */
  skipTo(at: number): void {
    this.#now = Math.max(this.#now, at)
  }

  #pop(): Planned | undefined {
    const [first] = this.#heap
    const last = this.#heap.pop()
    if (last !== undefined && this.#heap.length > 0) {
      this.#heap[0] = last
      this.#down(0)
    }
    return first
  }

  #up(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1
      if (!this.#swapIfBefore(at, parent)) return
      at = parent
    }
  }

  #down(from: number): void {
    for (let at = from; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const [a, b] = [this.#heap[left], this.#heap[right]]
      const least = b !== undefined && a !== undefined && before(b, a) ? right : left
      if (!this.#swapIfBefore(least, at)) return
      at = least
    }
  }

  /** Swaps two entries of the heap if the first is earlier than the second. */
  #swapIfBefore(first: number, second: number): boolean {
    const [a, b] = [this.#heap[first], this.#heap[second]]
    if (a === undefined || b === undefined || !before(a, b)) return false
    this.#heap[first] = b
    this.#heap[second] = a
    return true
  }
}
