import { describe, expect, it } from 'vitest'
import { nearestRecord } from '../../../../shared/rules/domains/nearest-record.ts'

const WANTED = 'user-claims-verification=Zk3w9QpLmN4vX7'

describe('the TXT record nearest to the one that was asked for', () => {
  it('D1: is the one that shares the longest run of characters, in whichever case and order', () => {
    const records = [
      'v=spf1 -all',
      'user-claims-verification=other',
      'USER-CLAIMS-VERIFICATION=zk3w9',
      'MS=ms1',
    ]
    expect(nearestRecord(WANTED, records)).toBe('USER-CLAIMS-VERIFICATION=zk3w9')
    expect(nearestRecord(WANTED, records.toReversed())).toBe('USER-CLAIMS-VERIFICATION=zk3w9')
  })

  it('D1: is the first of two that are as near', () => {
    expect(nearestRecord(WANTED, ['verification=A', 'verification=B'])).toBe('verification=A')
  })

  it('D1: shares at least eight characters in a row, not just as many', () => {
    expect(nearestRecord('abcdefgh', ['xxabcdefghxx'])).toBe('xxabcdefghxx')
    expect(nearestRecord('abcdefgh', ['abcdefg'])).toBeUndefined()
    expect(nearestRecord('abcdefgh', ['abcd-efgh'])).toBeUndefined()
    expect(nearestRecord('abcdefgh', ['abcxdefgh', 'hgfedcba', ''])).toBeUndefined()
    expect(nearestRecord(WANTED, [])).toBeUndefined()
  })

  it('D1: counts a run and not what the texts have in common elsewhere', () => {
    expect(nearestRecord('aaaabbbbcccc', ['aaaabbbb', 'aaaa-bbbb-cccc'])).toBe('aaaabbbb')
    expect(nearestRecord('abababababab', ['zababababz', 'zabababababz'])).toBe('zabababababz')
  })

  it('D1: looks at the first hundred records, and at the first 512 characters of each', () => {
    const others = Array<string>(99).fill('v=spf1')
    expect(nearestRecord(WANTED, [...others, WANTED])).toBe(WANTED)
    expect(nearestRecord(WANTED, [...others, 'v=spf1', WANTED])).toBeUndefined()
    expect(nearestRecord('abcdefgh', [`${'x'.repeat(504)}abcdefgh`])).toHaveLength(201)
    expect(nearestRecord('abcdefgh', [`${'x'.repeat(505)}abcdefgh`])).toBeUndefined()
  })

  it('D1: is shown without control characters, whole up to 200 characters and cut behind them', () => {
    expect(nearestRecord('abcdefgh', ['abc\u0000\u0007abcdefgh\n'])).toBe('abc abcdefgh ')
    const whole = `abcdefgh${'x'.repeat(192)}`
    expect(nearestRecord('abcdefgh', [whole])).toBe(whole)
    expect(nearestRecord('abcdefgh', [`${whole}y`])).toBe(`${whole}…`)
    expect(nearestRecord('abcdefgh', [`abcdefgh${'x'.repeat(191)}😀`])).toBe(
      `abcdefgh${'x'.repeat(191)}\ufffd…`,
    )
    expect(nearestRecord('abcdefgh', ['abcdefgh\ud800'])).toBe('abcdefgh\ufffd')
  })
})
