/** `npm run redrive -- QUEUE|effects [--stack NAME]`: repeats work that was given up. */
import { parseArgs } from 'node:util'
import { readEndpoints } from '../local/instance/endpoints.ts'
import { redriveEffects } from './redrive/effects.ts'
import { localTarget } from './redrive/local.ts'
import { failedBatchesIn, RedriveError, type RedriveTarget } from './redrive/target.ts'

/** The beginning of each queue's logical ids, by the name that operators use. */
const queues: Readonly<Record<string, string>> = {
  imports: 'Imports',
  'import-rows': 'ImportRows',
  reports: 'Reports',
  mails: 'Mails',
  due: 'Due',
  migrations: 'Migrations',
  exports: 'Exports',
  feedback: 'Feedback',
  syncs: 'Syncs',
  deletions: 'Purges',
}

const help = `Usage: npm run redrive -- WHAT [--stack NAME]

Has done again what failed for good. Mend the cause first. All work bears being done twice, so nothing is told or sent twice.

WHAT is
  effects    what follows from changes and was given up: plays it again, in order for each item, and removes what is done
  a queue    puts its dead letters back: ${Object.keys(queues).join(', ')}

  --stack NAME   a stack in AWS, by the credentials and region of your environment (as ClaimService);
                 without it: the local service that runs from this folder
  --help         this text`

function readArguments() {
  try {
    return parseArgs({
      options: { stack: { type: 'string' }, help: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
  } catch (error) {
    throw new RedriveError(error instanceof Error ? error.message : String(error))
  }
}

async function targetOf(stack: string | undefined): Promise<RedriveTarget> {
  if (stack !== undefined) {
    // Imported when needed, since its SDK clients take a moment to load.
    const { redriveClients, awsTarget } = await import('./redrive/aws.ts')
    return awsTarget(stack, redriveClients())
  }
  const endpoints = await readEndpoints()
  if (endpoints === undefined) {
    throw new RedriveError(
      'no local service runs from this folder (npm start); --stack NAME is for one in AWS',
    )
  }
  return localTarget(endpoints)
}

async function effects(target: RedriveTarget): Promise<void> {
  const { batches, records, left, faults } = await redriveEffects(failedBatchesIn(target))
  if (batches + left === 0) console.log('Nothing that follows from a change was given up.')
  else console.log(`Played ${records} changes again; ${batches} batches are done and removed, ${left} stay.`)
  for (const fault of faults) console.error(`  ${fault}`)
  if (left > 0) process.exitCode = 1
}

async function queue(target: RedriveTarget, name: string): Promise<void> {
  const prefix = queues[name]
  if (prefix === undefined) throw new RedriveError(`there is no queue ${name}; --help lists them`)
  const from = await target.queueUrl(`${prefix}DeadLetters`)
  const moved = await target.move(from, await target.queueUrl(`${prefix}Queue`))
  console.log(moved === 0 ? `${name} has no dead letters.` : `Put ${moved} dead letters back to ${name}.`)
}

async function main(): Promise<void> {
  const { values, positionals } = readArguments()
  const [what, ...others] = positionals
  if (values.help) {
    console.log(help)
    return
  }
  if (what === undefined || others.length > 0)
    throw new RedriveError('say what: effects, or one queue; see --help')
  if (what !== 'effects' && !Object.hasOwn(queues, what))
    throw new RedriveError(`there is no queue ${what}; --help lists them`)
  const target = await targetOf(values.stack)
  await (what === 'effects' ? effects(target) : queue(target, what))
}

main().catch((error: unknown) => {
  console.error(
    error instanceof RedriveError
      ? error.message
      : `redrive failed: ${error instanceof Error ? error.message : String(error)}`,
  )
  process.exitCode = 1
})
