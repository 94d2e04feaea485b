import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { type BuildAppOptions, buildApp } from 'fauxqs'

/*
 * Puts fauxqs together from its own modules. Its `startFauxqs` listens on all interfaces, takes bodies of 11 MiB at
 * most, and doesn't give access to its stores. Modules that aren't exported are loaded by path; the version is
 * pinned.
 */

type Stores = NonNullable<BuildAppOptions['stores']>
export type S3Store = Stores['s3Store']
export type SqsStore = Stores['sqsStore']
export type SqsQueue = ReturnType<SqsStore['createQueue']>
export type Persistence = NonNullable<SqsStore['persistence']>
export type StoredObject = ReturnType<S3Store['putObject']>

type Message = Parameters<SqsQueue['enqueue']>[0]

interface Internals {
  SqsStore: (new () => SqsStore) & {
    createMessage(body: string, attributes?: Message['messageAttributes'], delaySeconds?: number): Message
  }
  SnsStore: new () => Stores['snsStore']
  S3Store: new () => S3Store
  PersistenceManager: new (dataDir: string) => Persistence
}

const PARTS = {
  SqsStore: 'sqs/sqsStore.js',
  SnsStore: 'sns/snsStore.js',
  S3Store: 's3/s3Store.js',
  PersistenceManager: 'persistence.js',
} as const satisfies Record<keyof Internals, string>

function isInternals(parts: Record<string, unknown>): parts is Record<string, unknown> & Internals {
  return Object.keys(PARTS).every((name) => typeof parts[name] === 'function')
}

export async function loadInternals(): Promise<Internals> {
  const manifest = findPackageJSON('fauxqs', import.meta.url)
  if (manifest === undefined) throw new Error('the package fauxqs is not installed')
  const parts: Record<string, unknown> = {}
  for (const [name, path] of Object.entries(PARTS)) {
    const module: Record<string, unknown> = await import(
      pathToFileURL(join(dirname(manifest), 'dist', path)).href
    )
    parts[name] = module[name]
  }
  if (!isInternals(parts))
    throw new Error('this version of fauxqs has other parts than the local service knows')
  return parts
}

/** Largest object taken in one request, since it is held in memory while it is stored. S3's limit is 5 GiB. */
export const MAX_BODY_BYTES = 512 * 1024 * 1024

/**
 * The HTTP server over the given stores. Unlike fauxqs' own, it takes larger bodies, empty objects, and objects whose
 * content type is that of a form.
 */
export function buildHttp(stores: Stores): ReturnType<typeof buildApp> {
  const app = buildApp({ logger: false, stores })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/x-amz-json-1.0', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(body.toString()))
    } catch {
      done(Object.assign(new Error('the body is not JSON'), { statusCode: 400 }))
    }
  })
  // Without `parseAs` the parser reads the stream itself, and the limit of the routes doesn't apply.
  app.addContentTypeParser('*', async (request: { url: string }, payload: AsyncIterable<Buffer>) => {
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of payload) {
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) throw Object.assign(new Error('EntityTooLarge'), { statusCode: 400 })
      chunks.push(chunk)
    }
    const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes)
    return request.url === '/' ? Object.fromEntries(new URLSearchParams(body.toString())) : body
  })
  app.addHook('preHandler', async (request) => {
    request.body ??= Buffer.alloc(0)
  })
  return app
}

/**
 * The SQLite database behind fauxqs' persistence, so that a write of ours can share a transaction with one of fauxqs.
 */
export function databaseOf(persistence: Persistence): DatabaseSync {
  const db: unknown = Reflect.get(persistence, 'db')
  if (!(db instanceof DatabaseSync)) throw new Error('this version of fauxqs keeps its database elsewhere')
  return db
}
