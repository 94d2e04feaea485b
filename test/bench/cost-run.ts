/**
 * Counts the calls of claims’ lives in bulk and trickled, stores the counts, and writes `docs/cost.md` from them.
 *
 *   npm run cost [-- --lives 400] [--trickled 30] [--page]      (--page: only rewrites the page from the stored
 * counts)
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Counted, countsFile, priceList } from './cost.ts'
import { costPage } from './cost-page.ts'
import type { Counts } from './counted.ts'
import { liveInBulk, liveTrickled, startLives, sweepOnce } from './lives.ts'

const { values } = parseArgs({
  options: {
    lives: { type: 'string', default: '400' },
    trickled: { type: 'string', default: '30' },
    page: { type: 'boolean', default: false },
  },
})
const COUNTS = new URL('./counts.json', import.meta.url)
const PAGE = new URL('../../docs/cost.md', import.meta.url)
const prices = priceList.parse(JSON.parse(readFileSync(new URL('./prices.json', import.meta.url), 'utf8')))

/** Only functions that did something; numbers to a thousandth. */
function tidy(counts: Counts): Counted['counts'] {
  const used = Object.entries(counts).filter(([, { invocations }]) => invocations > 0)
  return JSON.parse(JSON.stringify(Object.fromEntries(used)), (_, value: unknown) =>
    typeof value === 'number' ? Math.round(value * 1000) / 1000 : value,
  )
}

async function count(): Promise<void> {
  const lives = Number(values.lives)
  const bench = await startLives()
  try {
    // A first run, so that the functions are compiled.
    await liveInBulk(bench, 0, lives)
    const bulk = await liveInBulk(bench, lives, 2 * lives)
    const sweep = await sweepOnce(bench)
    const trickled = await liveTrickled(bench, 2 * lives, 2 * lives + Number(values.trickled))
    const none = { schedules: 0, httpRequests: 0 }
    const counts = {
      on: new Date().toISOString().slice(0, 10),
      commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
      creation: { ...none, lives, counts: tidy(bulk.creation) },
      bulk: { ...none, lives, schedules: bulk.schedules, counts: tidy(bulk.whole) },
      trickled: {
        lives: trickled.claims,
        schedules: trickled.schedules,
        httpRequests: trickled.claims,
        counts: tidy(trickled.whole),
      },
      sweep: { ...none, lives: 1, counts: tidy(sweep) },
    }
    writeFileSync(COUNTS, `${JSON.stringify(counts, null, 2)}\n`)
  } finally {
    await bench.stop()
  }
}

if (!values.page) await count()
const page = costPage(countsFile.parse(JSON.parse(readFileSync(COUNTS, 'utf8'))), prices)
writeFileSync(PAGE, page)
console.log(page)
