import { DatabaseSync } from 'node:sqlite'
import { shardOf } from '../../shared/lib/shard.ts'
import type { Table } from '../../shared/storage/client.ts'
import { addPeople } from './parts.ts'

/** Rows per transaction: few enough that DynamoDB's own writes don't wait long. */
const ROWS_PER_COMMIT = 50_000

type Row = Record<string, string | number | null>

const idOf = (n: number): string => `u${String(n).padStart(7, '0')}`

/**
 * Writes people 1 up to `to` into the embedded DynamoDB’s file, as copies of person 0, whom the service’s own store
 * created. By the API, a million would take a quarter of an hour. They leave no records in the stream.
 */
export async function addManyPeople(databasePath: string, table: Table, to: number): Promise<void> {
  await addPeople(table, 0, 1)
  using db = new DatabaseSync(databasePath, { timeout: 10_000 })
  const id = idOf(0)
  const shard = shardOf(id)
  const tables = db
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND (name = ? OR name LIKE ?)`)
    .all(table.name, `${table.name}::gsi::%`)
    .map(({ name }) => String(name))
  const copies = tables.flatMap((name) => {
    const rows = db.prepare(`SELECT * FROM "${name}"`).all() as Row[]
    return rows
      .filter((row) => Object.values(row).some((value) => String(value).includes(id)))
      .map((row) => {
        const columns = Object.keys(row)
        const places = columns.map(() => '?').join(', ')
        const insert = db.prepare(`INSERT INTO "${name}" (${columns.join(', ')}) VALUES (${places})`)
        return { insert, values: Object.values(row) }
      })
  })
  for (let n = 1; n < to; ) {
    db.exec('BEGIN IMMEDIATE')
    for (const end = Math.min(to, n + ROWS_PER_COMMIT); n < end; n++) {
      const root = idOf(n)
      const own = shardOf(root)
      const like = (value: string | number | null): string | number | null =>
        typeof value === 'string'
          ? value
              .replaceAll(id, root)
              .replaceAll('first.last0@', `first.last${n}@`)
              .replaceAll('Last 0', `Last ${n}`)
              .replaceAll(`#${shard}`, `#${own}`)
          : value
      for (const { insert, values } of copies) insert.run(...values.map(like))
    }
    db.exec('COMMIT')
  }
}

/**
 * Counts the writes of each key by the stream’s records, and deletes those, since without a reader they would fill
 * the file. Keys of accounts aren’t counted one by one: each is a claim of its own.
 */
export function countWrites(databasePath: string, tableName: string) {
  const db = new DatabaseSync(databasePath, { timeout: 10_000 })
  const last = db.prepare('SELECT max(id) AS id FROM _stream_records WHERE table_name = ?')
  const keys = db.prepare(
    `SELECT json_extract(keys_json, '$.pk.S') AS pk, count(*) AS writes FROM _stream_records
     WHERE table_name = ? AND id < ? GROUP BY pk`,
  )
  const forget = db.prepare('DELETE FROM _stream_records WHERE table_name = ? AND id < ?')
  const byKey = new Map<string, number>()
  let total = 0
  let ofAccounts = 0
  return {
    take(): void {
      const id = Number(last.get(tableName)?.id ?? 0)
      for (const { pk, writes } of keys.all(tableName, id)) {
        total += Number(writes)
        if (String(pk).startsWith('U#')) ofAccounts = Math.max(ofAccounts, Number(writes))
        else byKey.set(String(pk), (byKey.get(String(pk)) ?? 0) + Number(writes))
      }
      forget.run(tableName, id)
    },
    /** For the table: the number of writes, and the largest share of one key. */
    largestOfTable(): { total: number; share: number; key: string } {
      const [key = '', writes = 0] = [...byKey].toSorted(([, a], [, b]) => b - a)[0] ?? []
      const largest = Math.max(writes, ofAccounts)
      return { total, share: largest / total, key: largest === writes ? key : 'an account' }
    },
    /**
     * By index: the number of claims’ entries, and the largest share of one key. Indexes of accounts aren’t written.
     */
    largestOfIndexes(): { index: string; entries: number; share: number }[] {
      return ['claimsByOrg', 'outgoingClaims', 'dueWork'].map((index) => {
        const counts = db
          .prepare(`SELECT count(*) AS entries FROM "${tableName}::gsi::${index}" GROUP BY gsi_pk`)
          .all()
          .map(({ entries }) => Number(entries))
        const entries = counts.reduce((sum, each) => sum + each, 0)
        return { index, entries, share: entries === 0 ? 0 : Math.max(...counts) / entries }
      })
    },
    close: () => db.close(),
  }
}
