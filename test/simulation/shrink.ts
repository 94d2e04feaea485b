import { historyOf, type Step } from './history.ts'
import { type Outcome, type RunOptions, run } from './run.ts'

/** Maximum of runs spent on shortening a history. */
const MAX_RUNS = 150

export interface Shrunk {
  /** Indexes, in the seed's history, of the steps that are left. */
  readonly kept: readonly number[]
  readonly outcome: Outcome
}

export const stepsOf = (seed: number, kept: readonly number[]): Step[] =>
  historyOf(seed).filter((_, n) => kept.includes(n))

/** Shortens the history of a failing seed as long as the same rule stays broken. */
export async function shrink(failed: Outcome, options: RunOptions = {}): Promise<Shrunk> {
  const { seed } = failed
  const rules = new Set(failed.violations.map(({ rule }) => rule))
  let kept = historyOf(seed).map((_, n) => n)
  let outcome = failed
  let runs = 0
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < kept.length && runs < MAX_RUNS; ) {
      const fewer = [...kept.slice(0, start), ...kept.slice(start + size)]
      const tried = await run(seed, { ...options, steps: stepsOf(seed, fewer) })
      runs++
      if (tried.violations.some(({ rule }) => rules.has(rule))) {
        kept = fewer
        outcome = tried
      } else start += size
    }
  }
  return { kept, outcome }
}

/** Describes a failing seed, and how to replay it. */
export function describeFailure({ kept, outcome }: Shrunk, { mailPaused }: RunOptions = {}): string {
  const { seed, violations } = outcome
  const steps = stepsOf(seed, kept).map(({ action, wait }, n) => {
    const then = wait.kind === 'ms' ? `${wait.ms} ms` : 'until something falls due'
    return `  ${kept[n]}: ${action}, then ${then}`
  })
  return [
    `seed ${seed}:`,
    ...violations.slice(0, 5).map(({ rule, text }) => `  ${rule}: ${text}`),
    `after only ${kept.length} steps:`,
    ...steps,
    `again: npm run simulate -- --seed ${seed} --steps ${kept.join(',')}${mailPaused ? ' --mail-paused' : ''} --verbose`,
  ].join('\n')
}
