/** Reads the template's buckets: their notifications, expiry and CORS rules. */
import * as z from 'zod'
import type { Expiration } from '../aws/s3/expiry.ts'
import type { CorsRule } from '../http/cors.ts'
import { parseProperties, type ResolvedTemplate } from './resolve-template.ts'
import { number } from './wiring-sources.ts'

export interface NotificationDefinition {
  /** `s3:ObjectCreated:*` or one of its kinds. */
  readonly event: string
  readonly prefix: string
  readonly suffix: string
  readonly queueArn: string
}

export interface BucketDefinition {
  readonly name: string
  readonly arn: string
  readonly notifications: readonly NotificationDefinition[]
  readonly expirations: readonly Expiration[]
  readonly cors: readonly CorsRule[]
}

const rules = z.array(z.object({ Name: z.string().toLowerCase(), Value: z.string() })).default([])
const notificationConfiguration = z.strictObject({
  QueueConfigurations: z
    .array(
      z.strictObject({
        Event: z.string(),
        Queue: z.string(),
        Filter: z.object({ S3Key: z.object({ Rules: rules }) }).optional(),
      }),
    )
    .default([]),
})
/** Incomplete uploads aren't aborted here: nothing shows them, and they cost nothing. */
const lifecycleRule = z.strictObject({
  Id: z.string().optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: z.string().default(''),
  ExpirationInDays: number.optional(),
  AbortIncompleteMultipartUpload: z.unknown().optional(),
})
const corsRule = z
  .strictObject({
    AllowedOrigins: z.array(z.string()),
    AllowedMethods: z.array(z.string()),
    AllowedHeaders: z.array(z.string()).default([]),
    ExposedHeaders: z.array(z.string()).default([]),
    MaxAge: number.optional(),
  })
  .transform(
    (rule): CorsRule => ({
      origins: rule.AllowedOrigins,
      methods: rule.AllowedMethods,
      headers: rule.AllowedHeaders.map((name) => name.toLowerCase()),
      exposed: rule.ExposedHeaders,
      maxAgeSeconds: rule.MaxAge,
    }),
  )
const bucketProperties = z.looseObject({
  NotificationConfiguration: notificationConfiguration.optional(),
  LifecycleConfiguration: z.strictObject({ Rules: z.array(lifecycleRule) }).optional(),
  CorsConfiguration: z.strictObject({ CorsRules: z.array(corsRule) }).optional(),
})

const expirationsOf = (rules: readonly z.infer<typeof lifecycleRule>[]): Expiration[] =>
  rules.flatMap(({ Status, Prefix: prefix, ExpirationInDays: days }) =>
    Status === 'Enabled' && days !== undefined ? [{ prefix, days }] : [],
  )

export function readBuckets(template: ResolvedTemplate): BucketDefinition[] {
  const rule = (all: z.infer<typeof rules>, name: string) =>
    all.find((each) => each.Name === name)?.Value ?? ''
  return template.of('AWS::S3::Bucket').map((resource) => {
    const name = template.ref(resource.logicalId)
    const {
      NotificationConfiguration: notified,
      LifecycleConfiguration: lifecycle,
      CorsConfiguration: cors,
    } = parseProperties(bucketProperties, resource)
    const notifications = (notified?.QueueConfigurations ?? []).map(({ Event, Queue, Filter }) => {
      const filters = Filter?.S3Key.Rules ?? []
      return {
        event: Event,
        queueArn: Queue,
        prefix: rule(filters, 'prefix'),
        suffix: rule(filters, 'suffix'),
      }
    })
    const expirations = expirationsOf(lifecycle?.Rules ?? [])
    const arn = template.attribute(resource.logicalId, 'Arn')
    return { name, arn, notifications, expirations, cors: cors?.CorsRules ?? [] }
  })
}
