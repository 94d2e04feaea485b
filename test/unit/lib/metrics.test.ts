import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { createMetrics } from '../../../shared/lib/metrics.ts'

const emf = z.object({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.tuple([
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string() })),
      }),
    ]),
  }),
})

/** A line is at most this long: CloudWatch is paid by the byte, and a mail is one line. */
const LINE_BYTES = 350

describe('metrics', () => {
  const lines: string[] = []
  beforeEach(() => {
    lines.length = 0
    vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'ClaimService')
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push(String(text))
      return true
    })
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
  })

  it('are one line each, at once, with the sum beside what they are told apart by', () => {
    createMetrics().count('ClaimsRefused', 3, { code: 'claim_open' })
    expect(lines).toHaveLength(1)
    const line: unknown = JSON.parse(lines.join(''))
    const { Namespace, Dimensions, Metrics } = emf.parse(line)._aws.CloudWatchMetrics[0]
    expect(Namespace).toBe('ClaimService')
    expect(Metrics).toEqual([{ Name: 'ClaimsRefused', Unit: 'Count' }])
    expect(Dimensions.map((set) => set.toSorted())).toEqual([['code', 'service'], ['service']])
    expect(line).toMatchObject({ service: 'claims', code: 'claim_open', ClaimsRefused: 3 })
    expect(Buffer.byteLength(lines.join(''))).toBeLessThan(LINE_BYTES)
  })

  it('have their own unit, and no dimension where there is nothing to tell apart', () => {
    createMetrics().seconds('MigrationLateness', 42)
    const line: unknown = JSON.parse(lines.join(''))
    const { Dimensions, Metrics } = emf.parse(line)._aws.CloudWatchMetrics[0]
    expect(Metrics).toEqual([{ Name: 'MigrationLateness', Unit: 'Seconds' }])
    expect(Dimensions).toEqual([['service']])
  })

  it('tell several values of one metric by one line', () => {
    createMetrics().seconds('MigrationLateness', [42, 0, 42])
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines.join(''))).toMatchObject({ MigrationLateness: [42, 0, 42] })
  })

  it('carry codes only: an address or an id that gets into a dimension is not published (Y7)', () => {
    createMetrics().count('ClaimsRefused', 1, { code: 'ada@acme.example' })
    createMetrics().count('ClaimsRefused', 1, { code: '01JCZ8Y0000000000000000000' })
    expect(lines.join('')).not.toMatch(/acme|01JCZ8Y/)
    const codes = lines.map((line) => z.object({ code: z.string() }).parse(JSON.parse(line)).code)
    expect(codes).toEqual(['other', 'other'])
  })
})
