import * as z from 'zod'
import type { Versions } from '../rules/versions.ts'
import type { AnyOperation } from './operation.ts'
import { organization } from './schemas/organization.ts'
import { platformUser, user } from './schemas/user.ts'

/** Seconds after which it is worth looking again at what runs: most of it is over by then, and a million rows are not. */
export const LOOK_AGAIN_SECONDS = 2

/** States of exports, imports, syncs and claims in which the service is at work on them. */
const RUNNING: ReadonlySet<unknown> = new Set(['waiting', 'reading', 'running', 'migrating'])

const record = z.looseObject({
  version: z.int().optional().catch(undefined),
  status: z.string().optional().catch(undefined),
  held: z.unknown().optional(),
})

/** Whether somebody waits for it. One that is held waits for a person, not the person for it. */
const isRunning = ({ status, held }: z.infer<typeof record>): boolean =>
  RUNNING.has(status) && held === undefined

/**
 * What an answer says of its record in headers: its version, as `ETag`, and while something runs, when to look again. By
 * the record's own members, so that every operation's answers have them.
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
    ...(runs ? { 'retry-after': String(LOOK_AGAIN_SECONDS) } : {}),
  }
}

/** Records whose version their bodies don't show. */
const versioned: ReadonlySet<unknown> = new Set([organization, platformUser, user])

/** What `headersOf` can say of a body with this schema. */
export function whatIsSaidOf(schema: z.ZodType | null): {
  readonly hasVersion: boolean
  readonly mayRun: boolean
} {
  if (!(schema instanceof z.ZodObject)) return { hasVersion: false, mayRun: false }
  const { version, status } = schema.shape
  const mayRun = status instanceof z.ZodEnum && status.options.some((each) => RUNNING.has(each))
  return { hasVersion: version !== undefined || versioned.has(schema), mayRun }
}

/**
 * The versions that an If-Match names (RFC 9110, 13.1.1); undefined where it names none, or any (`*`: that the record exists
 * is looked at anyhow). Compared strongly: what isn't one of our tags matches nothing.
 */
export function versionsOf(header: string | undefined): Versions | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  return header.split(',').flatMap((tag) => {
    const version = /^\s*"(\d{1,15})"\s*$/.exec(tag)?.[1]
    return version === undefined ? [] : [Number(version)]
  })
}
