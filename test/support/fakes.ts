import { createHash, randomUUID } from 'node:crypto'
import type { S3Event, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { detailSchemaOf } from '../../shared/http/schemas/event.ts'
import type { PublishedEvent } from '../../shared/contracts/bus-events.ts'
import type { Mailer, OutgoingMail } from '../../shared/contracts/outgoing-mail.ts'
import { ObjectGone, type ObjectReader, type ObjectWriter } from '../../shared/contracts/object-store.ts'
import { type DueMinute, endOfMinute } from '../../shared/rules/due/due-minutes.ts'
import type { FailedMessages, Failure } from '../../shared/lib/queue-handler.ts'
import type { Log, LogFields } from '../../shared/lib/log.ts'
import type { LogCode } from '../../shared/lib/log-codes.ts'
import { WRITTEN, type Written } from '../../shared/storage/writes/write.ts'

const READ_BYTES = 16 * 1024

/** A port that isn't to be called. */
export const never = async (): Promise<never> => {
  throw new Error('asked for what is not needed')
}

/** A store's write, with the outcome of each call, counted from 1; those that succeed are kept. */
export function fakeWrites<T>(outcomeOf: (call: number) => Written = () => WRITTEN) {
  const written: T[] = []
  let calls = 0
  const write = async (next: T): Promise<Written> => {
    const outcome = outcomeOf(++calls)
    if (outcome.outcome === 'written') written.push(next)
    return outcome
  }
  return { write, written }
}

export interface StoredObject {
  readonly key: string
  readonly etag: string
  readonly bytes: Buffer
  /** A sequencer, which grows with every write, as S3's does for a key. */
  readonly sequencer: string
}

/**
 * A bucket with ETags, ranges, and objects that appear once they are complete. `test/integration/aws` compares it
 * with S3.
 */
export function fakeBucket() {
  const objects = new Map<string, StoredObject>()
  let writes = 0
  const put = (key: string, content: Uint8Array | string): StoredObject => {
    const bytes = Buffer.from(content)
    const etag = createHash('md5').update(bytes).digest('hex')
    const stored = { key, etag, bytes, sequencer: String(++writes).padStart(16, '0') }
    objects.set(key, stored)
    return stored
  }
  const read: ObjectReader = async ({ key, etag, startByte, endByte }) => {
    const found = objects.get(key)
    if (found === undefined || (etag !== undefined && found.etag !== etag))
      throw new ObjectGone('no such object')
    return inPieces(found.bytes.subarray(startByte, endByte))
  }
  const write: ObjectWriter = async (key, _contentType, body) => {
    const parts: Uint8Array[] = []
    for await (const part of body) parts.push(part)
    put(key, Buffer.concat(parts))
  }
  return {
    put,
    read,
    write,
    delete: (key: string): boolean => objects.delete(key),
    async *list(prefix: string): AsyncGenerator<string> {
      yield* [...objects.keys()].filter((key) => key.startsWith(prefix)).sort()
    },
    remove: async (key: string): Promise<void> => {
      objects.delete(key)
    },
    get: (key: string): StoredObject | undefined => objects.get(key),
    text(key: string): string {
      const found = objects.get(key)
      if (found === undefined) throw new Error(`no object ${key}`)
      return found.bytes.toString()
    },
  }
}

export type FakeBucket = ReturnType<typeof fakeBucket>

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += READ_BYTES)
    yield bytes.subarray(start, start + READ_BYTES)
}

/** The principal that puts objects into the bucket, as S3 names it. */
export const UPLOADER = 'AWS:AROAEXAMPLEEXAMPLE001:ada'

/** S3's notification of an object's creation, with the key as S3 writes it there. */
export function s3Event({ key, etag, bytes, sequencer }: StoredObject, at: Date): Pick<S3Event, 'Records'> {
  const object = {
    key: encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+'),
    size: bytes.length,
    eTag: etag,
    sequencer,
  }
  // As it comes from the queue: JSON, here with only the parts that are read.
  const userIdentity = { principalId: UPLOADER }
  return JSON.parse(
    JSON.stringify({ Records: [{ eventTime: at.toISOString(), userIdentity, s3: { object } }] }),
  )
}

