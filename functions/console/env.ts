/** The environment variables of this function; the CDK app sets exactly these. */
export const env = [
  'CONSOLE_ISSUER',
  'CONSOLE_CLIENT_ID',
  'CONSOLE_SCOPE',
  'CONSOLE_ORIGINS',
  'PRODUCT_NAME',
  'SUPPORT_URL',
] as const
