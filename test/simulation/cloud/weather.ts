import type { Random } from '../random.ts'

/** What becomes of one call of AWS. */
export type Fate =
  | 'fine'
  /** Refused for now: throttling, or an error of the service's own. Nothing has happened. */
  | 'throttled'
  | 'unavailable'
  /** A transaction is at the item that is to be written. */
  | 'conflict'
  /** It never arrives, and nobody is told. */
  | 'unreached'
  /** It has happened, but its answer is lost, and the SDK makes it once more. */
  | 'told_again'
  /** It has happened, but nobody is told, however often the SDK tries. */
  | 'answer_lost'
  /** The process dies before it arrives, or after it has happened. */
  | 'killed_before'
  | 'killed_after'

/** Per call; a function makes some ten of them. */
const RATES: readonly (readonly [Exclude<Fate, 'fine' | 'conflict' | 'unreached'>, number])[] = [
  ['throttled', 0.006],
  ['unavailable', 0.004],
  ['told_again', 0.006],
  ['answer_lost', 0.003],
  ['killed_before', 0.003],
  ['killed_after', 0.004],
]

/** Of deliveries, each for itself. */
const DUPLICATE = 0.04
const PARTIAL = 0.05
/** Of reads that aren't consistent, while copies lag: far more than AWS has, since such a read is rare enough. */
const LATE = 0.5

/** How hostile the cloud is: a third of the seeds see none of it, so that what is found there needs no faults. */
export class Weather {
  readonly #random: Random
  #level: number

  constructor(random: Random) {
    this.#random = random
    this.#level = random.pick([0, 0.5, 1.5]) ?? 0
  }

  get level(): number {
    return this.#level
  }

  /** Something beyond the weather is wrong: a service takes nothing for days. */
  outage = false

  /** Whatever fails now fails for a reason of its own. */
  get fair(): boolean {
    return this.#level === 0 && !this.outage
  }

  /** From here on nothing goes wrong any more. */
  clear(): void {
    this.#level = 0
  }

  /** @param _call the function, the service and the command */
  fate(_call: string): Fate {
    if (this.#level === 0) return 'fine'
    let dice = this.#random.next()
    for (const [fate, rate] of RATES) {
      dice -= rate * this.#level
      if (dice < 0) return fate
    }
    return 'fine'
  }

  duplicates(): boolean {
    return this.#random.chance(DUPLICATE * this.#level)
  }

  /** Something rare that happens to what nobody calls: a schedule that is lost, an event that is hours late. */
  rarely(): boolean {
    return this.#random.chance(PARTIAL * this.#level)
  }

  /** Whether a read is answered by a copy of the table that lags behind. */
  late(): boolean {
    return this.#random.chance(LATE)
  }

  /** How many of a batch's requests are served. */
  served(requests: number): number {
    return this.#random.chance(PARTIAL * this.#level) ? this.#random.int(0, requests) : requests
  }

  /** Milliseconds that a call takes. */
  latency(): number {
    return this.#random.chance(0.02) ? this.#random.int(50, 2_000) : this.#random.int(1, 20)
  }
}
