import { describe, expect, it } from 'vitest'
import { allShards } from '../../../../shared/lib/shard.ts'
import { isoSecond, MINUTE_MS, SECOND_MS } from '../../../../shared/lib/time.ts'
import { type DuePorts, messagesOf, startDueWork } from '../../../../shared/usecases/due/start-due-work.ts'
import type { DuePageQuery, DueWork } from '../../../../shared/storage/stores/due.ts'

const START = Date.parse('2026-03-15T09:30:00Z')
const A_SECOND = 2_000
const LASTS_SECONDS = 180
const SWEEP_EVERY_SECONDS = 900
/** What one worker ends: 25 ms a claim. */
const A_WORKER_AND_SECOND = 40
/** A model that takes longer doesn't drain. */
const MAX_SECONDS = 6 * 3_600

/** The index of due work, a queue and its workers, by the second. Ends of claims are all there is. */
function model(workers: number, { countsWaiting = true } = {}) {
  const index = new Map<string, DueWork[]>(allShards.map((shard) => [shard, []]))
  const done = new Set<string>()
  const queue: { recordId: string }[][] = []
  let now = START
  let items = 0
  let handedOut = 0

  for (let second = 0; second < LASTS_SECONDS; second++)
    for (let n = 0; n < A_SECOND; n++) {
      const dueAt = isoSecond(new Date(START + second * SECOND_MS))
      index
        .get(allShards[n % allShards.length] ?? '')
        ?.push({ kind: 'claim', recordId: `r${items++}`, dueAt })
    }

  function page({ kind, shard, from = '', to, limit, startKey }: DuePageQuery) {
    const all = kind === 'claim' ? (index.get(shard) ?? []) : []
    const work: DueWork[] = []
    for (let at = Number(startKey?.at ?? 0); at < all.length; at++) {
      const entry = all[at]
      if (entry === undefined || entry.dueAt > to) break
      if (entry.dueAt < from || (entry.kind === 'claim' && done.has(entry.recordId))) continue
      if (work.length === limit) return { work, next: { at } }
      work.push(entry)
    }
    return { work, next: undefined }
  }

  const ports: DuePorts = {
    due: {
      page: async (query) => page(query),
      reminded: async () => new Map(),
      setReminded: async () => ({ outcome: 'lost' }),
    },
    digests: { close: async () => undefined },
    startWork: async (work) => {
      handedOut += work.length
      for (const { body } of messagesOf(work).migrations) queue.push([...Object(body).claims])
    },
    remind: async () => undefined,
    waiting: async () => (countsWaiting ? queue.length : 0),
    continueLater: async () => undefined,
    now: () => new Date(now),
    timeLeftMs: () => 60_000,
  }

  function work(): void {
    for (let left = workers * A_WORKER_AND_SECOND; left > 0; ) {
      const message = queue.shift()
      if (message === undefined) return
      for (const { recordId } of message) done.add(recordId)
      left -= message.length
    }
  }

  return async (): Promise<{ drained: boolean; ratio: number }> => {
    for (let second = 1; second < MAX_SECONDS && done.size < items; second++) {
      now = START + second * SECOND_MS
      work()
      if (second % 60 === 0 && second <= LASTS_SECONDS) {
        const minute = isoSecond(new Date(now - MINUTE_MS))
        await startDueWork(ports, { kind: 'minute', minute: { of: 'end', minute } })
      }
      if (second % SWEEP_EVERY_SECONDS === 0) await startDueWork(ports, { kind: 'sweep' })
    }
    return { drained: done.size === items, ratio: handedOut / items }
  }
}

describe('2,000 claims that end every second', () => {
  it.each([5, 50])('M1: are handed to %i workers once, and all of them are migrated', async (workers) => {
    const { drained, ratio } = await model(workers)()
    expect(drained).toBe(true)
    expect(ratio).toBeGreaterThanOrEqual(1)
    expect(ratio).toBeLessThanOrEqual(1.1)
  })

  it('M2: would be handed out again by each sweep if it didn’t look at what waits', async () => {
    const { ratio } = await model(5, { countsWaiting: false })()
    expect(ratio).toBeGreaterThan(1.5)
  })
})
