import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import type { SQSEvent } from 'aws-lambda'
import { sqsEvent } from '../../support/fakes.ts'
import type { Random } from '../random.ts'
import type { Scheduler } from '../scheduler.ts'
import type { Weather } from './weather.ts'

/** As in the template. */
const MAX_RECEIVES = 66
const VISIBILITY_PER_TIMEOUT = 2
/** What a function sets aside after so many tries in a cloud that nothing was wrong with, something is wrong with. */
const FAIR_TRIES = 5
/** Somebody looks after the dead letters, and has them delivered again. */
const REDRIVE_MS = 2 * 3_600_000

const DEAD = '-dead'

/** The URL of a queue's dead letters. */
export const deadLettersOf = (url: string): string => url + DEAD

interface Message {
  id: string
  readonly body: string
  receives: number
  /** …of them while nothing was wrong with the cloud. */
  fairReceives: number
  firstReceivedAt?: Date
  visibleAt: number
  gone: boolean
}

export interface QueueSettings {
  readonly name: string
  readonly batchSize: number
  readonly concurrency: number
  readonly timeoutMs: number
}

/** Invokes the queue's function; answers with what failed, or `undefined` where it died. */
export type Deliver = (event: SQSEvent) => Promise<readonly string[] | undefined>

/** A standard queue with its reader: at least once, in no particular order, hidden while it is worked on. */
export class SimulatedQueue {
  readonly #settings: QueueSettings
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #weather: Weather
  readonly #deliver: Deliver
  #messages: Message[] = []
  #running = 0
  #ids = 0
  /** Bodies of messages that ended as dead letters although nothing was wrong with the cloud. */
  readonly poison: string[] = []
  onSend: (body: string) => void = () => {}
  deadLetters = 0

  constructor(
    settings: QueueSettings,
    scheduler: Scheduler,
    random: Random,
    weather: Weather,
    deliver: Deliver,
  ) {
    this.#settings = settings
    this.#scheduler = scheduler
    this.#random = random
    this.#weather = weather
    this.#deliver = deliver
  }

  get length(): number {
    return this.#messages.length
  }

  /** Those that nobody has taken. */
  get waiting(): number {
    return this.#messages.filter(({ visibleAt }) => visibleAt <= this.#scheduler.now).length
  }

  send(body: string, delaySeconds = 0): void {
    const delay = this.#random.int(1, 200)
    this.onSend(body)
    this.#add(body, delay + delaySeconds * 1_000)
  }

