import type { ClockState } from './protocol.ts'

/**
 * Makes `Date` of this process tell the service's time. Timers and `performance` go on in real time, as they
 * would for a process whose machine's clock was set: a time-out of 3 s takes 3 s, whatever the date.
 * Returns what sets the clock.
 */
export function shiftDate(initial: ClockState): (clock: ClockState) => void {
  const Real = globalThis.Date
  const realNow = Real.now
  let clock = initial
  const now = (): number => clock.frozenAtMs ?? realNow() + clock.offsetMs

  const Shifted = new Proxy(Real, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    // `Date()` without `new` gives a text, whatever its arguments.
    apply: () => new Real(now()).toString(),
  })
  Real.now = now
  Real.prototype.constructor = Shifted
  globalThis.Date = Shifted
  return (next) => {
    clock = next
  }
}
