import { DAY_MS } from '../../lib/time.ts'

/**
 * U3: when a conversation expires under an org's retention policy, counted from its own last activity.
 * @param lastActivityAt ISO 8601
 * @param retentionDays of the org that owns the account; `null`: kept for ever
 * @returns ISO 8601; `undefined`: never
 */
export function conversationExpiry(lastActivityAt: string, retentionDays: number | null): string | undefined {
  if (retentionDays === null) return undefined
  return new Date(Date.parse(lastActivityAt) + retentionDays * DAY_MS).toISOString()
}