interface Message {
  readonly messageId: string
  readonly body: string
  receives: number
  acknowledged: boolean
}

/** Receives after which a message whose function dies every time becomes a dead letter; about as in the template. */
const MAX_RECEIVES = 100

/**
 * A standard queue with dead letters. It keeps a message until it is acknowledged, and otherwise delivers it again.
 * With `deliverTwice` it delivers acknowledged messages once more, too.
 */
export function fakeQueue(
  now: () => Date = () => new Date(0),
  /** Called with the seconds that a message given back should wait. Here it is delivered at once in any case. */
  onGivenBack: (afterSeconds: number) => void = () => undefined,
) {
  let waiting: Message[] = []
  const deadLetters: unknown[] = []
  const { port, counts } = fakeFailed(now)
  const sent: unknown[] = []
  const queue = {
    deliverTwice: false,
    /** For the handler: what it gives back is delivered again at once. */
    failed: {
      ...port,
      giveBack: async (_record, afterSeconds) => onGivenBack(afterSeconds),
      setAside: async ({ body }: SQSRecord) => void deadLetters.push(JSON.parse(body)),
    } satisfies FailedMessages,
    sent,
    deadLetters,
    /** The handler’s metrics, keyed by name and dimension: `JobsStuck import`. */
    counts,
    get length(): number {
      return waiting.length
    },
    send(bodies: readonly unknown[]): void {
      for (const body of bodies) {
        sent.push(body)
        waiting.push({
          messageId: randomUUID(),
          body: JSON.stringify(body),
          receives: 0,
          acknowledged: false,
        })
      }
    },
    /** A batch for a function. Its messages stay in the queue until `settle` says what became of them. */
    receive(batchSize: number): SQSEvent | undefined {
      const batch = waiting.slice(0, batchSize)
      for (const message of batch) message.receives++
      return batch.length === 0 ? undefined : sqsEvent(batch, now())
    },
    /** `undefined`: the function died without an answer. */
    settle({ Records }: SQSEvent, response: SQSBatchResponse | undefined): void {
      const failed = new Set(response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
      const ids = new Set(Records.map(({ messageId }) => messageId))
      const again: Message[] = []
      for (const message of waiting.filter(({ messageId }) => ids.has(messageId))) {
        if (response !== undefined && !failed.has(message.messageId)) {
          if (queue.deliverTwice && !message.acknowledged) again.push({ ...message, acknowledged: true })
        } else if (message.receives >= MAX_RECEIVES) deadLetters.push(JSON.parse(message.body))
        else again.push(message)
      }
      // Behind the others, like a message that has to wait for its visibility time-out.
      waiting = [...waiting.filter(({ messageId }) => !ids.has(messageId)), ...again]
    },
    /** Puts dead letters back on the queue as new messages, as SQS does. */
    redrive(): void {
      queue.send(deadLetters.splice(0))
    },
  }
  return queue
}

export type FakeQueue = ReturnType<typeof fakeQueue>

/** What a queue's handler did with failed messages. */
export function fakeFailed(now: () => Date = () => new Date(0), chance = 0) {
  const givenBack = new Map<string, number>()
  const setAside: { readonly messageId: string; readonly body: string; readonly failure: Failure }[] = []
  const counts: Record<string, number> = {}
  const port: FailedMessages = {
    giveBack: async ({ messageId }, afterSeconds) => void givenBack.set(messageId, afterSeconds),
    setAside: async ({ messageId, body }, failure) => void setAside.push({ messageId, body, failure }),
    metrics: {
      count: (name, value, ...[dimension]) => {
        const key = [name, ...Object.values(dimension ?? {})].join(' ')
        counts[key] = (counts[key] ?? 0) + value
      },
    },
    now,
    chance: () => chance,
  }
  return { port, givenBack, setAside, counts }
}

export function sqsEvent(
  messages: readonly (Pick<Message, 'messageId' | 'body'> & {
    readonly receives?: number
    readonly firstReceivedAt?: Date
  })[],
  receivedAt: Date = new Date(0),
): SQSEvent {
  return {
    Records: messages.map(({ messageId, body, receives = 1, firstReceivedAt = receivedAt }) => ({
      messageId,
      body,
      receiptHandle: messageId,
      attributes: {
        ApproximateReceiveCount: String(receives),
        SentTimestamp: String(firstReceivedAt.getTime()),
        SenderId: 'local',
        ApproximateFirstReceiveTimestamp: String(firstReceivedAt.getTime()),
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:queue',
      awsRegion: 'us-east-1',
    })),
  }
}

/** SES, which accepts and records every mail. */
export function fakeMailer() {
  const sent: OutgoingMail[] = []
  const send: Mailer = async (mail) => {
    await mailer.accept(mail)
    sent.push(mail)
    return `ses-${sent.length}`
  }
  const mailer = {
    sent,
    send,
    /** Called before a mail is accepted. If it throws, that is SES's refusal. */
    accept: async (_mail: OutgoingMail): Promise<void> => undefined,
  }
  return mailer
}

/** The message of a one-time schedule. A schedule that is created twice exists once. */
export type DueMessage = { readonly kind: 'due' } & DueMinute

export function fakeScheduler() {
  const minutes = new Map<string, DueMinute>()
  return {
    /** The instants at which they fire. */
    instants: (): string[] => [...new Set([...minutes.values()].map(endOfMinute))].sort(),
    /** Their names, such as `2026-03-15T09:30:00Z end`. */
    names: (): string[] => [...minutes.keys()].sort(),
    clear: (): void => minutes.clear(),
    schedule: async (asked: readonly DueMinute[]): Promise<void> => {
      for (const due of asked) {
        const name = `${due.minute} ${due.of}`
        const other = minutes.get(name)
        minutes.set(
          name,
          other === undefined || other.shard === due.shard ? due : { ...due, shard: undefined },
        )
      }
    },
    /**
     * Fires the schedules that are due up to `now`, once each, and then those of the current minute, as a jump of the
     * clock does.
     */
    fire(now: Date): DueMessage[] {
      const due = [...minutes]
        .filter(([, { minute }]) => Date.parse(minute) <= now.getTime())
        .sort(([, a], [, b]) => (a.minute < b.minute ? -1 : 1))
      for (const [name, minute] of due)
        if (Date.parse(endOfMinute(minute)) <= now.getTime()) minutes.delete(name)
      return due.map(([, minute]) => ({ kind: 'due', ...minute }))
    },
  }
}

/** A4: checks that `/asyncapi.json` describes the event, as it goes over the wire. */
function mustBeDescribed({ id, type, at, detail }: PublishedEvent): void {
  detailSchemaOf(type).parse(JSON.parse(JSON.stringify({ id, at, ...detail })))
}

export function fakeBus() {
  const published: PublishedEvent[] = []
  return {
    published,
    publish: async (events: readonly PublishedEvent[]): Promise<void> => {
      // As JSON, since what that drops never reaches a consumer.
      for (const event of events) mustBeDescribed(event)
      published.push(...events.map((event): PublishedEvent => JSON.parse(JSON.stringify(event))))
    },
  }
}

export interface RecordedLog extends Log {
  readonly lines: { level: 'info' | 'warn' | 'error'; code: LogCode; facts: LogFields }[]
}

export function recordedLog(): RecordedLog {
  const lines: RecordedLog['lines'] = []
  const at =
    (level: 'info' | 'warn' | 'error') =>
    (common: LogFields) =>
    (code: LogCode, facts: LogFields = {}): void => {
      lines.push({ level, code, facts: { ...common, ...facts } })
    }
  const logOf = (common: LogFields): Log => ({
    info: at('info')(common),
    warn: at('warn')(common),
    error: at('error')(common),
    with: (more) => logOf({ ...common, ...more }),
    enter: () => undefined,
  })
  return { lines, ...logOf({}) }
}

/** A clock that only moves when it is set. */
export function movableClock(start: string) {
  let now = new Date(start)
  const clock = {
    now: (): Date => now,
    advance(ms: number): void {
      now = new Date(now.getTime() + ms)
    },
    set(at: string | Date): void {
      now = new Date(at)
    },
  }
  return clock
}
