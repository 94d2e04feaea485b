import { describe, expect, it } from 'vitest'
import type { Change, ChangeKind } from '../../../../shared/rules/types.ts'
import {
  type ImportRecord,
  MISPLACED_ORG_ID,
  PLATFORM_ORG_ID,
  UPLOAD_MISSED,
} from '../../../../shared/storage/items/import-item.ts'
import type { SyncRecord } from '../../../../shared/storage/items/sync-item.ts'
import { type Effects, noEffects } from '../../../../shared/usecases/effects/effects.ts'
import {
  addExportFollowUps,
  addImportFollowUps,
  addSyncFollowUps,
} from '../../../../shared/usecases/effects/job-follow-ups.ts'
import { ADMIN, T0 } from '../../../support/builders.ts'
import { exportRecord, importRecord, syncRecord } from '../../../support/job-records.ts'

const AT = T0.toISOString()
const change = (what: ChangeKind): Change => ({ what, at: AT, by: ADMIN, n: 2 })

/** Only what is set off. */
function effectsOf(add: (effects: Effects) => void): Partial<Effects> {
  const effects = noEffects()
  add(effects)
  return Object.fromEntries(Object.entries(effects).filter(([, all]) => all.length > 0))
}

describe('an import', () => {
  const ofImport = (what: ChangeKind, patch: Partial<ImportRecord> = {}) =>
    effectsOf((effects) => addImportFollowUps(effects, importRecord(patch), change(what)))
  const mails = [
    {
      kind: 'import',
      mailId: 'imp-1/finished',
      importId: 'imp-1',
      orgId: 'noordzee',
      correlationId: 'imp-1',
      causedAt: AT,
    },
  ]

  it('N1: that is over mails its admin, once, however it ended', () => {
    expect(ofImport('import.completed')).toEqual({ mails })
    expect(ofImport('import.failed')).toEqual({ mails })
    expect(ofImport('import.started')).toEqual({})
  })

  it('P1, I11: that is a preview, belongs to no org, or was never uploaded, mails nobody', () => {
    expect(ofImport('import.completed', { preview: true })).toEqual({})
    expect(ofImport('import.completed', { orgId: PLATFORM_ORG_ID })).toEqual({})
    expect(ofImport('import.failed', { orgId: MISPLACED_ORG_ID })).toEqual({})
    expect(ofImport('import.failed', { error: { code: UPLOAD_MISSED, message: '' } })).toEqual({})
  })

  it('P1: that is confirmed goes on to claim its rows', () => {
    expect(ofImport('import.confirmed', { preview: true, confirmedAt: AT })).toEqual({
      imports: [{ orgId: 'noordzee', importId: 'imp-1' }],
    })
  })
})

describe('an export', () => {
  it('C1: is written as soon as it was asked for', () => {
    const ofExport = (what: ChangeKind) =>
      effectsOf((effects) => addExportFollowUps(effects, exportRecord(), change(what)))
    expect(ofExport('export.created')).toEqual({ exports: [{ orgId: 'noordzee', exportId: 'exp-1' }] })
    expect(ofExport('export.completed')).toEqual({})
  })
})

describe('a sync', () => {
  const ofSync = (what: ChangeKind, patch: Partial<SyncRecord> = {}) =>
    effectsOf((effects) => addSyncFollowUps(effects, syncRecord(patch), change(what)))
  const ids = { orgId: 'noordzee', syncId: 'sync-1' }
  const mail = { ...ids, correlationId: 'sync-1', causedAt: AT }

  it('Y3, Y8: is taken further once it was started or confirmed', () => {
    const syncs = [{ kind: 'advance', ...ids }]
    expect(ofSync('sync.started')).toEqual({ syncs })
    expect(ofSync('sync.confirmed')).toEqual({ syncs })
    expect(ofSync('sync.held')).toEqual({})
  })

  it('N1: that made somebody inactive mails the admins when it is over', () => {
    expect(ofSync('sync.completed', { madeInactive: 1 })).toEqual({
      mails: [{ kind: 'inactivated', mailId: 'sync-1/inactivated', ...mail }],
    })
    expect(ofSync('sync.completed', { madeInactive: 0 })).toEqual({})
    expect(ofSync('sync.failed', { madeInactive: 1 })).toEqual({})
  })

  it('Y4: warns the admins by one mail a number of days', () => {
    const warned = { days: 3, users: 1, sample: [] }
    expect(ofSync('sync.warned', { warned })).toEqual({
      mails: [{ kind: 'removal_warning', mailId: 'sync-1/warning/3', days: 3, ...mail }],
    })
    expect(ofSync('sync.warned')).toEqual({})
    expect(ofSync('sync.completed', { warned })).toEqual({})
  })
})
