/**
 * Makes two callers meet at the same instant in a controlled way. Each order in which their reads and writes can
 * interleave is played once, so tests need neither many rounds nor luck to see both win.
 */
export const MEETINGS = ['in_turn', 'at_once', 'after'] as const

/** One round: who leads, and how the two meet. */
export interface Turn {
  readonly firstBegins: boolean
  /**
   * `in_turn`: once both have read, the leader writes first. `at_once`: once both have read, both write at the same
   * instant. `after`: the other begins when the leader is done.
   */
  readonly meets: (typeof MEETINGS)[number]
}

/** Every way to meet, with either as the leader. */
export const TURNS: readonly Turn[] = MEETINGS.flatMap((meets) =>
  [true, false].map((firstBegins) => ({ firstBegins, meets })),
)

/** Holds the first write of each of the two until both have read and are about to write. */
export function meeting({ firstBegins, meets }: Turn) {
  const leader = firstBegins ? 0 : 1
  const [bothHere, led] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let here = 0
  const pass = async (place: 0 | 1): Promise<void> => {
    if (++here === 2) bothHere.resolve()
    await bothHere.promise
    if (place !== leader && meets === 'in_turn') await led.promise
  }
  return {
    /** Wraps a call, so that its first invocation waits for the other’s. */
    hold<Args extends unknown[], R>(place: 0 | 1, call: (...args: Args) => Promise<R>) {
      let met = meets === 'after'
      return async (...args: Args): Promise<R> => {
        if (!met) {
          met = true
          await pass(place)
        }
        try {
          return await call(...args)
        } finally {
          if (place === leader) led.resolve()
        }
      }
    },
  }
}

/** Runs both, the round's leader first. */
export async function race<A, B>(turn: Turn, a: () => Promise<A>, b: () => Promise<B>): Promise<[A, B]> {
  const { firstBegins, meets } = turn
  if (meets === 'after') {
    if (firstBegins) return [await a(), await b()]
    const second = await b()
    return [await a(), second]
  }
  if (firstBegins) return Promise.all([a(), b()])
  const [second, first] = await Promise.all([b(), a()])
  return [first, second]
}

/** Who may win the round: its leader if that writes first; either if both write at once. */
export function possibleWinners<T>({ firstBegins, meets }: Turn, first: T, second: T): T[] {
  if (meets === 'at_once') return [first, second]
  return [firstBegins ? first : second]
}
