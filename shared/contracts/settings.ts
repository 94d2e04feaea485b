import * as z from 'zod'
import {
  cutoffText,
  httpsUrl,
  issuesOf,
  mailAddress,
  mailsPerSecondText,
  percentText,
  productNameText,
  SettingsError,
  shownUrl,
  text,
  wholeNumberText,
} from './setting-texts.ts'

const oneOf = <const T extends readonly [string, string, ...string[]]>(...values: T) =>
  z.enum(values, { error: `must be ${values.join(' or ')}` })

const trueOrFalse = oneOf('true', 'false').transform((value) => value === 'true')

const isOrigin = (value: string): boolean => URL.canParse(value) && new URL(value).origin === value

const httpsHost = httpsUrl().refine((value) => isOrigin(value) && new URL(value).port === '', {
  error: 'must be an https:// URL of a host alone, without a port, a path or a slash at its end',
})

const certificateArn = text(
  /^arn:[\w-]+:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/,
  "must be the ARN of a certificate in the Certificate Manager of the stack's region",
)

const tableStreamArn = text(
  /^arn:[\w-]+:dynamodb:[\w-]+:\d{12}:table\/[\w.-]+\/stream\/[\d:.T-]+$/,
  "must be the ARN of a table's stream",
)

const list = z.string().transform((value) =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ''),
)

const originList = list.refine((origins) => origins.every(isOrigin), {
  error: 'must be origins, like https://app.acme.example',
})

/** The stage whose resources are named without a stage. */
export const mainStage = 'prod'

/** A stage's name becomes part of a Cognito domain, which limits letters, words and length (63). */
const stageText = text(
  /^(?!.*(?:aws|amazon|cognito))[a-z](?:-?[a-z0-9]){0,19}$/,
  'must be at most 20 small letters, digits and single hyphens, without `aws`, `amazon` or `cognito`',
)

/**
 * The settings of a deployment, given by CDK context (`-c name=value`). The help of `npm run synth`, the table in
 * docs/settings.md and the validation are derived from this schema.
 */
