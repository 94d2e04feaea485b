import { describe, expect, it } from 'vitest'
import { isStaleExport } from '../../../../shared/rules/imports/stale-export.ts'

const row = { requested: undefined, migrationWasOff: undefined, obstacle: undefined } as const
const SWITCHED_OFF = { obstacle: 'migration_off' } as const
const OTHER_OBSTACLE = { obstacle: 'other_region' } as const

describe('a row of an export', () => {
  it('T5: is stale if it asks for delayed after content migration was switched off', () => {
    expect(isStaleExport({ ...row, requested: 'delayed', ...SWITCHED_OFF })).toBe(true)
    expect(isStaleExport({ ...row, requested: 'delayed' })).toBe(false)
  })

  it('T5: is stale if it is direct only because content migration was off, and content can migrate by now', () => {
    expect(isStaleExport({ ...row, requested: 'direct', migrationWasOff: true })).toBe(true)
    expect(isStaleExport({ ...row, requested: 'direct', migrationWasOff: true, ...SWITCHED_OFF })).toBe(false)
    expect(isStaleExport({ ...row, requested: 'direct', migrationWasOff: true, ...OTHER_OBSTACLE })).toBe(
      false,
    )
  })

  it('T4, T5: is not stale if its content could never migrate: delayed is refused for that reason', () => {
    expect(isStaleExport({ ...row, requested: 'delayed', ...OTHER_OBSTACLE })).toBe(false)
  })

  it('T2, T5: is not stale if it says no type, or says direct for no reason of the export’s', () => {
    for (const now of [{}, SWITCHED_OFF, OTHER_OBSTACLE]) {
      expect(isStaleExport({ ...row, ...now })).toBe(false)
      expect(isStaleExport({ ...row, requested: 'direct', ...now })).toBe(false)
    }
  })
})
