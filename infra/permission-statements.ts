/** The statements that several functions' permissions are made of. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { IndexName } from '../shared/storage/schema.ts'
import { deadLettersOf } from './constructs/queues.ts'
import type { NamedTable, Table } from './constructs/table.ts'

/** `TransactWriteItems` and `TransactGetItems` have no actions of their own: IAM checks those of their parts. */
type ItemAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem'
  | 'BatchWriteItem'
  | 'PartiQLInsert'
  | 'PartiQLUpdate'

export const onTable = (table: NamedTable, ...actions: readonly ItemAction[]) =>
  new PolicyStatement({
    sid: 'Table',
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
  })

export const onIndexes = (table: NamedTable, ...indexes: readonly IndexName[]) =>
  new PolicyStatement({
    sid: 'Indexes',
    actions: ['dynamodb:Query'],
    resources: indexes.map((index) => `${table.tableArn}/index/${index}`),
  })

export const sendTo = (...queues: readonly Queue[]) =>
  new PolicyStatement({
    sid: 'Send',
    actions: ['sqs:SendMessage'],
    resources: queues.map((queue) => queue.queueArn),
  })

/**
 * What Lambda needs to poll the queue in the function's name, and what the function itself does with a failed
 * message: change its visibility, or move it to the dead letters.
 */
export const receiveFrom = (queue: Queue) => [
  new PolicyStatement({
    sid: 'Receive',
    actions: [
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ChangeMessageVisibility',
    ],
    resources: [queue.queueArn],
  }),
  new PolicyStatement({
    sid: 'SetAside',
    actions: ['sqs:SendMessage'],
    resources: [deadLettersOf(queue).queueArn],
  }),
]

export const readObjects = (bucket: Bucket, ...prefixes: readonly string[]) =>
  new PolicyStatement({
    sid: 'ReadObjects',
    actions: ['s3:GetObject'],
    resources: prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`)),
  })

export const writeObjects = (bucket: Bucket, prefix: string) =>
  new PolicyStatement({
    sid: 'WriteObjects',
    actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
    resources: [bucket.arnForObjects(`${prefix}/*`)],
  })

export const removeObjects = (bucket: Bucket, ...prefixes: readonly string[]) =>
  new PolicyStatement({
    sid: 'RemoveObjects',
    actions: ['s3:DeleteObject'],
    resources: prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`)),
  })

/** Only who may list the bucket is told by S3 that an object is gone (404); all others are refused (403). */
export const detectMissingObjects = (bucket: Bucket) =>
  new PolicyStatement({
    sid: 'TellGoneFromForbidden',
    actions: ['s3:ListBucket'],
    resources: [bucket.bucketArn],
  })

/** Uploads may have been deleted meanwhile. */
export const readUploads = (bucket: Bucket) => [
  readObjects(bucket, 'imports', 'accounts'),
  detectMissingObjects(bucket),
]

/** What Lambda needs to read the table's stream in the function's name. */
export const readStream = (table: Table) => [
  new PolicyStatement({
    sid: 'Stream',
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
    resources: [table.streamArn],
  }),
  // Lambda requires it when the event source is created; it has no resource-level permission.
  new PolicyStatement({ sid: 'ListStreams', actions: ['dynamodb:ListStreams'], resources: ['*'] }),
]
