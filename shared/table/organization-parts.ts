import { allShards } from '../kit/shard.ts'
import { batchDelete } from './batch.ts'
import type { Table } from './client.ts'
import { indexKeys, isClosedClaimKey, type Key, keys, type OrganizationPart, partOf } from './keys.ts'
import { firstKeys, type WalkPosition, walkPartitions } from './pages.ts'

/** O1: what is kept for an org beside its accounts. Each call takes a page, and bears a repeat. */
export function organizationPartStore(table: Table) {
  return {
    /** The first parts that stand with the org: its domains, imports, exports, syncs. None: nothing is left. */
    async first(orgId: string, limit: number): Promise<OrganizationPart[]> {
      // One more than asked for: among them may be the org itself, which goes last.
      const { found } = await firstKeys(table, keys.org(orgId).pk, limit + 1)
      return found.flatMap((key) => partOf(key) ?? [])
    },

    /** @returns whether there may be more of it: an import's ranges and outcomes, what a sync works on. */
    async deleteInner(pk: string, limit: number): Promise<boolean> {
      const { found, more } = await firstKeys(table, pk, limit)
      await batchDelete(table, found)
      return more
    },

    delete: (part: Key): Promise<void> => batchDelete(table, [part]),

    /** Ended claims that the org made; the index may still hold some that are gone. */
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
      return next
    },
  }
}

export type OrganizationPartStore = ReturnType<typeof organizationPartStore>
