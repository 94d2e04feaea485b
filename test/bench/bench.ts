/**
 * Takes every measurement of the goals in one run: as ratios if there is something to compare with, both sides in
 * turn, medians of five. The raw numbers go into `test/bench/results.md`.
 *
 *   npm run bench [-- --label TEXT] [--rounds 5] [--rows 2000] [--lives 400] [--trickled 20] [--dry]
 */
import { parseArgs } from 'node:util'
import { totals, unitsOf } from './counted.ts'
import { median } from './cpu.ts'
import { type Life, liveInBulk, liveTrickled, startLives, sweepOnce } from './lives.ts'
import { record, table, where } from './report.ts'
import { measureRows, type RowCost } from './row-cost.ts'
import { measureStartUps } from './startup.ts'

const { values } = parseArgs({
  options: {
    label: { type: 'string', default: 'a run' },
    rounds: { type: 'string', default: '5' },
    rows: { type: 'string', default: '2000' },
    lives: { type: 'string', default: '400' },
    trickled: { type: 'string', default: '20' },
    /** Prints, and writes nothing. */
    dry: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const lives = Number(values.lives)

const KIB = 1024
const SWEEP_EVERY_MINUTES = 15
const fixed = (value: number, digits = 1): string => value.toFixed(digits)
const say = (line: string): void => console.log(line)

say('What a claimed row costs, beside a bare conditional PutItem')
const rowCosts: RowCost[] = await measureRows(rounds, Number(values.rows))
const ratio = median(rowCosts.map(({ importRows, barePut }) => importRows / barePut))
const putMs = median(rowCosts.map(({ barePut }) => barePut)) / 1000
say(`  ${fixed(ratio, 2)}`)

say('Lives in bulk')
const bulk: Life[] = []
let sweepReads = 0
{
  const bench = await startLives()
  try {
    // The first round, in which the functions are compiled, doesn't count.
    for (let round = 0; round <= rounds; round++) {
      const life = await liveInBulk(bench, round * lives, (round + 1) * lives)
      say(`  ${fixed(totals(life.whole).cpuMs / lives)} ms of CPU a life`)
      if (round > 0) bulk.push(life)
    }
    sweepReads = totals(await sweepOnce(bench)).reads
  } finally {
    await bench.stop()
  }
}

say('Lives that trickle in, one claim a minute')
let trickled: Life
{
  const bench = await startLives()
  try {
    trickled = await liveTrickled(bench, 0, Number(values.trickled))
  } finally {
    await bench.stop()
  }
}

say('Bundles and their start')
const startUps = await measureStartUps(rounds)

const ofLife = (of: (life: Life) => number): number => median(bulk.map((life) => of(life) / life.claims))
const lifeMs = ofLife(({ whole }) => totals(whole).cpuMs)
const creationWrites = ofLife(({ creation }) => totals(creation).writes)
const trickledUnits = totals(trickled.whole)
const rate = median(bulk.map(({ claims, importMs }) => claims / (importMs / 1000)))
const importCpu = (of: (life: Life) => number): number => median(bulk.map((life) => of(life) / life.claims))
const cpuOfRow = {
  functions: importCpu(({ importCpuMs }) => importCpuMs.functions),
  service: importCpu(({ importCpuMs }) => importCpuMs.service),
  database: importCpu(({ importCpuMs }) => importCpuMs.database),
}
const cpuOfRowMs = cpuOfRow.functions + cpuOfRow.service + cpuOfRow.database
const [largest] = startUps.toSorted((a, b) => b.bytes - a.bytes)
const slowest = startUps
  .filter(({ bareBytes }) => bareBytes > 10 * KIB)
  .toSorted((a, b) => b.loadMs / b.bareLoadMs - a.loadMs / a.bareLoadMs)[0]

const measures = table(
  ['measure', 'measured', 'goal'],
  [
    ['import-rows: CPU a claimed row ÷ one bare conditional `PutItem`', fixed(ratio, 2), '≤ 0.35'],
    ['CPU a life, all functions', `${fixed(lifeMs)} ms`, '≤ 18 ms'],
    ['CPU a life ÷ one bare conditional `PutItem`', fixed(lifeMs / putMs), ''],
    ['SDK calls a life', fixed(ofLife(({ whole }) => totals(whole).calls)), '≤ 10'],
    ['write units a life', fixed(ofLife(({ whole }) => totals(whole).writes)), '≤ 21'],
    ['write units a creation with its mail', fixed(creationWrites), '≤ 7'],
    ['read units a life, bulk', fixed(ofLife(({ whole }) => totals(whole).reads)), '≤ 8'],
    [
      'read units a life, one claim a minute; with its share of the sweeps',
      `${fixed(trickledUnits.reads / trickled.claims)}; ${fixed(trickledUnits.reads / trickled.claims + sweepReads / SWEEP_EVERY_MINUTES)}`,
      '≤ 14',
    ],
    ['write units a life, one claim a minute', fixed(trickledUnits.writes / trickled.claims), ''],
    ['SDK calls a life, one claim a minute', fixed(trickledUnits.calls / trickled.claims), ''],
    ['import with mails, end to end here (wall time)', `${fixed(rate, 0)} rows/s`, '≥ 350 rows/s'],
    [
      '… and by the CPU that all processes took for it, with two cores of one’s own',
      `${fixed(2000 / cpuOfRowMs, 0)} rows/s`,
      '',
    ],
    [
      'due work: messages ÷ items',
      fixed(median(bulk.map(({ dueMessages, dueItems }) => dueMessages / dueItems)), 2),
      '≤ 1.1',
    ],
    ['largest bundle', `${fixed((largest?.bytes ?? 0) / KIB, 0)} KB (${largest?.name})`, '≤ 350 KB'],
    [
      'start-up ÷ a bare bundle with the same clients, the worst',
      `${fixed((slowest?.loadMs ?? 0) / (slowest?.bareLoadMs ?? 1), 2)} (${slowest?.name})`,
      '≤ 1.2',
    ],
  ],
)

const functionNames = Object.entries(bulk[0]?.whole ?? {}).flatMap(([name, { invocations }]) =>
  invocations > 0 ? [name] : [],
)
const ofFunction = (name: string, of: (life: Life) => number): number =>
  median(bulk.filter(({ whole }) => whole[name] !== undefined).map((life) => of(life) / life.claims))
const perFunction = table(
  ['function', 'ms of CPU', 'calls', 'read units', 'write units', 'invocations', 'bytes of log'],
  functionNames.map((name) => [
    name,
    fixed(
      ofFunction(name, ({ whole }) => whole[name]?.cpuMs ?? 0),
      2,
    ),
    fixed(
      ofFunction(name, ({ whole }) =>
        Object.values(whole[name]?.calls ?? {}).reduce((sum, { calls }) => sum + calls, 0),
      ),
      2,
    ),
    fixed(
      ofFunction(name, ({ whole }) => unitsOf(whole[name]?.reads ?? {})),
      2,
    ),
    fixed(
      ofFunction(name, ({ whole }) => unitsOf(whole[name]?.writes ?? {})),
      2,
    ),
    fixed(
      ofFunction(name, ({ whole }) => whole[name]?.invocations ?? 0),
      3,
    ),
    fixed(
      ofFunction(name, ({ whole }) => whole[name]?.logBytes ?? 0),
      0,
    ),
  ]),
)

const stretch = (name: 'creation' | 'reminders' | 'end'): (string | number)[] => [
  name,
  fixed(ofLife((life) => totals(life[name]).cpuMs)),
  fixed(ofLife((life) => totals(life[name]).calls)),
  fixed(ofLife((life) => totals(life[name]).reads)),
  fixed(ofLife((life) => totals(life[name]).writes)),
]

const raw = [
  `Rounds of ${values.rows} rows, µs of CPU a row, import-rows / bare put: ${rowCosts.map(({ importRows, barePut }) => `${fixed(importRows, 0)} / ${fixed(barePut, 0)}`).join(', ')}.`,
  `Rounds of ${lives} lives, ms of CPU a life: ${bulk.map(({ whole, claims }) => fixed(totals(whole).cpuMs / claims)).join(', ')}.`,
  `The same rounds, import with mails, rows/s by the wall: ${bulk.map(({ claims, importMs }) => fixed(claims / (importMs / 1000), 0)).join(', ')}; ms of CPU a row in functions, local service and its DynamoDB: ${fixed(cpuOfRow.functions)}, ${fixed(cpuOfRow.service)}, ${fixed(cpuOfRow.database)}.`,
  `One sweep that finds nothing reads ${fixed(sweepReads)} units.`,
].join('\n')

const section = [
  where(values.label),
  measures,
  '### A life in bulk, by function',
  perFunction,
  table(
    ['stretch', 'ms of CPU', 'calls', 'read units', 'write units'],
    [stretch('creation'), stretch('reminders'), stretch('end')],
  ),
  '### Bundles',
  table(
    ['function', 'KB', 'bare KB', 'load, ms of CPU', 'bare', '÷'],
    startUps.map(({ name, bytes, bareBytes, loadMs, bareLoadMs }) => [
      name,
      fixed(bytes / KIB, 0),
      fixed(bareBytes / KIB, 0),
      fixed(loadMs),
      fixed(bareLoadMs),
      bareBytes > 10 * KIB ? fixed(loadMs / bareLoadMs, 2) : '',
    ]),
  ),
  '### Raw',
  raw,
].join('\n\n')
say(section)
if (!values.dry) record(section)
