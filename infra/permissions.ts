import type { EventBus } from 'aws-cdk-lib/aws-events'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { IndexName } from '../shared/storage/schema.ts'
import { failedBatchesPrefix } from './constructs/bucket.ts'
import type { ServiceFunction } from './functions.ts'
import type { Mail } from './constructs/mail.ts'
import { deadLettersOf, type Queues } from './constructs/queues.ts'
import type { Schedules } from './constructs/schedules.ts'
import type { NamedTable, Table } from './constructs/table.ts'

export interface Resources {
  readonly table: Table
  readonly bucket: Bucket
  readonly queues: Queues
  readonly schedules: Schedules
  readonly bus: EventBus
  readonly mail: Mail
}

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

const onTable = (table: NamedTable, ...actions: readonly ItemAction[]) =>
  new PolicyStatement({
    sid: 'Table',
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
  })

const onIndexes = (table: NamedTable, ...indexes: readonly IndexName[]) =>
  new PolicyStatement({
    sid: 'Indexes',
    actions: ['dynamodb:Query'],
    resources: indexes.map((index) => `${table.tableArn}/index/${index}`),
  })

const sendTo = (...queues: readonly Queue[]) =>
  new PolicyStatement({
    sid: 'Send',
    actions: ['sqs:SendMessage'],
    resources: queues.map((queue) => queue.queueArn),
  })

/**
 * What Lambda needs to poll the queue in the function's name, and what the function itself does with a failed
 * message: change its visibility, or move it to the dead letters.
 */
