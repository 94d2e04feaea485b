import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'
import type { Random } from './random.ts'
import type { Planned, Scheduler } from './scheduler.ts'

/**
 * Replaces global timers and randomness (used for pauses between tries and the middleware’s time-out) by the
 * scheduler’s and the seed’s for the duration of a run.
 */
export async function withVirtualTimers<T>(
  scheduler: Scheduler,
  random: Random,
  run: () => Promise<T>,
): Promise<T> {
  const kept = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    random: Math.random,
    timer: timers.setTimeout,
    promised: timersPromises.setTimeout,
  }
  const planned = new Map<unknown, Planned>()
  let handles = 0
  const setTimer = (callback: (...arguments_: unknown[]) => void, ms = 0, ...rest: unknown[]): number => {
    const handle = ++handles
    const once = (): void => {
      planned.delete(handle)
      callback(...rest)
    }
    planned.set(handle, scheduler.after(ms, 'timer', once))
    return handle
  }
  const clearTimer = (handle: unknown): void => {
    const found = planned.get(handle)
    planned.delete(handle)
    if (found !== undefined) found.cancelled = true
  }
  const pause = (ms = 0, value?: unknown): Promise<unknown> =>
    new Promise((resolve) => scheduler.after(ms, 'timer', () => resolve(value)))
  const install = (values: object, name: string, value: unknown): void => {
    Object.defineProperty(values, name, { value, configurable: true, writable: true, enumerable: true })
  }
  try {
    install(globalThis, 'setTimeout', setTimer)
    install(globalThis, 'clearTimeout', clearTimer)
    install(timers, 'setTimeout', setTimer)
    install(timersPromises, 'setTimeout', pause)
    Math.random = () => random.next()
    syncBuiltinESMExports()
    return await run()
  } finally {
    install(globalThis, 'setTimeout', kept.setTimeout)
    install(globalThis, 'clearTimeout', kept.clearTimeout)
    install(timers, 'setTimeout', kept.timer)
    install(timersPromises, 'setTimeout', kept.promised)
    Math.random = kept.random
    syncBuiltinESMExports()
  }
}
