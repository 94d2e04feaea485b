import * as z from 'zod'
import { ORG_ID_PATTERN } from '../rules/ids.ts'
import { type Refusal, refuse } from './problems/problem.ts'
import type { Scope } from './routes.ts'

export interface Caller {
  readonly sub: string
  /** For the platform, which belongs to no org, a name that no org can have. */
  readonly orgId: string
  /** Every scope in the token. */
  readonly scopes: readonly string[]
}

const PLATFORM_ORG_ID = '~platform'

/**
 * Scopes in every form that issuers use. An HTTP API passes each claim on as text, and a list as `[a b]` (how Go
 * prints one); other gateways pass real lists.
 */
const scopeClaim = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((claim) => {
    const text = Array.isArray(claim) ? claim.join(' ') : (claim ?? '')
    const inside = /^\[(.*)\]$/s.exec(text)?.[1] ?? text
    return inside.split(' ').filter((scope) => scope !== '')
  })

/** The claims of a verified token, as API Gateway's authorizer passes them on. */
const authorizerSchema = z.object({
  jwt: z.object({
    claims: z.object({
      sub: z.string().min(1),
      org_id: z.string().optional(),
      scope: scopeClaim,
      scp: scopeClaim,
    }),
  }),
})

/**
 * Identifies the caller. The gateway has verified the token and its scope; the scope is checked again here, because a
 * route wired without one would otherwise be open to every token.
 */
export function callerOf(authorizer: unknown, scope: Scope): Caller | Refusal {
  const parsed = authorizerSchema.safeParse(authorizer)
  if (!parsed.success) return refuse('unauthorized')
  const { sub, org_id: orgId, scope: granted, scp } = parsed.data.jwt.claims
  const scopes = [...new Set([...granted, ...scp])]
  if (!scopes.includes(scope)) return refuse('forbidden')
  if (scope === 'platform') return { sub, orgId: PLATFORM_ORG_ID, scopes }
  if (orgId === undefined || !ORG_ID_PATTERN.test(orgId)) return refuse('organization_required')
  return { sub, orgId, scopes }
}

/** Like `callerOf`, for a route that accepts any of several scopes. */
export function callerFor(
  authorizer: unknown,
  route: { readonly scope: Scope; readonly orScope?: Scope | undefined },
): Caller | Refusal {
  const caller = callerOf(authorizer, route.scope)
  if (!('problem' in caller) || route.orScope === undefined) return caller
  const other = callerOf(authorizer, route.orScope)
  return 'problem' in other ? caller : other
}
