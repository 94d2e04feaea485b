import { describe, expect, it } from 'vitest'
import { conversationExpiry } from '../../../../shared/rules/accounts/conversation-retention.ts'

describe('conversationExpiry', () => {
  it("U3: counts from the conversation's own last activity, by whole days", () => {
    expect(conversationExpiry('2026-03-01T09:30:15.250Z', 30)).toBe('2026-03-31T09:30:15.250Z')
    expect(conversationExpiry('2026-03-01T09:30:15.250Z', 1)).toBe('2026-03-02T09:30:15.250Z')
  })

  it('U3: without a retention policy a conversation is kept for ever', () => {
    expect(conversationExpiry('2026-03-01T09:30:15.250Z', null)).toBeUndefined()
  })

  it('U3: one that is older than the policy allows has expired already, and is not spared', () => {
    expect(conversationExpiry('2020-01-01T00:00:00.000Z', 365)).toBe('2020-12-31T00:00:00.000Z')
  })
})
