import { describe, expect, it } from 'vitest'
import { dryRunRequired, type SyncTimes } from '../../../../shared/rules/directory/dry-run-required.ts'

const CLAIMED = Date.parse('2026-03-01T09:30:15.250Z')
const at = (ms: number): string => new Date(CLAIMED + ms).toISOString()
const dryRun = (patch: Partial<SyncTimes> = {}): SyncTimes => ({
  mode: 'dry_run',
  phase: 'completed',
  startedAt: at(1),
  ...patch,
})

describe('dryRunRequired', () => {
  it('Y2: an org that made no claim needs none', () => {
    expect(dryRunRequired(undefined, [])).toBe(false)
  })

  it('Y2: after a claim, a dry run that began later will do, wherever it stands among the syncs', () => {
    expect(dryRunRequired(CLAIMED, [])).toBe(true)
    expect(dryRunRequired(CLAIMED, [dryRun()])).toBe(false)
    expect(dryRunRequired(CLAIMED, [dryRun({ mode: 'full' }), dryRun(), dryRun({ startedAt: at(-1) })])).toBe(
      false,
    )
  })

  it.each([
    ['began before the claim', { startedAt: at(-1) }],
    ['began at the very millisecond of the claim', { startedAt: at(0) }],
    ['has not begun', { startedAt: undefined }],
    ['is still comparing', { phase: 'comparing' }],
    ['failed', { phase: 'failed' }],
    ['is a full sync', { mode: 'full' }],
  ] as const)('Y2: one that %s does not', (_, patch) => {
    expect(dryRunRequired(CLAIMED, [dryRun(patch)])).toBe(true)
  })
})
