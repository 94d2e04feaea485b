import type { Context } from 'aws-lambda'
import { lambdaContext } from '../../support/lambda.ts'
import type { Random } from '../random.ts'
import type { Scheduler } from '../scheduler.ts'
import { type Container, Invocation } from './invocation.ts'

/** Probability that an invocation gets a fresh process although a warm one is idle. */
const COLD = 0.05

/**
 * A function's processes. Each handles one invocation at a time, keeps its memory between them, and may die in one.
 */
export class SimulatedFunction<Handler> {
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #limitMs: number
  readonly #start: (container: Container) => Handler
  readonly #idle: { readonly container: Container; readonly handler: Handler }[] = []
  #requests = 0

  constructor(
    scheduler: Scheduler,
    random: Random,
    limitMs: number,
    start: (container: Container) => Handler,
  ) {
    this.#scheduler = scheduler
    this.#random = random
    this.#limitMs = limitMs
    this.#start = start
  }

  #cold() {
    const container: Container = { current: undefined }
    return { container, handler: this.#start(container) }
  }

  /** @returns `undefined` if the process died before it answered; rejects with what the handler threw */
  invoke<Answer>(run: (handler: Handler, context: Context) => Promise<Answer>): Promise<Answer | undefined> {
    const process = (this.#random.chance(COLD) ? undefined : this.#idle.pop()) ?? this.#cold()
    const invocation = new Invocation(this.#scheduler, this.#limitMs)
    process.container.current = invocation
    const context = {
      ...lambdaContext(() => Math.max(0, invocation.timeLeftMs)),
      awsRequestId: `request-${++this.#requests}`,
    }
    return new Promise((resolve, reject) => {
      const limit = this.#scheduler.after(this.#limitMs, 'lambda time-out', () => invocation.kill())
      invocation.onDeath(() => {
        limit.cancelled = true
        resolve(undefined)
      })
      const done = (settle: () => void): void => {
        if (invocation.dead) return
        limit.cancelled = true
        process.container.current = undefined
        this.#idle.push(process)
        settle()
      }
      run(process.handler, context).then(
        (answer) => done(() => resolve(answer)),
        (error) => {
          invocation.faulted = true
          done(() => reject(error))
        },
      )
    })
  }
}
