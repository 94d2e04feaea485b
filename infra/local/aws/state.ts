import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A page of a listing: entries whose key begins with a prefix, in key order or against it. */
export interface StateRange {
  /** At most this many entries. */
  limit: number
  /** Only keys beyond this one, in the direction of the listing. */
  after?: string
  /** From the last key to the first. */
  newestFirst?: boolean
}

/** What the stand-ins must remember: JSON values by key, durable when the service has a data directory. */
export interface LocalState {
  get(key: string): unknown | undefined
  set(key: string, value: unknown): void
  delete(key: string): void
  list(prefix: string): [key: string, value: unknown][]
  /** A bounded part of what `list` gives. */
  page(prefix: string, range: StateRange): [key: string, value: unknown][]
  count(prefix: string): number
  /** Either all of the writes made by `work` are kept, or none. Not to be nested. */
  atomically(work: () => void): void
  close(): void
}

/** The least string greater than every string that begins with `prefix` (which must not end in U+FFFF). */
function afterPrefix(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
}

function textOf(column: unknown): string {
  if (typeof column !== 'string') throw new TypeError('a column of the local state is not text')
  return column
}

/**
 * Opens the store in `dir` (made if missing), or one that lasts as long as the process.
 *
 * WAL with synchronous=NORMAL: a commit is in the operating system's hands before it is acknowledged, so it survives
 * a `kill -9`; only a power cut can take the last ones, at a fifteenth of what an fsync per write costs.
 */
export function openState(dir: string | undefined): LocalState {
  if (dir !== undefined) mkdirSync(dir, { recursive: true })
  // The empty name is SQLite's private database that spills to disk: 100,000 mails need not fit into memory.
  const db = new DatabaseSync(dir === undefined ? '' : join(dir, 'state.db'))
  db.exec(
    dir === undefined ? 'PRAGMA synchronous = OFF' : 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL',
  )
  db.exec('CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID')
  const get = db.prepare('SELECT value FROM state WHERE key = ?')
  const set = db.prepare('INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)')
  const remove = db.prepare('DELETE FROM state WHERE key = ?')
  const forwards = db.prepare('SELECT key, value FROM state WHERE key > ? AND key < ? ORDER BY key LIMIT ?')
  const first = db.prepare('SELECT key, value FROM state WHERE key >= ? AND key < ? ORDER BY key LIMIT ?')
  const backwards = db.prepare(
    'SELECT key, value FROM state WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT ?',
  )
  const count = db.prepare('SELECT count(*) AS entries FROM state WHERE key >= ? AND key < ?')

  const entry = (row: Record<string, unknown>): [string, unknown] => [
    textOf(row.key),
    JSON.parse(textOf(row.value)),
  ]
  const page: LocalState['page'] = (prefix, { limit, after, newestFirst = false }) => {
    const end = afterPrefix(prefix)
    if (newestFirst) return backwards.all(prefix, after ?? end, limit).map(entry)
    return (after === undefined ? first.all(prefix, end, limit) : forwards.all(after, end, limit)).map(entry)
  }

  return {
    get(key) {
      const row = get.get(key)
      return row === undefined ? undefined : JSON.parse(textOf(row.value))
    },
    set(key, value) {
      set.run(key, JSON.stringify(value))
    },
    delete(key) {
      remove.run(key)
    },
    list: (prefix) => page(prefix, { limit: -1 }),
    page,
    count: (prefix) => Number(count.get(prefix, afterPrefix(prefix))?.entries ?? 0),
    atomically(work) {
      db.exec('BEGIN')
      try {
        work()
        db.exec('COMMIT')
      } catch (error) {
        db.exec('ROLLBACK')
        throw error
      }
    },
    close: () => db.close(),
  }
}
