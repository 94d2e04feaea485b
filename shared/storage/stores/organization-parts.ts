import type { AccountRecord } from '../../rules/types.ts'
import { allShards } from '../../lib/shard.ts'
import { Busy } from '../../lib/unavailable.ts'
import { batchDelete, batchGet } from '../writes/batch.ts'
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
import { firstKeys, type WalkPosition, walkPartitions } from '../queries/pages.ts'
import { writeRecord } from '../writes/record-writes.ts'

/** O1: what is kept for an org beside its accounts. Each call takes a page, and bears a repeat. */
export function organizationPartStore(table: Table) {
  return {
    /** The first parts that stand with the org: its domains, imports, exports, syncs. None: nothing is left. */
    async first(orgId: string, limit: number): Promise<OrganizationPart[]> {
      // One more than asked for: among them may be the org itself, which goes last.
      const { found } = await firstKeys(table, keys.org(orgId).pk, limit + 1)
      return found.flatMap((key) => organizationPartOf(key) ?? [])
    },

    /** @returns whether there may be more of it: an import's ranges and outcomes, what a sync works on. */
    async deleteInner(pk: string, limit: number): Promise<boolean> {
      const { found, more } = await firstKeys(table, pk, limit)
      await batchDelete(table, found)
      return more
    },

    delete: (part: Key): Promise<void> => batchDelete(table, [part]),

    /**
     * Ended claims that the org made, also where they stand in the record of an account that isn't its own any more; the index
     * may still hold some that are gone.
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
      const { entries, next } = await walkPartitions(table, shards, limit, from)
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

/** O1: quietly, as what is removed with it. Whoever claims the account at this moment has changed the record, or finds it changed. */
async function stripEnded(table: Table, orgId: string, record: AccountRecord): Promise<void> {
  if (record.ended?.claim.claimingOrgId !== orgId) return
  const { ended: _ended, ...rest } = record
  if ((await writeRecord(table, { ...rest, revision: record.revision + 1 })).outcome === 'lost')
    throw new Busy('a record in which a claim of the organization ended was changed by others')
}

export type OrganizationPartStore = ReturnType<typeof organizationPartStore>
