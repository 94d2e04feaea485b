import { httpEvent, type TestRequest } from '../../support/events.ts'
import { withVirtualTimers } from '../globals.ts'
import { Ledger } from '../oracle/ledger.ts'
import { sceneOf } from '../people.ts'
import { Random } from '../random.ts'
import { type Answer, World } from '../world.ts'
import type { Command } from './commands.ts'
import { differences, type EndState, endStateOf } from './end-state.ts'
import { type Fault, faults, type Plan, PlannedWeather } from './planned-weather.ts'

/** Any seed will do: there is one fault at a time, so only that fault makes a difference. */
const SEED = 7

/** If a command makes the same call many times, only the first ones and the last are tried. */
const FIRST_OCCURRENCES = 2

const WRITES = /^\S+ table (Put|Update|Delete|TransactWrite)Command$/
const BATCHES = /Batch\w*Command$|PutEventsCommand$/

/** Whether a fault can't happen to a call: only writes meet a transaction, and only batches are served in part. */
export const applies = (fault: Fault, call: string): boolean =>
  fault === 'conflict' ? WRITES.test(call) : fault === 'partial' ? BATCHES.test(call) : true

export interface Played {
  readonly state: ReturnType<typeof endStateOf>
  readonly calls: readonly string[]
  /** All operations of the HTTP API that the commands called. */
  readonly operations: ReadonlySet<string>
  readonly struck: boolean
  readonly failure: string | undefined
}

/** Records the operations of the HTTP API that were called. */
class WatchedWorld extends World {
  readonly operations = new Set<string>()

  override request(request: TestRequest): Promise<Answer> {
    const { route } = httpEvent(request)
    if (route !== undefined) this.operations.add(route.operation)
    return super.request(request)
  }
}

/** Plays a command in a fresh world, with at most one fault. */
export async function playOnce({ prepare, run, lastsMs, latencyMs }: Command, plan?: Plan): Promise<Played> {
  const weather = new PlannedWeather(plan, latencyMs)
  const world = new WatchedWorld(SEED, undefined, weather)
  const ledger = new Ledger(() => world.now)
  world.table.onCommit(ledger.take)
  const scene = sceneOf(world, ledger)
  let failure: string | undefined
  try {
    await withVirtualTimers(world.scheduler, new Random(SEED, 'timers'), async () => {
      await world.untilDone(prepare(scene))
      await world.runUntil(world.now + 60_000)
      weather.begin()
      const began = world.now
      await world.untilDone(run(scene))
      await world.runUntil(Math.max(began, world.now) + lastsMs)
    })
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  const { operations } = world
  return { state: endStateOf(world), calls: weather.calls, operations, struck: weather.struck, failure }
}

/** The plans that try each of a command's calls with each fault that can meet it. */
export function plansFor(calls: readonly string[], which: readonly Fault[] = faults): Plan[] {
  return [...Map.groupBy(calls, (call) => call)].flatMap(([call, all]) => {
    const occurrences = [...new Set([...Array(FIRST_OCCURRENCES).keys(), all.length - 1])].filter(
      (nth) => nth < all.length,
    )
    const possible = which.filter((fault) => applies(fault, call))
    return occurrences.flatMap((nth) => possible.map((fault) => ({ call, nth, fault })))
  })
}

/** The one documented exception: SES accepted the mail, and that couldn’t be recorded. */
const mayMailTwice = ({ call, fault }: Plan): boolean =>
  call.startsWith('mail ') && fault !== 'partial' && fault !== 'conflict'

function mailDifferences(plan: Plan, expected: EndState, found: EndState): string[] {
  if (!mayMailTwice(plan)) return differences(expected, found)
  // A mail that was sent twice is the exception; an unexpected or a missing one isn't.
  return differences(expected, found).filter(
    (line) => !line.startsWith('+1 ') || !expected.has(line.slice(3)),
  )
}

/** How the fault changed the end state; empty: it didn’t. */
export function compare(
  plan: Plan,
  undisturbed: Played,
  played: Played,
  alike: (line: string) => string = (line) => line,
): string[] {
  if (played.failure !== undefined) return [played.failure]
  if (!played.struck) return ['the call was never made']
  return [
    ...differences(undisturbed.state.exact, played.state.exact, alike),
    ...mailDifferences(plan, undisturbed.state.mails, played.state.mails),
  ]
}
