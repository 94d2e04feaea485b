/** The environment variables of this function; the CDK app sets exactly these. */
export const env = [
  'TABLE_NAME',
  'BUCKET_NAME',
  'SYNC_QUEUE_URL',
  'SYNC_MAX_INACTIVE_PERCENT',
  'QUEUE_URL',
  'DEAD_LETTERS_URL',
] as const
