import { describe, expect, it } from 'vitest'
import {
  decodeOutcome,
  encodeOutcome,
  isMissed,
  isOfNoOrg,
  type RowOutcome,
} from '../../../../shared/storage/items/import-item.ts'

describe('the outcome of a row', () => {
  it.each<[string, RowOutcome]>([
    ['claimed', { result: 'claimed', codes: [] }],
    ['claimed|direct', { result: 'claimed', codes: [], made: { type: 'direct' } }],
    [
      'claimed|direct|chosen_direct',
      { result: 'claimed', codes: [], made: { type: 'direct', contentLoss: 'chosen_direct' } },
    ],
    ['claimable|delayed', { result: 'claimable', codes: [], made: { type: 'delayed' } }],
    ['claimable|delayed||paid', { result: 'claimable', codes: [], made: { type: 'delayed', paid: true } }],
    [
      'claimable|direct|other_region|paid',
      { result: 'claimable', codes: [], made: { type: 'direct', contentLoss: 'other_region', paid: true } },
    ],
    ['unchanged|already_claimed', { result: 'unchanged', codes: ['already_claimed'] }],
    ['refused|unknown_user|stale_export', { result: 'refused', codes: ['unknown_user', 'stale_export'] }],
    ['refused', { result: 'refused', codes: [] }],
  ])('I3, I10: is stored as %s', (text, outcome) => {
    expect(encodeOutcome(outcome)).toBe(text)
    expect(decodeOutcome(text)).toStrictEqual(outcome)
  })

  it('I3: is none of a word that says no result, type or reason', () => {
    for (const text of ['nothing', 'claimed|neither', 'claimed|direct|no_reason'])
      expect(() => decodeOutcome(text)).toThrow(Error)
  })
})

describe('an import', () => {
  it('N1: of the platform, or of a misplaced file, belongs to no org', () => {
    expect(['~platform', '~misplaced', 'acme'].map((orgId) => isOfNoOrg({ orgId }))).toEqual([
      true,
      true,
      false,
    ])
  })

  it('I11: was missed only where its upload did not come', () => {
    const error = (code: string) => ({ error: { code, message: '' } })
    expect([isMissed(error('upload_missed')), isMissed(error('no_rows')), isMissed({})]).toEqual([
      true,
      false,
      false,
    ])
  })
})
