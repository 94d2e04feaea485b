import { claimSortKey, rootOfClaimId } from '../claims/claim-ids.ts'
import type { AccountRecord, Claim, OpenClaim } from '../claims/types.ts'
import { batchGet } from './batch.ts'
import type { Table } from './client.ts'
import { accountFromItem, closedClaimFromItem } from './items.ts'
import { indexKeys, isClosedClaimKey, keys } from './keys.ts'
import { newestFirst } from './pages.ts'

export interface FoundClaim {
  readonly claim: Claim
  /** While the claim is open: the record it stands in. */
  readonly record?: AccountRecord
  /** Of an ended claim: what stands in the record that it was made in. */
  readonly left?: AccountRecord
}

export function claimStore(table: Table) {
  return {
    /** A claim by id, whoever made it: the caller checks whose it is. */
    async byId(claimId: string): Promise<FoundClaim | undefined> {
      const root = rootOfClaimId(claimId)
      if (root === undefined) return undefined
      const items = await batchGet(table, [keys.closedClaim(claimId), keys.account(root)])
      const closed = items.get(keys.closedClaim(claimId))
      const open = items.get(keys.account(root))
      if (closed !== undefined) {
        const { claim } = closedClaimFromItem(closed)
        return open === undefined ? { claim } : { claim, left: accountFromItem(open) }
      }
      if (open === undefined) return undefined
      const record = accountFromItem(open)
      if (record.claim?.claimId === claimId) return { claim: record.claim, record }
      // A batch isn't read at one instant: the claim may have ended after its own item was looked for.
      const ended = (await batchGet(table, [keys.closedClaim(claimId)])).get(keys.closedClaim(claimId))
      return ended === undefined ? undefined : { claim: closedClaimFromItem(ended).claim }
    },

    /** An org's claims, newest first. `before` is the sort key (`claimSortKey`) of the last one seen. */
    async list(
      orgId: string,
      limit: number,
      before?: string,
    ): Promise<{ found: FoundClaim[]; next: string | undefined }> {
      const { entries, more } = await newestFirst(table, {
        index: 'claimsByOrg',
        partitionOf: (shard) => indexKeys.claimShard(orgId, shard),
        sortKey: 'claimSort',
        limit,
        before,
      })
      const items = await batchGet(table, entries)
      const found: FoundClaim[] = []
      for (const entry of entries) {
        const item = items.get(entry)
        if (item === undefined) continue
        if (isClosedClaimKey(entry)) {
          found.push({ claim: closedClaimFromItem(item).claim })
          continue
        }
        const record = accountFromItem(item)
        const { claim } = record
        // Between the index's read and the item's the claim may have ended, and another org may even have made one: the
        // next listing shows what came of it.
        if (claim?.claimingOrgId === orgId && claimSortKey(claim.claimId) === entry.claimSort)
          found.push({ claim, record })
      }
      return { found, next: more ? entries.at(-1)?.claimSort : undefined }
    },

    /**
     * The open claims on an org's accounts, by whichever org, newest first. `before` is the sort key of the last one seen.
     */
    async outgoing(
      orgId: string,
      limit: number,
      before?: string,
    ): Promise<{ found: OpenClaim[]; next: string | undefined }> {
      const { entries, more } = await newestFirst(table, {
        index: 'outgoingClaims',
        partitionOf: (shard) => indexKeys.outgoingShard(orgId, shard),
        sortKey: 'claimSort',
        limit,
        before,
      })
      const items = await batchGet(table, entries)
      const found = entries.flatMap((entry): OpenClaim[] => {
        const item = items.get(entry)
        const claim = item && accountFromItem(item).claim
        // The index lags behind: this claim may have ended, and another have been made.
        const isIt = claim?.sourceOrgId === orgId && claimSortKey(claim.claimId) === entry.claimSort
        return claim !== undefined && isIt ? [claim] : []
      })
      return { found, next: more ? entries.at(-1)?.claimSort : undefined }
    },
  }
}

export type ClaimStore = ReturnType<typeof claimStore>
