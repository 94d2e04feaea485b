const queueUrl = (name: string) => `https://sqs.eu-west-1.amazonaws.com/111122223333/${name}`

/** A value for each variable that any function is told, as a deployment has them. */
export const sampleEnvironment = {
  TABLE_NAME: 'ClaimService-Table-1ABC',
  BUCKET_NAME: 'claimservice-bucket-1abc',
  IMPORT_QUEUE_URL: queueUrl('imports'),
  IMPORT_ROWS_QUEUE_URL: queueUrl('import-rows'),
  REPORT_QUEUE_URL: queueUrl('reports'),
  MAIL_QUEUE_URL: queueUrl('mails'),
  DUE_QUEUE_URL: queueUrl('due'),
  DUE_QUEUE_ARN: 'arn:aws:sqs:eu-west-1:111122223333:due',
  DUE_DEAD_LETTERS_ARN: 'arn:aws:sqs:eu-west-1:111122223333:due-dead',
  MIGRATION_QUEUE_URL: queueUrl('migrations'),
  EXPORT_QUEUE_URL: queueUrl('exports'),
  SYNC_QUEUE_URL: queueUrl('syncs'),
  PURGE_QUEUE_URL: queueUrl('purges'),
  QUEUE_URL: queueUrl('purges'),
  DEAD_LETTERS_URL: queueUrl('purges'),
  SCHEDULE_GROUP: 'ClaimService-ScheduleGroup-1ABC',
  SCHEDULE_ROLE_ARN: 'arn:aws:iam::111122223333:role/ClaimService-ScheduleRole-1ABC',
  EVENT_BUS_NAME: 'ClaimServiceEvents1ABC',
  MAIL_FROM: 'claims@acme.example',
  MAILS_PER_SECOND: '14',
  MAIL_CONFIGURATION_SET: 'MailConfigurationSet-1ABC',
  API_URL: 'https://claims.acme.example',
  CONTENT_MIGRATION_CUTOFF: 'none',
  SYNC_MAX_INACTIVE_PERCENT: '20',
}
