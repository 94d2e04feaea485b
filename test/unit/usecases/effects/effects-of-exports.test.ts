import { describe, expect, it } from 'vitest'
import type { ChangeKind } from '../../../../shared/rules/types.ts'
import { addEffects } from '../../../../shared/usecases/effects/add-effects.ts'
import { type Effects, noEffects } from '../../../../shared/usecases/effects/effects.ts'
import type { ExportRecord } from '../../../../shared/storage/stores/exports.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import { ADMIN, T0 } from '../../../support/builders.ts'

type Image = Record<string, unknown>

const EXPORT_ID = '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7ZZ'

function image(what: ChangeKind, n: number, patch: Partial<ExportRecord> = {}): Image {
  const record: ExportRecord = {
    type: 'export',
    v: 1,
    exportId: EXPORT_ID,
    orgId: 'noordzee',
    status: 'running',
    rows: 0,
    createdAt: T0.toISOString(),
    createdBy: ADMIN,
    expiresAtEpochSeconds: 1_800_000_000,
    change: { what, at: T0.toISOString(), by: ADMIN, n },
    ...patch,
  }
  return { ...keys.export('noordzee', EXPORT_ID), ...record }
}

function effectsOf(before: Image | undefined, after: Image | undefined): Partial<Effects> {
  const effects = noEffects()
  addEffects(effects, { before, after, at: T0.toISOString() })
  return Object.fromEntries(Object.entries(effects).filter(([, all]) => all.length > 0))
}

const created = image('export.created', 1)

describe('what an export sets off', () => {
  it('A1, A2: a new one is told of, and is queued to be written', () => {
    const subject = `export:${EXPORT_ID}`
    const state = { exportId: EXPORT_ID, status: 'running', rows: 0 }
    expect(effectsOf(undefined, created)).toEqual({
      audit: [{ orgId: 'noordzee', subject, change: created.change, before: undefined, after: state }],
      events: [
        {
          id: `noordzee/${subject}/${T0.toISOString()}#1`,
          type: 'export.created',
          at: T0.toISOString(),
          detail: { orgId: 'noordzee', subject, by: ADMIN, ...state },
        },
      ],
      exports: [{ orgId: 'noordzee', exportId: EXPORT_ID }],
    })
  })

  it.each(['export.completed', 'export.failed'] as const)(
    'A1, A2: %s is told of, and nothing follows',
    (what) => {
      expect(Object.keys(effectsOf(created, image(what, 2)))).toEqual(['audit', 'events'])
    },
  )

  it('A1: its progress, and that the table forgot it, are no changes', () => {
    expect(effectsOf(created, image('export.created', 1, { rows: 10_000 }))).toEqual({})
    expect(effectsOf(image('export.completed', 2), undefined)).toEqual({})
  })
})
