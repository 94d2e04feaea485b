import type { EventBus } from 'aws-cdk-lib/aws-events'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { failedBatchesPrefix } from './constructs/bucket.ts'
import type { Mail } from './constructs/mail.ts'
import type { Queues } from './constructs/queues.ts'
import type { Schedules } from './constructs/schedules.ts'
import type { Table } from './constructs/table.ts'
import type { ServiceFunction } from './functions.ts'
import {
  detectMissingObjects,
  onIndexes,
  onTable,
  readObjects,
  readStream,
  readUploads,
  receiveFrom,
  removeObjects,
  sendTo,
  writeObjects,
} from './permission-statements.ts'

export interface Resources {
  readonly table: Table
  readonly bucket: Bucket
  readonly queues: Queues
  readonly schedules: Schedules
  readonly bus: EventBus
  readonly mail: Mail
}

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
      sendTo(queues.mails, queues.imports, queues.migrations, queues.exports, queues.syncs, queues.deletions),
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
