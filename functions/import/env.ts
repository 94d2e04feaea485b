/** The environment variables of this function; the CDK app sets exactly these. */
export const env = [
  'TABLE_NAME',
  'BUCKET_NAME',
  'IMPORT_QUEUE_URL',
  'IMPORT_ROWS_QUEUE_URL',
  'REPORT_QUEUE_URL',
  'QUEUE_URL',
  'DEAD_LETTERS_URL',
] as const
