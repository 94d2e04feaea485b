/** Idempotency of a ClientRequestToken, as DynamoDB promises it. */
const TOKEN_LIFE_MS = 10 * 60_000

/**
 * The transactions that are under way, by the items that stand in them, and those that were carried out, by the token
 * that makes their repeat the same transaction.
 */
export function createTransactions(nowMs: () => number) {
  const held = new Map<string, number>()
  const foreign = new Map<string, number>()
  const tokensUnderWay = new Set<string>()
  /** In the order of their end, so that the first are the oldest. */
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

    /** Another writer's transaction takes the item for this long. */
    holdForeign(id: string, ms: number): void {
      foreign.set(id, nowMs() + ms)
    },

    /** Ends with the call of what is returned. None of the items is held. */
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
