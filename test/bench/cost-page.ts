import { type FunctionName, functions } from '../../infra/functions.ts'
import {
  type Counted,
  type CountsFile,
  costLines,
  dollarsOf,
  durationMs,
  type Line,
  mailsOf,
  type Prices,
  WHOLE_CORE_MB,
  withSweeps,
} from './cost.ts'
import { bundlesSection } from './bundle-sizes.ts'
import { totals, unitsOf } from './counted.ts'
import { table } from './report.ts'

const SWEEP_MINUTES = 15
const DAY_MINUTES = 24 * 60
const MEMORY_SIZES_MB = [256, 512, 1024, WHOLE_CORE_MB] as const
const MILLION = 1_000_000
const GB_MB = 1024

/**
 * The writes that the rules require, in write units of a life: the floor, whatever else becomes cheaper. An item
 * under 1 KB takes one unit, and so does each index entry that is added or removed.
 */
const floor: readonly (readonly [what: string, units: number])[] = [
  ['the claim, in its account’s record', 1],
  ['its entries in the indexes of claims, of outgoing claims and of due work', 3],
  ['the audit entry of its creation (A1)', 1],
  ['five mails, each leased before it is sent and marked after it (N1, C6)', 10],
  ['the claim’s end in the record', 1],
  ['the entries that the end takes away (outgoing, due) and moves (the account’s org)', 4],
  ['the audit entry of its end (A1)', 1],
]
const floorUnits = floor.reduce((sum, [, units]) => sum + units, 0)
const CREATION_FLOOR_UNITS = 7

const fixed = (value: number, digits = 2): string => value.toFixed(digits)
const precise = (value: number): string =>
  value >= 0.1 ? fixed(value) : Number(value.toPrecision(2)).toString()

function linesTable(columns: readonly (readonly [name: string, lines: readonly Line[]])[]): string {
  const [[, first] = ['', []]] = columns
  return table(
    ['', ...columns.flatMap(([name]) => [`${name}: a life`, '$ a million'])],
    [
      ...first.map(({ what, unit }, n) => [
        `${what} (${unit})`,
        ...columns.flatMap(([, lines]) => [precise(lines[n]?.count ?? 0), fixed(lines[n]?.dollars ?? 0)]),
      ]),
      ['**all**', ...columns.flatMap(([, lines]) => ['', `**${fixed(dollarsOf(lines))}**`])],
    ],
  )
}

const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(functions, name)

function memoryTable({ counts, lives }: Counted, prices: Prices): string {
  const used = Object.entries(counts).flatMap(([name, count]) =>
    isFunctionName(name) && count.invocations > 0 ? [{ name, count }] : [],
  )
  return table(
    ['function', 'has', ...MEMORY_SIZES_MB.map((size) => `${size} MB: ms an invocation, $ a million lives`)],
    used.map(({ name, count }) => [
      name,
      `${functions[name].memoryMb} MB`,
      ...MEMORY_SIZES_MB.map((size) => {
        const ms = durationMs(count, size)
        const dollars = (ms / 1000 / lives) * MILLION * (size / GB_MB) * prices.lambdaGbSecond
        return `${fixed(ms / count.invocations, 0)}, ${fixed(dollars)}`
      }),
    ]),
  )
}

