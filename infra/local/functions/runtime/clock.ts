import type { ClockState } from './protocol.ts'

/**
 * Makes this process's `Date` follow the service's clock, and returns the function that sets the clock. Timers and
 * `performance` stay in real time, as on a machine whose clock is set: a time-out of 3 s takes 3 s, whatever the
 * date.
 */
export function shiftDate(initial: ClockState): (clock: ClockState) => void {
  const Real = globalThis.Date
  const realNow = Real.now
  let clock = initial
  const now = (): number => clock.frozenAtMs ?? realNow() + clock.offsetMs

  const Shifted = new Proxy(Real, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    // `Date()` without `new` returns a text and ignores its arguments.
    apply: () => new Real(now()).toString(),
  })
  Real.now = now
  Real.prototype.constructor = Shifted
  globalThis.Date = Shifted
  return (next) => {
    clock = next
  }
}
