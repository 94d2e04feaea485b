import { parseArgs } from 'node:util'
import { median } from '../bench/cpu.ts'
import { startApi } from '../support/api.ts'
import { startTable } from '../support/dynamo.ts'
import { type Likeness, likenesses } from '../support/foreign.ts'

/**
 * How long answers about what another organization has take, beside those about what nobody has: by the wall's clock, many of
 * each, by turns. A test checks that they make the same calls of the table. So the table is the simulation's, which answers in
 * microseconds: what is left is the service's own time. The embedded DynamoDB takes 0.2 ms longer to send an item than to send
 * none, which would hide it.
 *
 *   npm run likeness [-- --samples 400] [--embedded]
 *
 * `--embedded` has that DynamoDB instead, and judges nothing.
 */
const { values } = parseArgs({
  options: { samples: { type: 'string' }, embedded: { type: 'boolean', default: false } },
})
const samples = Number(values.samples ?? 400)
if (!values.embedded) process.env.TEST_TABLE = 'memory'

/** Before it is measured: code that has run is compiled. */
const WARM_UP = 30
/** Of resamples, and the share of them that the interval holds. */
const RESAMPLES = 2_000
const CONFIDENCE = 0.95
/** A tenth of DynamoDB's shortest answers, about 1 ms, which differ by more than that from one call to the next. */
const TOLD_MS = 0.1

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** Within which the median of the differences lies, by resampling them. */
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
      // By turns, and each as often first.
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
