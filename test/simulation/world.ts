import type { SQSEvent } from 'aws-lambda'
import * as z from 'zod'
import { functions as limits } from '../../infra/functions.ts'
import type { HttpHandler } from '../../shared/http/api.ts'
import { SYNC_SIZES, type SyncSizes } from '../../shared/usecases/directory/sync-runs.ts'
import { httpEvent, type TestRequest } from '../support/events.ts'
import { s3Event } from '../support/fakes.ts'
import { SimulatedBucket } from './cloud/bucket.ts'
import { Cloud } from './cloud/clients.ts'
import type { Container } from './cloud/invocation.ts'
import { SimulatedFunction } from './cloud/lambda.ts'
import { SimulatedBus, SimulatedMail, SimulatedSchedules } from './cloud/outbound.ts'
import { queueService, SimulatedQueue } from './cloud/queues.ts'
import { SimulatedStream } from './cloud/stream.ts'
import { Weather } from './cloud/weather.ts'
import { keyOf, MemoryTable } from './dynamo/memory-table.ts'
import {
  effectsFunction,
  type HttpFunction,
  httpFunctions,
  type Parts,
  partsOf,
  type QueueName,
  queueFunctions,
  queueNames,
  type Surroundings,
} from './functions.ts'
import { Random } from './random.ts'
import { Scheduler } from './scheduler.ts'
import type { Told } from './told.ts'

export const START = Date.parse('2026-03-02T08:00:00Z')
const SECOND_MS = 1_000
const SWEEP_MS = 15 * 60 * SECOND_MS
const DAY_MS = 86_400 * SECOND_MS
/** How long a lost schedule may delay its work: the sweep looks through an hour half an hour after its end. */
const LOST_FOUND_MS = 95 * 60 * SECOND_MS

/** As in the template. */
const BATCH_SIZES: Readonly<Record<QueueName, number>> = {
  import: 1,
  'import-rows': 5,
  report: 1,
  mail: 10,
  due: 1,
  migrate: 5,
  export: 1,
  feedback: 10,
  sync: 1,
  deletion: 5,
}
const CONCURRENCY = 3
/** Maximum of events in a run. A run with more is in an endless loop. */
const MAX_EVENTS = 400_000

const batchResponse = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) })

export interface Answer {
  /** 504: the function died, and the caller doesn’t know how far it got. */
  readonly status: number
  readonly body: unknown
}

/** The whole service in one process, with a simulated AWS, on simulated time. */
export class World {
  readonly scheduler: Scheduler
  readonly random: Random
  readonly weather: Weather
  readonly table: MemoryTable
  readonly bucket: SimulatedBucket
  readonly mail: SimulatedMail
  readonly schedules: SimulatedSchedules
  readonly bus: SimulatedBus
  readonly stream: SimulatedStream
  readonly queues = new Map<string, SimulatedQueue>()
  readonly txtRecords = new Map<string, readonly string[]>()
  /**
   * Called with everything that functions send to queues, schedules and the bus, log or count, and with the keys of
   * objects.
   */
  told: Told = () => {}
  /** The sizes of a sync’s parts, used from the next process on. */
  syncSizes: SyncSizes = SYNC_SIZES
  /** The instants at which the items of the due index are due. */
  readonly #due = new Map<string, number>()
  readonly #http = new Map<string, SimulatedFunction<HttpHandler>>()
  readonly #cloud: Cloud
  #requests = 0

