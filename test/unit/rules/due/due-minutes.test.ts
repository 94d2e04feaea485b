import { describe, expect, it } from 'vitest'
import { endOfMinute, minutesOf, rangeOf } from '../../../../shared/rules/due/due-minutes.ts'

const end = { kind: 'claim', at: '2026-03-15T09:30:15Z' } as const
const wayLater = new Date('2027-01-01T00:00:00Z')

describe('the minutes of due work', () => {
  it('M1, N1: a claim’s are its end’s and those 7, 3 and 1 days before', () => {
    expect(minutesOf(end, '17')).toEqual([
      { of: 'end', minute: '2026-03-15T09:30:00Z', shard: '17' },
      { of: 'reminder-7', minute: '2026-03-08T09:30:00Z', shard: '17' },
      { of: 'reminder-11', minute: '2026-03-12T09:30:00Z', shard: '17' },
      { of: 'reminder-13', minute: '2026-03-14T09:30:00Z', shard: '17' },
    ])
  })

  it('Y4: a removal’s is its own alone', () => {
    expect(minutesOf({ kind: 'removal', at: end.at }, '05')).toEqual([
      { of: 'removal', minute: '2026-03-15T09:30:00Z', shard: '05' },
    ])
  })

  it('M1: what falls due in the first second of a minute is that minute’s', () => {
    expect(minutesOf({ kind: 'removal', at: '2026-03-15T09:31:00Z' }, '05')).toMatchObject([
      { minute: '2026-03-15T09:31:00Z' },
    ])
  })

  it('M1: a look takes all seconds of its minute and no other’s, once the minute is over', () => {
    for (const minute of minutesOf(end, '17')) {
      const range = rangeOf(minute, new Date(endOfMinute(minute)))
      expect(range).toMatchObject({
        kind: 'claim',
        from: '2026-03-15T09:30:00Z',
        to: '2026-03-15T09:30:59Z',
      })
      expect(rangeOf(minute, wayLater)).toEqual(range)
    }
  })

  it('N1: a reminder’s look says which day it is', () => {
    expect(minutesOf(end, '17').map((minute) => rangeOf(minute, wayLater).day)).toEqual([
      undefined,
      7,
      11,
      13,
    ])
  })

  it('M2: while the minute isn’t over, a look takes what is due by now', () => {
    const [, reminder] = minutesOf(end, '17')
    if (reminder === undefined) throw new Error('no reminder')
    expect(rangeOf(reminder, new Date('2026-03-08T09:30:15.999Z')).to).toBe('2026-03-15T09:30:15Z')
    expect(rangeOf(reminder, new Date('2026-03-08T09:30:14.999Z')).to).toBe('2026-03-15T09:30:14Z')
  })
})
