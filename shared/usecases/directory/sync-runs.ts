import type { SyncRef } from '../../contracts/messages/sync.ts'
import { objectKeys } from '../../contracts/object-keys.ts'
import { createHash } from 'node:crypto'
import type { ObjectReader, ObjectWriter } from '../../contracts/object-store.ts'
import type { ComparedUser } from '../../rules/directory/directory-sync.ts'
import type { SyncRun } from '../../storage/items/sync-item.ts'

/**
 * Directory and users are compared by hashed buckets: both are read once, in whatever order they come, and written in runs
 * whose lines stand bucket by bucket; an address can then only meet its user within one bucket. Nothing has to be sorted,
 * no address costs a read of the table, and what is held at once is one run, or one range of buckets, however large both
 * sides are.
 */
export const BUCKETS = 64
/** How much of a sync is done in one go. */
export interface SyncSizes {
  /** Lines of a run: what is held in memory and, after a crash, read again. */
  readonly rowsPerRun: number
  /** Addresses and users that are compared in one go, in memory; an org's few are compared at once. */
  readonly rowsPerComparison: number
  /** Users that a full sync changes in one go, and whose ids stand in one item: half of what an item may hold at most. */
  readonly actionsPerBatch: number
}

export const SYNC_SIZES: SyncSizes = { rowsPerRun: 10_000, rowsPerComparison: 20_000, actionsPerBatch: 1_000 }

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193
const LINE_FEED = 0x0a
const CELL = '\t'

/** FNV-1a: spreads addresses evenly, and costs next to nothing. */
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
  /** Came to be by a claim. */
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

/** Collects a run's lines by their buckets. */
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

  /** The run as it stands with its lines inside. */
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
   * Writes the lines as an object. It is named after its content: whoever reads it finds what the item says, even if
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

/** Under which all of a sync's objects stand. */
export const syncPrefix = ({ orgId, syncId }: SyncRef): string => objectKeys.syncFolder(orgId, syncId)

export async function* singleChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** A run's lines of the buckets from `from` up to `to`. */
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

/** Every line that ends; what follows the last line break is cut off by the end of what was asked for. */
export async function* splitLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0)
  for await (const chunk of source) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    const end = bytes.lastIndexOf(LINE_FEED)
    if (end >= 0) yield* bytes.toString('utf8', 0, end).split('\n')
    rest = bytes.subarray(end + 1)
  }
}
