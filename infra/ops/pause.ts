/** `npm run pause -- WORK`, `npm run resume -- WORK`: pauses a kind of work, without a deployment. */
import { parseArgs } from 'node:util'
import { sendOne } from '../../shared/aws/queues.ts'
import { type PausableWork, pausableWork } from '../../shared/contracts/pausable-work.ts'
import { openTable } from '../../shared/storage/client.ts'
import { pauseStore } from '../../shared/storage/stores/pauses.ts'
import { sweepMessage } from '../constructs/sweep-message.ts'
import { runCommand } from './command.ts'
import { findInstance, type ServiceInstance, instanceHelp } from './service-instance.ts'

const usage = `Usage: npm run pause -- ${pausableWork.join('|')} [--stack NAME]
       npm run resume -- ${pausableWork.join('|')} [--stack NAME]

Holds mail, migrations or deletions within a minute; nothing of it is lost, and an alarm says so as long as it lasts.
Sign-ins, decisions and revocations go on. What stays paused: npm run status.

${instanceHelp}`

const isPausable = (work: string): work is PausableWork => pausableWork.some((each) => each === work)

/**
 * Pauses or resumes work, and runs a sweep at once: it reports what is paused to the alarm, and resumes work that has
 * waited.
 */
export async function setPaused(
  instance: ServiceInstance,
  what: 'pause' | 'resume',
  work: PausableWork,
): Promise<string> {
  const pauses = pauseStore(openTable(instance.table, instance.dynamoDb))
  if (what === 'pause') await pauses.pause(work, await instance.now())
  else await pauses.resume(work)
  const due = instance.queues.get('DueQueue')
  if (due === undefined) throw new Error(`${instance.name} has no queue of due work`)
  await sendOne(instance.sqs, due, sweepMessage)
  const since = (await pauses.read())[work]
  return since === undefined
    ? `${work} of ${instance.name}: resumed, within a minute`
    : `${work} of ${instance.name}: paused since ${since}, honoured within a minute`
}

async function pause(args: string[]): Promise<string> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { stack: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) return usage
  const [what, work, ...more] = positionals
  if ((what !== 'pause' && what !== 'resume') || work === undefined || !isPausable(work) || more.length > 0)
    throw new Error(`say one of: ${pausableWork.join(', ')} (npm run pause -- --help)`)
  return setPaused(await findInstance(values.stack), what, work)
}

if (import.meta.main) await runCommand(pause)
