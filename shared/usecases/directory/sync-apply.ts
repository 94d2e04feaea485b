import type { ApplyRequest } from '../../contracts/messages/sync.ts'
import {
  applyOutcome,
  MAX_NAMED_USERS,
  firstDeletionAt,
  type SyncAction,
} from '../../rules/directory/directory-sync.ts'
import { mapConcurrent } from '../../lib/concurrency.ts'
import type { FoundAccount } from '../../storage/stores/account-reads.ts'
import type { SyncRecord } from '../../storage/items/sync-item.ts'
import { LOST, type Lost, retryOrElse } from '../../lib/optimistic-retry.ts'
import { outcomeEntry } from './sync-compare.ts'
import { splitLines } from './sync-runs.ts'
import type { SyncPorts } from './sync-ports.ts'
import { type Stepped, stepped } from './sync-stepped.ts'

/** Writes under way at once. */
const WRITES_AT_ONCE = 16
/** Reads of a record that others change between its reading and its writing. */
const MAX_ROUNDS = 10

/** The requests for the batches of a full sync's outcome, in order. */
export async function batchesToApply(ports: SyncPorts, record: SyncRecord): Promise<ApplyRequest[]> {
  const { orgId, syncId } = record
  const requests: ApplyRequest[] = []
  for (const { objectKey, pages, ends } of await ports.syncs.comparisons(syncId))
    for (const [n, startByte] of pages.entries()) {
      const endByte = pages[n + 1] ?? ends.restore
      requests.push({ kind: 'apply', orgId, syncId, page: requests.length, objectKey, startByte, endByte })
    }
  return requests
}

interface Planned {
  readonly userId: string
  readonly action: SyncAction
}

/**
 * Changes the users of one batch of a full sync's outcome, each by one conditional write on the current record
 * (Y5), and records once whom it made inactive. Called again, it finds the users that this sync has changed,
 * and counts them as changed.
 */
export async function applyBatch(ports: SyncPorts, request: ApplyRequest): Promise<void> {
  if ((await ports.syncs.inactivated(request.syncId, request.page)) !== undefined) return
  const planned = await plannedIn(ports, request)
  const found = await ports.accounts.byUserIds(planned.map(({ userId }) => userId))
  const done = await mapConcurrent(planned, WRITES_AT_ONCE, (each) =>
    applyTo(ports, request, each, found.get(each.userId)),
  )
  const appliedTo = (action: SyncAction): string[] =>
    planned.filter((each, n) => each.action === action && done[n]).map(({ userId }) => userId)
  await ports.syncs.recordBatch(
    request,
    request.page,
    { inactivated: appliedTo('inactivate'), restored: appliedTo('restore').length },
    ports.now(),
  )
}

async function plannedIn(
  ports: SyncPorts,
  { objectKey, startByte, endByte }: ApplyRequest,
): Promise<Planned[]> {
  const planned: Planned[] = []
  for await (const line of splitLines(await ports.read({ key: objectKey, startByte, endByte }))) {
    const entry = outcomeEntry(line)
    if (entry.outcome !== 'inactivate' && entry.outcome !== 'restore')
      throw new Error('a batch to be carried out holds other outcomes')
    planned.push({ userId: entry.userId, action: entry.outcome })
  }
  return planned
}

/**
 * @returns whether this sync has changed the user, now or before. Not if the user is no longer as the
 * comparison found it, or if others kept changing it: one user never delays the others, and the next sync
 * compares it again.
 */
async function applyTo(
  ports: SyncPorts,
  { orgId, syncId }: ApplyRequest,
  { userId, action }: Planned,
  first: FoundAccount | undefined,
): Promise<boolean> {
  let found = first
  const attempt = async (): Promise<boolean | Lost> => {
    if (found === undefined) return false
    const plan = applyOutcome(found, action, { orgId, syncId, now: ports.now() })
    if (plan.outcome !== 'write') return plan.outcome === 'done'
    if ((await ports.accounts.write(plan.record)).outcome === 'written') return true
    found = await ports.accounts.byUserId(userId)
    return LOST
  }
  return retryOrElse(attempt, () => false, { rounds: MAX_ROUNDS })
}

/** Completes a full sync all of whose batches have been applied. */
export async function finish(ports: SyncPorts, record: SyncRecord): Promise<Stepped> {
  const sample: string[] = []
  for (let page = 0; page < record.pages && sample.length < MAX_NAMED_USERS; page++)
    sample.push(...((await ports.syncs.inactivated(record.syncId, page)) ?? []))
  sample.length = Math.min(sample.length, MAX_NAMED_USERS)
  const now = ports.now()
  const from = firstDeletionAt(new Date(record.appliedAt ?? now))
  const missing = record.madeInactive > 0 ? { removedFrom: from, sample } : undefined
  return stepped(await ports.syncs.complete(record, missing, now))
}
