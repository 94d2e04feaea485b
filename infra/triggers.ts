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
import { partition } from '../shared/storage/keys.ts'
import { quietAttribute } from '../shared/storage/schema.ts'
import type { Job } from './job.ts'
import type { Table } from './table.ts'

export interface QueueTriggerOptions {
  readonly batchSize: number
  /** How long a batch may wait to fill up. Lambda demands a second of batches that are more than ten messages. */
  readonly windowSeconds?: number
  /** Invocations at a time; SQS holds the rest back instead of letting Lambda throttle them. */
  readonly cap: number
}

/** Partial batch responses everywhere: what a handler doesn't report is done, and isn't delivered again. */
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

/** With bisection a poison record is alone after 7 halvings of 100; the rest is for throttled neighbours. */
const streamRetries = 15

/** Less than the stream's own 24 h, so that a record that can't be handled reaches the failures before it is gone. */
const streamMaxAgeHours = 12

/** The partitions whose changes have effects; all others (conversations, chunks, audit) would only wake it. */
const partitionsWithEffects = [partition.account, partition.closedClaim, partition.org]

export interface StreamTriggerOptions {
  /** Gets the batches that were given up, whole: a queue would get their place in the stream, which is gone after 24 h. */
  readonly failures: Bucket
  /** Batches of a shard at a time; changes of one item stay in order. */
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
    // Says how many records were given up; nothing else does.
    metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    maxRecordAge: Duration.hours(streamMaxAgeHours),
    // Not CDK's S3OnFailureDestination: that lets the role read, write and delete everything in the bucket.
    onFailure: { bind: () => ({ destination: failures.bucketArn }) },
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