  constructor(seed: number, trace?: (at: number, label: string) => void, given?: Weather) {
    this.scheduler = new Scheduler(START, trace)
    this.random = new Random(seed, 'cloud')
    this.weather = given ?? new Weather(this.random)
    this.table = new MemoryTable('table', { now: () => this.scheduler.now, lags: this.weather.level > 0 })
    this.bucket = new SimulatedBucket(() => this.scheduler.now)
    const { scheduler, random, weather } = this
    const schedules = new SimulatedSchedules(scheduler, random, weather, (queue, input) => {
      const name = queueNames.find((each) => each === queue)
      if (name === undefined) throw new Error(`a schedule for ${queue}`)
      this.#enqueue(name, input)
    })
    this.schedules = schedules
    schedules.onLost = () => this.#lostAt.push(this.now)
    this.mail = new SimulatedMail(scheduler, random, weather, (event) => this.#enqueue('feedback', event))
    this.bus = new SimulatedBus(weather)
    const { table, bucket, mail, bus } = this
    this.#cloud = new Cloud(
      scheduler,
      weather,
      {
        table,
        bucket,
        schedules,
        mail,
        bus,
        queues: queueService(this.queues, this.weather),
      },
      (where, what) => this.told(where, what),
    )
    for (const name of queueNames) this.queues.set(name, this.#queue(name))
    const effects = this.#fn('effects', limits.effects.timeoutSeconds, effectsFunction)
    this.stream = new SimulatedStream(scheduler, random, weather, async (event) => {
      const answer = await effects.invoke((handler, context) => handler(event, context))
      return answer !== undefined
    })
    for (const name of ['admin-api', 'platform-api', 'decisions'] as const)
      this.#http.set(name, this.#httpFn(name))
    table.onCommit((commits) => {
      this.stream.add(commits)
      for (const { key, after } of commits) {
        const at = typeof after?.dueAt === 'string' ? Date.parse(after.dueAt) : undefined
        if (at === undefined) this.#due.delete(`${key.pk}\n${key.sk}`)
        else this.#due.set(`${key.pk}\n${key.sk}`, at)
      }
      if (table.lag > 0) scheduler.after(random.int(1, 3_000), 'indexes', () => table.catchUp(commits.length))
    })
  }

  get now(): number {
    return this.scheduler.now
  }

  #surroundings(): Surroundings {
    const { scheduler, random, txtRecords } = this
    const pause = (ms: number): Promise<void> =>
      new Promise((resolve) => scheduler.after(ms, 'pause', () => resolve()))
    const told: Told = (where, what) => this.told(where, what)
    return { now: scheduler.date, random, txtRecords, pause, syncSizes: this.syncSizes, told }
  }

