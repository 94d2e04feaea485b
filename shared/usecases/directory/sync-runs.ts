import type { SyncRef } from '../../contracts/messages/sync.ts'
import { objectKeys } from '../../contracts/object-keys.ts'
import { createHash } from 'node:crypto'
import type { ObjectReader, ObjectWriter } from '../../contracts/object-store.ts'
import type { ComparedUser } from '../../rules/directory/directory-sync.ts'
import type { SyncRun } from '../../storage/items/sync-item.ts'

/**
 * Directory and users are compared by buckets of hashed addresses. Both are read once, in any order, and
 * written in runs whose lines are grouped by bucket, so an address and its user meet in the same bucket.
 * Nothing has to be sorted, and no address costs a read of the table. However large both are, memory holds
 * one run, or one range of buckets.
 */
export const BUCKETS = 64
/** Sizes of a sync's steps. */
export interface SyncSizes {
  /** Lines of a run: held in memory, and read again after a crash. */
  readonly rowsPerRun: number
  /** Addresses and users compared at once, in memory. A small org is compared in one step. */
  readonly rowsPerComparison: number
  /**
   * Users that a full sync changes in one step. Their ids are stored in one item: half of the size an item
   * may have.
   */
  readonly actionsPerBatch: number
}

export const SYNC_SIZES: SyncSizes = { rowsPerRun: 10_000, rowsPerComparison: 20_000, actionsPerBatch: 1_000 }

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193
const LINE_FEED = 0x0a
const CELL = '\t'

/** FNV-1a: spreads addresses evenly, and is cheap. */
function bucketOf(normalized: string): number {
  let hash = FNV_OFFSET
  for (let n = 0; n < normalized.length; n++) hash = Math.imul(hash ^ normalized.charCodeAt(n), FNV_PRIME)
  return (hash >>> 0) % BUCKETS
}

export interface DirectoryEntry {
  readonly normalized: string
  /** As the directory spells it. */
  readonly email: string
}

export interface UserEntry extends ComparedUser {
  readonly normalized: string
  /** As the account spells it. */
  readonly email: string
  readonly userId: string
  /** The account was created by a claim. */
  readonly claimed: boolean
}

// Addresses and ids hold neither blanks nor line breaks.
const cellsOf = (line: string): string[] => line.split(CELL)

const directoryLine = ({ normalized, email }: DirectoryEntry): string =>
  [normalized, email === normalized ? '' : email].join(CELL)

export function directoryEntry(line: string): DirectoryEntry {
  const [normalized = '', email = ''] = cellsOf(line)
  return { normalized, email: email || normalized }
}

const userLine = ({ normalized, email, userId, claimed, touchable, missedBefore }: UserEntry): string =>
  [
    normalized,
    email === normalized ? '' : email,
    userId,
    `${touchable ? 't' : ''}${missedBefore ? 'm' : ''}${claimed ? 'c' : ''}`,
  ].join(CELL)

export function userEntry(line: string): UserEntry {
  const [normalized = '', email = '', userId = '', flags = ''] = cellsOf(line)
  return {
    normalized,
    email: email || normalized,
    userId,
    touchable: flags.includes('t'),
    missedBefore: flags.includes('m'),
    claimed: flags.includes('c'),
  }
}

/** Collects the lines of a run, by bucket. */
class RunBuilder<Entry extends { readonly normalized: string }> {
  readonly #of: SyncRun['of']
  readonly #lineOf: (entry: Entry) => string
  readonly #buckets: string[][] = Array.from({ length: BUCKETS }, () => [])
  rows = 0

  constructor(of: SyncRun['of'], lineOf: (entry: Entry) => string) {
    this.#of = of
    this.#lineOf = lineOf
  }

  add(entry: Entry): void {
    this.#buckets[bucketOf(entry.normalized)]?.push(this.#lineOf(entry))
    this.rows++
  }

  /** The run with its lines in its item, instead of an object. */
  inline(): SyncRun & { readonly lines: string } {
    const texts = this.#buckets.map((lines) => lines.map((line) => `${line}\n`).join(''))
    const starts = [0]
    let end = 0
    for (const text of texts) {
      end += Buffer.byteLength(text)
      starts.push(end)
    }
    return { of: this.#of, rows: this.rows, starts, lines: texts.join('') }
  }

  /**
   * Writes the lines as an object named after its content. A reader of the item finds this object, even if
   * another invocation wrote a run of the same number and lost.
   */
  async write(write: ObjectWriter, ref: SyncRef, n: number): Promise<SyncRun> {
    if (this.rows === 0) return this.inline()
    const { lines, ...run } = this.inline()
    const bytes = Buffer.from(lines)
    const name = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
    const objectKey = `${syncPrefix(ref)}${run.of}-${n}-${name}.tsv`
    await write(objectKey, 'text/tab-separated-values; charset=utf-8', singleChunk(bytes))
    return { ...run, objectKey }
  }
}

export const directoryRun = () => new RunBuilder<DirectoryEntry>('directory', directoryLine)
export const usersRun = () => new RunBuilder<UserEntry>('users', userLine)

/** The prefix of the keys of all of a sync's objects. */
export const syncPrefix = ({ orgId, syncId }: SyncRef): string => objectKeys.syncFolder(orgId, syncId)

export async function* singleChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** The lines of a run that are in the buckets from `from` to `to`, exclusive. */
export async function* linesOf(
  read: ObjectReader,
  run: SyncRun,
  from: number,
  to: number,
): AsyncGenerator<string> {
  const startByte = run.starts[from] ?? 0
  const endByte = run.starts[to] ?? startByte
  if (startByte === endByte) return
  if (run.objectKey === undefined) {
    if (run.lines === undefined) throw new Error('a run without its lines')
    yield* splitLines(singleChunk(Buffer.from(run.lines).subarray(startByte, endByte)))
  } else yield* splitLines(await read({ key: run.objectKey, startByte, endByte }))
}

/**
 * Splits text into complete lines. What follows the last line break is dropped, since the range read may end
 * within a line.
 */
export async function* splitLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0)
  for await (const chunk of source) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    const end = bytes.lastIndexOf(LINE_FEED)
    if (end >= 0) yield* bytes.toString('utf8', 0, end).split('\n')
    rest = bytes.subarray(end + 1)
  }
}
