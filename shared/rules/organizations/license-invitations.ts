import type { Organization } from '../types.ts'

/**
 * N3: whether licence assignments are followed by invitations. `suppressInvitations` silences only these; the claim's
 * own mail is always sent. An org that is deleted or being deleted invites nobody.
 */
export function wantsLicenseInvitations(org: Organization | undefined): boolean {
  return org !== undefined && !org.settings.suppressInvitations
}
