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
    .describe('several in one account and region: names follow the stage, those of `prod` have none'),
  mailFrom: mailAddress()
    .optional()
    .describe('the address that mails come from; nothing can be deployed without it'),
  mailIdentity: oneOf('create', 'use')
    .prefault('create')
    .describe(
      "`use`: the SES identity of the sender's domain is there already, made by another stack or by hand",
    ),
  productName: productNameText()
    .prefault('Claim service')
    .describe('what mails and pages call the product; its users know it by this name'),
  supportUrl: shownUrl().optional().describe("where the product's users get help; mails and pages link it"),
  logoUrl: shownUrl()
    .optional()
    .describe('a picture of the product, which mails and pages show; without it they load nothing'),
  mailsPerSecond: mailsPerSecondText()
    .prefault('14')
    .describe("mails sent in a second, never more: SES's rate for the account and region"),
  publicUrl: httpsHost
    .optional()
    .describe(
      "the API's and the mailed links' address, like `https://claims.acme.example`; links sent outlive the API then",
    ),
  certificateArn: certificateArn
    .optional()
    .describe(
      'with `publicUrl`: its certificate in ACM; without it something of yours answers there and hands on',
    ),
  contentMigrationCutoff: cutoffText()
    .prefault('none')
    .describe("source orgs created after this date can't have content migrated"),
  syncMaxInactivePercent: percentText()
    .prefault('20')
    .describe("a full sync that would make more of an org's users inactive is held for an admin's word"),
  jwtIssuer: httpsUrl()
    .optional()
    .describe('the OIDC issuer whose tokens are accepted; without it the stack has a Cognito user pool'),
  jwtAudience: list
    .refine((audience) => audience.length > 0, { error: 'must name an audience' })
    .optional()
    .describe("with `jwtIssuer`: what a token's `aud` or `client_id` must be; several by commas"),
  consoleClientId: text(/^[\w.:/-]{1,255}$/, 'must be an id of at most 255 letters, digits and .:/_-')
    .optional()
    .describe(
      "with `jwtIssuer`: the console's public client there, which may come back to `/console/callback`; without it nobody signs in to the console",
    ),
  consoleScope: text(/^[\x21\x23-\x5b\x5d-\x7e ]{1,1000}$/, 'must be scopes with blanks between')
    .prefault('openid claims:read claims:write org:read org:write')
    .describe('with `jwtIssuer`: what the console asks it for when somebody signs in'),
  issuerOrigins: originList
    .prefault('')
    .describe(
      'with `jwtIssuer`: its other origins that the console calls, where discovery names a token endpoint elsewhere',
    ),
  allowedOrigins: originList
    .prefault('')
    .describe('web origins whose pages may call the API, and upload and download files, separated by commas'),
  uploadOrigins: originList
    .prefault('')
    .describe('web origins whose pages may upload by presigned POST, separated by commas'),
  alarmEmail: mailAddress()
    .optional()
    .describe("gets the alarms by mail, once SNS's subscription mail is confirmed"),
  customerManagedKey: trueOrFalse
    .prefault('false')
    .describe("`true` encrypts the table with a KMS key of the account's own, at KMS's price"),
  accountConcurrency: wholeNumberText(10, 1_000_000)
    .prefault('1000')
    .describe("the account's quota of concurrent executions of Lambda in the region, which caps are cut to"),
  warmThroughput: wholeNumberText(4000, 1_000_000)
    .optional()
    .describe('write units a second that the new table takes at once, for a first import that is large'),
  restoredTableStream: tableStreamArn
    .optional()
    .describe(
      "the stream's ARN of a table that was restored, which is used in place of the stack's own from then on",
    ),
  gradualDeployment: trueOrFalse
    .prefault('true')
    .describe('`false`: a deployment puts new code in front of all traffic at once'),
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
