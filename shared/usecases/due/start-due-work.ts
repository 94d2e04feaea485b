import {
  type QueuedMail,
  type ReturnedMailsRequest,
  returnedMailsRequest,
} from '../../contracts/mail-requests.ts'
import type { DeletionRequest } from '../../contracts/messages/deletion.ts'
import type { DueContinuation, DueRequest } from '../../contracts/messages/due.ts'
import type { ExportRequest } from '../../contracts/messages/export.ts'
import type { ImportRequest } from '../../contracts/messages/import.ts'
import type { MigrationRef, MigrationRequest } from '../../contracts/messages/migration.ts'
import type { SyncRequest } from '../../contracts/messages/sync.ts'
import { inGroupsOf, mapConcurrent } from '../../lib/concurrency.ts'
import { allShards } from '../../lib/shard.ts'
import { type Clock, isoSecond, MINUTE_MS } from '../../lib/time.ts'
import {
  type Due,
  type DueRange,
  type RemindedHours,
  rangeOf,
  rangeOfHours,
  unsweptHours,
} from '../../rules/due/due-minutes.ts'
import type { DigestStore } from '../../storage/stores/digests.ts'
import type { DueStore, DueWork } from '../../storage/stores/due.ts'

/** Shards asked at once, and entries a page of each: a page of all shards is handed on within the time kept for that. */
const SHARDS_AT_ONCE = 8
const ENTRIES_PER_PAGE = 250
/** Time kept for handing on to a fresh invocation. */
const HANDOVER_MS = 10_000
/** A minute's schedule comes at its end: until then the sweep leaves its claims alone. */
const SWEEP_AFTER_MS = MINUTE_MS
/**
 * If more messages than this wait in a worker's queue, the sweep adds nothing to it: due work may be among them
 * already. Fewer are soon done, and duplicates among them cost little.
 */
const MAX_WAITING_MESSAGES = 100
/** Claims in one message: as many as the worker writes in one batch. */
export const CLAIMS_PER_MESSAGE = 25

export interface DuePorts {
  readonly due: DueStore
  readonly digests: Pick<DigestStore, 'close'>
  /** Hands due work to the workers; the same work may be handed on again while it isn't done. */
  readonly startWork: (work: readonly DueWork[]) => Promise<void>
  /** N1: asks for the mails of a day's reminders; a repeat mails nobody twice. */
  readonly remind: (recordIds: readonly string[], day: number) => Promise<void>
  /** The approximate number of messages that no worker has received yet. */
  readonly waiting: (kind: Due['kind']) => Promise<number>
  readonly continueLater: (rest: DueContinuation) => Promise<void>
  readonly now: Clock
  readonly timeLeftMs: () => number
}

export interface StartedDueWork {
  /** How much was handed on. */
  readonly count: number
  /** The earliest due time among what was found. */
  readonly oldestDueAt: string | undefined
}

interface Part extends DueRange {
  readonly shard: string
  readonly startKey?: Record<string, unknown>
}

/**
 * Hands on what is due, one part of the index after the other, page by page. A minute's schedule handles only what
 * falls due in that minute, so nothing is handed on again while it waits or is worked on. The sweep handles what was
 * handed on in vain, or never because its schedule was lost (M2): ends and deletions that are still in the index, and
 * reminders of hours that no sweep has handled. Nothing is handed on before it is due.
 */
