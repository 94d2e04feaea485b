import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import {
  firstLease,
  JOB_LEASE_MS,
  type JobLease,
  checkJob,
  MAX_FRUITLESS_RESUMPTIONS,
  uploadLease,
} from '../../../../shared/rules/jobs/job-lease.ts'
import { plus, T0 } from '../../../support/builders.ts'

/** What is seen of a job that stands still, look after look, each when its lease is over. */
function looksAtOneThatStandsStill(count: number) {
  const looks: { readonly state: string; readonly at: Date }[] = []
  let lease: JobLease = firstLease(T0)
  while (looks.length < count) {
    const at = new Date(lease.dueAt)
    const look = checkJob(lease, 'here', at)
    looks.push({ state: look.outcome, at })
    if (look.outcome !== 'early') lease = look.lease
  }
  return looks
}

describe('a long job’s lease', () => {
  it('I6: is a quarter of an hour from the beginning, in whole seconds; I11: that of an upload as long as its form', () => {
    expect(firstLease(T0)).toEqual({ dueAt: '2026-03-01T09:45:15Z', progressSeen: '', resumptions: 0 })
    expect(uploadLease(T0)).toEqual({ dueAt: '2026-03-01T09:45:15Z', progressSeen: '', resumptions: 0 })
  })

  it('I6: is nobody’s business before it is over, and where there is none', () => {
    expect(checkJob(firstLease(T0), 'here', plus(JOB_LEASE_MS - 1_000))).toEqual({ outcome: 'early' })
    expect(checkJob(undefined, 'here', plus(DAY_MS))).toEqual({ outcome: 'early' })
  })

  it('I6: is renewed while the job gets on, however often', () => {
    let lease = firstLease(T0)
    for (let n = 0; n < 50; n++) {
      const at = new Date(lease.dueAt)
      const look = checkJob(lease, `row ${n}`, at)
      expect(look).toMatchObject({ outcome: 'advancing', lease: { resumptions: 0 } })
      if (look.outcome !== 'early') lease = look.lease
    }
  })

  it('I6: of one that stands still has it taken up again, ever more seldom, and at last told to somebody', () => {
    const looks = looksAtOneThatStandsStill(MAX_FRUITLESS_RESUMPTIONS + 3)
    expect(looks.map(({ state }) => state)).toEqual([
      'advancing',
      ...Array.from({ length: MAX_FRUITLESS_RESUMPTIONS }, () => 'stalled'),
      'stuck',
      'stuck',
    ])
    const gaps = looks.slice(1).map(({ at }, n) => at.getTime() - (looks[n]?.at.getTime() ?? 0))
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b))
    expect(looks.at(-2)?.at.getTime()).toBeLessThan(plus(DAY_MS).getTime())
  })

  it('I6: begins anew once the job gets on again', () => {
    const stalled = { dueAt: T0.toISOString(), progressSeen: 'here', resumptions: MAX_FRUITLESS_RESUMPTIONS }
    expect(checkJob(stalled, 'further', T0)).toMatchObject({
      outcome: 'advancing',
      lease: { resumptions: 0 },
    })
  })
})
