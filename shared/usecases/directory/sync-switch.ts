import { decodeTime } from 'ulid'
import { HOUR_MS } from '../../lib/time.ts'
import { claimSortKey } from '../../rules/claims/claim-ids.ts'
import type { ClaimStore } from '../../storage/stores/claims.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import type { SyncStore } from '../../storage/stores/syncs.ts'

export interface SwitchPorts {
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly claims: Pick<ClaimStore, 'list'>
  readonly syncs: Pick<SyncStore, 'list'>
}

const SYNCS_A_PAGE = 50
/** A sync may begin later than it was asked for: an upload has 15 minutes to come. */
const MAX_UPLOAD_MS = HOUR_MS

/**
 * Y2: whether switching the directory's synchronisation on takes a dry run first: one that began after the newest claim
 * that the org made, and is over. An org that made no claim needs none, nor one that has it on already.
 * Costs 1 R where nothing changes, else 16 R for the claims and 1 R for 50 syncs.
 */
export async function needsDryRun(ports: SwitchPorts, orgId: string): Promise<boolean> {
  const current = await ports.organizations.get(orgId)
  if (current === undefined || current.org.directorySync) return false
  const newest = await newestClaimAt(ports, orgId)
  return newest !== undefined && !(await wasComparedSince(ports, orgId, newest))
}

/** In milliseconds: a claim's `createdAt` has whole seconds, and a dry run in the same second may be before or after it. */
async function newestClaimAt({ claims }: SwitchPorts, orgId: string): Promise<number | undefined> {
  const { found } = await claims.list(orgId, 1)
  const claim = found[0]?.claim
  return claim && decodeTime(claimSortKey(claim.claimId))
}

async function wasComparedSince({ syncs }: SwitchPorts, orgId: string, at: number): Promise<boolean> {
  let before: string | undefined
  do {
    const page = await syncs.list(orgId, SYNCS_A_PAGE, before)
    const isDryRunSince = page.syncs.some(
      ({ mode, phase, startedAt }) =>
        mode === 'dry_run' &&
        phase === 'completed' &&
        startedAt !== undefined &&
        new Date(startedAt).getTime() > at,
    )
    if (isDryRunSince) return true
    const oldest = page.syncs.at(-1)
    if (oldest === undefined || new Date(oldest.createdAt).getTime() < at - MAX_UPLOAD_MS) return false
    before = page.next
  } while (before !== undefined)
  return false
}
