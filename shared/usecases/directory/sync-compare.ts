import type { SyncRef } from '../../contracts/messages/sync.ts'
import {
  outcomeFor,
  type SyncOutcome,
  syncOutcomes,
  tooManyInactivations,
  type UserOutcome,
} from '../../rules/directory/directory-sync.ts'
import type { OutcomeCounts, BucketComparison, SyncRecord, SyncRun } from '../../storage/items/sync-item.ts'
import type { SyncStore } from '../../storage/stores/syncs.ts'
import {
  BUCKETS,
  directoryEntry,
  linesOf,
  singleChunk,
  type SyncSizes,
  syncPrefix,
  userEntry,
} from './sync-runs.ts'
import type { SyncPorts } from './sync-ports.ts'
import { type Stepped, stepped } from './sync-stepped.ts'

/** The number of comparisons, as few as the number of rows allows. */
export const comparisonsFor = (
  { rowsRead, usersRead }: Pick<SyncRecord, 'rowsRead' | 'usersRead'>,
  { rowsPerComparison }: SyncSizes,
): number => Math.min(BUCKETS, Math.max(1, Math.ceil((rowsRead + usersRead) / rowsPerComparison)))

/** One line of an outcome: an address of the directory, or a user. */
export type OutcomeEntry =
  | { readonly outcome: 'add'; readonly email: string }
  | {
      readonly outcome: UserOutcome
      /** Instead of the address, which is deleted with the account (Y7). */
      readonly userId: string
      readonly claimed: boolean
      readonly caseDiffers: boolean
    }

const letters = {
  inactivate: 'i',
  restore: 'r',
  add: 'a',
  untouched: 'u',
  match: 'm',
} as const satisfies Record<SyncOutcome, string>
const CELL = '\t'

const outcomeLine = (entry: OutcomeEntry): string =>
  entry.outcome === 'add'
    ? [letters.add, entry.email].join(CELL)
    : [
        letters[entry.outcome],
        entry.userId,
        `${entry.claimed ? 'c' : ''}${entry.caseDiffers ? 'd' : ''}`,
      ].join(CELL)

/** @throws Error for a line that no outcome has */
export function outcomeEntry(line: string): OutcomeEntry {
  const [letter, subject = '', flags = ''] = line.split(CELL)
  const outcome = syncOutcomes.find((each) => letters[each] === letter)
  if (outcome === undefined) throw new Error('no line of an outcome')
  return outcome === 'add'
    ? { outcome, email: subject }
    : { outcome, userId: subject, claimed: flags.includes('c'), caseDiffers: flags.includes('d') }
}

type ComparingPorts = Pick<SyncPorts, 'read' | 'write' | 'sizes' | 'now'> & {
  readonly syncs: Pick<SyncStore, 'runs' | 'comparison' | 'recordComparison'>
}
type Compared = SyncRef & Pick<SyncRecord, 'comparisons'>

/** Compares the `n`th range of buckets and records the outcome, once. */
export async function compareBuckets(ports: ComparingPorts, record: Compared, n: number): Promise<void> {
  if ((await ports.syncs.comparison(record.syncId, n)) !== undefined) return
  const { lines, touchable } = await compare(ports, record, n)
  const { text, ...comparison } = outcomeText(lines, ports.sizes)
  const objectKey = outcomeKey(record, n)
  await ports.write(objectKey, 'text/tab-separated-values; charset=utf-8', singleChunk(Buffer.from(text)))
  await ports.syncs.recordComparison(record, n, { objectKey, ...comparison }, touchable, ports.now())
}

const outcomeKey = (ref: SyncRef, n: number): string => `${syncPrefix(ref)}${OUTCOME_NAME}${n}.tsv`
const OUTCOME_NAME = 'outcome-'

type Lines = Record<SyncOutcome, string[]>

