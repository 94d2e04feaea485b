import type { Claim, Organization } from '../types.ts'

/**
 * N3: whether the claim's licences are followed by an invitation: where neither the org's setting nor whoever claimed
 * switched it off. Both silence only this; the claim's own mail is always sent. An org that is deleted or being deleted
 * invites nobody.
 */
export function wantsLicenseInvitation(
  org: Organization | undefined,
  { noInvitation }: Pick<Claim, 'noInvitation'>,
): boolean {
  return org !== undefined && !org.settings.suppressInvitations && noInvitation !== true
}
