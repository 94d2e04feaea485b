import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Selects a page of entries whose key begins with a prefix. */
export interface StateRange {
  /** At most this many entries. */
  limit: number
  /** Only keys after this one, in the direction of the listing. */
  after?: string
  /** Lists from the last key to the first. */
  newestFirst?: boolean
}

/** The storage of the emulated services: JSON values by key. It is durable if the service has a data directory. */
export interface LocalState {
  get(key: string): unknown | undefined
  set(key: string, value: unknown): void
  delete(key: string): void
  list(prefix: string): [key: string, value: unknown][]
  /** A page of the entries that `list` returns. */
  page(prefix: string, range: StateRange): [key: string, value: unknown][]
  count(prefix: string): number
  /** Keeps either all writes of `work`, or none. Must not be nested. */
  atomically(work: () => void): void
  close(): void
}

/** The least text that is greater than every text with this prefix (which must not end in U+FFFF). */
function afterPrefix(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
}

function textOf(column: unknown): string {
  if (typeof column !== 'string') throw new TypeError('a column of the local state is not text')
  return column
}

/**
 * Opens the store in `dir`, which is created if missing, or one that ends with the process.
 *
 * WAL with synchronous=NORMAL: a commit has reached the operating system when it is acknowledged, so it survives a
 * `kill -9`. Only a power failure can lose the last commits. An fsync per write would cost fifteen times as much.
 */
export function openState(dir: string | undefined): LocalState {
  if (dir !== undefined) mkdirSync(dir, { recursive: true })
  // The empty name is a private database that SQLite writes to disk when needed, so 100,000 mails needn't fit into
  // memory.
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
