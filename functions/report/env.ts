/** The environment variables of this function; the CDK app sets exactly these. */
export const env = ['TABLE_NAME', 'BUCKET_NAME', 'QUEUE_URL', 'DEAD_LETTERS_URL'] as const
