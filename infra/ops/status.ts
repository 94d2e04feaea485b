/** `npm run status`: what is queued, stuck, failed and paused, in the local service or a stack. */
import { parseArgs } from 'node:util'
import { runCommand } from './command.ts'
import { readStatus, type QueueStatus, type Status } from './read-status.ts'
import { findInstance, instanceHelp } from './service-instance.ts'

const usage = `Usage: npm run status -- [--stack NAME] [--jobs] [--json]

What is queued, stuck, failed and paused.

${instanceHelp}
  --jobs         also the imports, exports and syncs that aren't over; reads the whole table
  --json         for programs`

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Formats a duration in its two largest units: `1 d 3 h`. */
export function durationText(seconds: number): string {
  if (seconds < MINUTE) return `${seconds} s`
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ${Math.floor((seconds % HOUR) / MINUTE)} min`
  return `${Math.floor(seconds / DAY)} d ${Math.floor((seconds % DAY) / HOUR)} h`
}

const queueLine = ({ queue, waiting, inFlight, delayed, oldestSeconds }: QueueStatus): string => {
  const counts = [
    `${waiting} waiting`,
    `${inFlight} in flight`,
    ...(delayed > 0 ? [`${delayed} delayed`] : []),
  ]
  const oldest = oldestSeconds === undefined ? '' : `, the oldest for ${durationText(oldestSeconds)}`
  return `  ${queue.padEnd(22)} ${counts.join(', ')}${oldest}`
}

const isEmpty = ({ waiting, inFlight, delayed }: QueueStatus): boolean => waiting + inFlight + delayed === 0

function section(title: string, lines: readonly string[], none: string): string[] {
  return lines.length === 0 ? [`${title}: ${none}`] : [`${title}:`, ...lines]
}

/** Formats the status for people. */
export function printStatus({
  place,
  at,
  paused,
  queues,
  deadLetters,
  due,
  schedules,
  misplaced,
  jobs,
}: Status): string {
  const pausedLines = Object.entries(paused).flatMap(([work, since]) =>
    since === undefined ? [] : [`  ${work} since ${since} (npm run resume -- ${work})`],
  )
  const dueLines = Object.entries(due.counts).map(
    ([kind, count]) => `  ${kind}: ${count}${due.more ? ' or more' : ''}`,
  )
  const late =
    due.oldestAt === undefined ? [] : [`  the oldest since ${due.oldestAt}, ${durationText(due.lateSeconds)}`]
  return [
    `${place} at ${at}`,
    ...section('Paused', pausedLines, 'nothing'),
    ...section(
      'Failed (npm run redrive -- QUEUE)',
      deadLetters.filter((queue) => !isEmpty(queue)).map(queueLine),
      'nothing',
    ),
    ...section('Queued', queues.filter((queue) => !isEmpty(queue)).map(queueLine), 'nothing'),
    ...section('Due and not done', [...dueLines, ...late], 'nothing'),
    ...section(
      'Files under no organization that exists',
      misplaced.map(({ key, since, why }) => `  ${key} since ${since}: ${why}`),
      'none',
    ),
    ...(jobs === undefined
      ? []
      : section(
          'Under way',
          jobs.map(
            ({ job, id, orgId, status, since }) => `  ${job} ${id} of ${orgId}: ${status} since ${since}`,
          ),
          'nothing',
        )),
    `Schedules: ${schedules}`,
  ].join('\n')
}

async function status(args: string[]): Promise<string> {
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: 'string' },
      jobs: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return usage
  const found = await readStatus(await findInstance(values.stack), { jobs: values.jobs })
  return values.json ? JSON.stringify(found, undefined, 2) : printStatus(found)
}

if (import.meta.main) await runCommand(status)
