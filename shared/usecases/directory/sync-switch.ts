import { decodeTime } from 'ulid'
import { HOUR_MS } from '../../lib/time.ts'
import { claimSortKey } from '../../rules/claims/claim-ids.ts'
import { dryRunRequired } from '../../rules/directory/dry-run-required.ts'
import type { ClaimStore } from '../../storage/stores/claims.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import type { SyncStore } from '../../storage/stores/syncs.ts'

export interface SwitchPorts {
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly claims: Pick<ClaimStore, 'list'>
  readonly syncs: Pick<SyncStore, 'list'>
}

const SYNCS_PER_PAGE = 50
/** How much later than its request a sync may begin: an upload form is valid for 15 minutes. */
const MAX_UPLOAD_MS = HOUR_MS

/**
 * Y2: whether switching the directory's synchronisation on takes a dry run first; not where it is on already.
 * Costs 1 R where nothing changes, else 16 R for the claims and 1 R for 50 syncs.
 */
export async function needsDryRun(ports: SwitchPorts, orgId: string): Promise<boolean> {
  const current = await ports.organizations.get(orgId)
  if (current === undefined || current.org.directorySync) return false
  const newest = await newestClaimMs(ports, orgId)
  return newest !== undefined && (await dryRunRequiredSince(ports, orgId, newest))
}

async function newestClaimMs({ claims }: SwitchPorts, orgId: string): Promise<number | undefined> {
  const { items: found } = await claims.list(orgId, 1)
  const claim = found[0]?.claim
  return claim && decodeTime(claimSortKey(claim.claimId))
}

/** Reads the org's syncs, newest first, back to the earliest that can have begun after the claim. */
async function dryRunRequiredSince({ syncs }: SwitchPorts, orgId: string, claimMs: number): Promise<boolean> {
  let before: string | undefined
  do {
    const page = await syncs.list(orgId, SYNCS_PER_PAGE, before)
    if (!dryRunRequired(claimMs, page.items)) return false
    const oldest = page.items.at(-1)
    if (oldest === undefined || new Date(oldest.createdAt).getTime() < claimMs - MAX_UPLOAD_MS) return true
    before = page.next
  } while (before !== undefined)
  return true
}
