import { type Fate, Weather } from '../cloud/weather.ts'
import { Random } from '../random.ts'

/** The fault of one call: a fate, or `partial`, a batch of which only half is carried out. */
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
  /** Which of these calls since the command began, from 0. */
  readonly nth: number
  readonly fault: Fault
}

/** Milliseconds that each call takes. All are equal, so that only the fault makes two runs differ. */
const LATENCY_MS = 5

/** A cloud in which one call fails and all others succeed. */
export class PlannedWeather extends Weather {
  /** Every call since `begin`, in order. */
  readonly calls: string[] = []
  readonly #plan: Plan | undefined
  #begun = false
  #seen = 0
  #partial = false
  struck = false

  readonly #latencyMs: number

  /** @param latencyMs of each call; long ones make functions run out of time, so that they hand on the rest */
  constructor(plan?: Plan, latencyMs = LATENCY_MS) {
    super(new Random(1, 'calm'))
    this.#plan = plan
    this.#latencyMs = latencyMs
  }

  override get level(): number {
    return 0
  }

  /** Begins the command: earlier calls only prepared it. */
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
