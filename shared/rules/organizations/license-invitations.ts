import type { Claim, Organization } from '../types.ts'

/**
 * N3: whether an invitation to the claim's licences is sent: unless the org's setting or the claim's request switched
 * it off. Both affect only the invitation; the claim's own mail is always sent. An org that is deleted or being
 * deleted invites nobody.
 */
export function wantsLicenseInvitation(
  org: Organization | undefined,
  { noInvitation }: Pick<Claim, 'noInvitation'>,
): boolean {
  return org !== undefined && !org.settings.suppressInvitations && noInvitation !== true
}
