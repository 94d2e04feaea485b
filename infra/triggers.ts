import { Duration } from 'aws-cdk-lib'
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { partition } from '../shared/table/keys.ts'
import { quietAttribute } from '../shared/table/schema.ts'
import type { Job } from './job.ts'
import type { Table } from './table.ts'

export interface QueueTriggerOptions {
  readonly batchSize: number
  /** Invocations at a time; SQS holds the rest back instead of letting Lambda throttle them. */
  readonly cap: number
}

/** Partial batch responses everywhere: what a handler doesn't report is done, and isn't delivered again. */
export function triggerByQueue(job: Job, queue: Queue, { batchSize, cap }: QueueTriggerOptions): void {
  new EventSourceMapping(job, 'Queue', {
    target: job.fn,
    eventSourceArn: queue.queueArn,
    reportBatchItemFailures: true,
    batchSize,
    maxConcurrency: cap,
  })
}

const streamBatchSize = 100

/** With bisection a poison record is alone after 7 halvings of 100; the rest is for throttled neighbours. */
const streamRetries = 15

/** Less than the stream's own 24 h, so that a record that can't be handled reaches the failures before it is gone. */
const streamMaxAgeHours = 12

/** The partitions whose changes have effects; all others (conversations, chunks, audit) would only wake it. */
const partitionsWithEffects = [partition.account, partition.closedClaim, partition.org]

export interface StreamTriggerOptions {
  readonly failures: Queue
  /** Batches of a shard at a time; changes of one item stay in order. */
  readonly parallelization: number
}

export function triggerByStream(
  job: Job,
  table: Table,
  { failures, parallelization }: StreamTriggerOptions,
): void {
  new EventSourceMapping(job, 'Stream', {
    target: job.fn,
    eventSourceArn: table.streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: streamBatchSize,
    parallelizationFactor: parallelization,
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    retryAttempts: streamRetries,
    maxRecordAge: Duration.hours(streamMaxAgeHours),
    // Not CDK's SqsDestination: that also lets the role read the queue's attributes and URL.
    onFailure: { bind: () => ({ destination: failures.queueArn }) },
    filters: [
      FilterCriteria.filter({
        dynamodb: {
          Keys: { pk: { S: partitionsWithEffects.flatMap((prefix) => FilterRule.beginsWith(prefix)) } },
          NewImage: { [quietAttribute]: { S: FilterRule.notExists() } },
        },
      }),
    ],
  })
}
