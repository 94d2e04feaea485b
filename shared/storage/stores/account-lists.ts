import { allShards } from '../../lib/shard.ts'
import { accountsOf } from '../../rules/claims/views.ts'
import type { AccountRecord } from '../../rules/types.ts'
import type { Table } from '../client.ts'
import { indexKeys, isClosedClaimKey, recordIdOfKey } from '../keys.ts'
import { everyEntry, type WalkPosition, walkPartitions } from '../queries/walk.ts'
import { accountReads } from './account-reads.ts'

/** The position of a walk over the accounts on some domains. */
export interface DomainPosition {
  readonly domain: string
  readonly at: WalkPosition
}

/** Whether an org has the account as its own, or is claiming it. */
export type RoleInOrg = 'account' | 'claimed'

/** The accounts of an org, or on some domains, page by page. */
export function accountLists(table: Table) {
  const { byRecordIds } = accountReads(table)
  return {
    /**
     * Records of the accounts on some domains, up to 8 × `pageSize` at a time, in no particular order,
     * without accounts that are being deleted. 0.5 read units a shard of a domain and page, and 1 an account.
     */
    async *onDomains(domains: readonly string[], pageSize: number): AsyncGenerator<AccountRecord[]> {
      for await (const entries of everyEntry(table, domainPartitions(domains), pageSize)) {
        const records = await byRecordIds(entries.map(({ pk }) => recordIdOfKey(pk)))
        yield [...records.values()].filter((record) => accountsOf(record).length > 0)
      }
    },

    /**
     * Record ids of the accounts on some domains, page by page, domain after domain; `after` is where the
     * walk continues after each.
     */
    async recordIdsOnDomains(
      domains: readonly string[],
      limit: number,
      from?: WalkPosition,
    ): Promise<{
      found: { recordId: string; after: DomainPosition }[]
      next: DomainPosition | undefined
    }> {
      const { found, next } = await walkPartitions(table, domainPartitions(domains), limit, from)
      const place = ({ partition, ...rest }: WalkPosition): DomainPosition => ({
        domain: domains[Math.floor(partition / allShards.length)] ?? '',
        at: { partition: partition % allShards.length, ...rest },
      })
      return {
        found: found.map(({ entry, after }) => ({ recordId: recordIdOfKey(entry.pk), after: place(after) })),
        next: next && place(next),
      }
    },

    /**
     * Record ids of an org's accounts, and of accounts that it is claiming, page by page, in no particular
     * order.
     */
    async recordIdsOfOrg(
      orgId: string,
      limit: number,
      from?: WalkPosition,
    ): Promise<{
      found: { recordId: string; role: RoleInOrg; after: WalkPosition }[]
      next: WalkPosition | undefined
    }> {
      const partitions = [
        ...allShards.map((shard) => ({
          index: 'accountsByOrg' as const,
          partition: indexKeys.orgShard(orgId, shard),
        })),
        ...allShards.map((shard) => ({
          index: 'claimsByOrg' as const,
          partition: indexKeys.claimShard(orgId, shard),
        })),
      ]
      const { found, next } = await walkPartitions(table, partitions, limit, from)
      return {
        // A closed claim's entry is no account; the account itself has an entry of its own.
        found: found.flatMap(({ entry, after }) => {
          if (isClosedClaimKey(entry)) return []
          const role = entry.claimSort === undefined ? ('account' as const) : ('claimed' as const)
          return [{ recordId: recordIdOfKey(entry.pk), role, after }]
        }),
        next,
      }
    },
  }
}

const domainPartitions = (domains: readonly string[]) =>
  domains.flatMap((domain) =>
    allShards.map((shard) => ({
      index: 'accountsByDomain' as const,
      partition: indexKeys.domainShard(domain, shard),
    })),
  )
