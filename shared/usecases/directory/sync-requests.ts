import type { SyncRef } from '../../contracts/messages/sync.ts'
import type { ObjectReader } from '../../contracts/object-store.ts'
import { type Address, parseAddress } from '../../rules/accounts/address.ts'
import type { SyncOutcome } from '../../rules/directory/directory-sync.ts'
import { statusOf, syncOutcomes } from '../../rules/directory/directory-sync.ts'
import { ORIGINAL_SUFFIX } from '../../rules/limits.ts'
import type { Actor } from '../../rules/types.ts'
import { SYNC_OUTCOME_MS } from '../../contracts/retention.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { NewSync, BucketComparison, SyncRecord } from '../../storage/items/sync-item.ts'
import type { SyncStore } from '../../storage/stores/syncs.ts'
import { fillPage } from '../lists/fill-page.ts'
import { type OutcomeEntry, outcomeEntry } from './sync-compare.ts'
import { directoryRun, splitLines } from './sync-runs.ts'
import type { Page } from '../../lib/page.ts'
import { refused } from '../../lib/refused.ts'

/** What an org's admins ask of syncs. */

/** Times that a request checks whether its sync is over: with the pauses between, for some 3 s. */
const MAX_POLLS = 12
/** A page of an org's syncs, newest first; between a held one and its confirmation there are few. */
const SYNCS_PER_PAGE = 20
/** Longer than any line of an outcome: an address of 254 octets or an id of 256, and its flags. */
const MAX_LINE_BYTES = 320

/**
 * Begins a sync of a directory that is sent as a list of addresses.
 * @param emails that have been checked to be addresses
 */
export async function startFromList(
  { syncs }: { readonly syncs: Pick<SyncStore, 'createFromList'> },
  sync: NewSync,
  emails: readonly string[],
  now: Date,
): Promise<void> {
  const run = directoryRun()
  for (const email of emails) run.add(addressOf(email))
  // If it exists already, an earlier attempt of the same request created it, and its answer was lost.
  await syncs.createFromList(sync, run.inline(), now)
}

function addressOf(email: string): Address {
  const parsed = parseAddress(email)
  if (parsed.outcome === 'refused') throw new Error('an address that was not checked')
  return parsed.address
}

/**
 * Waits for a moment.
 * @returns the sync as soon as it is over or waits for somebody, and otherwise as it is after some 3 s
 */
export async function awaitSync(
  { syncs, pause }: { readonly syncs: Pick<SyncStore, 'get'>; readonly pause: () => Promise<void> },
  { orgId, syncId }: SyncRef,
): Promise<SyncRecord> {
  for (let poll = 1; ; poll++) {
    const record = await syncs.get(orgId, syncId)
    if (record === undefined) throw new Error(`no sync ${syncId}`)
    if (poll === MAX_POLLS || statusOf(record) !== 'running') return record
    await pause()
  }
}

export type ConfirmSyncOutcome =
  /** The sync, which continues. */
  | { readonly outcome: 'done'; readonly record: SyncRecord }
  | { readonly outcome: 'refused'; readonly code: 'not_found' | 'not_held' | 'superseded' }

export async function confirmSync(
  { syncs }: { readonly syncs: Pick<SyncStore, 'get' | 'list' | 'confirm'> },
  { orgId, syncId }: SyncRef,
  by: Actor,
  now: Date,
): Promise<ConfirmSyncOutcome> {
  const record = await syncs.get(orgId, syncId)
  if (record === undefined) return refused('not_found')
  // The object with its outcome has expired by then.
  if (record.phase !== 'held' || !hasOutcome(record, now)) return refused('not_held')
  if (await isSuperseded(syncs, record)) return refused('superseded')
  if ((await syncs.confirm(record, by, now)).outcome === 'lost') return refused('not_held')
  const confirmed = await syncs.get(orgId, syncId)
  return confirmed === undefined ? refused('not_found') : { outcome: 'done', record: confirmed }
}

/** Whether the sync's directory has been applied, or will be, perhaps only once an admin confirms it. */
const isApplied = ({ mode, phase }: SyncRecord): boolean =>
  mode === 'full' && phase !== 'upload' && phase !== 'failed'

/**
 * Y8: the sync that waits to be confirmed, if there is one. An older held sync can't be confirmed any more.
 */
