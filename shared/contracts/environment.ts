import * as z from 'zod'
import { once } from '../lib/once.ts'
import {
  cutoffText,
  issuesOf,
  mailAddress,
  mailsPerSecondText,
  percentText,
  productNameText,
  SettingsError,
  shownUrl,
} from './setting-texts.ts'

const name = once(() => z.string().regex(/^[\w.-]{1,255}$/, { error: 'must be a name' }))
const queueUrl = once(() => z.url({ protocol: /^https?$/, error: 'must be the URL of a queue' }))
/** `http:` is for the local service, which has no certificate. */
const origin = once(() =>
  z
    .url({ protocol: /^https?$/, error: 'must be a URL' })
    .refine((value) => !URL.canParse(value) || new URL(value).origin === value, {
      error: 'must be a URL without a path or a slash at its end',
    }),
)
const arnOf = (service: string) => () =>
  z.string().regex(new RegExp(`^arn:[\\w-]+:${service}:[\\w-]*:\\d{12}:\\S+$`), {
    error: `must be an ARN of ${service}`,
  })

const clientId = once(() => z.string().regex(/^[\w.:/-]{0,255}$/, { error: 'must be a client’s id' }))
/** OAuth's form (RFC 6749, 3.3). */
const scope = once(() =>
  z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e ]{1,1000}$/, { error: 'must be scopes with blanks between' }),
)

const optionalUrl = once(() => z.union([z.literal('').transform(() => undefined), shownUrl()]))

/**
 * Every environment variable that a function can have, and what its value must be: schemas that are built for those that
 * a function reads.
 */
const variables = {
  TABLE_NAME: name,
  BUCKET_NAME: name,
  IMPORT_QUEUE_URL: queueUrl,
  IMPORT_ROWS_QUEUE_URL: queueUrl,
  REPORT_QUEUE_URL: queueUrl,
  MAIL_QUEUE_URL: queueUrl,
  MAIL_QUEUE_ARN: arnOf('sqs'),
  MAIL_DEAD_LETTERS_ARN: arnOf('sqs'),
  DUE_QUEUE_URL: queueUrl,
  DUE_QUEUE_ARN: arnOf('sqs'),
  DUE_DEAD_LETTERS_ARN: arnOf('sqs'),
  MIGRATION_QUEUE_URL: queueUrl,
  MIGRATION_QUEUE_ARN: arnOf('sqs'),
  MIGRATION_DEAD_LETTERS_ARN: arnOf('sqs'),
  EXPORT_QUEUE_URL: queueUrl,
  SYNC_QUEUE_URL: queueUrl,
  DELETION_QUEUE_URL: queueUrl,
  /** The queue that the function consumes, and the one to which it sends what fails for good. */
  QUEUE_URL: queueUrl,
  DEAD_LETTERS_URL: queueUrl,
  SCHEDULE_GROUP: name,
  SCHEDULE_ROLE_ARN: arnOf('iam'),
  EVENT_BUS_NAME: name,
  MAIL_FROM: mailAddress,
  MAIL_CONFIGURATION_SET: name,
  API_URL: origin,
  /** The issuer that admins sign in with; `http:` is for the local service. */
  CONSOLE_ISSUER: () => z.url({ protocol: /^https?$/, error: 'must be a URL' }),
  /** Empty: the issuer has no client for the console. */
  CONSOLE_CLIENT_ID: clientId,
  CONSOLE_SCOPE: scope,
  CONSOLE_ORIGINS: () =>
    z
      .string()
      .transform((text) => text.split(' ').filter((each) => each !== ''))
      .pipe(z.array(origin())),
  PRODUCT_NAME: productNameText,
  /** Empty: there is none. */
  SUPPORT_URL: optionalUrl,
  LOGO_URL: optionalUrl,
  MAILS_PER_SECOND: mailsPerSecondText,
  CONTENT_MIGRATION_CUTOFF: cutoffText,
  SYNC_MAX_INACTIVE_PERCENT: percentText,
} as const satisfies Record<string, () => z.ZodType>

type Variables = { [K in keyof typeof variables]: z.output<ReturnType<(typeof variables)[K]>> }
export type EnvName = keyof Variables

