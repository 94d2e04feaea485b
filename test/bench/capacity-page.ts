import { concurrencyOf } from '../../infra/concurrency.ts'
import { functions } from '../../infra/functions.ts'
import { type Outcome, type Quotas, type Speeds, simulate } from './capacity.ts'
import { type Counted, type CountsFile, durationMs } from './cost.ts'
import { table } from './report.ts'

/** AWS’s quotas at first, and on request. */
const SES_FIRST = { mailsPerSecond: 14, mailsPerDay: 50_000 }
const LAMBDA_FIRST = 10
const LAMBDA_USUAL = 1_000
/** Write units a second of a new on-demand table, and of each of its indexes. */
const TABLE_WRITES_PER_SECOND = 4_000

const IMPORTS = [10_000, 1_000_000, 10_000_000] as const
const RATES = [14, 50, 200] as const

const count = (value: number): string => Math.round(value).toLocaleString('en')

/** AWS raises both together. That it keeps their initial proportion is an assumption. */
const dailyFor = (mailsPerSecond: number): number =>
  Math.round((SES_FIRST.mailsPerDay * mailsPerSecond) / SES_FIRST.mailsPerSecond / 1000) * 1000

function quotasOf(lambda: number, mailsPerSecond: number): Quotas {
  const { caps } = concurrencyOf(lambda)
  return {
    mailsPerSecond,
    mailsPerDay: dailyFor(mailsPerSecond),
    importRowsWorkers: caps['import-rows'],
    migrateWorkers: caps.migrate,
  }
}

/** Speeds derived from what `npm run cost` counted. */
function speedsOf({ creation, bulk }: CountsFile): Speeds {
  const perSecond = (counted: Counted, name: 'import-rows' | 'migrate'): number => {
    const used = counted.counts[name]
    if (used === undefined) throw new Error(`nothing was counted of ${name}`)
    return (1000 * counted.lives) / durationMs(used, functions[name].memoryMb)
  }
  const ofTable = (counted: Counted, without: readonly string[] = []): number =>
    Object.entries(counted.counts).reduce(
      (sum, [name, { writes }]) => sum + (without.includes(name) ? 0 : (writes.table ?? 0)),
      0,
    ) / counted.lives
  const writesOfClaim = ofTable(creation, ['mail'])
  return {
    rowsPerWorkerSecond: perSecond(creation, 'import-rows'),
    // All of its work for a claim, including reminders if it handles them.
    migrationsPerWorkerSecond: perSecond(bulk, 'migrate'),
    tableWritesPerSecond: TABLE_WRITES_PER_SECOND,
    writesOfClaim,
    writesOfMigration: Math.max(1, ofTable(bulk, ['mail']) - writesOfClaim),
  }
}

function time(hours: number | undefined): string {
  if (hours === undefined) return 'never'
  if (hours < 2) return `${Math.max(1, Math.round(hours * 60))} min`
  if (hours < 48) return `${Math.round(hours)} h`
  return `${(hours / 24).toFixed(1)} days`
}

function firstMet({ isRateMet, dailyQuotaMetAfter, importBoundBy }: Outcome): string {
  const own = importBoundBy === 'table' ? 'the table’s writes' : 'the workers’ number'
  const rate = isRateMet ? 'SES’s rate, at once' : own
  return dailyQuotaMetAfter === undefined ? rate : `${rate}; its day after ${time(dailyQuotaMetAfter)}`
}

function outcomes(lambda: number, rates: readonly number[], speeds: Speeds): string {
  return table(
    [
      'claims',
      'mails a second; a day',
      'import takes (bound by)',
      'quota met first',
      'last claim mail',
      'last mail',
      'held by M5',
      'their mail was on the queue for 14 days',
      'last migration',
    ],
    IMPORTS.flatMap((claims) =>
      rates.map((rate) => {
        const quotas = quotasOf(lambda, rate)
        const outcome = simulate(claims, quotas, speeds)
        return [
          count(claims),
          `${rate}; ${count(quotas.mailsPerDay)}`,
          `${time(outcome.importHours)} (${outcome.importBoundBy})`,
          firstMet(outcome),
          time(outcome.lastClaimMail),
          time(outcome.lastMail),
          count(outcome.held),
          count(outcome.untold),
          time(outcome.lastMigration),
        ]
      }),
    ),
  )
}

/** `docs/capacity.md`. */
export function capacityPage(counted: CountsFile): string {
  const speeds = speedsOf(counted)
  const small = quotasOf(LAMBDA_FIRST, SES_FIRST.mailsPerSecond)
  const usual = quotasOf(LAMBDA_USUAL, SES_FIRST.mailsPerSecond)
  return `# How quotas limit a large import

Made by \`npm run capacity\`, a model (\`test/bench/capacity.ts\`) in steps of an hour. It uses what \`npm run cost\` counted on
${counted.on}: one \`import-rows\` claims ${count(speeds.rowsPerWorkerSecond)} rows a second, one \`migrate\` ends ${count(speeds.migrationsPerWorkerSecond)} claims, a claim is ${speeds.writesOfClaim.toFixed(1)} write units of the table
itself without its mail, and a migration ${speeds.writesOfMigration.toFixed(1)}. A new on-demand table takes ${count(TABLE_WRITES_PER_SECOND)} write units a second. Times count from
the upload. Every claim is delayed, nobody decides, no mail bounces, and the daily quota is raised in proportion to the rate.
A test holds this page to the model.

## With usual quotas

Lambda: ${count(LAMBDA_USUAL)} concurrent executions, of which ${usual.importRowsWorkers} are \`import-rows\` and ${usual.migrateWorkers} \`migrate\`.

${outcomes(LAMBDA_USUAL, RATES, speeds)}

## With an account new to AWS, out of SES's sandbox

Lambda: ${LAMBDA_FIRST} concurrent executions, of which ${small.importRowsWorkers} are \`import-rows\` and ${small.migrateWorkers} \`migrate\`.

${outcomes(LAMBDA_FIRST, [SES_FIRST.mailsPerSecond], speeds)}

## Conclusions

- Mail is the bottleneck of an import of any size: a claim has five mails in its life, and claims are made a hundred times as fast as
  ${SES_FIRST.mailsPerSecond} mails a second are sent. The rate is the limit at once, and after an hour the daily quota is.
- If the claim mails take longer than 7 days, M5 holds the migrations of everybody mailed after that. Nobody is migrated without having
  been told, and \`endsAt\` stays 14 days after the claim.
- **If they take longer than 14 days, mails are lost**: SQS keeps a message for 14 days at most. The claims concerned are held until a
  reminder is sent (which the model leaves out), or an admin sends the mail again. So before an import, make sure that the daily quota is
  at least a seventh of its claims; then nothing is held. Below a fourteenth, mails are lost.
- Migrations aren't a bottleneck: they end within hours after the last 14 days are over.
`
}
