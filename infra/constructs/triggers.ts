import { Duration } from 'aws-cdk-lib'
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  MetricType,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { partition } from '../../shared/storage/keys.ts'
import { suppressEffectsAttribute } from '../../shared/storage/schema.ts'
import type { Job } from './job.ts'
import type { Table } from './table.ts'

export interface QueueTriggerOptions {
  readonly batchSize: number
  /**
   * How long a batch may wait to fill up. Lambda requires at least a second for batches of more than ten messages.
   */
  readonly windowSeconds?: number
  /** Maximum concurrent invocations; SQS keeps the rest instead of letting Lambda throttle it. */
  readonly cap: number
}

/**
 * Connects a function to a queue. With partial batch responses: messages that the handler doesn't report are done and
 * not redelivered.
 */
export function triggerByQueue(job: Job, queue: Queue, options: QueueTriggerOptions): void {
  const { batchSize, windowSeconds, cap } = options
  new EventSourceMapping(job, 'Queue', {
    target: job.live,
    eventSourceArn: queue.queueArn,
    reportBatchItemFailures: true,
    batchSize,
    ...(windowSeconds === undefined ? {} : { maxBatchingWindow: Duration.seconds(windowSeconds) }),
    maxConcurrency: cap,
  })
}

const streamBatchSize = 100

/** Bisection isolates a poison record after 7 halvings of 100; the other retries are for throttling. */
const streamRetries = 15

/** Less than the stream's 24 h, so that a failing record reaches the failure destination before it expires. */
const streamMaxAgeHours = 12

/**
 * Partitions whose changes have effects; changes of all others (conversations, chunks, audit) would only invoke the
 * function for nothing.
 */
const partitionsWithEffects = [partition.account, partition.closedClaim, partition.org]

export interface StreamTriggerOptions {
  /**
   * Stores complete batches that were given up on. A queue would only get their position in the stream, which expires
   * after 24 h.
   */
  readonly failures: Bucket
  /** Batches of one shard in parallel; changes of one item stay in order. */
  readonly parallelization: number
}

export function triggerByStream(
  job: Job,
  table: Table,
  { failures, parallelization }: StreamTriggerOptions,
): EventSourceMapping {
  return new EventSourceMapping(job, 'Stream', {
    target: job.live,
    eventSourceArn: table.streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: streamBatchSize,
    parallelizationFactor: parallelization,
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    retryAttempts: streamRetries,
    // The only metric of records that were given up on.
    metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    maxRecordAge: Duration.hours(streamMaxAgeHours),
    // Not CDK's S3OnFailureDestination, which lets the role read, write and delete everything in the bucket.
    onFailure: { bind: () => ({ destination: failures.bucketArn }) },
    filters: [
      FilterCriteria.filter({
        dynamodb: {
          Keys: { pk: { S: partitionsWithEffects.flatMap((prefix) => FilterRule.beginsWith(prefix)) } },
          NewImage: { [suppressEffectsAttribute]: { S: FilterRule.notExists() } },
        },
      }),
    ],
  })
}
