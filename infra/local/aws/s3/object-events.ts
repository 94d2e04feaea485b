import type { DatabaseSync } from 'node:sqlite'
import { databaseOf, type Persistence, type S3Store, type StoredObject } from '../fauxqs/fauxqs-internals.ts'

/** Wait before a listener that failed is called again. */
const RETRY_MS = 1_000

/** A stored object, with what S3's notification says of it. */
export interface ObjectCreated {
  bucket: string
  /** Not URL-encoded. */
  key: string
  /** Bytes. */
  size: number
  /** Without quotes. */
  etag: string
  /** Hexadecimal digits. Objects stored later have a greater text. */
  sequencer: string
  eventName: 'ObjectCreated:Put' | 'ObjectCreated:CompleteMultipartUpload'
  /** On the service's clock. */
  eventTime: Date
}

export interface ObjectEvents {
  onCreated(listener: (object: ObjectCreated) => Promise<void>): void
  /** Resolves when every event known now has been given to the listener once. */
  replay(): Promise<void>
  /** Number of events that the listener hasn't accepted yet. */
  pending(): number
  stop(): void
}

const sequencerOf = (id: number | bigint) => id.toString(16).toUpperCase().padStart(16, '0')
const eventNameOf = (object: StoredObject) =>
  object.parts === undefined ? 'ObjectCreated:Put' : 'ObjectCreated:CompleteMultipartUpload'

function openJournal(db: DatabaseSync) {
  db.exec(`CREATE TABLE IF NOT EXISTS _local_object_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL, size INTEGER NOT NULL,
    etag TEXT NOT NULL, event_name TEXT NOT NULL, event_time TEXT NOT NULL)`)
  const insert = db.prepare(
    'INSERT INTO _local_object_events (bucket, key, size, etag, event_name, event_time) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const remove = db.prepare('DELETE FROM _local_object_events WHERE id = ?')
  return {
    add: (e: Omit<ObjectCreated, 'sequencer'>) =>
      insert.run(e.bucket, e.key, e.size, e.etag, e.eventName, e.eventTime.toISOString()).lastInsertRowid,
    remove: (sequencer: string) => remove.run(Number.parseInt(sequencer, 16)),
    all: (): ObjectCreated[] =>
      db
        .prepare('SELECT * FROM _local_object_events ORDER BY id')
        .all()
        .map((row) => ({
          bucket: String(row.bucket),
          key: String(row.key),
          size: Number(row.size),
          etag: String(row.etag),
          sequencer: sequencerOf(Number(row.id)),
          eventName:
            row.event_name === 'ObjectCreated:Put' ? row.event_name : 'ObjectCreated:CompleteMultipartUpload',
          eventTime: new Date(String(row.event_time)),
        })),
  }
}

/**
 * Adds two things that fauxqs lacks: events of stored objects, and objects' times on the service's clock. An event is
 * written in the transaction that stores its object, and deleted when the listener is done with it. So a `kill -9`
 * loses none and may repeat one, as S3 may.
 */
export function watchObjects(
  store: S3Store,
  persistence: Persistence | undefined,
  now: () => Date,
): ObjectEvents {
  const db = persistence === undefined ? undefined : databaseOf(persistence)
  const journal = db === undefined ? undefined : openJournal(db)
  const waiting = new Map<string, ObjectCreated>(
    (journal?.all() ?? []).map((event) => [event.sequencer, event]),
  )
  let listener: ((object: ObjectCreated) => Promise<void>) | undefined
  let delivering: Promise<void> | undefined
  let retry: NodeJS.Timeout | undefined
  let stopped = false
  let lastId = 0

  const describe = (bucket: string, object: StoredObject): ObjectCreated => {
    const event = {
      bucket,
      key: object.key,
      size: object.contentLength,
      etag: object.etag.replaceAll('"', ''),
      eventName: eventNameOf(object),
      eventTime: now(),
    } as const
    return { ...event, sequencer: sequencerOf(journal?.add(event) ?? ++lastId) }
  }

  const deliverAll = async () => {
    try {
      // The store is in the middle of its put: let it finish.
      await Promise.resolve()
      // The iterator of a map also visits entries that are added meanwhile.
      for (const event of waiting.values()) {
        if (stopped || listener === undefined) return
        try {
          await listener(event)
        } catch {
          retry ??= setTimeout(() => {
            retry = undefined
            void deliver()
          }, RETRY_MS).unref()
          continue
        }
        // The journal may be closed by now. The event is then delivered at the next start.
        if (stopped) return
        journal?.remove(event.sequencer)
        waiting.delete(event.sequencer)
      }
    } finally {
      delivering = undefined
    }
  }
  const deliver = (): Promise<void> => {
    delivering ??= deliverAll()
    return delivering
  }
  const announce = (event: ObjectCreated) => {
    waiting.set(event.sequencer, event)
    if (listener !== undefined) void deliver()
  }

  const stamp = (object: StoredObject) => {
    object.lastModified = now()
  }

  if (persistence === undefined || db === undefined) {
    const putObject = store.putObject.bind(store)
    store.putObject = (bucket, ...rest) => {
      const object = putObject(bucket, ...rest)
      stamp(object)
      announce(describe(bucket, object))
      return object
    }
    const complete = store.completeMultipartUpload.bind(store)
    store.completeMultipartUpload = (uploadId, parts) => {
      const bucket = bucketOfUpload(store, uploadId)
      const object = complete(uploadId, parts)
      stamp(object)
      announce(describe(bucket, object))
      return object
    }
  } else {
    const upsertObject = persistence.upsertObject.bind(persistence)
    const completeMultipartUpload = persistence.completeMultipartUpload.bind(persistence)
    let inTransaction: ObjectCreated | undefined
    persistence.upsertObject = (bucket, object) => {
      stamp(object)
      if (db.isTransaction) {
        upsertObject(bucket, object)
        inTransaction = describe(bucket, object)
        return
      }
      db.exec('BEGIN')
      let event: ObjectCreated
      try {
        upsertObject(bucket, object)
        event = describe(bucket, object)
        db.exec('COMMIT')
      } catch (error) {
        db.exec('ROLLBACK')
        throw error
      }
      announce(event)
    }
    persistence.completeMultipartUpload = (uploadId, bucket, object) => {
      inTransaction = undefined
      completeMultipartUpload(uploadId, bucket, object)
      if (inTransaction !== undefined) announce(inTransaction)
    }
  }

  return {
    onCreated(added) {
      listener = added
    },
    replay: async () => {
      await delivering
      await deliver()
    },
    pending: () => waiting.size,
    stop() {
      stopped = true
      clearTimeout(retry)
    },
  }
}

/** Reads the bucket of an upload from fauxqs' private map, since its API doesn't tell it. */
function bucketOfUpload(store: S3Store, uploadId: string): string {
  const uploads: unknown = Reflect.get(store, 'multipartUploads')
  const upload: unknown = uploads instanceof Map ? uploads.get(uploadId) : undefined
  const bucket: unknown =
    typeof upload === 'object' && upload !== null ? Reflect.get(upload, 'bucket') : undefined
  return typeof bucket === 'string' ? bucket : ''
}
