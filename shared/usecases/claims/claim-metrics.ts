import type { Metrics } from '../../lib/metrics.ts'
import type { RowResult } from '../../rules/enumerations.ts'

interface Outcome {
  /** A preview's `claimable` isn't counted. */
  readonly outcome: RowResult
  readonly codes?: readonly string[]
}

/**
 * Counts the claims of a request or a chunk in few log lines: one for those that were made, and one for each refusal
 * code.
 */
export function countClaims(metrics: Metrics, way: 'request' | 'file', outcomes: readonly Outcome[]): void {
  const claimed = outcomes.filter(({ outcome }) => outcome === 'claimed').length
  if (claimed > 0) metrics.count('ClaimsCreated', claimed, { way })
  const refused = new Map<string, number>()
  for (const { outcome, codes = [] } of outcomes) {
    if (outcome !== 'refused') continue
    for (const code of codes) refused.set(code, (refused.get(code) ?? 0) + 1)
  }
  for (const [code, count] of refused) metrics.count('ClaimsRefused', count, { code })
}
