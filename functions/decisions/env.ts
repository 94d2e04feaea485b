/** The environment variables of this function; the CDK app sets exactly these. */
export const env = ['TABLE_NAME', 'PRODUCT_NAME', 'SUPPORT_URL', 'LOGO_URL'] as const
