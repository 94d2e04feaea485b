/** What this function is told by its environment; the CDK app sets exactly these. */
export const env = ['TABLE_NAME', 'BUCKET_NAME', 'API_URL'] as const