const receiveFrom = (queue: Queue) => [
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

const readObjects = (bucket: Bucket, ...prefixes: readonly string[]) =>
  new PolicyStatement({
    sid: 'ReadObjects',
    actions: ['s3:GetObject'],
    resources: prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`)),
  })

const writeObjects = (bucket: Bucket, prefix: string) =>
  new PolicyStatement({
    sid: 'WriteObjects',
    actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
    resources: [bucket.arnForObjects(`${prefix}/*`)],
  })

const removeObjects = (bucket: Bucket, ...prefixes: readonly string[]) =>
  new PolicyStatement({
    sid: 'RemoveObjects',
    actions: ['s3:DeleteObject'],
    resources: prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`)),
  })

/** Only who may list the bucket is told by S3 that an object is gone (404); all others are refused (403). */
const detectMissingObjects = (bucket: Bucket) =>
  new PolicyStatement({
    sid: 'TellGoneFromForbidden',
    actions: ['s3:ListBucket'],
    resources: [bucket.bucketArn],
  })

/** Uploads may have been deleted meanwhile. */
const readUploads = (bucket: Bucket) => [
  readObjects(bucket, 'imports', 'accounts'),
  detectMissingObjects(bucket),
]

/** What Lambda needs to read the table's stream in the function's name. */
const readStream = (table: Table) => [
  new PolicyStatement({
    sid: 'Stream',
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
    resources: [table.streamArn],
  }),
  // Lambda requires it when the event source is created; it has no resource-level permission.
  new PolicyStatement({ sid: 'ListStreams', actions: ['dynamodb:ListStreams'], resources: ['*'] }),
]

/** The permissions of each function. test/infra lists them once more, by hand. */
export function permissions(resources: Resources): Record<ServiceFunction, readonly PolicyStatement[]> {
  const { bucket, queues, schedules, bus, mail } = resources
  const { table } = resources.table
  return {
    'admin-api': [
      onTable(
        table,
        'GetItem',
        'BatchGetItem',
        'Query',
        'PutItem',
        'UpdateItem',
        'DeleteItem',
        // The audit entry of a suppression that is lifted.
        'BatchWriteItem',
        'PartiQLUpdate',
      ),
      onIndexes(table, 'accountsByOrg', 'accountsByDomain', 'claimsByOrg', 'outgoingClaims'),
      // Not used by the function itself: a presigned request has its signer's permissions.
      new PolicyStatement({
        sid: 'PresignUpload',
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects('imports/*'), bucket.arnForObjects('directory/*')],
      }),
      readObjects(bucket, 'imports', 'reports', 'exports', 'syncs'),
      detectMissingObjects(bucket),
    ],
    'platform-api': [
      onTable(
        table,
        'GetItem',
        'BatchGetItem',
        'Query',
        'PutItem',
        'UpdateItem',
        'DeleteItem',
        'ConditionCheckItem',
      ),
      onIndexes(table, 'accountsByOrg'),
      // For the presigned link, which the recipient follows.
      readObjects(bucket, 'reports'),
    ],
    decisions: [onTable(table, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem')],
    openapi: [],
    console: [],
    import: [
      ...receiveFrom(queues.imports),
      sendTo(queues.imports, queues.importRows, queues.reports),
      ...readUploads(bucket),
      onTable(table, 'GetItem', 'Query', 'PutItem', 'UpdateItem'),
    ],
    'import-rows': [
      ...receiveFrom(queues.importRows),
      sendTo(queues.reports),
      ...readUploads(bucket),
      onTable(
        table,
        'GetItem',
        'BatchGetItem',
        'Query',
        'PutItem',
        'UpdateItem',
        'DeleteItem',
        'PartiQLUpdate',
      ),
    ],
    report: [
      ...receiveFrom(queues.reports),
      ...readUploads(bucket),
      writeObjects(bucket, 'reports'),
      onTable(table, 'GetItem', 'Query', 'UpdateItem'),
    ],
    effects: [
      ...readStream(resources.table),
      sendTo(
        queues.mails,
        queues.imports,
        queues.reports,
        queues.migrations,
        queues.exports,
        queues.syncs,
        queues.deletions,
      ),
      // What Lambda needs to store a batch that it gives up on.
      new PolicyStatement({
        sid: 'KeepFailedBatches',
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`${failedBatchesPrefix}/*`)],
      }),
      detectMissingObjects(bucket),
      onTable(table, 'GetItem', 'PutItem', 'UpdateItem', 'BatchWriteItem'),
      new PolicyStatement({
        sid: 'Schedule',
        actions: ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule'],
        resources: [schedules.schedulesArn],
      }),
      new PolicyStatement({
        sid: 'GiveSchedulesTheirRole',
        actions: ['iam:PassRole'],
        resources: [schedules.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
      new PolicyStatement({
        sid: 'Publish',
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
      }),
    ],
    mail: [
      ...receiveFrom(queues.mails),
      sendTo(queues.mails),
      onTable(
        table,
        'GetItem',
        'BatchGetItem',
        'Query',
        'PutItem',
        'UpdateItem',
        'PartiQLInsert',
        'PartiQLUpdate',
      ),
      readObjects(bucket, 'reports'),
      new PolicyStatement({
        sid: 'SendMail',
        actions: ['ses:SendEmail'],
        resources: [mail.identity.emailIdentityArn, mail.configurationSetArn],
      }),
    ],
    due: [
      ...receiveFrom(queues.due),
      onTable(table, 'GetItem', 'BatchGetItem', 'UpdateItem'),
      onIndexes(table, 'dueWork'),
      sendTo(
        queues.due,
        queues.migrations,
        queues.mails,
        queues.syncs,
        queues.deletions,
        queues.imports,
        queues.exports,
      ),
      new PolicyStatement({
        sid: 'CountWaiting',
        actions: ['sqs:GetQueueAttributes'],
        resources: [queues.migrations.queueArn, queues.deletions.queueArn],
      }),
    ],
    migrate: [
      ...receiveFrom(queues.migrations),
      sendTo(queues.migrations),
      onTable(
        table,
        'GetItem',
        'BatchGetItem',
        'Query',
        'PutItem',
        'UpdateItem',
        'DeleteItem',
        'PartiQLUpdate',
      ),
    ],
    export: [
      ...receiveFrom(queues.exports),
      onTable(table, 'GetItem', 'BatchGetItem', 'Query', 'UpdateItem'),
      onIndexes(table, 'accountsByDomain', 'claimsByOrg'),
      writeObjects(bucket, 'exports'),
    ],
    feedback: [...receiveFrom(queues.feedback), onTable(table, 'BatchGetItem', 'PutItem', 'UpdateItem')],
    sync: [
      ...receiveFrom(queues.syncs),
      sendTo(queues.syncs),
      onTable(table, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
      onIndexes(table, 'accountsByOrg', 'claimsByOrg'),
      readObjects(bucket, 'directory', 'syncs'),
      writeObjects(bucket, 'syncs'),
      removeObjects(bucket, 'directory', 'syncs'),
      detectMissingObjects(bucket),
    ],
    deletion: [
      ...receiveFrom(queues.deletions),
      sendTo(queues.deletions),
      onTable(
        table,
        'GetItem',
        'BatchGetItem',
        'Query',
        'PutItem',
        'UpdateItem',
        'DeleteItem',
        'BatchWriteItem',
      ),
      onIndexes(table, 'accountsByOrg', 'claimsByOrg', 'outgoingClaims'),
      removeObjects(bucket, 'imports', 'reports', 'exports', 'directory', 'syncs'),
      detectMissingObjects(bucket),
    ],
  }
}
