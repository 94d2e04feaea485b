import { describe, expect, it } from 'vitest'
import { correlationOfOrigin } from '../../../../shared/lib/correlation.ts'
import {
  creatorOf,
  importIdOf,
  originOfRow,
  originOfUser,
} from '../../../../shared/rules/claims/idempotency-origin.ts'

describe('origins', () => {
  it('C10: the origin of a row names its import, that of a request none', () => {
    expect(importIdOf(originOfRow('01IMPORT', 7))).toBe('01IMPORT')
    expect(importIdOf(originOfUser('01REQUEST', 0))).toBeUndefined()
  })

  it('both are found in the logs by what they came of', () => {
    expect(correlationOfOrigin(originOfRow('01IMPORT', 7))).toBe('01IMPORT')
    expect(correlationOfOrigin(originOfUser('01REQUEST', 0))).toBe('01REQUEST')
  })

  it('C10: a claim says who asked for it, or, from before that was kept, what made it', () => {
    expect(creatorOf({ createdBy: 'admin:ada', origin: originOfRow('01IMPORT', 7) })).toBe('admin:ada')
    expect(creatorOf({ origin: originOfRow('01IMPORT', 7) })).toBe('import:01IMPORT')
    expect(creatorOf({ origin: originOfUser('01REQUEST', 3) })).toBe('request:01REQUEST')
  })
})
