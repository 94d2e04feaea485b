import { describe, expect, it } from 'vitest'
import { allShards } from '../../../../shared/lib/shard.ts'
import { isoSecond, MINUTE_MS, SECOND_MS } from '../../../../shared/lib/time.ts'
import { type DuePorts, messagesOf, startDueWork } from '../../../../shared/usecases/due/start-due-work.ts'
import type { DuePageQuery, DueWork } from '../../../../shared/storage/stores/due.ts'

const START = Date.parse('2026-03-15T09:30:00Z')
const A_SECOND = 2_000
const LASTS_SECONDS = 180
const CLAIMS = A_SECOND * LASTS_SECONDS
const SWEEP_EVERY_SECONDS = 900
/** What one worker ends: 25 ms a claim. */
const A_WORKER_AND_SECOND = 40
/** A model that takes longer doesn't drain. */
const MAX_SECONDS = 6 * 3_600

interface DueClaim {
  readonly kind: 'claim'
  readonly recordId: string
  readonly dueAt: string
}

/** What falls due, by shard. Record ids are numbers, counted from 0. */
const dueClaims: ReadonlyMap<string, readonly DueClaim[]> = claimsByShard()

function claimsByShard() {
  const byShard = new Map(allShards.map((shard): [string, DueClaim[]] => [shard, []]))
  for (let second = 0; second < LASTS_SECONDS; second++) {
    const dueAt = isoSecond(new Date(START + second * SECOND_MS))
    for (let n = 0; n < A_SECOND; n++)
      byShard
        .get(allShards[n % allShards.length] ?? '')
        ?.push({ kind: 'claim', recordId: String(second * A_SECOND + n), dueAt })
  }
  return byShard
}

/** The index of due work, a queue and its workers, by the second. Ends of claims are all there is. */
function model(workers: number, { countsWaiting = true } = {}) {
  const isDone = new Uint8Array(CLAIMS)
  let doneCount = 0
  const queue: (readonly { recordId: string }[])[] = []
  /** The first message that is still in the queue: to shift thousands of messages takes long. */
  let firstWaiting = 0
  let now = START
  let handedOut = 0

  function page({ kind, shard, from = '', to, limit, startKey }: DuePageQuery) {
    const all = kind === 'claim' ? (dueClaims.get(shard) ?? []) : []
    const work: DueWork[] = []
    for (let at = Number(startKey?.at ?? 0); at < all.length; at++) {
      const entry = all[at]
      if (entry === undefined || entry.dueAt > to) break
      if (entry.dueAt < from || isDone[Number(entry.recordId)] === 1) continue
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
      for (const { body } of messagesOf(work).migrations) queue.push(Object(body).claims)
    },
    remind: async () => undefined,
    waiting: async () => (countsWaiting ? queue.length - firstWaiting : 0),
    continueLater: async () => undefined,
    now: () => new Date(now),
    timeLeftMs: () => 60_000,
  }

  function work(): void {
    for (let left = workers * A_WORKER_AND_SECOND; left > 0; ) {
      const message = queue[firstWaiting]
      if (message === undefined) return
      firstWaiting++
      for (const { recordId } of message) {
        if (isDone[Number(recordId)] === 0) doneCount++
        isDone[Number(recordId)] = 1
      }
      left -= message.length
    }
  }

  return async (): Promise<{ drained: boolean; ratio: number }> => {
    for (let second = 1; second < MAX_SECONDS && doneCount < CLAIMS; second++) {
      now = START + second * SECOND_MS
      work()
      if (second % 60 === 0 && second <= LASTS_SECONDS) {
        const minute = isoSecond(new Date(now - MINUTE_MS))
        await startDueWork(ports, { kind: 'minute', minute: { of: 'end', minute } })
      }
      if (second % SWEEP_EVERY_SECONDS === 0) await startDueWork(ports, { kind: 'sweep' })
    }
    return { drained: doneCount === CLAIMS, ratio: handedOut / CLAIMS }
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
