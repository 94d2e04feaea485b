import { parseArgs } from 'node:util'
import { run } from './run.ts'
import { describeFailure, shrink, stepsOf } from './shrink.ts'

/**
 * Plays seeds beyond those of `npm test`:
 *
 *   npm run simulate -- --seeds 1000 [--from 201]     so many seeds, from one on; with --mail-paused SES takes no mail at first
 *   npm run simulate -- --seed 7 [--steps 0,3] [--verbose]     one again, to the letter, or some steps of it
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
    steps: { type: 'string' },
    verbose: { type: 'boolean' },
    'mail-paused': { type: 'boolean' },
  },
})

/** Seeds between two reports of progress. */
const SEEDS_PER_LINE = 500

const mailPaused = values['mail-paused'] ?? false

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

async function playOne(seed: number): Promise<boolean> {
  const steps = values.steps?.split(',').map(Number)
  const trace = (at: number, label: string): void => print(`${new Date(at).toISOString()} ${label}`)
  const outcome = await run(seed, {
    mailPaused,
    ...(steps === undefined ? {} : { steps: stepsOf(seed, steps) }),
    ...(values.verbose ? { trace } : {}),
  })
  for (const { rule, text } of outcome.violations) print(`${rule}: ${text}`)
  print(`seed ${seed}: ${outcome.events} events, fingerprint ${outcome.fingerprint}`)
  return outcome.violations.length === 0
}

async function playMany(from: number, seeds: number): Promise<boolean> {
  const begun = performance.now()
  const failed: number[] = []
  let events = 0
  for (let seed = from; seed < from + seeds; seed++) {
    const outcome = await run(seed, { mailPaused })
    events += outcome.events
    if (outcome.violations.length > 0) {
      failed.push(seed)
      print(describeFailure(await shrink(outcome, { mailPaused }), { mailPaused }))
    }
    if ((seed - from + 1) % SEEDS_PER_LINE === 0) print(`${seed - from + 1} seeds, ${failed.length} failed`)
  }
  const seconds = (performance.now() - begun) / 1000
  print(
    `${seeds} seeds from ${from} in ${seconds.toFixed(1)} s, ${Math.round((1000 * seconds) / seeds)} ms and ${Math.round(events / seeds)} events a seed; ${failed.length} failed${failed.length > 0 ? `: ${failed.join(', ')}` : ''}`,
  )
  return failed.length === 0
}

const one = values.seed === undefined ? undefined : Number(values.seed)
const well =
  one === undefined
    ? await playMany(Number(values.from ?? 1), Number(values.seeds ?? 200))
    : await playOne(one)
process.exitCode = well ? 0 : 1
