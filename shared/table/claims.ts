import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import { claimSortKey, rootOfClaimId } from '../claims/claim-ids.ts'
import { ancestorsOf } from '../claims/traces.ts'
import type { AccountRecord, Claim, OpenClaim } from '../claims/types.ts'
import { mapConcurrent } from '../kit/concurrency.ts'
import { batchGet } from './batch.ts'
import type { Table } from './client.ts'
import { accountFromItem, closedClaimFromItem } from './items.ts'
import { indexKeys, isClosedClaimKey, keys } from './keys.ts'
import { newestFirst } from './pages.ts'

/** Of one record: an account is claimed and revoked now and then, and not more often. The list itself has all of them. */
const MAX_ENDED_CLAIMS = 50
/** An account was parted from another once or twice in its life. */
const RECORDS_AT_ONCE = 4

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
     * The claims on the account that stands in a record: the open one, and those that have ended, here or in the records
     * that it was parted from; newest first. 0.5 R a record of them, 1 R an ended claim.
     */
    async madeIn(record: AccountRecord): Promise<FoundClaim[]> {
      const ended = await mapConcurrent(
        [record.root, ...ancestorsOf(record.root)],
        RECORDS_AT_ONCE,
        async (root) => {
          const { Items } = await table.client.send(
            new QueryCommand({
              TableName: table.name,
              KeyConditionExpression: 'pk = :pk',
              ExpressionAttributeValues: { ':pk': keys.closedClaimsOf(root) },
              ConsistentRead: true,
              ScanIndexForward: false,
              Limit: MAX_ENDED_CLAIMS,
            }),
          )
          return (Items ?? []).map((item) => ({ claim: closedClaimFromItem(item).claim }))
        },
      )
      const open = record.claim === undefined ? [] : [{ claim: record.claim, record }]
      return [...open, ...ended.flat()].sort((a, b) =>
        claimSortKey(a.claim.claimId) < claimSortKey(b.claim.claimId) ? 1 : -1,
      )
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
