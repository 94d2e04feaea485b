import { DatabaseSync } from 'node:sqlite'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/**
 * Maximum of records that one `trimStream` deletes. That takes a few milliseconds, in which DynamoDB's writers wait.
 */
const TRIM_BATCH_RECORDS = 5_000
/**
 * Longest wait for the database's lock, since the service's thread blocks meanwhile. What isn't trimmed now is
 * trimmed next time.
 */
const LOCK_WAIT_MS = 50
const SETUP_LOCK_WAIT_MS = 10_000
const SWEEP_PAGE_ITEMS = 1_000
const SQLITE_BUSY = 5

/** The identity in the stream record of an item that DynamoDB deleted because its time to live was over. */
const SERVICE_IDENTITY = '{"type":"Service","principalId":"dynamodb.amazonaws.com"}'

type Item = Record<string, AttributeValue>

const SETUP = `
  CREATE INDEX IF NOT EXISTS ix_seq ON _stream_records(table_name, CAST(sequence_number AS INTEGER));
  CREATE INDEX IF NOT EXISTS ix_shard ON _stream_records(table_name, shard_id, CAST(sequence_number AS INTEGER));
  CREATE TABLE IF NOT EXISTS _local_sweep (table_name TEXT, keys TEXT, PRIMARY KEY (table_name, keys)) WITHOUT ROWID;
  DELETE FROM _local_sweep;
  CREATE TRIGGER IF NOT EXISTS _local_sweep_identity AFTER INSERT ON _stream_records WHEN NEW.event_name = 'REMOVE' BEGIN
    UPDATE _stream_records SET user_identity = '${SERVICE_IDENTITY}'
    WHERE id = NEW.id AND EXISTS (
      SELECT 1 FROM _local_sweep WHERE table_name = NEW.table_name AND keys = (
        SELECT group_concat(key || '=' || value, '&') FROM (SELECT key, value FROM json_each(NEW.keys_json) ORDER BY key)));
  END`

const TRIM = `
  DELETE FROM _stream_records WHERE id IN (
    SELECT id FROM _stream_records
    WHERE table_name = :table AND CAST(sequence_number AS INTEGER) < min(
      CAST(:upTo AS INTEGER),
      (SELECT max(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = :table))
    ORDER BY CAST(sequence_number AS INTEGER) LIMIT ${TRIM_BATCH_RECORDS})`

/** Spells a key as the trigger above does. */
function canonical(key: Item): string {
  return Object.keys(key)
    .sort()
    .map((name) => `${name}=${JSON.stringify(key[name])}`)
    .join('&')
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Opens the database file of the embedded DynamoDB, for what its API can't do. */
export function openDynoxideDatabase(databasePath: string) {
  const db = new DatabaseSync(databasePath, { timeout: SETUP_LOCK_WAIT_MS })
  // Without these indexes every write would scan all stream records ever made.
  db.exec(SETUP)
  db.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}`)
  const trim = db.prepare(TRIM)
  const mark = db.prepare('INSERT OR IGNORE INTO _local_sweep (table_name, keys) VALUES (?, ?)')
  const unmark = db.prepare('DELETE FROM _local_sweep WHERE table_name = ?')

  return {
    trimStream(tableName: string, handledUpTo: string): void {
      try {
        trim.run({ table: tableName, upTo: handledUpTo })
      } catch (error) {
        if (!(error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY)) throw error
      }
    },

    /** Items whose `ttlAttribute` (seconds since 1970) is before `nowSeconds`, in pages. */
    *expiredItems(tableName: string, ttlAttribute: string, nowSeconds: number): Generator<Item[]> {
      const table = `"${tableName.replaceAll('"', '""')}"`
      const select = db.prepare(
        `SELECT rowid, item_json FROM ${table}
         WHERE rowid > :beyond AND CAST(json_extract(item_json, :path) AS REAL) < :now ORDER BY rowid LIMIT ${SWEEP_PAGE_ITEMS}`,
      )
      let beyond: unknown = 0
      for (;;) {
        const path = `$.${JSON.stringify(ttlAttribute)}.N`
        const rows = select.all({ beyond: Number(beyond), path, now: nowSeconds })
        if (rows.length === 0) return
        beyond = rows.at(-1)?.rowid
        yield rows.map((row) => JSON.parse(String(row.item_json))).filter(isItem)
      }
    },

    /** Runs `work`. Its deletions of these keys appear in the stream as DynamoDB's own. */
    async asTimeToLive(tableName: string, keys: readonly Item[], work: () => Promise<void>): Promise<void> {
      db.exec('BEGIN IMMEDIATE')
      for (const key of keys) mark.run(tableName, canonical(key))
      db.exec('COMMIT')
      try {
        await work()
      } finally {
        unmark.run(tableName)
      }
    },

    close: () => db.close(),
  }
}

export type DynoxideDatabase = ReturnType<typeof openDynoxideDatabase>
