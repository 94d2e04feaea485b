import { allShards } from '../../lib/shard.ts'
import { Busy } from '../../lib/unavailable.ts'
import type { AccountRecord } from '../../rules/types.ts'
import type { Table } from '../client.ts'
import { accountFromItem } from '../items/account-item.ts'
import {
  indexKeys,
  isClosedClaimKey,
  type Key,
  keys,
  type OrganizationPart,
  organizationPartOf,
} from '../keys.ts'
import { firstKeys } from '../queries/partition-items.ts'
import { type WalkPosition, walkPartitions } from '../queries/walk.ts'
import { batchDelete, batchGet } from '../writes/batch.ts'
import { writeRecord } from '../writes/record-writes.ts'

/**
 * O1: deletes what is stored for an org besides its accounts. Each call handles a page, and can be repeated.
 */
export function organizationPartStore(table: Table) {
  return {
    /** The first of the org's domains, imports, exports, syncs and digests. Empty: nothing is left. */
    async first(orgId: string, limit: number): Promise<OrganizationPart[]> {
      // One more, since the org itself may be among them, which is deleted last.
      const { found } = await firstKeys(table, keys.org(orgId).pk, limit + 1)
      return found.flatMap((key) => organizationPartOf(key) ?? [])
    },

    /**
     * Deletes a page of the items in a partition: an import's ranges and outcomes, or a sync's parts.
     * @returns whether there may be more
     */
    async deleteInner(pk: string, limit: number): Promise<boolean> {
      const { found, more } = await firstKeys(table, pk, limit)
      await batchDelete(table, found)
      return more
    },

    delete: (part: Key): Promise<void> => batchDelete(table, [part]),

    /**
     * Deletes a page of the ended claims that the org made, including those in records of accounts that
     * belong to other orgs now. The index may still list claims that are gone.
     * @returns where to continue, if there may be more
     * @throws Busy when others keep changing one of those records
     */
    async deleteClosedClaims(
      orgId: string,
      limit: number,
      from?: WalkPosition,
    ): Promise<WalkPosition | undefined> {
      const shards = allShards.map((shard) => ({
        index: 'claimsByOrg' as const,
        partition: indexKeys.claimShard(orgId, shard),
      }))
      const { found, next } = await walkPartitions(table, shards, limit, from)
      const entries = found.map(({ entry }) => entry)
      await batchDelete(table, entries.filter(isClosedClaimKey))
      const inRecords = entries.filter((entry) => !isClosedClaimKey(entry))
      const items = await batchGet(table, inRecords)
      for (const entry of inRecords) {
        const item = items.get(entry)
        if (item !== undefined) await stripEnded(table, orgId, accountFromItem(item))
      }
      return next
    },
  }
}

/**
 * O1: removes the ended claim from a record, without effects. If somebody claims the account at this moment,
 * one of the two writes is lost.
 */
async function stripEnded(table: Table, orgId: string, record: AccountRecord): Promise<void> {
  if (record.ended?.claim.claimingOrgId !== orgId) return
  const { ended: _ended, ...rest } = record
  if ((await writeRecord(table, { ...rest, revision: record.revision + 1 })).outcome === 'lost')
    throw new Busy('a record in which a claim of the organization ended was changed by others')
}

export type OrganizationPartStore = ReturnType<typeof organizationPartStore>
