/** The environment variables of this function; the CDK app sets exactly these. */
export const env = [
  'TABLE_NAME',
  'DUE_QUEUE_URL',
  'MIGRATION_QUEUE_URL',
  'MAIL_QUEUE_URL',
  'PURGE_QUEUE_URL',
  'SYNC_QUEUE_URL',
  'IMPORT_QUEUE_URL',
  'EXPORT_QUEUE_URL',
  'QUEUE_URL',
  'DEAD_LETTERS_URL',
] as const
