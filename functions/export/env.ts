/** The environment variables of this function; the CDK app sets exactly these. */
export const env = [
  'TABLE_NAME',
  'BUCKET_NAME',
  'CONTENT_MIGRATION_CUTOFF',
  'QUEUE_URL',
  'DEAD_LETTERS_URL',
] as const
