import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Queues } from '../../constructs/queues.ts'
import type { AlarmSources, AlarmSpec } from '../alarm-specs.ts'
import { deadLetters, period } from './thresholds.ts'

/**
 * Minutes that a message may wait before the alarm. An hour for work that takes minutes, since longer means an outage
 * or lasting throttling; less where somebody is waiting (uploads, due work); more for deletions, for which nobody
 * waits.
 */
const queueAgeMinutes = {
  imports: 15,
  importRows: 60,
  reports: 60,
  mails: 60,
  due: 15,
  migrations: 60,
  exports: 60,
  feedback: 60,
  syncs: 60,
  deletions: 360,
} as const satisfies Record<WorkQueue, number>

type WorkQueue = { [K in keyof Queues]: Queues[K] extends Queue ? K : never }[keyof Queues]

const isWorkQueue = (name: string): name is WorkQueue => Object.hasOwn(queueAgeMinutes, name)

/** A queue whose messages wait too long, and a dead-letter queue that isn't empty. */
export function queueAlarms({ queues }: AlarmSources): AlarmSpec[] {
  const ages = Object.keys(queueAgeMinutes)
    .filter(isWorkQueue)
    .map((name): AlarmSpec => {
      const queue: Queue = queues[name]
      const minutes = queueAgeMinutes[name]
      return {
        id: `${queue.node.id}Age`,
        metric: queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
        threshold: minutes * 60,
        says: `A message has waited for ${minutes} minutes.`,
        entry: 'a-queue-is-old',
      }
    })
  const dead = queues.allDeadLetters.map(
    (queue): AlarmSpec => ({
      id: `${queue.node.id}Depth`,
      metric: queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      threshold: deadLetters,
      says: 'Messages were given up on.',
      entry: 'dead-letters',
    }),
  )
  return [...ages, ...dead]
}
