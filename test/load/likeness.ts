import { parseArgs } from 'node:util'
import { median } from '../bench/cpu.ts'
import { startApi } from '../support/api.ts'
import { startTable } from '../support/dynamo.ts'
import { type Likeness, likenesses } from '../support/foreign.ts'

/**
 * Compares how long answers take about things of another organization, and about things that don't exist: in real
 * time, many of each, in turn. (A test checks that both make the same calls of the table.) The table is the
 * simulation's, which answers in microseconds, so what is measured is the service's own time. The embedded DynamoDB
 * takes 0.2 ms longer to send an item than to send none, which would hide a difference.
 *
 *   npm run likeness [-- --samples 400] [--embedded]
 *
 * With `--embedded` it uses that DynamoDB instead, and checks nothing.
 */
const { values } = parseArgs({
  options: { samples: { type: 'string' }, embedded: { type: 'boolean', default: false } },
})
const samples = Number(values.samples ?? 400)
if (!values.embedded) process.env.TEST_TABLE = 'memory'

/** Runs before measuring, so that the code is compiled. */
const WARM_UP = 30
/** Number of resamples, and the share of them that the interval contains. */
const RESAMPLES = 2_000
const CONFIDENCE = 0.95
/**
 * A difference that can't be noticed: a tenth of DynamoDB's fastest answers (about 1 ms), which vary by more than
 * that.
 */
const TOLD_MS = 0.1

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** The confidence interval of the median of the differences, by bootstrap resampling. */
function interval(differences: readonly number[]): readonly [number, number] {
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(differences.map(() => differences[Math.floor(Math.random() * differences.length)] ?? 0)),
  ).sort((a, b) => a - b)
  const outside = (1 - CONFIDENCE) / 2
  return [
    medians[Math.floor(RESAMPLES * outside)] ?? 0,
    medians[Math.ceil(RESAMPLES * (1 - outside)) - 1] ?? 0,
  ]
}

async function timed(ask: Likeness['foreign'], n: number): Promise<number> {
  const begun = performance.now()
  await ask(n)
  return performance.now() - begun
}

const table = await startTable()
try {
  const cases = await likenesses(startApi(table))
  print(`median of ${samples} differences each, foreign − unknown, with its ${CONFIDENCE * 100} % interval`)
  for (const { name, foreign, unknown } of cases) {
    const differences: number[] = []
    const took: number[] = []
    for (let n = -WARM_UP; n < samples; n++) {
      // In turn, and each is first equally often.
      const foreignFirst = n % 2 === 0 ? await timed(foreign, n) : undefined
      const none = await timed(unknown, n)
      const one = foreignFirst ?? (await timed(foreign, n))
      if (n < 0) continue
      differences.push(one - none)
      took.push(none)
    }
    const [low, high] = interval(differences)
    const told = !values.embedded && (low > TOLD_MS || high < -TOLD_MS)
    if (told) process.exitCode = 1
    print(
      `${values.embedded ? '' : told ? 'FAILED ' : 'ok     '}${median(differences).toFixed(3).padStart(7)} ms [${low.toFixed(3)}, ${high.toFixed(3)}] of ${median(took).toFixed(2)} ms  ${name}`,
    )
  }
} finally {
  await table.stop()
}
