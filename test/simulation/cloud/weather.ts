import type { Random } from '../random.ts'

/** The fate of one AWS call. */
export type Fate =
  | 'fine'
  /** Refused for now: throttled, or an internal error. It had no effect. */
  | 'throttled'
  | 'unavailable'
  /** Refused because a transaction holds the item. */
  | 'conflict'
  /** Never arrives; the caller gets no answer. */
  | 'unreached'
  /** Takes effect, but the answer is lost, and the SDK repeats the call. */
  | 'told_again'
  /** Takes effect, but the caller never gets an answer, however often the SDK retries. */
  | 'answer_lost'
  /** The process dies before the call arrives, or after it took effect. */
  | 'killed_before'
  | 'killed_after'

/** Probabilities per call. A function makes about ten. */
const RATES: readonly (readonly [Exclude<Fate, 'fine' | 'conflict' | 'unreached'>, number])[] = [
  ['throttled', 0.006],
  ['unavailable', 0.004],
  ['told_again', 0.006],
  ['answer_lost', 0.003],
  ['killed_before', 0.003],
  ['killed_after', 0.004],
]

/** Probabilities per delivery. */
const DUPLICATE = 0.04
const PARTIAL = 0.05
/**
 * Probability that an eventually consistent read is stale while copies lag. Far higher than on AWS, since such reads
 * are rare.
 */
const LATE = 0.5

/** How hostile the cloud is. A third of the seeds have no faults, so that errors that need none are found there. */
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

  /** A longer outage: a service accepts nothing for days. */
  outage = false

  /** Whatever fails now fails for a reason of its own. */
  get fair(): boolean {
    return this.#level === 0 && !this.outage
  }

  /** No faults are injected from now on. */
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

  /** A rare fault of something that isn’t a call: a lost schedule, an event that is hours late. */
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
