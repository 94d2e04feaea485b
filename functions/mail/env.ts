/** The environment variables of this function; the CDK app sets exactly these. */
export const env = [
  'TABLE_NAME',
  'BUCKET_NAME',
  'MAIL_QUEUE_URL',
  'MAIL_FROM',
  'MAIL_CONFIGURATION_SET',
  'API_URL',
  'PRODUCT_NAME',
  'SUPPORT_URL',
  'LOGO_URL',
  'MAILS_PER_SECOND',
  'QUEUE_URL',
  'DEAD_LETTERS_URL',
] as const
