/** The environment variables of this function; the CDK app sets exactly these. */
export const env = [
  'TABLE_NAME',
  'MAIL_QUEUE_URL',
  'REPORT_QUEUE_URL',
  'IMPORT_QUEUE_URL',
  'MIGRATION_QUEUE_URL',
  'DUE_QUEUE_ARN',
  'DUE_DEAD_LETTERS_ARN',
  'SCHEDULE_GROUP',
  'SCHEDULE_ROLE_ARN',
  'PURGE_QUEUE_URL',
  'EXPORT_QUEUE_URL',
  'SYNC_QUEUE_URL',
  'EVENT_BUS_NAME',
] as const
