import type { Scheduler } from '../scheduler.ts'

/** One invocation of a function. Once it is dead, nothing that it waits for is ever answered. */
export class Invocation {
  readonly startedAt: number
  readonly #limitMs: number
  readonly #scheduler: Scheduler
  /** Whether a call failed in it, so that its work may have to be repeated. */
  faulted = false
  #dead = false
  #onDeath: () => void = () => {}

  constructor(scheduler: Scheduler, limitMs: number) {
    this.#scheduler = scheduler
    this.startedAt = scheduler.now
    this.#limitMs = limitMs
  }

  get timeLeftMs(): number {
    return this.startedAt + this.#limitMs - this.#scheduler.now
  }

  get dead(): boolean {
    return this.#dead
  }

  onDeath(told: () => void): void {
    this.#onDeath = told
  }

  kill(): void {
    if (this.#dead) return
    this.#dead = true
    this.faulted = true
    this.#onDeath()
  }
}

/** One process of a function, with its current invocation, if any. */
export interface Container {
  current: Invocation | undefined
}
