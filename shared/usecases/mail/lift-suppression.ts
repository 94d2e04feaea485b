import { normalizedAddress, parseAddress } from '../../rules/accounts/address.ts'
import { allowMail } from '../../rules/mail/notification.ts'
import type { AccountRecord, Actor } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { AuditStore } from '../../storage/stores/audit.ts'
import type { ClaimStore } from '../../storage/stores/claims.ts'
import type { DomainStore } from '../../storage/stores/domains.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import type { SuppressionStore } from '../../storage/stores/suppressions.ts'
import { changeOpenClaim } from '../claims/claim-changes.ts'

export interface LiftSuppressionPorts {
  readonly accounts: Pick<AccountStore, 'byAddresses' | 'write'>
  readonly audit: Pick<AuditStore, 'append'>
  readonly claims: Pick<ClaimStore, 'byId'>
  readonly domains: Pick<DomainStore, 'states'>
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly suppressions: Pick<SuppressionStore, 'beginLifting' | 'remove'>
}

export interface LiftRequest {
  /** Who lifts it: an org's admin, or the platform. */
  readonly orgId: string
  readonly isPlatform: boolean
  readonly email: string
  readonly now: Date
  readonly by: Actor
}

export type LiftOutcome =
  | { readonly outcome: 'lifted' }
  | { readonly outcome: 'refused'; readonly code: 'not_found' }

const NOT_FOUND: LiftOutcome = { outcome: 'refused', code: 'not_found' }

/**
 * N4: lifts the suppression of an address. Mail is sent to it from now on; an open claim on it becomes `pending` and
 * may have its mail sent again at once, but nothing is sent by itself. A repeat changes nothing. A caller without the
 * right to lift it learns nothing about the address.
 */
export async function liftSuppression(
  ports: LiftSuppressionPorts,
  request: LiftRequest,
): Promise<LiftOutcome> {
  const { now, by } = request
  const parsed = parseAddress(request.email)
  if (parsed.outcome === 'refused') return NOT_FOUND
  const { email, normalized, domain } = parsed.address
  if (!request.isPlatform && !(await isOwn(ports, request.orgId, normalized, domain))) return NOT_FOUND
  const record = (await ports.accounts.byAddresses([normalized])).get(normalized)
  const liftedAt = await ports.suppressions.beginLifting(email, now)
  if (liftedAt !== undefined) {
    // A1: the audit entry, without the address. Written before the suppression is lifted; a repeat writes the same
    // entry, so it appears once.
    const orgId = request.isPlatform ? auditedIn(record, request.orgId) : request.orgId
    const change = { what: 'organization.updated', at: liftedAt.toISOString(), by, n: 0 } as const
    await ports.audit.append([
      { orgId, subject: `organization:${orgId}`, change, after: { suppression: 'lifted' } },
    ])
    await ports.suppressions.remove(email)
  }
  if (record?.claim !== undefined)
    await changeOpenClaim(ports, record.claim.claimId, (found, claim) => allowMail(found, claim, { now, by }))
  return { outcome: 'lifted' }
}

async function isOwn(
  { domains, organizations }: LiftSuppressionPorts,
  orgId: string,
  normalized: string,
  domain: string,
): Promise<boolean> {
  const state = (await domains.states(orgId, [domain])).get(domain)
  if (state?.verified === true || state?.claimedBy === orgId) return true
  const admins = (await organizations.get(orgId))?.org.adminEmails ?? []
  return admins.some((admin) => normalizedAddress(admin) === normalized)
}

const auditedIn = (record: AccountRecord | undefined, otherwise: string): string =>
  record?.claim?.claimingOrgId ?? record?.account.orgId ?? otherwise
