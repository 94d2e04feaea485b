import type { RequestListener } from 'node:http'
import { ServiceError } from '../aws/emulated-service.ts'
import { LOCAL_ACCOUNT_ID } from '../aws/names.ts'
import type { VirtualClock } from '../clock/clock.ts'
import { createControl, NotFoundError } from '../control.ts'
import type { Functions } from '../functions/functions.ts'
import type { Endpoints } from '../instance/endpoints.ts'
import type { Log } from '../instance/log.ts'
import type { LocalRedrive } from '../../ops/redrive/local.ts'
import { createStudioCalls, type StudioParts } from '../studio/calls.ts'
import type { Wiring } from '../template/wiring.ts'
import type { EmulatedAws } from './emulated-aws.ts'
import type { Time } from './time.ts'

interface Parts {
  readonly aws: EmulatedAws
  readonly clock: VirtualClock
  readonly time: Time
  readonly functions: Functions
  readonly log: Log
}

const schedulesShown = ({ schedules }: EmulatedAws) =>
  schedules.list().map(({ at, ...schedule }) => ({ ...schedule, dueAt: at }))

export function controlOf({ aws, clock, time, functions, log }: Parts): RequestListener {
  const { dns, eventBus, objectsAndQueues, schedules, ses } = aws
  return createControl({
    clock,
    timeline: time.timeline,
    settle: time.settle,
    schedules: () => schedulesShown(aws),
    deleteSchedule(group, name) {
      try {
        schedules.delete(group, name)
      } catch (error) {
        throw error instanceof ServiceError ? new NotFoundError(error.message) : error
      }
    },
    setTxt: dns.set,
    setMailbox: ses.setMailbox,
    setMailLimits: ses.setLimits,
    functions: functions.list,
    invoke: functions.invokeNamed,
    queues: objectsAndQueues.queueDepths,
    events: () => eventBus.list(),
    problems: log.problems,
  })
}

export function studioOf(
  { aws, clock, functions, log }: Parts,
  o: Pick<StudioParts, 'links' | 'actions' | 'control'> & {
    readonly endpoints: Endpoints
    readonly deadLetterSources: Wiring['deadLetterSources']
  },
): RequestListener {
  const { dns, endpoint, eventBus, objectsAndQueues, ses } = aws
  // Imported when it is first used, since its SDK clients take a moment to load.
  let loading: Promise<LocalRedrive> | undefined
  const redrive = (): Promise<LocalRedrive> => {
    loading ??= import('../../ops/redrive/local.ts').then(({ localRedrive }) => localRedrive(o.endpoints))
    return loading
  }
  return createStudioCalls({
    now: clock.now,
    links: o.links,
    actions: o.actions,
    outbox: ses.outbox,
    schedules: () => schedulesShown(aws),
    queues: objectsAndQueues.queueDepths,
    deadLetterSources: o.deadLetterSources,
    async redrive(from, to) {
      const urlOf = (name: string) => `${endpoint}/${LOCAL_ACCOUNT_ID}/${name}`
      return (await redrive()).move(urlOf(from), urlOf(to))
    },
    effects: {
      batches: async () => (await redrive()).effectsGivenUp(),
      playAgain: async () => (await redrive()).playEffectsAgain(),
    },
    dns: dns.list,
    functions: functions.list,
    events: eventBus.list,
    log: log.recent,
    problems: log.problems,
    control: o.control,
  })
}
