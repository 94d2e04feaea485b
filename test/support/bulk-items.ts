import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { marshall } from '@aws-sdk/util-dynamodb'
import { tableSchema } from '../../shared/storage/schema.ts'

/** Items per SQLite transaction: few enough that neither DynamoDB's own writes nor the service wait long. */
const ITEMS_PER_COMMIT = 5_000
const BUSY_MS = 10_000

/** Inserts an item as the embedded DynamoDB would have stored it, indexes included. The stream doesn't show it. */
function writer(db: DatabaseSync, tableName: string) {
  const insert = db.prepare(
    `INSERT OR REPLACE INTO "${tableName}" (pk, sk, item_json, item_size) VALUES (?, ?, ?, ?)`,
  )
  const indexes = tableSchema.indexes.map(({ name, partitionKey, sortKey }) => ({
    partitionKey,
    sortKey,
    insert: db.prepare(
      `INSERT OR REPLACE INTO "${tableName}::gsi::${name}" (gsi_pk, gsi_sk, table_pk, table_sk, item_json) VALUES (?, ?, ?, ?, ?)`,
    ),
  }))
  const stored = (value: unknown): string => `S:${String(value)}`
  return (item: Record<string, unknown>): void => {
    const { pk, sk } = item
    const json = JSON.stringify(marshall(item, { removeUndefinedValues: true }))
    insert.run(stored(pk), stored(sk), json, json.length)
    for (const index of indexes) {
      const [partition, sort] = [item[index.partitionKey], item[index.sortKey]]
      if (partition === undefined || sort === undefined) continue
      const entry = { pk, sk, [index.partitionKey]: partition, [index.sortKey]: sort }
      index.insert.run(
        stored(partition),
        stored(sort),
        stored(pk),
        stored(sk),
        JSON.stringify(marshall(entry)),
      )
    }
  }
}

/** Writes very many items directly into the embedded DynamoDB's file, twenty times as fast as by requests. */
export async function writeInto(
  { databasePath, tableName }: { readonly databasePath: string; readonly tableName: string },
  items: Iterable<Record<string, unknown>>,
): Promise<number> {
  using db = new DatabaseSync(databasePath, { timeout: BUSY_MS })
  const put = writer(db, tableName)
  let written = 0
  let open = false
  for (const item of items) {
    if (!open) db.exec('BEGIN IMMEDIATE')
    open = true
    put(item)
    written += 1
    if (written % ITEMS_PER_COMMIT > 0) continue
    db.exec('COMMIT')
    open = false
    await setImmediate()
  }
  if (open) db.exec('COMMIT')
  return written
}
