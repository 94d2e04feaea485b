import { type ActionName, actions } from './actions.ts'
import { REMOVAL_MS, WINDOW_MS } from './oracle/rules.ts'
import type { Scene } from './people.ts'
import { Random } from './random.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** An action, and how much time passes after it. */
export interface Step {
  readonly action: ActionName
  readonly seed: number
  /** `edge`: until about the second at which something falls due. */
  readonly wait: { readonly kind: 'ms'; readonly ms: number } | { readonly kind: 'edge' }
}

const isAction = (name: string): name is ActionName => Object.hasOwn(actions, name)
const names = Object.keys(actions).filter(isAction)
const weight = names.reduce((sum, name) => sum + actions[name][1], 0)

function pickAction(random: Random): ActionName {
  let dice = random.next() * weight
  for (const name of names) {
    dice -= actions[name][1]
    if (dice < 0) return name
  }
  return 'look'
}

function pickWait(random: Random): Step['wait'] {
  const dice = random.next()
  // Many steps at once, where the order of events matters.
  if (dice < 0.5) return { kind: 'ms', ms: random.int(0, 400) }
  if (dice < 0.65) return { kind: 'ms', ms: random.int(1, 10 * MINUTE_MS) }
  if (dice < 0.78) return { kind: 'ms', ms: random.int(1, 30 * HOUR_MS) }
  if (dice < 0.88) return { kind: 'ms', ms: random.int(1, 9) * DAY_MS }
  return { kind: 'edge' }
}

/** The history of a seed. Leaving steps out changes nothing about the others. */
export function historyOf(seed: number): Step[] {
  const random = new Random(seed, 'history')
  return Array.from({ length: random.int(8, 26) }, () => ({
    action: pickAction(random),
    seed: random.int(1, 1_000_000_000),
    wait: pickWait(random),
  }))
}

/** A future instant at which something ends or begins, or else some hours from now. */
function edgeAhead({ ledger, world }: Scene, random: Random): number {
  const edges = [...ledger.records.values()].flatMap(({ account, claim }) => {
    const created = claim === undefined ? [] : [Date.parse(claim.createdAt)]
    const inactive = claim === undefined ? account.inactive : claim.newAccount.inactive
    const removed = inactive === undefined ? [] : [Date.parse(inactive.since) + REMOVAL_MS]
    const reminders = created.flatMap((at) => [7, 11, 13].map((day) => at + day * DAY_MS))
    return [...created.map((at) => at + WINDOW_MS), ...reminders, ...removed]
  })
  const ahead = edges.filter((at) => at > world.now + 2 * SECOND_MS)
  const edge = random.pick(ahead)
  return edge === undefined ? world.now + 6 * HOUR_MS : edge + random.int(-1_500, 1_500)
}

/** Plays a history. Work under way continues while time passes. */
export async function play(scene: Scene, steps: readonly Step[]): Promise<void> {
  const { world, ledger } = scene
  const begun: Promise<void>[] = []
  for (const step of steps) {
    const random = new Random(step.seed, step.action)
    world.scheduler.note(`step ${step.action}`)
    const work = actions[step.action][0](scene, random)
    begun.push(work)
    await world.runUntil(step.wait.kind === 'ms' ? world.now + step.wait.ms : edgeAhead(scene, random))
    if (ledger.violations.length > 0) return
  }
  await world.untilDone(Promise.all(begun))
}
