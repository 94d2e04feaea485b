import { describe, expect, it } from 'vitest'
import { passOf } from '../../../../shared/rules/imports/import-pass.ts'

describe('which pass an import is at', () => {
  it.each([
    [{ preview: true as const }, 'preview'],
    [{ preview: true as const, confirmedAt: '2026-03-01T09:30:15Z' }, 'claim'],
    [{}, 'claim'],
    [{ confirmedAt: '2026-03-01T09:30:15Z' }, 'claim'],
  ] as const)('P1: of %j it is the %s', (given, pass) => {
    expect(passOf(given)).toBe(pass)
  })
})
