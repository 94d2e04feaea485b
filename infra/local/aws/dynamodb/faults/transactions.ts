/** How long a ClientRequestToken makes a transaction idempotent, as AWS documents it. */
const TOKEN_LIFE_MS = 10 * 60_000

/**
 * Transactions under way, by the items they hold; and finished ones by their token, which identifies a repeated
 * request.
 */
export function createTransactions(nowMs: () => number) {
  const held = new Map<string, number>()
  const foreign = new Map<string, number>()
  const tokensUnderWay = new Set<string>()
  /** By token, in the order in which they ended: the oldest first. */
  const tokensDone = new Map<string, number>()

  const isForeign = (id: string): boolean => {
    const until = foreign.get(id)
    if (until === undefined) return false
    if (until > nowMs()) return true
    foreign.delete(id)
    return false
  }

  return {
    isHeld: (id: string): boolean => held.has(id) || isForeign(id),

    /** Lets another writer's transaction hold the item for `ms`. */
    holdForeign(id: string, ms: number): void {
      foreign.set(id, nowMs() + ms)
    },

    /** Starts a transaction on items that nobody holds. It ends when the returned function is called. */
    begin(ids: readonly string[], token: string | undefined): (outcome: 'done' | 'cancelled') => void {
      for (const id of ids) held.set(id, (held.get(id) ?? 0) + 1)
      if (token !== undefined) tokensUnderWay.add(token)
      return (outcome) => {
        for (const id of ids) {
          const left = (held.get(id) ?? 1) - 1
          if (left === 0) held.delete(id)
          else held.set(id, left)
        }
        if (token === undefined) return
        tokensUnderWay.delete(token)
        if (outcome === 'done') tokensDone.set(token, nowMs())
      }
    },

    tokenState(token: string | undefined): 'new' | 'under way' | 'done' {
      if (token === undefined) return 'new'
      for (const [old, endedAt] of tokensDone) {
        if (endedAt > nowMs() - TOKEN_LIFE_MS) break
        tokensDone.delete(old)
      }
      if (tokensDone.has(token)) return 'done'
      return tokensUnderWay.has(token) ? 'under way' : 'new'
    },
  }
}

export type Transactions = ReturnType<typeof createTransactions>
