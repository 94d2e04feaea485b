import { parseArgs } from 'node:util'
import { median } from '../bench/cpu.ts'
import { startApi } from '../support/api.ts'
import { startTable } from '../support/dynamo.ts'
import { type Likeness, likenesses } from '../support/foreign.ts'

/**
 * How long answers about what another organization has take, beside those about what nobody has: by the wall's clock, many of
 * each, by turns. That their calls of the table are the same is checked by a test; this prints what is left.
 *
 *   npm run likeness [-- --samples 400]
 */
const { values } = parseArgs({ options: { samples: { type: 'string' } } })
const samples = Number(values.samples ?? 400)

/** Before it is measured: code that has run is compiled. */
const WARM_UP = 30
/** Of resamples, and the share of them that the interval holds. */
const RESAMPLES = 2_000
const CONFIDENCE = 0.95
/** Of the answer's own time: a call of the table more is a third of the shortest answers'. */
const TOLD_SHARE = 0.33

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
    const limit = TOLD_SHARE * median(took)
    const told = low > limit || high < -limit
    if (told) process.exitCode = 1
    print(
      `${told ? 'FAILED' : 'ok    '} ${median(differences).toFixed(3).padStart(7)} ms [${low.toFixed(3)}, ${high.toFixed(3)}] of ${median(took).toFixed(2)} ms  ${name}`,
    )
  }
} finally {
  await table.stop()
}
