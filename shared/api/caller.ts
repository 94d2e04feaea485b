import * as z from 'zod'
import { ORG_ID_PATTERN } from '../claims/ids.ts'
import { type Refusal, refuse } from './problem.ts'
import type { Scope } from './routes.ts'

export interface Caller {
  readonly sub: string
  /** For the platform, which belongs to no org: a name that no org can have. */
  readonly orgId: string
}

const PLATFORM_ORG_ID = '~platform'

/** A verified token's claims as API Gateway's authorizer passes them on: all strings. */
const authorizerSchema = z.object({
  jwt: z.object({
    claims: z.object({
      sub: z.string().min(1),
      org_id: z.string().optional(),
      scope: z.string().default(''),
    }),
  }),
})

/**
 * Who calls. The gateway has verified the token and its scope; the scope is looked at once more here, since a route
 * that was wired without one would otherwise be open to every token.
 */
export function callerOf(authorizer: unknown, scope: Scope): Caller | Refusal {
  const parsed = authorizerSchema.safeParse(authorizer)
  if (!parsed.success) return refuse('unauthorized')
  const { sub, org_id: orgId, scope: scopes } = parsed.data.jwt.claims
  if (!scopes.split(' ').includes(scope)) return refuse('forbidden')
  if (scope === 'platform') return { sub, orgId: PLATFORM_ORG_ID }
  if (orgId === undefined || !ORG_ID_PATTERN.test(orgId)) return refuse('organization_required')
  return { sub, orgId }
}
