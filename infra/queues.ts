import { Duration } from 'aws-cdk-lib'
import { type DeadLetterQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { MAIL_PATIENCE_MS, mostTriesIn, PATIENCE_MS } from '../shared/lib/delivery-attempts.ts'
import { type FunctionName, functions } from './functions.ts'
import { pinLogicalId } from './logical-id.ts'

/** SQS's longest, for work and dead letters alike: mails wait that long for SES, and people for somebody to look. */
const retentionDays = 14

/** SQS's own limit. */
const mostReceives = 1_000

/**
 * Receives of one message before SQS itself sets it aside. Handlers do that, by what went wrong (`shared/lib/delivery-attempts.ts`): this is
 * for messages whose function dies every time. Twice what the patience takes at most, since receives that Lambda couldn't
 * invoke for are counted too.
 */
const receivesPerTry = 2

/**
 * A function sets for itself how long a message that failed stays hidden; this is how long it takes one to come back
 * whose function died. Lambda demands one time-out; the second leaves room for an invocation that is throttled and tried
 * again. (AWS advises six, for functions that give nothing back themselves.)
 */
const visibilityPerTimeout = 2

const base = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(retentionDays),
} as const

/** A queue for what could not be done; each has an alarm, and is redriven by hand. */
function deadLetters(scope: Construct, name: string): Queue {
  const queue = new Queue(scope, `${name}DeadLetters`, {
    ...base,
  })
  pinLogicalId(queue, `${name}DeadLetters`)
  return queue
}

/** A queue with its dead-letter queue, for one function that reads it. */
export function workQueue(
  scope: Construct,
  name: string,
  reader: FunctionName,
  patienceMs: number = PATIENCE_MS,
): Queue {
  const deadLetterQueue: DeadLetterQueue = {
    queue: deadLetters(scope, name),
    maxReceiveCount: Math.min(receivesPerTry * mostTriesIn(patienceMs), mostReceives),
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
 * Where the queue's own failures go, and what another service can't deliver to it after a day of tries: redriven, both come
 * to the queue. There is one alarm for both.
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
  readonly mails = workQueue(this, 'Mails', 'mail', MAIL_PATIENCE_MS)
  readonly due = workQueue(this, 'Due', 'due')
  readonly migrations = workQueue(this, 'Migrations', 'migrate')
  readonly exports = workQueue(this, 'Exports', 'export')
  readonly feedback = workQueue(this, 'Feedback', 'feedback')
  readonly syncs = workQueue(this, 'Syncs', 'sync')
  readonly purges = workQueue(this, 'Purges', 'purge')

  /** The queue that feeds a function. */
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
    purge: this.purges,
  }

  /** Every queue that a function reads. */
  get allWork(): readonly Queue[] {
    return Object.values(this.readBy)
  }

  /** Every queue that holds what failed. */
  get allDeadLetters(): readonly Queue[] {
    return this.allWork.map(deadLettersOf)
  }
}