/** `docs/cost.md`. */
export function costPage(counted: CountsFile, prices: Prices): string {
  const { bulk, creation, sweep } = counted
  const trickled = withSweeps(counted.trickled, sweep, { claimMinutes: 1, sweepMinutes: SWEEP_MINUTES })
  const [bulkLines, trickledLines, creationLines] = [bulk, trickled, creation].map((each) =>
    costLines(each, prices),
  )
  const writes = (each: Counted): string => fixed(totals(each.counts).writes / each.lives)
  const reads = (each: Counted): string => fixed(totals(each.counts).reads / each.lives)
  const sweepReads = unitsOf({ all: totals(sweep.counts).reads })
  return `# What a claim costs

Made by \`npm run cost\`, which counts the calls of a run on this machine and multiplies them by
\`test/bench/prices.json\` (${prices.region}, list prices as of ${prices.asOf}). Counted on ${counted.on}, commit ${counted.commit}. A test holds this page
to the counts, the prices and the functions' memory sizes; \`npm run cost -- --page\` rewrites it from the existing counts.

A life is one delayed claim that nobody decides about, without conversations, from its creation to the mail that says it was
migrated. *In bulk*: ${bulk.lives.toLocaleString('en')} of them by one CSV. *Trickled*: one claim a minute, each by a request of its own, with its share of
the sweeps, one every ${SWEEP_MINUTES} minutes (${fixed(sweepReads, 1)} read units each). In bulk they aren't divided among the claims: they read ${(DAY_MINUTES / SWEEP_MINUTES) * sweepReads} units a day,
however many claims there are.

${linesTable([
  ['in bulk', bulkLines ?? []],
  ['trickled', trickledLines ?? []],
  ['creation in bulk', creationLines ?? []],
])}

| | goal | here |
| --- | --- | --- |
| a million lives in bulk | ≤ $18 | $${fixed(dollarsOf(bulkLines ?? []))} |
| a million lives, one a minute | ≤ $32 | $${fixed(dollarsOf(trickledLines ?? []))} |
| a million creations: claim, audit, event, claim mail | ≤ $5.70 | $${fixed(dollarsOf(creationLines ?? []))} |
| write units of a life in bulk; of a creation with its mail | ≤ 21; ≤ 7 | ${writes(bulk)}; ${writes(creation)} |
| read units of a life in bulk; one a minute | ≤ 8; ≤ 14 | ${reads(bulk)}; ${reads(trickled)} |
| calls of AWS, and ms of CPU, of a life in bulk | ≤ 10; ≤ 18 | ${fixed(totals(bulk.counts).calls / bulk.lives)}; ${fixed(totals(bulk.counts).cpuMs / bulk.lives)} |

SES is not included: ${fixed(mailsOf(bulk), 1)} mails a life, $${fixed(mailsOf(bulk) * prices.mailsPerMillion, 0)} a million lives. Nor is what doesn't depend on claims: the table's
storage and its backups, and the alarms. The first 14 million schedules a month are free, but are counted here.

## What the rest is spent on

- **Write units**: a batch of mails reserves its part of the rate by one unit, and an import writes its chunks, ranges and counts by
  some dozen. Larger batches of mails would take fewer units, but the queue delivers what there is. One a minute, each mail is a
  batch of its own.
- **Read units in bulk**: half a unit each for the record and the suppression of five mails, for the record of three reminders, for
  address and record of the claim, and for its end. Those of the reminders could be saved if the due index contained the org, by which
  mails take turns (\`MessageGroupId\`). But the index projects only keys, and another projection means another index.
- **Read units, one a minute**: 5 are the request's own. It reads domain and orgs consistently, since the write isn't conditional on
  them, and an admin who has just released a domain must not claim there. Each mail takes half a unit each for its record and
  suppression and, being alone in its batch, for its org and the pause. The pause could be stored with the rate, which is written
  anyway, but then a pause from before a deployment would be overlooked. The sweeps take 2.2 (32 shards of two kinds), and the hourly
  sweep of reminders another 0.8 that isn't counted here.
- **One a minute**: what exceeds the floor is a message and an invocation for each step that isn't shared with others: the request,
  two batches of changes, five mails, the end. Four schedules, two events and the request are $7 by themselves, and each mail writes
  the rate, which 25 would share. A window in which batches fill would make people wait for their mail. Queries for what is due are
  gone: if a claim is alone in its minute, its schedule sends it to the worker directly, which saved 3.5 read units and 12 SQS
  requests. Before that, looking for the reminders of an hour together was tried and taken back: a reminder came up to an hour late.
- **A creation**: its floor alone is $${fixed(CREATION_FLOOR_UNITS * prices.dynamoDbWritesPerMillion + prices.eventsPerMillion)}, with the event on the bus; the rest is reading, and waiting for answers.
- **A row's CPU**: for a chunk of 100 rows, handled against a client that answers at once, the SDK takes over half: it writes and reads
  JSON by its schemas, signs 13 calls, and runs its middleware for each. The document client's part, an eighth, has been removed
  (\`batch-commands.ts\`). zod takes 2 %, the CSV 5 %, items and their differences 12 %, rules and use case 9 %, garbage collection 7 %.
  Chunks of 500 rows would take 7 calls for 100 rows and a tenth less CPU. That was measured and not adopted: a page of an import's
  rows reads whole chunks, and after a crash a whole chunk is repeated.
- **An import with mails, here**: of some 7 ms of CPU a row, the functions take 3, the embedded DynamoDB 2.5 and the
  local service 1.3. Of the functions' 3, sending the mail takes 1.7, the effects of the change 0.7, and \`import-rows\` 0.5.

## The floor

What must be written in any case, in write units of a life:

${table(['what', 'write units'], [...floor, ['**all**', `**${floorUnits}**`]])}

That is $${fixed(floorUnits * prices.dynamoDbWritesPerMillion)} a million lives; ${CREATION_FLOOR_UNITS} of them are the creation with its mail, $${fixed(CREATION_FLOOR_UNITS * prices.dynamoDbWritesPerMillion)}. Actually written: ${writes(bulk)} in bulk, ${writes(trickled)}
trickled, ${writes(creation)} a creation.

## Memory sizes

Lambda's CPU grows with the memory: ${WHOLE_CORE_MB} MB is one whole core, and half of that half a core. This table is a model, based on the
measurements in bulk: the CPU time of each function divided by its share of a core, and 6 ms for each round trip that it waits for. CPU
time costs the same at any size up to ${WHOLE_CORE_MB} MB, and waiting costs more the larger the function is: so smaller is cheaper and slower.

${memoryTable(bulk, prices)}

${bundlesSection()}`
}
