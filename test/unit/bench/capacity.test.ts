import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Quotas, type Speeds, simulate } from '../../bench/capacity.ts'
import { capacityPage } from '../../bench/capacity-page.ts'
import { countsFile } from '../../bench/cost.ts'

const file = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

const quotas: Quotas = {
  mailsPerSecond: 10,
  mailsPerDay: 100_000,
  importRowsWorkers: 10,
  migrateWorkers: 10,
}
const speeds: Speeds = {
  rowsPerWorkerSecond: 100,
  migrationsPerWorkerSecond: 10,
  tableWritesPerSecond: 4_000,
  writesOfClaim: 2,
  writesOfMigration: 4,
}
const DAY = 24

describe('the model of a large import', () => {
  it('bench: docs/capacity.md is what the model says of what npm run cost counted', () => {
    const counts = countsFile.parse(JSON.parse(file('test/bench/counts.json')))
    expect(file('docs/capacity.md')).toBe(capacityPage(counts))
  })

  it('bench: a small import is told at its rate, and migrated when its 14 days are over', () => {
    const outcome = simulate(18_000, quotas, speeds)
    expect(outcome.importHours).toBeCloseTo(0.005)
    expect(outcome.importBoundBy).toBe('workers')
    expect(outcome.lastClaimMail).toBeCloseTo(0.5)
    expect(outcome.lastMigration).toBeCloseTo(14 * DAY + 18_000 / (100 * 3600))
    expect(outcome).toMatchObject({ isRateMet: true, dailyQuotaMetAfter: undefined, held: 0, untold: 0 })
  })

  it('bench: the day’s quota counts any 24 hours', () => {
    const outcome = simulate(150_000, quotas, speeds)
    expect(outcome.dailyQuotaMetAfter).toBeCloseTo(100_000 / 36_000, 0)
    expect(outcome.lastClaimMail).toBeGreaterThan(DAY)
    expect(outcome.lastClaimMail).toBeLessThan(DAY + 2)
  })

  it('M5: who is told after the seventh day is migrated seven days after that, and the others in time', () => {
    const outcome = simulate(1_000_000, quotas, speeds)
    // Seven days, and the hours in which the day's quota is used up, tell 700,000 and some.
    expect(outcome.held).toBeGreaterThan(150_000)
    expect(outcome.held).toBeLessThanOrEqual(300_000)
    expect(outcome.lastMigration).toBeGreaterThan(16 * DAY)
    expect(outcome.untold).toBe(0)
  })

  it('bench: what a queue has kept for 14 days is gone, and nobody is migrated untold', () => {
    const outcome = simulate(2_000_000, quotas, speeds)
    expect(outcome.untold).toBeGreaterThan(400_000)
    expect(outcome.untold).toBeLessThan(600_000)
  })
})
