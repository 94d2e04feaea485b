import { describe, expect, it } from 'vitest'
import { lastInstantOf, readEnv } from '../../../shared/kit/env.ts'

describe('readEnv', () => {
  it('names every variable that is missing at once', () => {
    expect(() => readEnv(['A', 'B', 'C'], { B: 'b' })).toThrow('environment lacks A, C')
  })

  it('takes an empty variable as one that is there', () => {
    expect(readEnv(['A'], { A: '' })).toEqual({ A: '' })
  })
})

describe('lastInstantOf', () => {
  it('T3: a bare date includes its whole day', () => {
    expect(lastInstantOf('CUTOFF', '2026-01-31')).toEqual(new Date('2026-01-31T23:59:59.999Z'))
  })

  it('takes a date and time as it is, and none as no cutoff', () => {
    expect(lastInstantOf('CUTOFF', '2026-01-31T12:00:00Z')).toEqual(new Date('2026-01-31T12:00:00Z'))
    expect(lastInstantOf('CUTOFF', '')).toBeUndefined()
  })

  it('refuses what is no date by the variable’s name', () => {
    expect(() => lastInstantOf('CUTOFF', 'soon')).toThrow('CUTOFF is no ISO 8601 date')
  })
})
