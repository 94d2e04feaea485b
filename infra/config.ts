import type { App } from 'aws-cdk-lib'
import * as z from 'zod'

const list = z.string().transform((value) =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ''),
)

/** What a deployment may choose, by CDK context: `cdk deploy -c mailFrom=claims@acme.example …`. */
const context = z.object({
  /** Any OIDC issuer, with `jwtAudience`. Without it the stack brings a Cognito user pool of its own. */
  jwtIssuer: z.url().optional(),
  /** One or more, separated by commas: what the token's `aud` (or `client_id`) must be. */
  jwtAudience: list.optional(),
  /** The sender. SES must be allowed to send for its domain: the stack's outputs are the DNS records. */
  mailFrom: z.email().default('no-reply@example.com'),
  /** T3: only source orgs created on or before this date migrate content. Empty: no cutoff. */
  contentMigrationCutoff: z.union([z.iso.date(), z.iso.datetime(), z.literal('')]).default(''),
  /** A full sync that would make more than this share of an org's users inactive is held until an admin confirms it. */
  syncMaxInactivePercent: z.coerce.number().min(0).max(100).default(20),
  /** The web origins whose pages upload by presigned POST, separated by commas. None: no CORS. */
  uploadOrigins: list.default([]),
  /** Gets the alarms by mail, after confirming SNS's subscription mail. */
  alarmEmail: z.email().optional(),
  /** `true`: the table is encrypted with a KMS key of the account's own, at KMS's price. */
  customerManagedKey: z.stringbool().default(false),
  /** The account's quota of concurrent executions of Lambda in the region, which caps are cut to. */
  accountConcurrency: z.coerce.number().int().min(10).default(1000),
  /** Write units a second that the new table takes at once, for a first import that can't wait for it to grow. */
  warmThroughput: z.coerce.number().int().min(4000).optional(),
  /** `false`: a deployment puts new code in front of all traffic at once, and nothing takes it back. */
  gradualDeployment: z.stringbool().default(true),
})

const config = context
  .refine((given) => (given.jwtIssuer === undefined) === (given.jwtAudience === undefined), {
    message: 'jwtIssuer and jwtAudience come together',
  })
  .transform(({ jwtIssuer: issuer, jwtAudience: audience, ...rest }) => ({
    ...rest,
    jwt: issuer !== undefined && audience !== undefined ? { issuer, audience } : undefined,
  }))

export type Config = z.infer<typeof config>

/** @throws ZodError naming each context value that isn't valid */
export function readConfig(app: App): Config {
  const given = Object.keys(context.shape).map((key) => [key, app.node.tryGetContext(key)] as const)
  return config.parse(Object.fromEntries(given.filter(([, value]) => value !== undefined)))
}
