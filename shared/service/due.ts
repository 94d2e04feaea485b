import type { Due } from '../claims/due.ts'
import { mapConcurrent } from '../kit/concurrency.ts'
import { allShards } from '../kit/shard.ts'
import type { Clock } from '../kit/time.ts'
import type { DueStore, DueWork } from '../table/due.ts'

/** Shards asked at once, and entries a page. */
const SHARDS_AT_ONCE = 8
const ENTRIES_A_PAGE = 250
/** Time kept for handing on to a fresh invocation. */
const HANDOVER_MS = 10_000

/** Where a shard that wasn't finished goes on. */
export interface DueContinuation {
  readonly kind: 'continue'
  readonly of: Due['kind']
  readonly shard: string
  readonly startKey: Record<string, unknown>
}

export interface DuePorts {
  readonly due: DueStore
  /** Hands due work to the workers; the same may be handed on again while it isn't done. */
  readonly startWork: (work: readonly DueWork[]) => Promise<void>
  readonly continueLater: (rest: DueContinuation) => Promise<void>
  readonly now: Clock
  readonly timeLeftMs: () => number
}

const kinds: readonly Due['kind'][] = ['claim', 'removal']
const allPartitions = kinds.flatMap((of) => allShards.map((shard) => ({ of, shard })))

export interface Taken {
  /** How much was handed on. */
  readonly count: number
  /** Of all that was found, what has been due for longest. */
  readonly oldestDueAt: string | undefined
}

/**
 * Takes all that is due, whoever calls: a one-time schedule and the sweep do the same. So a schedule that comes late,
 * twice or for nothing does no harm, and one that was lost is made up for by the next call (M2).
 */
export async function takeDue(ports: DuePorts, from?: DueContinuation): Promise<Taken> {
  const partitions = from === undefined ? allPartitions : [from]
  const taken = await mapConcurrent(partitions, SHARDS_AT_ONCE, async ({ of, shard }) => {
    let startKey = from?.startKey
    let count = 0
    let oldestDueAt: string | undefined
    do {
      const { work, next } = await ports.due.page(of, shard, ports.now(), ENTRIES_A_PAGE, startKey)
      if (work.length > 0) await ports.startWork(work)
      count += work.length
      // Oldest first.
      oldestDueAt ??= work[0]?.dueAt
      startKey = next
      if (startKey !== undefined && ports.timeLeftMs() < HANDOVER_MS) {
        await ports.continueLater({ kind: 'continue', of, shard, startKey })
        break
      }
    } while (startKey !== undefined)
    return { count, oldestDueAt }
  })
  return {
    count: taken.reduce((sum, { count }) => sum + count, 0),
    oldestDueAt: taken.flatMap(({ oldestDueAt }) => oldestDueAt ?? []).sort()[0],
  }
}

interface Message {
  readonly body: Record<string, unknown>
  readonly group?: string
}

/**
 * Who takes what is due: migrations and reminders, removals, warnings of a sync, and long jobs whose lease is over. Orgs are
 * served in turn, by group.
 */
export function messagesOf(work: readonly DueWork[]) {
  const migrations: Message[] = []
  const purges: Message[] = []
  const syncs: Message[] = []
  const imports: Message[] = []
  const exports: Message[] = []
  for (const thing of work) {
    switch (thing.kind) {
      case 'claim':
        migrations.push({ body: { root: thing.root } })
        break
      case 'removal':
        purges.push({ body: { root: thing.root } })
        break
      case 'organization':
        purges.push({ body: { orgId: thing.orgId }, group: thing.orgId })
        break
      case 'sync': {
        const { orgId, syncId } = thing
        syncs.push({ body: { kind: 'due', orgId, syncId }, group: orgId })
        break
      }
      case 'import': {
        const { orgId, importId } = thing
        imports.push({ body: { kind: 'due', orgId, importId }, group: orgId })
        break
      }
      case 'export': {
        const { orgId, exportId } = thing
        exports.push({ body: { kind: 'due', orgId, exportId }, group: orgId })
        break
      }
    }
  }
  return { migrations, purges, syncs, imports, exports }
}
