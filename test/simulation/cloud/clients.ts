import {
  InternalServerError,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { S3Client } from '@aws-sdk/client-s3'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SESClient } from '@aws-sdk/client-ses'
import { SQSClient } from '@aws-sdk/client-sqs'
import { TransactGetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { answeredBy, tableAnsweredBy } from '../dynamo/client.ts'
import type { MemoryTable } from '../dynamo/memory-table.ts'
import { perform } from '../dynamo/operations.ts'
import { beginTransaction, transactGet } from '../dynamo/transactions.ts'
import type { Scheduler } from '../scheduler.ts'
import type { Told } from '../told.ts'
import type { Container, Invocation } from './invocation.ts'
import type { Fate, Weather } from './weather.ts'

/** Errors as the SDK reports them for services other than DynamoDB. */
class ServiceFault extends Error {
  override readonly name: string
  readonly $fault = 'server'
  readonly $metadata: { readonly httpStatusCode: number }

  constructor(name: string, httpStatusCode: number) {
    super(name)
    this.name = name
    this.$metadata = { httpStatusCode }
  }
}

const faultOf = (fate: Fate, isTable: boolean): Error => {
  const $metadata = { httpStatusCode: 400 }
  if (fate === 'answer_lost' || fate === 'unreached') return new ServiceFault('TimeoutError', 0)
  if (fate === 'conflict') return new TransactionConflictException({ message: 'conflict', $metadata })
  if (isTable)
    return fate === 'throttled'
      ? new ProvisionedThroughputExceededException({ message: 'too many requests', $metadata })
      : new InternalServerError({ message: 'internal error', $metadata: { httpStatusCode: 500 } })
  return fate === 'throttled'
    ? new ServiceFault('ThrottlingException', 429)
    : new ServiceFault('InternalFailure', 500)
}

/** The call had no effect, and the caller gets an error. */
const isRefused = (fate: Fate): boolean =>
  fate === 'throttled' || fate === 'unavailable' || fate === 'conflict' || fate === 'unreached'

/** A simulated service: carries out one command at one instant. */
export interface Service {
  readonly name: string
  readonly perform: (command: object, invocation: Invocation) => unknown
}

export interface Services {
  readonly table: MemoryTable
  readonly queues: Service
  readonly bucket: Service
  readonly schedules: Service
  readonly mail: Service
  readonly bus: Service
}

/** A command without the bytes of an object. */
function saidBy(command: object): unknown {
  const input: unknown = 'input' in command ? command.input : undefined
  return typeof input === 'object' ? { ...input, Body: undefined } : input
}

const settings = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  // Given, so that the SDK doesn’t look for configuration files.
  endpoint: 'http://aws.invalid',
}
const bases = {
  sqs: new SQSClient(settings),
  s3: new S3Client({ ...settings, forcePathStyle: true }),
  scheduler: new SchedulerClient(settings),
  ses: new SESClient(settings),
  eventBridge: new EventBridgeClient(settings),
}

const never = (): Promise<never> => new Promise(() => {})

/** Simulates every AWS call of a process: when it arrives, its fate, and whether it is answered. */
export class Cloud {
  readonly #scheduler: Scheduler
  readonly #weather: Weather
  readonly #services: Services
  readonly #told: Told

  constructor(scheduler: Scheduler, weather: Weather, services: Services, told: Told) {
    this.#scheduler = scheduler
    this.#weather = weather
    this.#services = services
    this.#told = told
  }

  clientsFor(fn: string, container: Container) {
    const to = (service: Service) => (command: object) => {
      if (service !== this.#services.mail) this.#told(service.name, saidBy(command))
      return this.#send(fn, container, service, command)
    }
    const { queues, bucket, schedules, mail, bus, table } = this.#services
    return {
      table: tableAnsweredBy(table.name, (command) => this.#sendToTable(fn, container, command)),
      sqs: answeredBy(bases.sqs, to(queues)),
      s3: answeredBy(bases.s3, to(bucket)),
      scheduler: answeredBy(bases.scheduler, to(schedules)),
      ses: answeredBy(bases.ses, to(mail)),
      eventBridge: answeredBy(bases.eventBridge, to(bus)),
    }
  }

  #sendToTable(fn: string, container: Container, command: object): Promise<unknown> {
    const { table } = this.#services
    if (command instanceof TransactWriteCommand) return this.#transact(fn, container, command)
    const service: Service = {
      name: 'table',
      perform: (one) => {
        if (one instanceof TransactGetCommand) return transactGet(table, one.input)
        const answer = perform(table, one, {
          served: (requests) => this.#weather.served(requests),
          late: () => this.#weather.late(),
        })
        if (answer === undefined) throw new Error(`no ${one.constructor.name} here`)
        return answer
      },
    }
    return this.#send(fn, container, service, command)
  }

  /** Carries out one call at one instant. */
  #send(fn: string, container: Container, service: Service, command: object): Promise<unknown> {
    const invocation = this.#alive(container)
    if (invocation === undefined) return never()
    return new Promise((resolve, reject) => {
      const label = `${fn} ${service.name} ${command.constructor.name}`
      this.#scheduler.after(this.#weather.latency(), label, () => {
        const fate = this.#fateOf(invocation, label)
        if (fate === 'killed_before') return
        if (isRefused(fate)) {
          reject(faultOf(fate, service.name === 'table'))
          return
        }
        try {
          const answer = service.perform(command, invocation)
          if (fate === 'killed_after') return
          if (fate === 'answer_lost') reject(faultOf(fate, false))
          // The SDK retries: the caller gets the answer of the second call.
          else resolve(fate === 'told_again' ? service.perform(command, invocation) : answer)
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  /** A transaction takes time; calls for its items in the meantime meet a conflict. */
  #transact(fn: string, container: Container, { input }: TransactWriteCommand): Promise<unknown> {
    const invocation = this.#alive(container)
    if (invocation === undefined) return never()
    const { table } = this.#services
    return new Promise((resolve, reject) => {
      const label = `${fn} table TransactWriteCommand`
      this.#scheduler.after(this.#weather.latency(), label, () => {
        const fate = this.#fateOf(invocation, label)
        if (fate === 'killed_before') return
        if (fate === 'conflict') {
          const CancellationReasons = (input.TransactItems ?? []).map(() => ({ Code: 'TransactionConflict' }))
          const $metadata = { httpStatusCode: 400 }
          reject(new TransactionCanceledException({ message: 'conflict', $metadata, CancellationReasons }))
          return
        }
        if (isRefused(fate)) {
          reject(faultOf(fate, true))
          return
        }
        try {
          const transaction = beginTransaction(table, input)
          this.#scheduler.after(this.#weather.latency(), `${label} commits`, () => {
            const answer = transaction.commit()
            if (fate === 'answer_lost') reject(faultOf(fate, false))
            // The repeat has the same token, so it is the same transaction.
            else if (fate !== 'killed_after') resolve(answer)
          })
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  #alive({ current }: Container): Invocation | undefined {
    if (current === undefined || current.dead) return undefined
    if (current.timeLeftMs > 0) return current
    this.#scheduler.note('out of time')
    current.kill()
    return undefined
  }

  #fateOf(invocation: Invocation, label: string): Fate {
    // A call that was sent before its process died may still arrive.
    if (invocation.dead) return this.#weather.rarely() ? 'killed_after' : 'killed_before'
    const fate = this.#weather.fate(label)
    if (fate === 'fine') return fate
    this.#scheduler.note(`${fate}: ${label}`)
    invocation.faulted = true
    if (fate === 'killed_before' || fate === 'killed_after') invocation.kill()
    return fate
  }
}