async function compare(
  ports: ComparingPorts,
  record: Compared,
  n: number,
): Promise<{ lines: Lines; touchable: number }> {
  const from = Math.floor((n * BUCKETS) / record.comparisons)
  const to = Math.floor(((n + 1) * BUCKETS) / record.comparisons)
  const runs = await ports.syncs.runs(record.syncId)
  const of = (side: SyncRun['of']): SyncRun[] => runs.filter((run) => run.of === side)

  const directory = new Map<string, string>()
  for (const run of of('directory'))
    for await (const line of linesOf(ports.read, run, from, to)) {
      const { normalized, email } = directoryEntry(line)
      // An address that is listed twice counts once.
      if (!directory.has(normalized)) directory.set(normalized, email)
    }

  const lines: Lines = { inactivate: [], restore: [], add: [], untouched: [], match: [] }
  const met = new Set<string>()
  let touchable = 0
  for (const run of of('users'))
    for await (const line of linesOf(ports.read, run, from, to)) {
      const user = userEntry(line)
      // Whose claim ended while the org was read stood in two indexes, one after the other.
      if (met.has(user.normalized)) continue
      met.add(user.normalized)
      const spelled = directory.get(user.normalized)
      const outcome = outcomeFor(user, spelled !== undefined)
      const caseDiffers = spelled !== undefined && spelled !== user.email
      lines[outcome].push(outcomeLine({ ...user, outcome, caseDiffers }))
      if (user.touchable) touchable++
    }
  for (const [normalized, email] of directory)
    if (!met.has(normalized)) lines.add.push(outcomeLine({ outcome: 'add', email }))
  return { lines, touchable }
}

const zero = (): OutcomeCounts => ({ inactivate: 0, restore: 0, add: 0, untouched: 0, match: 0 })

/**
 * The lines ordered by outcome, where those of each outcome end, and where each batch of lines to be applied
 * begins.
 */
function outcomeText(
  lines: Lines,
  { actionsPerBatch }: SyncSizes,
): Pick<BucketComparison, 'counts' | 'ends' | 'pages'> & { text: string } {
  const counts = zero()
  const ends = zero()
  const pages: number[] = []
  const texts: string[] = []
  let actions = 0
  let byte = 0
  for (const outcome of syncOutcomes) {
    for (const line of lines[outcome]) {
      if (isAction(outcome) && actions++ % actionsPerBatch === 0) pages.push(byte)
      texts.push(line, '\n')
      byte += Buffer.byteLength(line) + 1
    }
    counts[outcome] = lines[outcome].length
    ends[outcome] = byte
  }
  return { counts, ends, pages, text: texts.join('') }
}

const isAction = (outcome: SyncOutcome): boolean => outcome === 'inactivate' || outcome === 'restore'

/**
 * Ends the comparison: a dry run is complete; a full sync is applied, unless it would make so many users
 * inactive that an admin has to confirm it first. Then removes all intermediate files but the outcome.
 */
export async function finishComparison(ports: SyncPorts, record: SyncRecord): Promise<Stepped> {
  await removeInput(ports, record)
  const now = ports.now()
  if (record.mode === 'dry_run') return stepped(await ports.syncs.complete(record, undefined, now))
  const pages = (await ports.syncs.comparisons(record.syncId)).reduce(
    (sum, { pages }) => sum + pages.length,
    0,
  )
  const { inactivated: inactivations, touchable: users } = record
  if (tooManyInactivations(inactivations, users, ports.maxInactivePercent))
    return stepped(await ports.syncs.hold(record, { inactivations, users }, pages, now))
  return stepped(await ports.syncs.apply(record, pages, now))
}

/**
 * Removes the upload and all intermediate files but the outcome. What is missed expires by the bucket's
 * lifecycle.
 */
export async function removeInput(ports: SyncPorts, record: SyncRecord): Promise<void> {
  if (record.source === 'list') await ports.syncs.forgetList(record)
  const prefix = syncPrefix(record)
  for await (const key of ports.listObjects(prefix))
    if (!key.startsWith(`${prefix}${OUTCOME_NAME}`)) await ports.removeObject(key)
  if (record.objectKey !== undefined) await ports.removeObject(record.objectKey)
}