export function listHeld(
  syncs: Pick<SyncStore, 'list'>,
  query: {
    readonly orgId: string
    readonly limit: number
    readonly before: string | undefined
    readonly now: Date
  },
): Promise<Page<SyncRecord>> {
  const { orgId, limit, before, now } = query
  return fillPage({ limit, filtered: true, from: before }, async (size, from: string | undefined) => {
    const page = await syncs.list(orgId, size, from)
    const latest = page.items.find(isApplied)
    const scanned = page.items.map((sync) => ({
      item: sync === latest && sync.phase === 'held' && hasOutcome(sync, now) ? sync : undefined,
      after: sync.syncId,
    }))
    return { scanned, next: latest === undefined ? page.next : undefined }
  })
}

/** Whether a newer directory has been applied or is about to be, which confirming this one would undo. */
async function isSuperseded(syncs: Pick<SyncStore, 'list'>, { orgId, syncId }: SyncRecord): Promise<boolean> {
  let before: string | undefined
  do {
    const page = await syncs.list(orgId, SYNCS_PER_PAGE, before)
    for (const newer of page.items) {
      if (newer.syncId <= syncId) return false
      if (isApplied(newer)) return true
    }
    before = page.next
  } while (before !== undefined)
  return false
}

const hasOutcome = ({ comparedAt }: SyncRecord, now: Date): boolean =>
  comparedAt !== undefined && now.getTime() - new Date(comparedAt).getTime() < SYNC_OUTCOME_MS

/** One address or user of the comparison, as it is shown. */
export interface EntryView {
  /** Of a user: as it is now; empty once the user is gone. */
  readonly email: string
  readonly userId?: string
  readonly outcome: SyncOutcome
  readonly claimed: boolean
  readonly caseDiffers: boolean
}

/** Where a list of entries continues: in which comparison, and at which byte of its outcome. */
export interface EntryPosition {
  readonly comparison: number
  readonly byte: number
}

export interface EntriesPorts {
  readonly syncs: Pick<SyncStore, 'comparison'>
  readonly accounts: Pick<AccountStore, 'byUserIds'>
  readonly read: ObjectReader
}

/**
 * A page of the outcome's entries. Empty before the comparison is over, and after the outcome has expired.
 */
export async function listEntries(
  ports: EntriesPorts,
  record: SyncRecord,
  query: {
    readonly limit: number
    readonly outcome?: SyncOutcome | undefined
    readonly from?: EntryPosition | undefined
    readonly now: Date
  },
): Promise<Page<EntryView, EntryPosition>> {
  if (!hasOutcome(record, query.now)) return { items: [], next: undefined }
  const entries: OutcomeEntry[] = []
  let at = query.from ?? { comparison: 0, byte: 0 }
  while (at.comparison < record.comparisons && entries.length < query.limit) {
    const comparison = await ports.syncs.comparison(record.syncId, at.comparison)
    if (comparison === undefined) throw new Error(`sync ${record.syncId} lacks comparison ${at.comparison}`)
    const range = rangeOf(comparison, query.outcome)
    const startByte = Math.max(at.byte, range.start)
    const missing = query.limit - entries.length
    const endByte = Math.min(range.end, startByte + missing * MAX_LINE_BYTES)
    let byte = startByte
    if (startByte < endByte)
      for await (const line of splitLines(
        await ports.read({ key: comparison.objectKey, startByte, endByte }),
      )) {
        entries.push(outcomeEntry(line))
        byte += Buffer.byteLength(line) + 1
        if (entries.length === query.limit) break
      }
    at = byte < range.end ? { comparison: at.comparison, byte } : { comparison: at.comparison + 1, byte: 0 }
  }
  const next = at.comparison < record.comparisons ? at : undefined
  return { items: await viewEntries(ports, record.orgId, entries), next }
}

function rangeOf(
  { ends }: BucketComparison,
  outcome: SyncOutcome | undefined,
): { start: number; end: number } {
  if (outcome === undefined) return { start: 0, end: Math.max(...Object.values(ends)) }
  const before = syncOutcomes[syncOutcomes.indexOf(outcome) - 1]
  return { start: before === undefined ? 0 : ends[before], end: ends[outcome] }
}

async function viewEntries(
  { accounts }: EntriesPorts,
  orgId: string,
  entries: readonly OutcomeEntry[],
): Promise<EntryView[]> {
  const found = await accounts.byUserIds(
    entries.flatMap((entry) => ('userId' in entry ? [entry.userId] : [])),
  )
  return entries.map((entry) => {
    if (entry.outcome === 'add') return { ...entry, claimed: false, caseDiffers: false }
    const inRecord = found.get(entry.userId)?.inRecord
    // Who has left the org is another's business by now.
    const known = inRecord?.account.orgId === orgId ? inRecord : undefined
    const suffix = known?.role === 'original' ? ORIGINAL_SUFFIX : ''
    return { ...entry, email: known === undefined ? '' : `${known.account.email}${suffix}` }
  })
}
