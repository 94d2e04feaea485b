/** From 0, included, to 1, excluded. */
export type Random = () => number

/** Waits before the `attempt`th try, from 1: shorter than a first repeat needs would only add to what is in the way. */
export type Pause = (attempt: number) => Promise<void>

const BASE_MS = 20
/** A second: whoever waits longer between two tries is better off as a message that comes again. */
const CAP_MS = 1_000

/**
 * How long to wait before the `attempt`th try: anything up to a bound that doubles each time ("full jitter"), so that those
 * who collided once don't do so again in step.
 */
export const backoffMs = (attempt: number, random: Random): number =>
  Math.floor(random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt))

export const pausing =
  (random: Random): Pause =>
  (attempt) =>
    new Promise((resolve) => setTimeout(resolve, backoffMs(attempt, random)))

/** Chance is looked up with every pause: the simulation's comes from its seed. */
export const backoff: Pause = pausing(() => Math.random())
