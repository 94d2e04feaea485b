/** The environment variables of this function; the CDK app sets exactly these. */
export const env = [] as const
