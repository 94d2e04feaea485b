/**
 * Two at the same instant, by arrangement: each way in which their reads and writes can meet is played once, so that no test
 * needs many rounds to see both win, nor a machine that is fast or slow.
 */
export const MEETINGS = ['in_turn', 'at_once', 'after'] as const

/** One round: who begins, and how the two meet. */
export interface Turn {
  readonly firstBegins: boolean
  /**
   * Once both have read and are about to write, the leader's write goes first (`in_turn`) or both go at one instant
   * (`at_once`); or the other begins only when the leader is through (`after`).
   */
  readonly meets: (typeof MEETINGS)[number]
}

/** Every way to meet, in both orders. */
export const TURNS: readonly Turn[] = MEETINGS.flatMap((meets) =>
  [true, false].map((firstBegins) => ({ firstBegins, meets })),
)

/** Lets the first write of each of two through once both have read and are about to write. */
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
    /** The call as it is, but that its first time waits for the other's. */
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

/** Both, the turn's first one ahead. */
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

/** Who may win the turn: its leader wherever its write goes first; where both go at one instant, either. */
export function possibleWinners<T>({ firstBegins, meets }: Turn, first: T, second: T): T[] {
  if (meets === 'at_once') return [first, second]
  return [firstBegins ? first : second]
}
