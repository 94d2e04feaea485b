import { mapConcurrent } from '../kit/concurrency.ts'
import { allShards } from '../kit/shard.ts'
import type { Clock } from '../kit/time.ts'
import type { DueStore } from '../table/due.ts'

/** Shards asked at once, and entries a page. */
const SHARDS_AT_ONCE = 8
const ENTRIES_A_PAGE = 250
/** Time kept for handing on to a fresh invocation. */
const HANDOVER_MS = 10_000

/** Where a shard that wasn't finished goes on. */
export interface DueContinuation {
  readonly kind: 'continue'
  readonly shard: string
  readonly startKey: Record<string, unknown>
}

export interface DuePorts {
  readonly due: DueStore
  /** Hands roots with due work to the workers; one may be handed on again while it isn't done. */
  readonly startWork: (roots: readonly string[]) => Promise<void>
  readonly continueLater: (rest: DueContinuation) => Promise<void>
  readonly now: Clock
  readonly timeLeftMs: () => number
}

/**
 * Takes all that is due, whoever calls: a one-time schedule and the sweep do the same. So a schedule that comes late,
 * twice or for nothing does no harm, and one that was lost is made up for by the next call (M2).
 * @returns how much was handed on
 */
export async function takeDue(ports: DuePorts, from?: DueContinuation): Promise<number> {
  const shards = from === undefined ? allShards : [from.shard]
  const counts = await mapConcurrent(shards, SHARDS_AT_ONCE, async (shard) => {
    let startKey = from?.startKey
    let count = 0
    do {
      const { work, next } = await ports.due.page(shard, ports.now(), ENTRIES_A_PAGE, startKey)
      if (work.length > 0) await ports.startWork(work.map(({ root }) => root))
      count += work.length
      startKey = next
      if (startKey !== undefined && ports.timeLeftMs() < HANDOVER_MS) {
        await ports.continueLater({ kind: 'continue', shard, startKey })
        break
      }
    } while (startKey !== undefined)
    return count
  })
  return counts.reduce((sum, count) => sum + count, 0)
}
