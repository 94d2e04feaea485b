import { Duration } from 'aws-cdk-lib'
import { type DeadLetterQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { type FunctionName, functions } from './functions.ts'
import { pinLogicalId } from './logical-id.ts'

/** Tries of one message before it is set aside: enough to sit out a throttled table, few enough to see a bug. */
const maxReceiveCount = 5

/** SQS's longest. A dead letter keeps the age it had, so this must be well over a queue's own four days. */
const deadLetterRetentionDays = 14

/**
 * AWS's advice for queues that Lambda reads: while an invocation is throttled and tried again, its messages
 * must stay hidden, or they are worked on twice and counted as received.
 */
const visibilityPerTimeout = 6

const base = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const

/** A queue for what could not be done; each has an alarm, and is redriven by hand. */
export function deadLetters(scope: Construct, name: string): Queue {
  const queue = new Queue(scope, `${name}DeadLetters`, {
    ...base,
    retentionPeriod: Duration.days(deadLetterRetentionDays),
  })
  pinLogicalId(queue, `${name}DeadLetters`)
  return queue
}

/** A queue with its dead-letter queue, for one function that reads it. */
export function workQueue(scope: Construct, name: string, reader: FunctionName): Queue {
  const deadLetterQueue: DeadLetterQueue = { queue: deadLetters(scope, name), maxReceiveCount }
  const queue = new Queue(scope, `${name}Queue`, {
    ...base,
    visibilityTimeout: Duration.seconds(functions[reader].timeoutSeconds * visibilityPerTimeout),
    deadLetterQueue,
  })
  pinLogicalId(queue, `${name}Queue`)
  return queue
}

/** The queues of the service. Logical ids: `ImportsQueue` and `ImportsDeadLetters`, and so on. */
export class Queues extends Construct {
  readonly imports = workQueue(this, 'Imports', 'import')
  readonly importRows = workQueue(this, 'ImportRows', 'import-rows')
  readonly reports = workQueue(this, 'Reports', 'report')
  readonly mails = workQueue(this, 'Mails', 'mail')
  readonly due = workQueue(this, 'Due', 'due')
  readonly migrations = workQueue(this, 'Migrations', 'migrate')
  readonly exports = workQueue(this, 'Exports', 'export')
  readonly feedback = workQueue(this, 'Feedback', 'feedback')
  readonly syncs = workQueue(this, 'Syncs', 'sync')
  readonly purges = workQueue(this, 'Purges', 'purge')
  /** Stream records that `effects` gave up on: their place in the stream, not their content. */
  readonly effectsFailures = deadLetters(this, 'Effects')

  /** Every queue that a function reads. */
  get allWork(): readonly Queue[] {
    return [
      this.imports,
      this.importRows,
      this.reports,
      this.mails,
      this.due,
      this.migrations,
      this.exports,
      this.feedback,
      this.syncs,
      this.purges,
    ]
  }

  /** Every queue that holds what failed. */
  get allDeadLetters(): readonly Queue[] {
    return [
      ...this.allWork.flatMap((queue) =>
        queue.deadLetterQueue?.queue instanceof Queue ? [queue.deadLetterQueue.queue] : [],
      ),
      this.effectsFailures,
    ]
  }
}