/** A function that reads a queue returns messages to it, and moves those that fail for good to its dead letters. */
const ownQueue = ['QUEUE_URL', 'DEAD_LETTERS_URL'] as const satisfies readonly EnvName[]

/**
 * The environment variables of each function, by the name of its folder. The CDK app sets exactly these, and the
 * function's `index.ts` reads them.
 */
export const functionVariables = {
  'admin-api': ['TABLE_NAME', 'BUCKET_NAME', 'CONTENT_MIGRATION_CUTOFF'],
  'platform-api': ['TABLE_NAME', 'BUCKET_NAME', 'API_URL'],
  decisions: ['TABLE_NAME', 'PRODUCT_NAME', 'SUPPORT_URL', 'LOGO_URL'],
  openapi: [],
  console: [
    'CONSOLE_ISSUER',
    'CONSOLE_CLIENT_ID',
    'CONSOLE_SCOPE',
    'CONSOLE_ORIGINS',
    'PRODUCT_NAME',
    'SUPPORT_URL',
  ],
  import: [
    'TABLE_NAME',
    'BUCKET_NAME',
    'IMPORT_QUEUE_URL',
    'IMPORT_ROWS_QUEUE_URL',
    'REPORT_QUEUE_URL',
    ...ownQueue,
  ],
  'import-rows': ['TABLE_NAME', 'BUCKET_NAME', 'CONTENT_MIGRATION_CUTOFF', 'REPORT_QUEUE_URL', ...ownQueue],
  report: ['TABLE_NAME', 'BUCKET_NAME', ...ownQueue],
  effects: [
    'TABLE_NAME',
    'MAIL_QUEUE_URL',
    'MAIL_QUEUE_ARN',
    'MAIL_DEAD_LETTERS_ARN',
    'IMPORT_QUEUE_URL',
    'MIGRATION_QUEUE_URL',
    'MIGRATION_QUEUE_ARN',
    'MIGRATION_DEAD_LETTERS_ARN',
    'DUE_QUEUE_ARN',
    'DUE_DEAD_LETTERS_ARN',
    'SCHEDULE_GROUP',
    'SCHEDULE_ROLE_ARN',
    'DELETION_QUEUE_URL',
    'EXPORT_QUEUE_URL',
    'SYNC_QUEUE_URL',
    'EVENT_BUS_NAME',
  ],
  mail: [
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
    ...ownQueue,
  ],
  due: [
    'TABLE_NAME',
    'DUE_QUEUE_URL',
    'MIGRATION_QUEUE_URL',
    'MAIL_QUEUE_URL',
    'DELETION_QUEUE_URL',
    'SYNC_QUEUE_URL',
    'IMPORT_QUEUE_URL',
    'EXPORT_QUEUE_URL',
    ...ownQueue,
  ],
  migrate: ['TABLE_NAME', 'MIGRATION_QUEUE_URL', ...ownQueue],
  export: ['TABLE_NAME', 'BUCKET_NAME', 'CONTENT_MIGRATION_CUTOFF', ...ownQueue],
  feedback: ['TABLE_NAME', ...ownQueue],
  sync: ['TABLE_NAME', 'BUCKET_NAME', 'SYNC_QUEUE_URL', 'SYNC_MAX_INACTIVE_PERCENT', ...ownQueue],
  deletion: ['TABLE_NAME', 'BUCKET_NAME', 'DELETION_QUEUE_URL', ...ownQueue],
  'pool-token': [],
} as const satisfies Record<string, readonly EnvName[]>

/**
 * Reads and parses environment variables. There are no defaults: a variable that the CDK app forgot must fail.
 * @throws SettingsError at cold start, naming every variable that is missing or invalid
 */
export function readEnv<const K extends EnvName>(
  names: readonly K[],
  source: Readonly<Record<string, string | undefined>>,
): Pick<Variables, K> {
  const missing = names.filter((each) => source[each] === undefined)
  if (missing.length > 0) throw new SettingsError(missing.map((each) => `${each} is missing`).join('; '))
  const read = z.object(Object.fromEntries(names.map((each) => [each, variables[each]()]))).safeParse(source)
  if (!read.success) throw new SettingsError(issuesOf(read.error).join('; '))
  // zod types an object by its keys, which are known here by K alone.
  return read.data as Pick<Variables, K>
}
