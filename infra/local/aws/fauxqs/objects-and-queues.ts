import { mkdirSync } from 'node:fs'
import { type Expiration, expireObjects } from '../s3/expiry.ts'
import { buildHttp, databaseOf, loadInternals, type Persistence, type SqsStore } from './fauxqs-internals.ts'
import { LOCAL_ACCOUNT_ID, queueArn } from '../names.ts'
import { type ObjectCreated, watchObjects } from '../s3/object-events.ts'
import { keepQueueTime, nextReleases } from '../sqs/queue-time.ts'
import { createQueues, type LocalQueues, type QueueDepth, queueDepths } from '../sqs/queues.ts'

/**
 * Bodies of recently read objects kept in memory. Without them, each range of an object would read all of it from
 * disk.
 */
const BODY_CACHE_BYTES = 128 * 1024 * 1024

export interface ObjectsAndQueues {
  /** S3 and SQS over HTTP, without any authorization. */
  endpoint: string
  createBucket(name: string): void
  /** Stores an object as an AWS service would, and sends the notification that follows. */
  putObject(bucket: string, key: string, body: string): void
  /**
   * Creates the queue, or sets the attributes of an existing one (names and values as in SQS's API). Returns its URL.
   */
  createQueue(name: string, attributes: Readonly<Record<string, string>>): string
  /** The listener is called once for each stored object, and again if it failed. */
  onObjectCreated(listener: (object: ObjectCreated) => Promise<void>): void
  /** Gives the listener what was stored but not yet notified. Call it at start, once the listener is set. */
  replayObjects(): Promise<void>
  /** Number of stored objects whose notification the listener hasn't accepted yet. */
  pendingObjects(): number
  /** Removes objects that a lifecycle rule has expired by now. Returns how many. */
  expireObjects(bucket: string, rules: readonly Expiration[]): number
  queues: LocalQueues
  queueDepths(): Promise<Record<string, QueueDepth>>
  /** When the next hidden or delayed message of each queue becomes visible, in milliseconds since 1970. */
  nextReleases(): ReadonlyMap<string, number>
  stop(): Promise<void>
}

/** Makes messages that were in flight visible again after a `kill -9`, since nobody handles them any longer. */
function reviveQueues(persistence: Persistence, port: number): void {
  const db = databaseOf(persistence)
  db.exec('PRAGMA synchronous = NORMAL')
  db.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL')
  db.prepare('UPDATE sqs_queues SET url = ? || name').run(`http://127.0.0.1:${port}/${LOCAL_ACCOUNT_ID}/`)
}

/** Works around fauxqs: it sets the receive count to null here, which its own table refuses. */
function mendMakingVisible(persistence: Persistence): void {
  const makeVisible = databaseOf(persistence).prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  )
  persistence.updateMessageReady = (messageId) => {
    makeVisible.run(messageId)
  }
}

function cacheBodies(persistence: Persistence): void {
  const bodies = new Map<string, Buffer>()
  let bytes = 0
  const forget = (name: string) => {
    bytes -= bodies.get(name)?.length ?? 0
    bodies.delete(name)
  }
  const nameOf = (bucket: string, key: string) => `${bucket}/${key}`
  const readBody = persistence.readBody.bind(persistence)
  persistence.readBody = (bucket, key) => {
    const name = nameOf(bucket, key)
    const body = bodies.get(name) ?? readBody(bucket, key)
    forget(name)
    if (body.length > BODY_CACHE_BYTES) return body
    bodies.set(name, body)
    bytes += body.length
    for (const oldest of bodies.keys()) {
      if (bytes <= BODY_CACHE_BYTES) break
      forget(oldest)
    }
    return body
  }
  const upsertObject = persistence.upsertObject.bind(persistence)
  persistence.upsertObject = (bucket, object) => {
    forget(nameOf(bucket, object.key))
    upsertObject(bucket, object)
  }
  const deleteObject = persistence.deleteObject.bind(persistence)
  persistence.deleteObject = (bucket, key) => {
    forget(nameOf(bucket, key))
    deleteObject(bucket, key)
  }
}

function createQueue(
  store: SqsStore,
  port: number,
  name: string,
  attributes: Readonly<Record<string, string>>,
): string {
  const existing = store.getQueueByName(name)
  if (existing !== undefined) {
    // Creating the queue again would delete its messages.
    existing.setAttributes({ ...attributes })
    return existing.url
  }
  const url = `http://127.0.0.1:${port}/${LOCAL_ACCOUNT_ID}/${name}`
  return store.createQueue(name, url, queueArn(name), { ...attributes }).url
}

/**
 * Starts S3 and SQS on one loopback port, with their data in `dir` or in memory. Objects and messages that were
 * acknowledged survive a `kill -9`.
 */
export async function startObjectsAndQueues(o: {
  dir?: string | undefined
  port?: number | undefined
  /** The service's clock: for the times of objects and notifications, and for all visibility and delay of messages. */
  now?: () => Date
}): Promise<ObjectsAndQueues> {
  const internals = await loadInternals()
  const stores = {
    sqsStore: new internals.SqsStore(),
    snsStore: new internals.SnsStore(),
    s3Store: new internals.S3Store(),
  }
  const now = o.now ?? (() => new Date())
  keepQueueTime(stores.sqsStore, () => now().getTime())
  // Makes fauxqs derive queue URLs from the address that the caller used.
  stores.sqsStore.host = ''
  const app = buildHttp(stores)
  const address = new URL(await app.listen({ host: '127.0.0.1', port: o.port ?? 0 }))
  const port = Number(address.port)

  let persistence: Persistence | undefined
  if (o.dir !== undefined) {
    mkdirSync(o.dir, { recursive: true })
    persistence = new internals.PersistenceManager(o.dir)
    reviveQueues(persistence, port)
    mendMakingVisible(persistence)
    cacheBodies(persistence)
    // The stores must not write while they load: writing a queue again would delete its messages.
    persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store)
    stores.sqsStore.persistence = persistence
    stores.s3Store.persistence = persistence
    for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence
  }
  const objects = watchObjects(stores.s3Store, persistence, now)

  return {
    endpoint: `http://127.0.0.1:${port}`,
    createBucket: (name) => stores.s3Store.createBucket(name),
    putObject: (bucket, key, body) =>
      void stores.s3Store.putObject(bucket, key, Buffer.from(body), 'application/json'),
    createQueue: (name, attributes) => createQueue(stores.sqsStore, port, name, attributes),
    onObjectCreated: objects.onCreated,
    replayObjects: objects.replay,
    pendingObjects: objects.pending,
    expireObjects: (bucket, rules) => expireObjects(stores.s3Store, bucket, rules, now()),
    queues: createQueues(stores.sqsStore, persistence, (body, delaySeconds) =>
      internals.SqsStore.createMessage(body, {}, delaySeconds),
    ),
    queueDepths: async () => queueDepths(stores.sqsStore),
    nextReleases: () => nextReleases(stores.sqsStore),
    async stop() {
      objects.stop()
      await app.close()
      persistence?.close()
    },
  }
}