export const settings = z.strictObject({
  stage: stageText
    .prefault(mainStage)
    .describe('for several stacks in one account and region: names end in the stage, except for `prod`'),
  mailFrom: mailAddress().optional().describe('the sender of all mails; nothing can be deployed without it'),
  mailIdentity: oneOf('create', 'use')
    .prefault('create')
    .describe(
      "`use`: SES already has an identity for the sender's domain, created by another stack or by hand",
    ),
  productName: productNameText()
    .prefault('Claim service')
    .describe("the product's name in mails and pages, as its users know it"),
  supportUrl: shownUrl()
    .optional()
    .describe("the page where the product's users get help; mails and pages link to it"),
  logoUrl: shownUrl()
    .optional()
    .describe("the product's logo in mails and pages; without it they load no image"),
  mailsPerSecond: mailsPerSecondText()
    .prefault('14')
    .describe("maximum of mails sent per second: SES's rate for the account and region"),
  publicUrl: httpsHost
    .optional()
    .describe(
      'the address of the API and of mailed links, such as `https://claims.acme.example`; links keep working if the API is replaced',
    ),
  certificateArn: certificateArn
    .optional()
    .describe(
      'with `publicUrl`: its certificate in ACM; without it, your own proxy at that address has to forward to the API',
    ),
  contentMigrationCutoff: cutoffText()
    .prefault('none')
    .describe("content of source orgs created after this date can't be migrated"),
  syncMaxInactivePercent: percentText()
    .prefault('20')
    .describe(
      "a full sync that would make more of an org's users inactive waits for an admin's confirmation",
    ),
  jwtIssuer: httpsUrl()
    .optional()
    .describe('the OIDC issuer whose tokens are accepted; without it the stack creates a Cognito user pool'),
  jwtAudience: list
    .refine((audience) => audience.length > 0, { error: 'must name an audience' })
    .optional()
    .describe("with `jwtIssuer`: accepted values of a token's `aud` or `client_id`, separated by commas"),
  consoleClientId: text(/^[\w.:/-]{1,255}$/, 'must be an id of at most 255 letters, digits and .:/_-')
    .optional()
    .describe(
      "with `jwtIssuer`: the console's public client at the issuer, with the redirect URI `/console/callback`; without it nobody can sign in to the console",
    ),
  consoleScope: text(/^[\x21\x23-\x5b\x5d-\x7e ]{1,1000}$/, 'must be scopes with blanks between')
    .prefault('openid claims:read claims:write org:read org:write')
    .describe('with `jwtIssuer`: the scopes that the console requests when somebody signs in'),
  issuerOrigins: originList
    .prefault('')
    .describe(
      'with `jwtIssuer`: further origins of the issuer that the console calls, such as that of its token endpoint, separated by commas',
    ),
  allowedOrigins: originList
    .prefault('')
    .describe('web origins whose pages may call the API, and upload and download files, separated by commas'),
  uploadOrigins: originList
    .prefault('')
    .describe('web origins whose pages may upload by presigned POST, separated by commas'),
  alarmEmail: mailAddress()
    .optional()
    .describe("the address that gets the alarms, once SNS's subscription mail is confirmed"),
  customerManagedKey: trueOrFalse
    .prefault('false')
    .describe("`true` encrypts the table with the account's own KMS key, at KMS's price"),
  accountConcurrency: wholeNumberText(10, 1_000_000)
    .prefault('1000')
    .describe(
      "the account's quota of concurrent Lambda executions in the region, which the limits of all functions are scaled to",
    ),
  warmThroughput: wholeNumberText(4000, 1_000_000)
    .optional()
    .describe('write units per second that the new table takes at once, for a large first import'),
  restoredTableStream: tableStreamArn
    .optional()
    .describe("the stream ARN of a restored table that replaces the stack's own from then on"),
  gradualDeployment: trueOrFalse
    .prefault('true')
    .describe('`false`: a deployment gives all traffic to new code at once'),
})

export type Settings = z.infer<typeof settings>

/** cdk.json may hold a setting as a number or boolean. */
const asText = (value: unknown): unknown =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value

/**
 * Parses settings and fills in defaults.
 * @throws SettingsError naming every unknown or invalid setting
 */
export function readSettings(given: Readonly<Record<string, unknown>>): Settings {
  const texts = Object.entries(given).map(([name, value]) => [name, asText(value)] as const)
  const read = settings
    .refine(({ jwtIssuer, jwtAudience }) => (jwtIssuer === undefined) === (jwtAudience === undefined), {
      error: 'jwtIssuer and jwtAudience come together',
    })
    .refine(({ certificateArn: arn, publicUrl }) => arn === undefined || publicUrl !== undefined, {
      error: 'certificateArn needs publicUrl',
    })
    .safeParse(Object.fromEntries(texts))
  if (read.success) return read.data
  const known = Object.keys(settings.shape).join(', ')
  const issues = issuesOf(read.error)
  throw new SettingsError(
    [
      ...issues,
      ...(issues.some((each) => each.endsWith(' is no setting')) ? [`settings: ${known}`] : []),
    ].join('\n'),
  )
}

export interface DescribedSetting {
  readonly name: string
  readonly meaning: string
  /** The default as one would write it; `undefined` if there is none. */
  readonly default: string | undefined
}

const described = z.object({
  properties: z.record(z.string(), z.object({ description: z.string(), default: z.string().optional() })),
})

/** Describes every setting, in the schema's order. */
export function describeSettings(): readonly DescribedSetting[] {
  const { properties } = described.parse(z.toJSONSchema(settings, { io: 'input' }))
  return Object.entries(properties).map(([name, { description, default: given }]) => ({
    name,
    meaning: description,
    default: given === '' ? undefined : given,
  }))
}
