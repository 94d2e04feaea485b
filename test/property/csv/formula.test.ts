import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepNeutralised, neutralise, deneutralise } from '../../../shared/csv/formula.ts'

const cell = fc.oneof(
  fc.string({
    unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', ' ', '\u00a0', '\uff1d', 'a', '0'),
    maxLength: 6,
  }),
  fc.string({ unit: 'binary' }),
)

const RUN = new Set(['=', '+', '-', '@', '\t', '\r', '\n', '\uff1d', '\uff0b', '\uff0d', '\uff20'])

describe('neutralise', () => {
  it('I7: any cell is read back as what it was', () => {
    fc.assert(
      fc.property(cell, (text) => deneutralise(neutralise(text)) === text),
      { numRuns: 5000 },
    )
  })

  it('I7: what is written begins with nothing that a spreadsheet runs, blanks or not', () => {
    fc.assert(
      fc.property(cell, (text) => {
        const out = keepNeutralised(text)
        expect(RUN.has(out.slice(0, 1))).toBe(false)
        expect(RUN.has(out.trim().slice(0, 1))).toBe(false)
      }),
      { numRuns: 5000 },
    )
  })

  it('I4: a cell that goes round through reports means the same and doesn’t grow', () => {
    fc.assert(
      fc.property(cell, (text) => {
        const once = keepNeutralised(text)
        expect(deneutralise(once)).toBe(deneutralise(text))
        expect(keepNeutralised(once)).toBe(once)
      }),
      { numRuns: 5000 },
    )
  })
})
