import { describe, expect, it } from 'vitest'
import { correlationOfOrigin } from '../../../../shared/lib/correlation.ts'
import { importIdOf, originOfRow, originOfUser } from '../../../../shared/rules/claims/idempotency-origin.ts'

describe('origins', () => {
  it('C10: the origin of a row names its import, that of a request none', () => {
    expect(importIdOf(originOfRow('01IMPORT', 7))).toBe('01IMPORT')
    expect(importIdOf(originOfUser('01REQUEST', 0))).toBeUndefined()
  })

  it('both are found in the logs by what they came of', () => {
    expect(correlationOfOrigin(originOfRow('01IMPORT', 7))).toBe('01IMPORT')
    expect(correlationOfOrigin(originOfUser('01REQUEST', 0))).toBe('01REQUEST')
  })
})
