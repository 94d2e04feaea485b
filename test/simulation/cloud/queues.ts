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
/** Tries after which a message that is set aside in a cloud without faults shows an error of the service. */
const FAIR_TRIES = 5
/** The time between two redrives of the dead letters. */
const REDRIVE_MS = 2 * 3_600_000

const DEAD = '-dead'

/** The URL of a queue's dead letters. */
export const deadLettersOf = (url: string): string => url + DEAD

interface Message {
  id: string
  readonly body: string
  receives: number
  /** Those of them that came while the cloud had no faults. */
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

/** Invokes the queue's function. Resolves with the failed messages, or `undefined` if it died. */
export type Deliver = (event: SQSEvent) => Promise<readonly string[] | undefined>

/**
 * A standard queue with its reader. Messages are delivered at least once, in no particular order, and hidden while
 * they are handled.
 */
export class SimulatedQueue {
  readonly #settings: QueueSettings
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #weather: Weather
  readonly #deliver: Deliver
  #messages: Message[] = []
  #running = 0
  #ids = 0
  /** Bodies of messages that became dead letters although the cloud had no faults. */
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

  /** Messages that are visible. */
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
      // A standard queue may deliver a message to two readers at once.
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

  /** The function sends the message to the dead letters; it is deleted here when the function answers. */
  setAside(id: string): void {
    const message = this.#messages.find((one) => one.id === id)
    if (message !== undefined) this.#setAside(message)
  }

  #setAside({ body, fairReceives }: Message): void {
    this.deadLetters++
    if (fairReceives >= FAIR_TRIES) this.poison.push(body)
    else this.#scheduler.after(REDRIVE_MS, `${this.#settings.name} redrive`, () => this.#add(body, 1))
  }

  /** Makes a message that is being handled visible again at this time, instead of after its visibility time-out. */
  changeVisibility(id: string, seconds: number): void {
    const message = this.#messages.find((one) => one.id === id)
    if (message === undefined) return
    message.visibleAt = this.#scheduler.now + seconds * 1_000
    // The function may have died meanwhile, so plan a delivery for when the message is visible again.
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
        // Delivered again after a success: soon, or after its visibility time-out.
        else if (!again) message.visibleAt = this.#scheduler.now + this.#random.int(1, 60_000)
        if (!message.gone) this.#lookIn(message.visibleAt - this.#scheduler.now)
      }
      this.#lookIn(1)
    }
    this.#deliver(event).then(done, () => done(undefined))
  }
}

/** Answers the commands of the SQS client. */
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
