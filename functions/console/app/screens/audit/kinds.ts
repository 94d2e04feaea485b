import type { paths } from '../../api/openapi.d.ts'

type What = NonNullable<NonNullable<paths['/v1/audit']['get']['parameters']['query']>['what']>

/** Typed so that a kind that only the API has, or only this list, doesn’t compile. */
const every: Readonly<Record<What, true>> = {
  'claim.created': true,
  'claim.signed_in': true,
  'claim.confirmation_requested': true,
  'claim.decided': true,
  'claim.migrating': true,
  'claim.completed': true,
  'claim.revoked': true,
  'claim.resent': true,
  'claim.mail_failed': true,
  'claim.mail_allowed': true,
  'user.created': true,
  'user.updated': true,
  'user.inactivated': true,
  'user.restored': true,
  'user.removing': true,
  'user.purged': true,
  'organization.created': true,
  'organization.updated': true,
  'organization.deletion_requested': true,
  'organization.restored': true,
  'organization.removing': true,
  'organization.purged': true,
  'domain.added': true,
  'domain.verified': true,
  'domain.claimed': true,
  'domain.released': true,
  'domain.removed': true,
  'import.created': true,
  'import.started': true,
  'import.previewed': true,
  'import.confirmed': true,
  'import.cancelled': true,
  'import.completed': true,
  'import.failed': true,
  'export.created': true,
  'export.completed': true,
  'export.failed': true,
  'sync.created': true,
  'sync.started': true,
  'sync.held': true,
  'sync.confirmed': true,
  'sync.warned': true,
  'sync.completed': true,
  'sync.failed': true,
}

/** All kinds of changes that the audit can be filtered by. */
export const auditKinds: readonly string[] = Object.keys(every)