export async function startDueWork(ports: DuePorts, request: DueRequest): Promise<StartedDueWork> {
  const started: StartedDueWork[] = []
  const failures: unknown[] = []
  // Independently: a sweep makes over a hundred calls, and a failed one should cost no more than its own range.
  for (const scan of await scansOf(ports, request)) {
    try {
      started.push(await startParts(ports, scan))
      // Only now, so that a crash before it repeats the work.
      if (scan.hours !== undefined) await ports.due.setReminded(scan.hours, scan.isFirst)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  return {
    count: started.reduce((sum, { count }) => sum + count, 0),
    oldestDueAt: earliestOf(started.map(({ oldestDueAt }) => oldestDueAt)),
  }
}

/** The earliest of some times in ISO 8601. `toSorted` puts `undefined` last. */
const earliestOf = (times: readonly (string | undefined)[]): string | undefined => times.toSorted()[0]

/** Reads a page of every part at a time and hands their work on together, so that few claims take few calls. */
async function startParts(ports: DuePorts, { parts, day }: Scan): Promise<StartedDueWork> {
  let open = parts
  let count = 0
  let oldestDueAt: string | undefined
  while (open.length > 0) {
    const pages = await mapConcurrent(open, SHARDS_AT_ONCE, (part) =>
      ports.due.page({ ...part, limit: ENTRIES_PER_PAGE }),
    )
    const work = pages.flatMap((page) => page.work)
    await handOn(ports, work, day)
    count += work.length
    // Reminders are indexed by the end of their claim, which is still to come.
    if (day === undefined) oldestDueAt = earliestOf([oldestDueAt, ...work.map(({ dueAt }) => dueAt)])
    const left = open.flatMap((part, n): DueContinuation[] => {
      const startKey = pages[n]?.next
      return startKey === undefined ? [] : [{ ...part, startKey }]
    })
    if (ports.timeLeftMs() < HANDOVER_MS) {
      for (const rest of left) await ports.continueLater(rest)
      break
    }
    open = left
  }
  return { count, oldestDueAt }
}

async function handOn(ports: DuePorts, work: readonly DueWork[], day: number | undefined): Promise<void> {
  if (work.length === 0) return
  if (day === undefined) {
    await ports.startWork(work)
    // A closed digest is no longer due, so the sweep doesn't request its mail again while that waits to be sent.
    for (const entry of work)
      if (entry.kind === 'digest') await ports.digests.close(entry.orgId, entry.day, ports.now())
  } else
    await ports.remind(
      work.flatMap((entry) => (entry.kind === 'claim' ? [entry.recordId] : [])),
      day,
    )
}

/** A range of the index, in one shard or all. */
interface Scan {
  readonly parts: readonly Part[]
  /** N1: the day of the reminder that what is found gets; `undefined`: it is handed to the workers. */
  readonly day: number | undefined
  /** The hours of reminders that are handled when the ranges are. */
  readonly hours?: RemindedHours | undefined
  /** It isn't known up to when they were handled before. */
  readonly isFirst?: boolean
}

async function scansOf(ports: DuePorts, request: DueRequest): Promise<readonly Scan[]> {
  const now = ports.now()
  const scanOf = (range: DueRange, shards: readonly string[] = allShards): Scan => ({
    parts: shards.map((shard) => ({ ...range, shard })),
    day: range.day,
  })
  switch (request.kind) {
    case 'minute': {
      const range = rangeOf(request.minute, now)
      if (range.to < range.from) return []
      const { shard } = request.minute
      return [scanOf(range, shard === undefined ? allShards : [shard])]
    }
    case 'sweep': {
      // A deletion or job in progress is in the index by the end of its lease.
      const claims = { kind: 'claim', to: isoSecond(new Date(now.getTime() - SWEEP_AFTER_MS)) } as const
      const others = { kind: 'job', to: isoSecond(now) } as const
      const waiting = await Promise.all([claims, others].map(({ kind }) => ports.waiting(kind)))
      const due = [claims, others].filter((_, n) => (waiting[n] ?? 0) <= MAX_WAITING_MESSAGES)
      const reminded = await ports.due.reminded()
      return [
        ...due.map((range) => scanOf(range)),
        ...unsweptHours(reminded, now).map((hours) => ({
          ...scanOf(rangeOfHours(hours)),
          hours,
          isFirst: !reminded.has(hours.day),
        })),
      ]
    }
    case 'rest':
      return [{ parts: [request.rest], day: request.rest.day }]
  }
}

interface Message<Body> {
  readonly body: Body
  /** The org, if the message is about one. */
  readonly group?: string
}

/**
 * The messages for the workers: migrations, with many claims in a message; deletions, warnings of syncs, jobs whose
 * lease is over, and digests of returned mails. Orgs are served in turn, by message group.
 */
export function messagesOf(work: readonly DueWork[]) {
  const claims: MigrationRef[] = []
  const deletions: Message<DeletionRequest>[] = []
  const syncs: Message<SyncRequest>[] = []
  const imports: Message<ImportRequest>[] = []
  const exports: Message<ExportRequest>[] = []
  const mails: Message<QueuedMail<ReturnedMailsRequest>>[] = []
  for (const entry of work) {
    switch (entry.kind) {
      case 'claim':
        claims.push({ recordId: entry.recordId })
        break
      case 'deletion':
        deletions.push({ body: { recordId: entry.recordId } })
        break
      case 'organization':
        deletions.push({ body: { orgId: entry.orgId }, group: entry.orgId })
        break
      case 'sync': {
        const { orgId, syncId } = entry
        syncs.push({ body: { kind: 'due', orgId, syncId }, group: orgId })
        break
      }
      case 'import': {
        const { orgId, importId } = entry
        imports.push({ body: { kind: 'due', orgId, importId }, group: orgId })
        break
      }
      case 'export': {
        const { orgId, exportId } = entry
        exports.push({ body: { kind: 'due', orgId, exportId }, group: orgId })
        break
      }
      case 'digest': {
        const { orgId, day, dueAt } = entry
        mails.push({ body: { ...returnedMailsRequest(orgId, day), causedAt: dueAt }, group: orgId })
        break
      }
    }
  }
  const migrations = [...inGroupsOf(claims, CLAIMS_PER_MESSAGE)].map(
    (group): Message<MigrationRequest> => ({ body: { claims: group } }),
  )
  return { migrations, deletions, syncs, imports, exports, mails }
}
