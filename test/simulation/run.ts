import { withVirtualTimers } from './globals.ts'
import { historyOf, play, type Step } from './history.ts'
import { checkTold } from './oracle/canary.ts'
import { checkAddresses, checkConversations, checkEnded } from './oracle/endings.ts'
import { checkFinally } from './oracle/finally.ts'
import { Ledger, type Violation } from './oracle/ledger.ts'
import { checkRequest } from './oracle/reminders.ts'
import { checkRecords } from './oracle/transitions.ts'
import { populate, sceneOf } from './people.ts'
import { Random } from './random.ts'
import { World } from './world.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MAX_PAUSE_DAYS = 20

export interface Outcome {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly events: number
  readonly fingerprint: number
}

export interface RunOptions {
  /** The steps of the seed's history to play; absent: all. */
  readonly steps?: readonly Step[]
  /** Whether SES accepts no mail at first, for a time between none and longer than a claim lasts. */
  readonly mailPaused?: boolean
  readonly trace?: (at: number, label: string) => void
}

/** Plays one seed's history, and then runs the world until long after its end. */
export async function run(seed: number, options: RunOptions = {}): Promise<Outcome> {
  const world = new World(seed, options.trace)
  const ledger = new Ledger(() => world.now)
  for (const check of [checkRecords, checkEnded, checkConversations, checkAddresses]) ledger.onGroup(check)
  world.table.onCommit(ledger.take)
  world.told = (where, what) => checkTold(ledger, where, what)
  world.mail.onSent = ({ claimId, at }) => {
    if (claimId !== undefined && !ledger.mailed.has(claimId)) ledger.mailed.set(claimId, at)
  }
  const mails = world.queues.get('mail')
  if (mails !== undefined) mails.onSend = (body) => checkRequest(JSON.parse(body), ledger)
  if (options.mailPaused) pauseMail(world, new Random(seed, 'mail').int(0, MAX_PAUSE_DAYS) * DAY_MS)
  const scene = sceneOf(world, ledger)
  try {
    await withVirtualTimers(world.scheduler, new Random(seed, 'timers'), async () => {
      await world.untilDone(populate(scene, new Random(seed, 'people')))
      await play(scene, options.steps ?? historyOf(seed))
      if (ledger.violations.length > 0) return
      // Faults stop and delayed deliveries arrive; then everything under way finishes.
      world.weather.clear()
      await world.runUntil(world.now + DAY_MS)
      await world.runUntil(world.now + 64 * DAY_MS)
      await world.runUntil(world.now + HOUR_MS)
      checkFinally(scene)
    })
  } catch (error) {
    ledger.fail('crash', error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  const { events, fingerprint } = world.scheduler
  return { seed, violations: ledger.violations, events, fingerprint }
}

function pauseMail({ mail, scheduler, weather, now }: World, ms: number): void {
  mail.pausedUntil = now + ms
  weather.outage = true
  scheduler.after(ms, 'mail goes out again', () => {
    weather.outage = false
  })
}
