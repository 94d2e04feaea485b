import type { Scope } from './routes.ts'

/** What the stack's own user pool and the function that makes its tokens agree on. */

/** By role; the contract's. The platform is no role of people: it has a client of its own. */
export const scopesOfRole = {
  admin: ['claims:read', 'claims:write', 'org:read', 'org:write'],
  reader: ['claims:read', 'org:read'],
  platform: ['platform'],
} as const satisfies Record<string, readonly Scope[]>

export type Role = keyof typeof scopesOfRole

/** The pool's groups; a user's group is the role. */
export const poolGroups = ['admin', 'reader'] as const satisfies readonly Role[]

/** Cognito shows it, and asks for it, as `custom:org_id`. */
export const orgAttribute = 'org_id'

/** Cognito spells a scope `resourceServer/name`. */
export const poolResourceServer = 'claim-service'
export const platformPoolScope = 'platform'
