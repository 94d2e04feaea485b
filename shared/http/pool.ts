import type { Scope } from './routes.ts'

/** The names that the user pool and the function that adds claims to its tokens share. */

/** Scopes by role, as in the contract. The platform isn't a role of people: it has a client of its own. */
export const scopesOfRole = {
  admin: ['claims:read', 'claims:write', 'org:read', 'org:write'],
  reader: ['claims:read', 'org:read'],
  platform: ['platform'],
} as const satisfies Record<string, readonly Scope[]>

export type Role = keyof typeof scopesOfRole

/** The pool's groups; a user's group is their role. */
export const poolGroups = ['admin', 'reader'] as const satisfies readonly Role[]

/** Custom attribute; Cognito's APIs call it `custom:org_id`. */
export const orgAttribute = 'org_id'

/** Cognito spells a scope `resourceServer/name`. */
export const poolResourceServer = 'claim-service'
export const platformPoolScope = 'platform'
