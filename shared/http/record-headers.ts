import * as z from 'zod'
import type { Versions } from '../rules/versions.ts'
import type { AnyOperation } from './operation.ts'
import { organization } from './schemas/organization.ts'
import { platformUser, user } from './schemas/user.ts'

/** `Retry-After` of running work, in seconds: most of it is done by then. */
export const POLL_AFTER_SECONDS = 2

/** States of exports, imports, syncs and claims in which the service is working on them. */
const RUNNING: ReadonlySet<unknown> = new Set(['waiting', 'reading', 'running', 'migrating'])

const record = z.looseObject({
  version: z.int().optional().catch(undefined),
  status: z.string().optional().catch(undefined),
  held: z.unknown().optional(),
})

/** Whether a client may poll for it. A held sync waits for a person instead. */
const isRunning = ({ status, held }: z.infer<typeof record>): boolean =>
  RUNNING.has(status) && held === undefined

/**
 * The headers that describe the record in an answer: its version as `ETag` and, while the service works on it,
 * `Retry-After`. Derived from the record's own members, so that every operation has them.
 */
export function headersOf(
  { status, body, version }: { readonly status: number; readonly body?: unknown; readonly version?: number },
  { isSoonOver }: Pick<AnyOperation, 'isSoonOver'>,
): Record<string, string> {
  const known = record.safeParse(body).data
  const runs = (status === 202 && isSoonOver) || (known !== undefined && isRunning(known))
  const current = version ?? known?.version
  return {
    ...(current === undefined ? {} : { etag: `"${current}"` }),
    ...(runs ? { 'retry-after': String(POLL_AFTER_SECONDS) } : {}),
  }
}

/** Schemas of records whose version isn't part of the body. */
const versioned: ReadonlySet<unknown> = new Set([organization, platformUser, user])

/** Which headers `headersOf` may set for a body with this schema. */
export function possibleHeadersOf(schema: z.ZodType | null): {
  readonly hasVersion: boolean
  readonly mayRun: boolean
} {
  if (!(schema instanceof z.ZodObject)) return { hasVersion: false, mayRun: false }
  const { version, status } = schema.shape
  const mayRun = status instanceof z.ZodEnum && status.options.some((each) => RUNNING.has(each))
  return { hasVersion: version !== undefined || versioned.has(schema), mayRun }
}

/**
 * Parses If-Match (RFC 9110, 13.1.1). Compared strongly: a tag that isn't one of ours matches nothing.
 * @returns `undefined` without the header; for `*`, `existing`: any version, but nothing is created
 */
export function versionsOf(header: string | undefined): Versions | undefined {
  if (header === undefined) return undefined
  if (header.trim() === '*') return 'existing'
  return header.split(',').flatMap((tag) => {
    const version = /^\s*"(\d{1,15})"\s*$/.exec(tag)?.[1]
    return version === undefined ? [] : [Number(version)]
  })
}
