import { Duration } from 'aws-cdk-lib'
import { type DeadLetterQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { QUEUE_RETENTION_DAYS } from '../../shared/contracts/retention.ts'
import { MAIL_RETRY_WINDOW_MS, maxAttemptsIn, RETRY_WINDOW_MS } from '../../shared/lib/delivery-attempts.ts'
import { type FunctionName, functions } from '../functions.ts'
import { pinLogicalId } from './logical-id.ts'

/** SQS's limit. */
const mostReceives = 1_000

/**
 * Receives per expected try before SQS itself moves a message to the dead letters. Handlers usually do that
 * themselves, depending on the error (`shared/lib/delivery-attempts.ts`); this is for messages whose function dies
 * every time. Two, since SQS also counts receives for which Lambda had no capacity.
 */
const receivesPerTry = 2

/**
 * Visibility time-out, in time-outs of the function. Functions set the visibility of failed messages themselves, so
 * this matters only for messages whose function died. Lambda requires one; the second leaves room for a throttled
 * invocation that is retried. (AWS recommends six, for functions that don't set it.)
 */
const visibilityPerTimeout = 2

const base = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(QUEUE_RETENTION_DAYS),
} as const

/** A dead-letter queue; each has an alarm, and is redriven by hand. */
function deadLetters(scope: Construct, name: string): Queue {
  const queue = new Queue(scope, `${name}DeadLetters`, {
    ...base,
  })
  pinLogicalId(queue, `${name}DeadLetters`)
  return queue
}

/** A queue with its dead-letter queue, for the one function that reads it. */
export function workQueue(
  scope: Construct,
  name: string,
  reader: FunctionName,
  retryWindowMs: number = RETRY_WINDOW_MS,
): Queue {
  const deadLetterQueue: DeadLetterQueue = {
    queue: deadLetters(scope, name),
    maxReceiveCount: Math.min(receivesPerTry * maxAttemptsIn(retryWindowMs), mostReceives),
  }
  const queue = new Queue(scope, `${name}Queue`, {
    ...base,
    visibilityTimeout: Duration.seconds(functions[reader].timeoutSeconds * visibilityPerTimeout),
    deadLetterQueue,
  })
  pinLogicalId(queue, `${name}Queue`)
  return queue
}

/**
 * The dead-letter queue of a queue. It also takes what another service couldn't deliver to the queue within a day;
 * redriven, both go to the queue. One alarm covers both.
 */
export function deadLettersOf({ deadLetterQueue }: Queue): Queue {
  if (deadLetterQueue?.queue instanceof Queue) return deadLetterQueue.queue
  throw new Error('the queue has no dead letters')
}

/** The queues of the service. Logical ids: `ImportsQueue` and `ImportsDeadLetters`, and so on. */
export class Queues extends Construct {
  readonly imports = workQueue(this, 'Imports', 'import')
  readonly importRows = workQueue(this, 'ImportRows', 'import-rows')
  readonly reports = workQueue(this, 'Reports', 'report')
  readonly mails = workQueue(this, 'Mails', 'mail', MAIL_RETRY_WINDOW_MS)
  readonly due = workQueue(this, 'Due', 'due')
  readonly migrations = workQueue(this, 'Migrations', 'migrate')
  readonly exports = workQueue(this, 'Exports', 'export')
  readonly feedback = workQueue(this, 'Feedback', 'feedback')
  readonly syncs = workQueue(this, 'Syncs', 'sync')
  /** A changed logical id would replace the queue, so it keeps the name that deletions had at first. */
  readonly deletions = workQueue(this, 'Purges', 'deletion')

  /** The queue that each function reads. */
  readonly readBy: Readonly<Partial<Record<FunctionName, Queue>>> = {
    import: this.imports,
    'import-rows': this.importRows,
    report: this.reports,
    mail: this.mails,
    due: this.due,
    migrate: this.migrations,
    export: this.exports,
    feedback: this.feedback,
    sync: this.syncs,
    deletion: this.deletions,
  }

  /** Every queue that a function reads. */
  get allWork(): readonly Queue[] {
    return Object.values(this.readBy)
  }

  /** Every dead-letter queue. */
  get allDeadLetters(): readonly Queue[] {
    return this.allWork.map(deadLettersOf)
  }
}
