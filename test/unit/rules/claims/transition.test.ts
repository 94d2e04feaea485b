import { describe, expect, it } from 'vitest'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import { isOpen } from '../../../../shared/rules/claims/transition.ts'
import { claimed, ENDS_AT, plus, SCHEDULE, withClaim } from '../../../support/builders.ts'

const LATER = plus(3_600_000)

describe('isOpen', () => {
  it('R: a claim is open until it has ended, also while it migrates', () => {
    const given = claimed()
    expect(isOpen(given.claim)).toBe(true)
    const migrating = withClaim(startMigration(given, given.claim, { now: LATER, by: SCHEDULE }))
    expect(isOpen(migrating.claim)).toBe(true)
    const { newAccount: _, ...core } = given.claim
    expect(isOpen({ ...core, status: 'completed', endedAt: ENDS_AT })).toBe(false)
  })
})
