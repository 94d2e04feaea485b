import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Random } from '../simulation/random.ts'
import { expectOk, World } from '../support/world.ts'
import { journeys, loadPeople, type Step } from './load-journeys.ts'
import { residentBytes } from './memory.ts'

/**
 * Runs many clients at once against the whole local service: a mix of requests by admins, the platform and claimed
 * people, with decisions that are carried out. Every answer must be right, none may be a 5xx, and memory must not
 * grow.
 *
 *   npm run load [-- --clients 50,200] [--seconds 120] [--seed 1]
 *
 * Latencies are printed beside those of a single client on the same machine, which also runs the clients.
 */
const { values } = parseArgs({
  options: { clients: { type: 'string' }, seconds: { type: 'string' }, seed: { type: 'string' } },
})

const loads = (values.clients ?? '50,200').split(',').map(Number)
const seconds = Number(values.seconds ?? 120)
const seed = Number(values.seed ?? 1)

const IDLE_SECONDS = 15
/** More people than any machine gets through in two minutes. */
const PEOPLE = 12_000
/** Resident memory at the end against the middle of the run: more is growth, less is noise. */
const MAX_GROWTH = 1.15
const WATCH_MS = 2_000

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

interface Outcome {
  readonly latencies: ReadonlyMap<string, readonly number[]>
  readonly wrong: readonly string[]
  readonly serverErrors: number
  readonly growth: number
}

/** Each client makes one randomly chosen journey after the other until the time is over. */
async function drive(
  world: World,
  people: Iterator<string>,
  clients: number,
  forSeconds: number,
): Promise<Outcome> {
  const latencies = new Map<string, number[]>()
  const wrong: string[] = []
  let serverErrors = 0
  const begun = performance.now()
  const isOver = () => performance.now() - begun > forSeconds * 1000
  const step: Step = async (name, ask, isRight) => {
    const at = performance.now()
    const answer = await ask()
    const took = latencies.get(name) ?? []
    took.push(performance.now() - at)
    latencies.set(name, took)
    if (answer.status >= 500) serverErrors += 1
    if (!isRight(answer))
      wrong.push(`${name}: ${answer.status} ${JSON.stringify(answer.body)?.slice(0, 300)}`)
    return answer
  }
  const client = async (id: number): Promise<void> => {
    const random = new Random(seed, `client ${id} of ${clients}`)
    while (!isOver()) await random.pick(journeys)?.({ world, step, random, people })
  }
  const memory: number[] = []
  const watch = async (): Promise<void> => {
    while (!isOver()) {
      await sleep(WATCH_MS)
      memory.push(await residentBytes(world))
    }
  }
  await Promise.all([watch(), ...Array.from({ length: clients }, (_, id) => client(id))])
  const middle = mean(memory.slice(Math.floor(memory.length / 3), Math.floor((2 * memory.length) / 3)))
  const growth = mean(memory.slice(Math.floor((2 * memory.length) / 3))) / middle
  return { latencies, wrong, serverErrors, growth }
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, each) => sum + each, 0) / numbers.length

function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

function tell(name: string, { latencies, wrong, serverErrors, growth }: Outcome, forSeconds: number): void {
  const all = [...latencies.values()].flat()
  print(
    `${name}: ${all.length} requests, ${Math.round(all.length / forSeconds)}/s; ${serverErrors} answers 5xx, ${wrong.length} wrong; memory at the end ÷ in the middle ${growth.toFixed(2)}`,
  )
  for (const [step, took] of [...latencies].sort(([a], [b]) => a.localeCompare(b)))
    print(
      `  ${step.padEnd(28)} ${String(took.length).padStart(6)}  p50 ${percentile(took, 0.5).toFixed(0).padStart(5)} ms  p99 ${percentile(took, 0.99).toFixed(0).padStart(5)} ms`,
    )
  for (const line of wrong.slice(0, 5)) print(`  WRONG ${line}`)
}

const world = await World.boot()
try {
  const people = await loadPeople(world, PEOPLE)
  tell('1 client', await drive(world, people, 1, IDLE_SECONDS), IDLE_SECONDS)
  for (const clients of loads) {
    const outcome = await drive(world, people, clients, seconds)
    tell(`${clients} clients`, outcome, seconds)
    if (outcome.wrong.length > 0 || outcome.serverErrors > 0 || outcome.growth > MAX_GROWTH)
      process.exitCode = 1
    await world.service.settle()
  }
  // Retried or not, a failure of a function needs a person’s attention.
  const problems = await world.service.problems()
  print(`${problems.length} problems that the service saw of itself`)
  for (const line of problems.slice(0, 20)) print(`  PROBLEM ${line}`)
  if (problems.length > 0) process.exitCode = 1
  expectOk(await world.as('acme', 'GET', '/v1/summary'))
} finally {
  await world.stop()
}