  #add(body: string, delay: number): void {
    const visibleAt = this.#scheduler.now + delay
    const id = `${this.#settings.name}-${++this.#ids}`
    this.#messages.push({ id, body, receives: 0, fairReceives: 0, visibleAt, gone: false })
    this.#lookIn(delay)
  }

  #lookIn(ms: number): void {
    this.#scheduler.after(ms, `${this.#settings.name} queue`, () => this.#look())
  }

  #look(): void {
    const { now } = this.#scheduler
    if (this.#running >= this.#settings.concurrency) return
    const visible = this.#messages.filter(({ visibleAt }) => visibleAt <= now)
    if (visible.length === 0) return
    const size = this.#random.int(1, this.#settings.batchSize)
    const batch = this.#random.shuffled(visible).slice(0, size)
    for (const message of batch) {
      // A standard queue may hand a message out twice at once.
      const twice = this.#weather.duplicates()
      message.visibleAt =
        now + (twice ? this.#random.int(1, 2_000) : this.#settings.timeoutMs * VISIBILITY_PER_TIMEOUT)
      if (twice) this.#lookIn(message.visibleAt - now)
      message.receives++
      if (this.#weather.fair) message.fairReceives++
      message.firstReceivedAt ??= new Date(now)
    }
    const dead = batch.filter(({ receives }) => receives > MAX_RECEIVES)
    for (const message of dead) {
      this.#remove(message)
      this.#setAside(message)
    }
    const alive = batch.filter(({ receives }) => receives <= MAX_RECEIVES)
    if (alive.length > 0) this.#take(alive)
    this.#lookIn(1)
  }

  /** Its function sends it to the dead letters; it goes from here when the function answers. */
  setAside(id: string): void {
    const message = this.#messages.find((one) => one.id === id)
    if (message !== undefined) this.#setAside(message)
  }

  #setAside({ body, fairReceives }: Message): void {
    this.deadLetters++
    if (fairReceives >= FAIR_TRIES) this.poison.push(body)
    else this.#scheduler.after(REDRIVE_MS, `${this.#settings.name} redrive`, () => this.#add(body, 1))
  }

  /** A message that is being worked on comes back then, and not when its function's time is over. */
  changeVisibility(id: string, seconds: number): void {
    const message = this.#messages.find((one) => one.id === id)
    if (message === undefined) return
    message.visibleAt = this.#scheduler.now + seconds * 1_000
    // Its function may be dead by now, and nobody else would look when the message is back.
    this.#lookIn(seconds * 1_000)
  }

  #remove(message: Message): void {
    message.gone = true
    this.#messages = this.#messages.filter((one) => one !== message)
  }

  #take(batch: readonly Message[]): void {
    this.#running++
    const event = sqsEvent(
      batch.map(({ id, body, receives, firstReceivedAt = new Date(this.#scheduler.now) }) => ({
        messageId: id,
        body,
        receives,
        firstReceivedAt,
      })),
    )
    const done = (failed: readonly string[] | undefined): void => {
      this.#running--
      for (const message of batch) {
        const again = failed === undefined || failed.includes(message.id)
        if (!again && !this.#weather.duplicates()) this.#remove(message)
        // Delivered once more although it was done with: soon, or when its time is over.
        else if (!again) message.visibleAt = this.#scheduler.now + this.#random.int(1, 60_000)
        if (!message.gone) this.#lookIn(message.visibleAt - this.#scheduler.now)
      }
      this.#lookIn(1)
    }
    this.#deliver(event).then(done, () => done(undefined))
  }
}

/** What the SQS client is answered. */
export const queueService = (queues: ReadonlyMap<string, SimulatedQueue>, weather: Weather) => ({
  name: 'queues',
  perform: (command: object): unknown => {
    const queueOf = (url: string | undefined): SimulatedQueue => {
      const queue = queues.get(url ?? '')
      if (queue === undefined) throw new Error(`no queue ${url}`)
      return queue
    }
    if (command instanceof ChangeMessageVisibilityCommand) {
      const { QueueUrl, ReceiptHandle = '', VisibilityTimeout = 0 } = command.input
      queueOf(QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout)
      return {}
    }
    if (command instanceof GetQueueAttributesCommand)
      return { Attributes: { ApproximateNumberOfMessages: String(queueOf(command.input.QueueUrl).waiting) } }
    if (command instanceof SendMessageCommand && command.input.QueueUrl?.endsWith(DEAD)) {
      queueOf(command.input.QueueUrl.slice(0, -DEAD.length)).setAside(command.input.MessageGroupId ?? '')
      return {}
    }
    if (command instanceof SendMessageCommand) {
      queueOf(command.input.QueueUrl).send(command.input.MessageBody ?? '', command.input.DelaySeconds)
      return {}
    }
    if (command instanceof SendMessageBatchCommand) {
      const queue = queueOf(command.input.QueueUrl)
      const entries = command.input.Entries ?? []
      const served = weather.served(entries.length)
      for (const { MessageBody = '' } of entries.slice(0, served)) queue.send(MessageBody)
      const left = entries.slice(served)
      return {
        Successful: [],
        Failed: left.map(({ Id }) => ({ Id, Code: 'ServiceUnavailable', SenderFault: false })),
      }
    }
    throw new Error(`no ${command.constructor.name} here`)
  },
})
