import { describe, expect, it } from 'vitest'
import {
  endOfMinute,
  minutesOf,
  type DueMinute,
  rangeOf,
  rangeOfHours,
  unsweptHours,
} from '../../../../shared/rules/due/due-minutes.ts'

const end = { kind: 'claim', at: '2026-03-15T09:30:15Z' } as const
const wayLater = new Date('2027-01-01T00:00:00Z')

describe('the minutes of due work', () => {
  it('M1, N1: a claim’s are its end’s, and those 7, 3 and 1 days before', () => {
    expect(minutesOf(end, '17')).toEqual([
      { of: 'end', minute: '2026-03-15T09:30:00Z', shard: '17' },
      { of: 'reminder-7', minute: '2026-03-08T09:30:00Z', shard: '17' },
      { of: 'reminder-11', minute: '2026-03-12T09:30:00Z', shard: '17' },
      { of: 'reminder-13', minute: '2026-03-14T09:30:00Z', shard: '17' },
    ])
  })

  it('Y4: a deletion’s is its own alone', () => {
    expect(minutesOf({ kind: 'job', at: end.at }, '05')).toEqual([
      { of: 'job', minute: '2026-03-15T09:30:00Z', shard: '05' },
    ])
  })

  it('M1: what falls due in the first second of a minute is that minute’s', () => {
    expect(minutesOf({ kind: 'job', at: '2026-03-15T09:31:00Z' }, '05')).toMatchObject([
      { minute: '2026-03-15T09:31:00Z' },
    ])
  })

  it('M1: a look takes all seconds of its minute and no other’s, once the minute is over', () => {
    const taken = (minute: DueMinute, now = endOfMinute(minute)) => rangeOf(minute, new Date(now))
    const [ends, ...reminders] = minutesOf(end, '17')
    if (ends === undefined) throw new Error('no end')
    const range = { kind: 'claim', from: '2026-03-15T09:30:00Z', to: '2026-03-15T09:30:59Z' }
    expect(taken(ends)).toEqual(range)
    expect(rangeOf(ends, wayLater)).toEqual(range)
    for (const reminder of reminders) {
      expect(taken(reminder)).toMatchObject(range)
      expect(rangeOf(reminder, wayLater)).toMatchObject(range)
    }
  })

  it('M2: hours of reminders are looked through by a sweep, half an hour after they are over', () => {
    const taken = new Map([
      [7, '2026-03-08T10:00:00Z'],
      [11, '2026-03-08T06:00:00Z'],
    ])
    expect(unsweptHours(taken, new Date('2026-03-08T11:29:59Z'))).toEqual([
      { day: 11, from: '2026-03-08T06:00:00Z', upTo: '2026-03-08T10:00:00Z' },
      { day: 13, from: '2026-03-07T10:00:00Z', upTo: '2026-03-08T10:00:00Z' },
    ])
    const [hours] = unsweptHours(taken, new Date('2026-03-08T11:30:00Z'))
    expect(hours).toEqual({ day: 7, from: '2026-03-08T10:00:00Z', upTo: '2026-03-08T11:00:00Z' })
    expect(hours && rangeOfHours(hours)).toEqual({
      kind: 'claim',
      day: 7,
      from: '2026-03-15T10:00:00Z',
      to: '2026-03-15T10:59:59Z',
    })
  })

  it('Y4: a removal’s look takes removals, of its own minute', () => {
    const [minute] = minutesOf({ kind: 'job', at: end.at }, '05')
    expect(minute && rangeOf(minute, wayLater)).toEqual({
      kind: 'job',
      from: '2026-03-15T09:30:00Z',
      to: '2026-03-15T09:30:59Z',
    })
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
