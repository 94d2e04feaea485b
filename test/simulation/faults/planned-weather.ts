import { type Fate, Weather } from '../cloud/weather.ts'
import { Random } from '../random.ts'

/** What is done to one call: `partial`, a batch of which only half is taken, is no fate of its own. */
export const faults = [
  'unreached',
  'answer_lost',
  'throttled',
  'conflict',
  'unavailable',
  'partial',
  'killed_before',
  'killed_after',
] as const
export type Fault = (typeof faults)[number]

export interface Plan {
  /** The function, the service and the command, as the cloud names a call. */
  readonly call: string
  /** Which of its calls since the command began, from 0. */
  readonly nth: number
  readonly fault: Fault
}

/** Milliseconds that each call takes: all alike, so that nothing but the fault makes two runs differ. */
const LATENCY_MS = 5

/** A cloud in which one call goes wrong, and everything else goes well. */
export class PlannedWeather extends Weather {
  /** Every call since `begin`, in its order. */
  readonly calls: string[] = []
  readonly #plan: Plan | undefined
  #begun = false
  #seen = 0
  #partial = false
  struck = false

  readonly #latencyMs: number

  /** @param latencyMs of each call; long ones make a function run out of time, and hand on what is left */
  constructor(plan?: Plan, latencyMs = LATENCY_MS) {
    super(new Random(1, 'calm'))
    this.#plan = plan
    this.#latencyMs = latencyMs
  }

  override get level(): number {
    return 0
  }

  /** What comes from here on is the command; what was before made it possible. */
  begin(): void {
    this.#begun = true
  }

  override fate(call: string): Fate {
    if (!this.#begun) return 'fine'
    this.calls.push(call)
    const plan = this.#plan
    if (call !== plan?.call || this.#seen++ !== plan.nth) return 'fine'
    this.struck = true
    if (plan.fault !== 'partial') return plan.fault
    this.#partial = true
    return 'fine'
  }

  override duplicates(): boolean {
    return false
  }

  override rarely(): boolean {
    return false
  }

  override served(requests: number): number {
    if (!this.#partial) return requests
    this.#partial = false
    return Math.floor(requests / 2)
  }

  override latency(): number {
    return this.#begun ? this.#latencyMs : LATENCY_MS
  }
}
