import { LOST, type Lost, retryOrThrow, withoutPause } from '../../lib/optimistic-retry.ts'
import {
  isBeingDeleted,
  isOrganizationDeletionDue,
  startOrResumeDeletion,
} from '../../rules/deletion/organization-deletion.ts'
import { DELETION_LEASE_MS } from '../../rules/limits.ts'
import type { Organization } from '../../rules/types.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import { BY } from './delete-account.ts'
import { type OrganizationAccountsPorts, removeAccounts } from './organization-accounts.ts'
import {
  type OrganizationPartsPorts,
  removeClosedClaims,
  removeObjects,
  removeParts,
} from './organization-parts.ts'

export interface DeleteOrganizationPorts extends OrganizationAccountsPorts, OrganizationPartsPorts {
  readonly domains: OrganizationAccountsPorts['domains'] & OrganizationPartsPorts['domains']
  readonly organizations: Pick<OrganizationStore, 'getAny' | 'write' | 'writeWithoutEffects' | 'remove'>
}

export type DeleteOrganizationOutcome =
  | { readonly outcome: 'removed'; readonly orgId: string }
  /**
   * Only the org itself and its ended claims are left, which are deleted when the lease is over; or a record that
   * others kept changing, which is tried again then.
   */
  | { readonly outcome: 'waiting'; readonly orgId: string }
  /** The rest is for a fresh invocation. */
  | { readonly outcome: 'out_of_time'; readonly orgId: string }
  /** There is no such org, its deletion was cancelled, or it isn't due: nothing was changed. */
  | { readonly outcome: 'nothing_due' }

/** Others may change the org in between; each time, one of them made progress. */
const MAX_ROUNDS = 20

/**
 * O1: deletes an org whose 24 h are over, after checking again. From the first write on the org counts as gone; then
 * its accounts, all that is kept for it and its files are deleted page by page. If it is interrupted and called again,
 * it finds what is left.
 * The org itself and the claims it made are deleted last, in a pass that begins no sooner than a lease after the first:
 * until then, a request that saw the org may still be writing, and mails about its revoked claims are sent.
 */
export async function deleteOrganization(
  ports: DeleteOrganizationPorts,
  orgId: string,
): Promise<DeleteOrganizationOutcome> {
  const begun = await begin(ports, orgId)
  if (begun === undefined) return { outcome: 'nothing_due' }
  const { org, revision, begunAt } = begun
  const settled = ports.now().getTime() >= begunAt.getTime() + DELETION_LEASE_MS
  const accounts = await removeAccounts(ports, orgId)
  if (accounts.outcome === 'busy') return { outcome: 'waiting', orgId }
  const gone =
    accounts.outcome === 'gone' &&
    (await removeParts(ports, orgId)) &&
    (await removeObjects(ports, orgId)) &&
    (!settled || (await removeClosedClaims(ports, orgId)))
  if (!gone) return { outcome: 'out_of_time', orgId }
  if (!settled) return { outcome: 'waiting', orgId }
  const change = { what: 'organization.purged', at: ports.now().toISOString(), by: BY } as const
  // Lost: another message is deleting the org, and will get here too.
  const written = await ports.organizations.remove(org, revision, change)
  return { outcome: written.outcome === 'written' ? 'removed' : 'waiting', orgId }
}

interface BegunDeletion {
  readonly org: Organization
  readonly revision: number
  readonly begunAt: Date
}

/** `undefined`: the deletion isn't due. Of its begin and a restoration at the same instant one wins. */
async function begin(ports: DeleteOrganizationPorts, orgId: string): Promise<BegunDeletion | undefined> {
  const { organizations } = ports
  return retryOrThrow(
    `organization ${orgId}`,
    async (): Promise<BegunDeletion | undefined | Lost> => {
      const found = await organizations.getAny(orgId)
      const now = ports.now()
      if (found === undefined || !isOrganizationDeletionDue(found.org, now)) return undefined
      const { org, revision, change } = found
      const next = startOrResumeDeletion(org, now)
      const written = isBeingDeleted(org)
        ? await organizations.writeWithoutEffects(next, revision, change)
        : await organizations.write(next, revision, {
            what: 'organization.removing',
            at: now.toISOString(),
            by: BY,
          })
      const begunAt = next.deletion?.begunAt
      return written.outcome === 'written' && begunAt !== undefined
        ? { org: next, revision: revision + 1, begunAt: new Date(begunAt) }
        : LOST
    },
    { rounds: MAX_ROUNDS, pause: withoutPause },
  )
}
