import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import {
  ConflictException,
  CreateScheduleCommand,
  ResourceNotFoundException,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { SESServiceException, SendEmailCommand } from '@aws-sdk/client-ses'
import { claimIdOfTags } from '../../../shared/mail/claim-tags.ts'
import { bounceEvent, complaintEvent } from '../../support/feedback.ts'
import type { Random } from '../random.ts'
import type { Scheduler } from '../scheduler.ts'
import type { Invocation } from './invocation.ts'
import type { Weather } from './weather.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** One-time schedules. They usually fire within a minute, some hours late or twice, and a few never. */
export class SimulatedSchedules {
  readonly name = 'schedules'
  /** Called for each schedule that never fires, at its time. */
  onLost: () => void = () => {}
  /** By name: the queue and message of each schedule. */
  readonly #waiting = new Map<string, ScheduleInput['Target']>()
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #weather: Weather
  readonly #fire: (queue: string, input: string) => void

  constructor(
    scheduler: Scheduler,
    random: Random,
    weather: Weather,
    fire: (queue: string, input: string) => void,
  ) {
    this.#scheduler = scheduler
    this.#random = random
    this.#weather = weather
    this.#fire = fire
  }

  readonly perform = (command: object): unknown => {
    if (command instanceof CreateScheduleCommand) return this.#create(command.input)
    if (command instanceof UpdateScheduleCommand) return this.#update(command.input)
    throw new Error(`no ${command.constructor.name} here`)
  }

  #update({ Name = '', Target }: ScheduleInput): unknown {
    if (!this.#waiting.has(Name))
      throw new ResourceNotFoundException({ message: Name, Message: Name, $metadata: {} })
    this.#waiting.set(Name, Target)
    return { ScheduleArn: Name }
  }

  #create({ Name = '', ScheduleExpression = '', Target }: ScheduleInput): unknown {
    if (this.#waiting.has(Name)) throw new ConflictException({ message: Name, Message: Name, $metadata: {} })
    const [, at = ''] = /^at\((.*)\)$/.exec(ScheduleExpression) ?? []
    const due = Date.parse(`${at}Z`) - this.#scheduler.now
    const late = this.#weather.rarely() ? this.#random.int(1, 5 * HOUR_MS) : this.#random.int(0, MINUTE_MS)
    this.#waiting.set(Name, Target)
    const lost = this.#weather.rarely()
    this.#scheduler.after(due + late, `schedule ${Name}`, () => {
      const { Arn = '', Input = '' } = this.#waiting.get(Name) ?? {}
      this.#waiting.delete(Name)
      if (lost) {
        this.onLost()
        return
      }
      this.#fire(Arn, Input)
      if (this.#weather.duplicates())
        this.#scheduler.after(this.#random.int(1, HOUR_MS), `schedule ${Name} again`, () =>
          this.#fire(Arn, Input),
        )
    })
    return { ScheduleArn: Name }
  }
}

type ScheduleInput = CreateScheduleCommand['input']

export interface SentMail {
  readonly to: readonly string[]
  readonly kind: string
  readonly claimId: string | undefined
  readonly subject: string
  readonly text: string
  readonly at: number
  readonly invocation: Invocation
}

/** SES. It accepts every mail, and later reports bounces of some addresses, sometimes much later or twice. */
export class SimulatedMail {
  readonly name = 'mail'
  readonly sent: SentMail[] = []
  /** What happens to mail to an address. */
  readonly bouncing = new Map<string, 'bounce' | 'complaint'>()
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #weather: Weather
  readonly #report: (feedback: string) => void
  onSent: (mail: SentMail) => void = () => {}
  /** Until then SES accepts no mail: the account's sending is paused. */
  pausedUntil = 0

  constructor(scheduler: Scheduler, random: Random, weather: Weather, report: (feedback: string) => void) {
    this.#scheduler = scheduler
    this.#random = random
    this.#weather = weather
    this.#report = report
  }

  readonly perform = (command: object, invocation: Invocation): unknown => {
    if (!(command instanceof SendEmailCommand)) throw new Error(`no ${command.constructor.name} here`)
    if (this.#scheduler.now < this.pausedUntil)
      throw new SESServiceException({
        name: 'AccountSendingPausedException',
        $fault: 'client',
        $metadata: { httpStatusCode: 400 },
        message: 'sending is paused',
      })
    const { Destination, Tags, Message } = command.input
    const tags = Object.fromEntries((Tags ?? []).map(({ Name = '', Value = '' }) => [Name, [Value]]))
    const to = Destination?.ToAddresses ?? []
    const claimId = claimIdOfTags(tags)
    const MessageId = `ses-${this.sent.length + 1}`
    const subject = Message?.Subject?.Data ?? ''
    const text = Message?.Body?.Text?.Data ?? ''
    const { now: at } = this.#scheduler
    const mail = { to, kind: tags.kind?.[0] ?? '', claimId, subject, text, at, invocation }
    this.sent.push(mail)
    this.onSent(mail)
    for (const address of to) {
      const answer = this.bouncing.get(address)
      if (answer === undefined) continue
      const told = { to: [address], sesMessageId: MessageId, ...(claimId === undefined ? {} : { claimId }) }
      const event = JSON.stringify(answer === 'bounce' ? bounceEvent(told) : complaintEvent(told))
      const late = this.#random.chance(0.2)
        ? this.#random.int(1, 72) * HOUR_MS
        : this.#random.int(1, MINUTE_MS)
      this.#scheduler.after(late, 'feedback', () => this.#report(event))
      if (this.#weather.duplicates())
        this.#scheduler.after(late + HOUR_MS, 'feedback', () => this.#report(event))
    }
    return { MessageId }
  }
}

export interface BusEvent {
  readonly id: string
  readonly type: string
}

/** The platform's bus, which accepts all entries of a call or some. */
export class SimulatedBus {
  readonly name = 'bus'
  readonly published: BusEvent[] = []
  readonly #weather: Weather

  constructor(weather: Weather) {
    this.#weather = weather
  }

  readonly perform = (command: object): unknown => {
    if (!(command instanceof PutEventsCommand)) throw new Error(`no ${command.constructor.name} here`)
    const entries = command.input.Entries ?? []
    const served = this.#weather.served(entries.length)
    for (const { Detail = '{}', DetailType = '' } of entries.slice(0, served)) {
      const detail: { id?: string } = JSON.parse(Detail)
      this.published.push({ id: detail.id ?? '', type: DetailType })
    }
    return { Entries: entries.map((_, n) => (n < served ? {} : { ErrorCode: 'ThrottlingException' })) }
  }
}
