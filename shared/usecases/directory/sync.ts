import type { ApplyRequest, CompareRequest, SyncRef } from '../../contracts/messages/sync.ts'
import { uploadKeys } from '../../contracts/object-keys.ts'
import { say } from '../../messages/messages.ts'
import { Busy } from '../../lib/unavailable.ts'
import type { SyncRecord } from '../../storage/items/sync-item.ts'
import { applyBatch, finish, batchesToApply } from './sync-apply.ts'
import { compareBuckets, finishComparison, removeInput } from './sync-compare.ts'
import type { SyncPorts } from './sync-ports.ts'
import { MOVED, type Stepped, stepped, WAITING } from './sync-stepped.ts'
import { readDirectory, readUsers } from './sync-read.ts'

/** Attempts to advance a sync that others advance at the same time. */
const MAX_ROUNDS = 10

/**
 * Starts the sync that waits for an uploaded object. Its work begins with the stream's message that it was
 * started, so an event that is delivered again starts nothing twice.
 * @returns `ignored` for an upload that no sync waits for
 */
export async function directoryArrived(
  ports: Pick<SyncPorts, 'syncs' | 'now'>,
  object: { readonly key: string; readonly etag: string; readonly sizeBytes: number },
): Promise<{ readonly ref?: SyncRef; readonly outcome: 'started' | 'ignored' }> {
  const { orgId, syncId } = uploadKeys.directory.exec(object.key)?.groups ?? {}
  if (orgId === undefined || syncId === undefined) return { outcome: 'ignored' }
  const ref = { orgId, syncId }
  const record = await ports.syncs.get(orgId, syncId)
  if (record?.phase !== 'upload') return { ref, outcome: 'ignored' }
  const { etag, sizeBytes } = object
  const written = await ports.syncs.start(record, { etag, sizeBytes }, ports.now())
  return { ref, outcome: written.outcome === 'written' ? 'started' : 'ignored' }
}

/**
 * Advances a sync as far as possible, and sends what other invocations can do in parallel. Called again after
 * a crash or a hand-over, it continues at the last stored position.
 */
export async function advanceSync(ports: SyncPorts, ref: SyncRef): Promise<void> {
  // Only losses in a row count: a sync has few phases.
  for (let lost = 0; lost < MAX_ROUNDS; ) {
    const record = await ports.syncs.get(ref.orgId, ref.syncId)
    // O1: it went with its org.
    if (record === undefined) return
    const { outcome } = await step(ports, record)
    if (outcome === 'waiting') return
    lost = outcome === 'lost' ? lost + 1 : 0
  }
  throw new Busy(`sync ${ref.syncId} was taken further by others ${MAX_ROUNDS} times in a row`)
}

async function step(ports: SyncPorts, record: SyncRecord): Promise<Stepped> {
  switch (record.phase) {
    case 'upload':
    case 'held':
      return WAITING
    case 'directory':
      if ((await ports.organizations.get(record.orgId)) === undefined) return orgGone(ports, record)
      return readDirectory(ports, record)
    case 'users':
      return readUsers(ports, record)
    case 'compare':
      return compareAll(ports, record)
    case 'apply':
      return applyAll(ports, record)
    case 'completed':
      return WAITING
    case 'failed':
      await removeInput(ports, record)
      return WAITING
  }
}

async function orgGone(ports: SyncPorts, record: SyncRecord): Promise<Stepped> {
  // No org is left whose language to use.
  const error = { code: 'unknown_organization', message: say(({ sync }) => sync.noOrganization, 'en') }
  return stepped(await ports.syncs.fail(record, error, ports.now()))
}

async function compareAll(ports: SyncPorts, record: SyncRecord): Promise<Stepped> {
  if (record.comparisonsDone >= record.comparisons) return finishComparison(ports, record)
  const { orgId, syncId, comparisons } = record
  if (comparisons === 1) {
    await compareBuckets(ports, record, 0)
    return MOVED
  }
  // After a crash all are sent again; finished ones are skipped.
  await ports.send(
    Array.from({ length: comparisons }, (_, n) => ({ kind: 'compare' as const, orgId, syncId, n })),
  )
  return WAITING
}

async function applyAll(ports: SyncPorts, record: SyncRecord): Promise<Stepped> {
  if (record.pagesDone >= record.pages) return finish(ports, record)
  const pages = await batchesToApply(ports, record)
  const [only] = pages
  if (pages.length !== 1 || only === undefined) {
    await ports.send(pages)
    return WAITING
  }
  await applyBatch(ports, only)
  return MOVED
}

/**
 * Does one of a sync's comparisons; the last one advances the sync. So does a repeat once all are done: the
 * invocation that should have advanced it may have died.
 */
export async function compareStep(ports: SyncPorts, { orgId, syncId, n }: CompareRequest): Promise<void> {
  const record = await ports.syncs.get(orgId, syncId)
  if (record?.phase === 'compare') await compareBuckets(ports, record, n)
  const after = await ports.syncs.get(orgId, syncId)
  if (after !== undefined && after.comparisonsDone >= after.comparisons)
    await advanceSync(ports, { orgId, syncId })
}

/**
 * Applies one batch of a full sync; the last one advances the sync, and so does a repeat, as with comparisons.
 */
export async function applyStep(ports: SyncPorts, request: ApplyRequest): Promise<void> {
  const record = await ports.syncs.get(request.orgId, request.syncId)
  if (record?.phase === 'apply') await applyBatch(ports, request)
  const after = await ports.syncs.get(request.orgId, request.syncId)
  if (after !== undefined && after.pagesDone >= after.pages) await advanceSync(ports, request)
}