  #fn<Handler>(
    name: string,
    seconds: number,
    compose: (parts: Parts) => Handler,
  ): SimulatedFunction<Handler> {
    const start = (container: Container): Handler =>
      compose(partsOf(this.#cloud.clientsFor(name, container), this.#surroundings()))
    return new SimulatedFunction(this.scheduler, this.random, seconds * SECOND_MS, start)
  }

  #httpFn(name: HttpFunction): SimulatedFunction<HttpHandler> {
    const surroundings = this.#surroundings()
    const compose = httpFunctions[name]
    return this.#fn(name, limits[name].timeoutSeconds, (parts) => compose(parts, surroundings))
  }

  #queue(name: QueueName): SimulatedQueue {
    const { timeoutSeconds } = limits[name]
    const fn = this.#fn(name, timeoutSeconds, (parts) => queueFunctions[name](parts))
    const deliver = async (event: SQSEvent): Promise<readonly string[] | undefined> => {
      const answer: unknown = await fn.invoke((handler, context) => handler(event, context))
      if (answer === undefined) return undefined
      return batchResponse.parse(answer).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
    }
    const settings = {
      name,
      batchSize: BATCH_SIZES[name],
      concurrency: CONCURRENCY,
      timeoutMs: timeoutSeconds * SECOND_MS,
    }
    return new SimulatedQueue(settings, this.scheduler, this.random, this.weather, deliver)
  }

  #enqueue(name: QueueName, body: string): void {
    this.queues.get(name)?.send(body)
  }

  /** Sends one HTTP request, as API Gateway passes it on. */
  async request(request: TestRequest): Promise<Answer> {
    const { event, route } = httpEvent(request)
    const fn = this.#http.get(route?.fn ?? '')
    if (fn === undefined) throw new Error(`no route ${request.method} ${request.url}`)
    const requestId = `http-${++this.#requests}`
    const named = { ...event, requestContext: { ...event.requestContext, requestId } }
    try {
      const response = await fn.invoke((handler, context) => handler(named, context))
      if (response === undefined) return { status: 504, body: undefined }
      const { statusCode, body = '', headers } = response
      const isJson = /^application\/(problem\+)?json/.test(headers['content-type'] ?? '')
      return { status: statusCode, body: isJson ? JSON.parse(body) : undefined }
    } catch {
      return { status: 500, body: undefined }
    }
  }

  /** Puts a file into the bucket. S3 notifies at least once, in no particular order. */
  upload(key: string, content: string): void {
    const stored = this.bucket.put(key, content)
    const body = JSON.stringify(s3Event(stored, this.scheduler.date()))
    const queue = key.startsWith('directory/') ? 'sync' : 'import'
    const tell = (): void => this.#enqueue(queue, body)
    this.scheduler.after(this.random.int(1, 3_000), 's3 event', tell)
    if (this.weather.duplicates()) this.scheduler.after(this.random.int(1, 3_600_000), 's3 event again', tell)
  }

  /** When the sweep has something to do next. Earlier runs would find nothing, so they are skipped. */
  #nextSweep(): number | undefined {
    let earliest: number | undefined
    for (const at of this.#due.values()) if (earliest === undefined || at < earliest) earliest = at
    // Reminders have no entry of their own in the index: the sweep looks through hours whose schedules didn’t fire.
    for (const lostAt of this.#lostAt) {
      const at = lostAt + LOST_FOUND_MS
      if (at > this.#sweptAt && (earliest === undefined || at < earliest)) earliest = at
    }
    if (earliest === undefined) return undefined
    return (Math.floor(Math.max(earliest, this.#sweptAt, this.now - SWEEP_MS) / SWEEP_MS) + 1) * SWEEP_MS
  }

  #sweptAt = START
  readonly #lostAt: number[] = []

  /** Lets time pass. */
  async runUntil(at: number): Promise<void> {
    for (;;) {
      const next = this.scheduler.next ?? Number.POSITIVE_INFINITY
      const sweep = this.#nextSweep() ?? Number.POSITIVE_INFINITY
      if (Math.min(next, sweep) > at) break
      if (sweep < next) {
        this.scheduler.skipTo(sweep)
        this.#sweptAt = sweep
        this.scheduler.note('sweep')
        this.#enqueue('due', JSON.stringify({ kind: 'sweep' }))
      } else await this.scheduler.step()
      if (this.scheduler.events > MAX_EVENTS) throw new Error('the run goes in circles')
    }
    this.scheduler.skipTo(at)
    this.#expire()
  }

  /** Lets time pass until a caller has its answer. */
  async untilDone<T>(work: Promise<T>): Promise<T> {
    const state = { done: false }
    const settled = work.finally(() => {
      state.done = true
    })
    settled.catch(() => {})
    await this.scheduler.settle()
    while (!state.done) {
      if (this.scheduler.next === undefined) throw new Error('nothing happens any more, and somebody waits')
      await this.runUntil(this.scheduler.next)
    }
    return settled
  }

  #expiredAt = START

  /** Deletes expired items and objects, as DynamoDB and S3 do some time after the expiry. */
  #expire(): void {
    if (this.now < this.#expiredAt + DAY_MS) return
    this.#expiredAt = this.now
    this.bucket.expire()
    const expired = [...this.table.all()].filter(
      ({ expiresAtEpochSeconds: at }) => typeof at === 'number' && at * SECOND_MS + DAY_MS < this.now,
    )
    for (const item of expired) this.table.commit([{ key: keyOf(item), after: undefined }])
  }

  get idle(): boolean {
    return this.stream.length === 0 && [...this.queues.values()].every(({ length }) => length === 0)
  }
}
