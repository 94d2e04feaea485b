import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Counted, costLines, countsFile, dollarsOf, priceList, withSweeps } from '../../bench/cost.ts'
import { costPage } from '../../bench/cost-page.ts'
import { totals } from '../../bench/counted.ts'

const file = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const prices = priceList.parse(JSON.parse(file('test/bench/prices.json')))
const counts = countsFile.parse(JSON.parse(file('test/bench/counts.json')))

const count = (more: Partial<Counted['counts'][string]> = {}): Counted['counts'][string] => ({
  invocations: 0,
  cpuMs: 0,
  logBytes: 0,
  rounds: 0,
  calls: {},
  reads: {},
  writes: {},
  ...more,
})
const of = (name: string, more: Partial<Counted['counts'][string]>, lives = 1): Counted => ({
  lives,
  schedules: 0,
  httpRequests: 0,
  counts: { [name]: count(more) },
})
const dollars = (counted: Counted, what: string, unit?: string): number | undefined =>
  costLines(counted, prices).find((line) => line.what === what && (unit === undefined || line.unit === unit))
    ?.dollars

describe('what a claim costs', () => {
  it('bench: docs/cost.md is what npm run cost counted, by the prices and memory sizes of today', () => {
    expect(file('docs/cost.md')).toBe(costPage(counts, prices))
  })

  it('bench: a life stays within its units, in bulk and one a minute, and so does a creation with its mail', () => {
    const units = ({ counts, lives }: Counted) => {
      const { reads, writes } = totals(counts)
      return { reads: reads / lives, writes: writes / lives }
    }
    const [bulk, trickled, creation] = [counts.bulk, counts.trickled, counts.creation].map(units)
    expect(bulk?.reads).toBeLessThan(8.5)
    expect(bulk?.writes).toBeLessThan(21.6)
    // Without its share of the sweeps.
    expect(trickled?.reads).toBeLessThan(16.5)
    expect(trickled?.writes).toBeLessThan(26.6)
    expect(creation?.writes).toBeLessThan(7.3)
  })

  it('bench: for a claim alone in its minutes nobody looks: its schedules bring it to its workers', () => {
    expect(Object.keys(counts.trickled.counts).sort()).toEqual(['admin-api', 'effects', 'mail', 'migrate'])
  })

  it('bench: units of the table and of its indexes cost the same, shared out among the lives', () => {
    const counted = of('mail', { writes: { table: 3, dueWork: 1 }, reads: { table: 8 } }, 2)
    expect(dollars(counted, 'DynamoDB, writes')).toBeCloseTo(2 * prices.dynamoDbWritesPerMillion)
    expect(dollars(counted, 'DynamoDB, reads')).toBeCloseTo(4 * prices.dynamoDbReadsPerMillion)
  })

  it('bench: Lambda takes longer for CPU time the smaller the function is, and as long for round trips', () => {
    // 512 MB are 0.2894 of a core, and half a GB.
    const cpu = 100 / (512 / 1769)
    const seconds = (cpu + 10 * 6) / 1000
    const expected = seconds * 0.5 * prices.lambdaGbSecond * 1_000_000
    expect(dollars(of('mail', { cpuMs: 100, rounds: 10 }), 'Lambda, duration')).toBeCloseTo(expected)
  })

  it('bench: of a function that a queue feeds, receiving and deleting are billed too', () => {
    const sends = { 'sqs:SendMessageBatch': { calls: 1, parts: 10 } }
    expect(dollars(of('mail', { invocations: 1, calls: sends }), 'SQS')).toBeCloseTo(1.2)
    expect(dollars(of('effects', { invocations: 1, calls: sends }), 'SQS')).toBeCloseTo(0.4)
  })

  it('bench: a claim a minute has a fifteenth of a sweep every quarter of an hour', () => {
    const sweep = of('due', { reads: { dueWork: 30 } })
    const life = withSweeps(of('due', { reads: { table: 1 } }), sweep, { claimMinutes: 1, sweepMinutes: 15 })
    expect(dollars(life, 'DynamoDB, reads')).toBeCloseTo(3 * prices.dynamoDbReadsPerMillion)
    expect(dollarsOf(costLines(life, prices))).toBeCloseTo(3 * prices.dynamoDbReadsPerMillion)
  })
})
