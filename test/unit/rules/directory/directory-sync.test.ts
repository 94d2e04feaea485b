import { describe, expect, it } from 'vitest'
import { accountsOf, type AccountInRecord } from '../../../../shared/rules/claims/views.ts'
import {
  type OutcomePlan,
  applyOutcome,
  comparedUser,
  dueWarning,
  outcomeFor,
  MAX_UNHELD_INACTIVATIONS,
  nextWarningAt,
  firstDeletionAt,
  statusOf,
  tooManyInactivations,
} from '../../../../shared/rules/directory/directory-sync.ts'
import { inactivate } from '../../../../shared/rules/directory/inactivation.ts'
import { dueOf } from '../../../../shared/rules/due/due-work.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { claimed, claimedDirectly, plus, record, T0 } from '../../../support/builders.ts'

const inRecordOf = (given: AccountRecord, role: AccountInRecord['role']): AccountInRecord => {
  const inRecord = accountsOf(given).find((each) => each.role === role)
  if (inRecord === undefined) throw new Error(`no ${role} account`)
  return inRecord
}
const found = (given: AccountRecord, role: AccountInRecord['role'] = 'only') => ({
  record: given,
  inRecord: inRecordOf(given, role),
})
const by = { orgId: 'personal', syncId: 's1', now: T0 }
const missed = (given: AccountRecord, syncId = 's1'): AccountRecord =>
  inactivate(given, inRecordOf(given, 'only'), syncId, { now: T0, by: `sync:${syncId}` })

describe('what a directory means for a user', () => {
  it.each([
    ['in it', true, false, true, 'match'],
    ['missing', true, false, false, 'inactivate'],
    ['back in it', true, true, true, 'restore'],
    ['missing still', true, true, false, 'untouched'],
    ['in it, and not to be touched', false, false, true, 'untouched'],
    ['missing, and not to be touched', false, false, false, 'untouched'],
    ['back, and not to be touched', false, true, true, 'untouched'],
  ] as const)('Y3–Y6: %s', (_what, touchable, missedBefore, inDirectory, outcome) => {
    expect(outcomeFor({ touchable, missedBefore }, inDirectory)).toBe(outcome)
  })

  it('Y6: an original and a delayed claim’s user may not be touched; a direct claim’s may', () => {
    const touchable = (given: AccountRecord, role: AccountInRecord['role']) =>
      comparedUser(given, inRecordOf(given, role)).touchable
    expect(touchable(record(), 'only')).toBe(true)
    expect(touchable(claimedDirectly(), 'new')).toBe(true)
    expect(touchable(claimedDirectly(), 'original')).toBe(false)
    expect(touchable(claimed(), 'new')).toBe(false)
    expect(touchable(claimed(), 'original')).toBe(false)
  })
})

describe('what is compared of a user', () => {
  it('Y4: who was missed before is told by that alone', () => {
    expect(comparedUser(record(), inRecordOf(record(), 'only'))).toEqual({
      touchable: true,
      missedBefore: false,
    })
    const inactive = missed(record())
    expect(comparedUser(inactive, inRecordOf(inactive, 'only'))).toEqual({
      touchable: true,
      missedBefore: true,
    })
  })
})

describe('the status of a sync', () => {
  it.each([
    ['upload', 'waiting'],
    ['held', 'waiting'],
    ['directory', 'running'],
    ['users', 'running'],
    ['compare', 'running'],
    ['apply', 'running'],
    ['completed', 'completed'],
    ['failed', 'failed'],
  ] as const)('Y3, Y8: of the phase %s is %s', (phase, status) => {
    expect(statusOf({ phase })).toBe(status)
  })
})

describe('carrying an outcome out', () => {
  const written = (plan: OutcomePlan) => {
    if (plan.outcome !== 'write') throw new Error(plan.outcome)
    return plan.record
  }

  it('Y4: is judged by the record as it stands: another org’s, a claimed one, or one missed by another sync stays', () => {
    const elsewhere = record({ orgId: 'dunes' })
    expect(applyOutcome(found(elsewhere), 'inactivate', by)).toEqual({ outcome: 'changed' })
    expect(applyOutcome(found(claimed(), 'original'), 'inactivate', by)).toEqual({ outcome: 'changed' })
    expect(applyOutcome(found(missed(record(), 's0')), 'inactivate', by)).toEqual({ outcome: 'changed' })
    expect(applyOutcome(found(record()), 'restore', by)).toEqual({ outcome: 'changed' })
  })

  it('Y4, Y5: done again, this sync’s own work is known', () => {
    const inactive = written(applyOutcome(found(record({ status: 'not_verified' })), 'inactivate', by))
    expect(inactive.account).toMatchObject({
      status: 'inactive',
      inactive: { formerStatus: 'not_verified', syncId: 's1' },
    })
    expect(applyOutcome(found(inactive), 'inactivate', by)).toEqual({ outcome: 'done' })
    const next = { ...by, syncId: 's2' }
    const restored = written(applyOutcome(found(inactive), 'restore', next))
    expect(restored.account).toEqual({ ...record({ status: 'not_verified' }).account })
    expect(dueOf(restored)).toBeUndefined()
    expect(applyOutcome(found(restored), 'restore', next)).toEqual({ outcome: 'done' })
    expect(applyOutcome(found(restored), 'restore', { ...by, syncId: 's3' })).toEqual({ outcome: 'changed' })
  })
})

describe('the safety stop', () => {
  it.each([
    [MAX_UNHELD_INACTIVATIONS, 5, false],
    [MAX_UNHELD_INACTIVATIONS + 1, 6, true],
    [6, 30, false],
    [6, 29, true],
    [200, 1_000, false],
    [201, 1_000, true],
    [1_000, 1_000, true],
  ])('Y8: %i of %i users: held is %s', (inactivations, users, held) => {
    expect(tooManyInactivations(inactivations, users, 20)).toBe(held)
  })

  it('Y8: a share of 100 % lets everything through, one of 0 % nothing from six on', () => {
    expect(tooManyInactivations(5_000, 5_000, 100)).toBe(false)
    expect(tooManyInactivations(6, 1_000_000, 0)).toBe(true)
  })
})

describe('warnings', () => {
  const deletion = firstDeletionAt(T0)

  it('Y4: nobody is removed before 30 × 24 h are over, counted from a whole second', () => {
    expect(deletion).toBe('2026-03-31T09:30:16Z')
    expect(firstDeletionAt(new Date('2026-03-01T09:30:15.000Z'))).toBe('2026-03-31T09:30:15Z')
  })

  it('Y4: come 10, 3 and 1 days before, and then no more', () => {
    const DAY = 24 * 3600 * 1000
    expect(nextWarningAt(deletion, T0)).toBe('2026-03-21T09:30:16Z')
    expect(nextWarningAt(deletion, plus(-10 * DAY, deletion))).toBe('2026-03-28T09:30:16Z')
    expect(nextWarningAt(deletion, plus(-3 * DAY, deletion))).toBe('2026-03-30T09:30:16Z')
    expect(nextWarningAt(deletion, plus(-DAY, deletion))).toBeUndefined()
    expect(dueWarning(deletion, plus(-10 * DAY - 1, deletion))).toBeUndefined()
    expect(dueWarning(deletion, plus(-10 * DAY, deletion))?.days).toBe(10)
    expect(dueWarning(deletion, plus(-2 * DAY, deletion))?.days).toBe(3)
    expect(dueWarning(deletion, plus(-1, deletion))?.days).toBe(1)
    expect(dueWarning(deletion, new Date(deletion))).toBeUndefined()
  })
})
