import type { Organization } from '../types.ts'

/**
 * N3: whether the invitations that follow licence assignment are wanted. `suppressInvitations` silences these alone: the
 * claim's own mail is always sent. An org that is deleted, or being deleted, invites nobody.
 */
export function wantsLicenseInvitations(org: Organization | undefined): boolean {
  return org !== undefined && !org.settings.suppressInvitations
}
