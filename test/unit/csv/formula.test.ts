import { describe, expect, it } from 'vitest'
import { keepNeutralised, neutralise, deneutralise } from '../../../shared/csv/formula.ts'

describe('neutralise', () => {
  it.each([
    '=1+1',
    '+31 20',
    '-',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '\nx',
    ' =1',
    '\u00a0=1',
    '\uff1d1',
    '\uff0b1',
    '\uff0d1',
    '\uff201',
    "'=1",
    "''=1",
  ])('I7: puts an apostrophe before %j', (cell) => {
    expect(neutralise(cell)).toBe(`'${cell}`)
    expect(deneutralise(`'${cell}`)).toBe(cell)
  })

  it.each([
    '',
    "'",
    "'t Hooft",
    "''s Gravesande",
    'Ada',
    'a=b',
    '3-4',
    ' Ada',
    'jan@noordzee.example',
    'Özil',
    '"=1"',
  ])('I7: leaves %j as it is, and so does reading it back', (cell) => {
    expect(neutralise(cell)).toBe(cell)
    expect(deneutralise(cell)).toBe(cell)
  })

  it('I4: leaves a cell that is neutralised already', () => {
    expect(keepNeutralised('=1')).toBe("'=1")
    expect(keepNeutralised("'=1")).toBe("'=1")
    expect(keepNeutralised("'t Hooft")).toBe("'t Hooft")
  })
})
