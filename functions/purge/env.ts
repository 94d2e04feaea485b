/** What this function is told by its environment; the CDK app sets exactly these. */
export const env = ['TABLE_NAME', 'BUCKET_NAME', 'PURGE_QUEUE_URL'] as const
