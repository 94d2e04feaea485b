import { inGroupsOf, mapConcurrent } from '../../lib/concurrency.ts'
import { LOST } from '../../lib/optimistic-retry.ts'
import { allShards } from '../../lib/shard.ts'
import { normalizedAddress } from '../../rules/accounts/address.ts'
import { type AddressChange, addressesOf } from '../../rules/accounts/address-change.ts'
import { recordIdsOfUser, NOBODY } from '../../rules/claims/claim-ids.ts'
import type { Ended } from '../../rules/claims/ending.ts'
import { accountsOf, type AccountInRecord } from '../../rules/claims/views.ts'
import type { AccountRecord } from '../../rules/types.ts'
import type { Table } from '../client.ts'
import { accountFromItem, accountToItem } from '../items/account-item.ts'
import { closedClaimToItem } from '../items/closed-claim-item.ts'
import { indexKeys, keys, recordIdOfKey } from '../keys.ts'
import { everyEntry, type WalkPosition, walkPartitions } from '../queries/pages.ts'
import { batchGet, type ReadConsistency } from '../writes/batch.ts'
import { executeOne, executeAll, type StatementOutcome } from '../writes/execute.ts'
import { leavingClaim, recordStatement, transactWith, writeRecord } from '../writes/record-writes.ts'
import { ifAbsent, ifFreeOrOf, put, remove, transactAll, WRITTEN, type Written } from '../writes/write.ts'

export interface FoundAccount {
  readonly record: AccountRecord
  readonly inRecord: AccountInRecord
}

/** The position of a walk over the accounts on some domains. */
export interface DomainPosition {
  readonly domain: string
  readonly at: WalkPosition
}

export type { Written }
/** `lost`: as `Written`. `failed`: DynamoDB's error; it may have been written or not. */
export type WrittenOfMany = Written | { readonly outcome: 'failed'; readonly error: unknown }
/** `busy`: others kept changing its items; nothing was written. */
export interface Created {
  readonly outcome: 'created' | 'address_taken' | 'user_exists' | 'busy'
}

/** Writes under way at once that need a transaction each: of records in which an earlier claim ended. */
const ALONE_AT_ONCE = 4
/** TransactWriteItems takes 100 items, and an account is two. */
const ACCOUNTS_PER_TRANSACTION = 50

/** Whether an org has the account as its own, or is claiming it. */
export type RoleInOrg = 'account' | 'claimed'

export function accountStore(table: Table) {
  const byRecordIds = async (
    recordIds: readonly string[],
    freshness?: ReadConsistency,
  ): Promise<Map<string, AccountRecord>> => {
    const items = await batchGet(table, recordIds.map(keys.account), freshness)
    const records = new Map<string, AccountRecord>()
    for (const recordId of recordIds) {
      const item = items.get(keys.account(recordId))
      if (item !== undefined) records.set(recordId, accountFromItem(item))
    }
    return records
  }

  /** Accounts by id, in whichever org; ids without an account are absent. */
  const byUserIds = async (
    userIds: readonly string[],
    freshness?: ReadConsistency,
  ): Promise<Map<string, FoundAccount>> => {
    const records = await byRecordIds([...new Set(userIds.flatMap(recordIdsOfUser))], freshness)
    const found = new Map<string, FoundAccount>()
    for (const userId of userIds) {
      for (const recordId of recordIdsOfUser(userId)) {
        const record = records.get(recordId)
        const inRecord = record && accountsOf(record).find(({ account }) => account.userId === userId)
        if (record && inRecord) found.set(userId, { record, inRecord })
      }
    }
    return found
  }

  /**
   * As `write`, for different records, 25 a call. Each is written or lost independently; results are in the
   * order of the input. Costs as much as single writes.
   */
  const writeMany = async (nexts: readonly AccountRecord[]): Promise<WrittenOfMany[]> => {
    const together = nexts.filter((next) => leavingClaim(next) === undefined)
    const writes = together.map((next) => recordStatement(table, next))
    const outcomes = await executeAll(
      table,
      writes.map(({ statement }) => statement),
    )
    const written = new Map(writes.map(({ written }, n) => [together[n], ofMany(written, outcomes[n])]))
    return mapConcurrent(
      nexts,
      ALONE_AT_ONCE,
      async (next) => written.get(next) ?? executeOne(() => writeRecord(table, next)),
    )
  }

  return {
    byRecordIds,
    byUserIds,

    async byUserId(userId: string): Promise<FoundAccount | undefined> {
      return (await byUserIds([userId])).get(userId)
    },

    /**
     * Records by normalized address; addresses without an account are absent, and looked for as long (E): where none has an
     * account, a record is read that there isn't. 1 R an address and 1 R a record, half of that where they are read eventually.
     */
    async byAddresses(
      normalized: readonly string[],
      freshness?: ReadConsistency,
    ): Promise<Map<string, AccountRecord>> {
      const locks = await batchGet(table, normalized.map(keys.address), freshness)
      const recordIds = new Map<string, string>()
      for (const address of normalized) {
        const recordId = locks.get(keys.address(address))?.root
        if (typeof recordId === 'string') recordIds.set(address, recordId)
      }
      const wanted = recordIds.size > 0 || normalized.length === 0 ? recordIds.values() : [NOBODY]
      const records = await byRecordIds([...new Set(wanted)], freshness)
      const found = new Map<string, AccountRecord>()
      for (const [address, recordId] of recordIds) {
        const record = records.get(recordId)
        // Its address may have changed between the two reads.
        if (record === undefined || !addressesOf(record).includes(address)) continue
        // An account that is being deleted no longer counts, although its address stays locked until it is
        // gone.
        if (accountsOf(record).length > 0) found.set(address, record)
      }
      return found
    },

    /**
     * Writes a record's next state. `lost`: its revision has been raised since it was read. 1 write unit, and
     * those of its index keys.
     */
    write(next: AccountRecord): Promise<Written> {
      return writeRecord(table, next)
    },

    writeMany,

    /**
     * Ends a claim, which stays in the record as an ended one. An address that nobody uses any more (C9) is
     * freed by the same write.
     */
    end(ended: Ended): Promise<Written> {
      const next = withEnded(ended)
      const freed = addressFreed(table, next.recordId, ended.freed)
      return freed.length === 0 ? writeRecord(table, next) : transactWith(table, next, freed)
    },

    /** As `end`, for different records; none of them may free an address. */
    endMany(all: readonly Ended[]): Promise<WrittenOfMany[]> {
      return writeMany(all.map(withEnded))
    },

    /** Creates accounts, each together with its address; results are in the order of the input. */
    async create(records: readonly AccountRecord[]): Promise<Created[]> {
      const results: Created[] = []
      for (const group of inGroupsOf(records, ACCOUNTS_PER_TRANSACTION)) {
        const together = await createTogether(table, group)
        if (together.outcome === 'created') results.push(...group.map(() => together))
        else for (const record of group) results.push(await createTogether(table, [record]))
      }
      return results
    },

    /**
     * Writes a record with other addresses, of its account or of its claim's new account (C9). Addresses that
     * it no longer uses are freed by the same write.
     */
    writeWithAddresses(
      next: AccountRecord,
      { taken, freed }: AddressChange,
    ): Promise<Written | { readonly outcome: 'address_taken' }> {
      const takes = taken.map((address) =>
        put(table, addressItem(next.recordId, address), ifFreeOrOf(next.recordId)),
      )
      const frees = freed.flatMap((address) => addressFreed(table, next.recordId, address))
      return transactWith(
        table,
        next,
        [...takes, ...frees],
        Object.fromEntries(takes.map((_, n) => [n + 1, 'address_taken' as const])),
      )
    },

    /**
     * U2: separates original and new account. The original keeps its record id and gets its new address; the
     * new account gets a record of its own, with the address that it has.
     */
    split(
      original: AccountRecord,
      { record, closed, change, freed }: Ended,
    ): Promise<Written | { readonly outcome: 'address_taken' }> {
      return transactWith(
        table,
        original,
        [
          addressPut(table, original),
          put(table, accountToItem(record), ifAbsent),
          // The original's record held this address until now, so it is locked.
          put(table, addressItem(record.recordId, normalizedAddress(record.account.email))),
          put(table, closedClaimToItem(closed, change)),
          ...addressFreed(table, original.recordId, freed),
        ],
        { 1: 'address_taken' },
      )
    },

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
      const { entries, after, next } = await walkPartitions(table, domainPartitions(domains), limit, from)
      const place = ({ partition, ...rest }: WalkPosition): DomainPosition => ({
        domain: domains[Math.floor(partition / allShards.length)] ?? '',
        at: { partition: partition % allShards.length, ...rest },
      })
      return {
        found: entries.flatMap((entry, n) => {
          const behind = after[n]
          return behind === undefined ? [] : [{ recordId: recordIdOfKey(entry.pk), after: place(behind) }]
        }),
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
      const { entries, after, next } = await walkPartitions(table, partitions, limit, from)
      return {
        // A closed claim's entry is no account; the account itself has an entry of its own.
        found: entries.flatMap((entry, n) => {
          const behind = after[n]
          if (behind === undefined || entry.sk !== keys.account('').sk) return []
          const role = entry.claimSort === undefined ? ('account' as const) : ('claimed' as const)
          return [{ recordId: recordIdOfKey(entry.pk), role, after: behind }]
        }),
        next,
      }
    },
  }
}

export type AccountStore = ReturnType<typeof accountStore>

const withEnded = ({ record, closed: claim, change }: Ended): AccountRecord => ({
  ...record,
  change,
  ended: { claim, change },
})

function ofMany(written: () => void, outcome: StatementOutcome | undefined): WrittenOfMany {
  switch (outcome?.outcome) {
    case 'written':
      written()
      return WRITTEN
    case 'failed':
      return outcome
    case 'busy':
    case 'refused':
      return LOST
    case undefined:
      throw new Error('fewer outcomes than records')
  }
}

const domainPartitions = (domains: readonly string[]) =>
  domains.flatMap((domain) =>
    allShards.map((shard) => ({
      index: 'accountsByDomain' as const,
      partition: indexKeys.domainShard(domain, shard),
    })),
  )

export const addressItem = (recordId: string, normalized: string) => ({
  ...keys.address(normalized),
  type: 'address',
  v: 1,
  root: recordId,
})

const addressPut = (table: Table, { recordId, account }: AccountRecord) =>
  put(table, addressItem(recordId, normalizedAddress(account.email)), ifFreeOrOf(recordId))

/** @param normalized `undefined`: nothing is freed */
export const addressFreed = (table: Table, recordId: string, normalized: string | undefined) =>
  normalized === undefined ? [] : [remove(table, keys.address(normalized), ifFreeOrOf(recordId))]

async function createTogether(table: Table, records: readonly AccountRecord[]): Promise<Created> {
  const items = records.flatMap((record) => [
    put(table, accountToItem(record), ifAbsent),
    addressPut(table, record),
  ])
  const outcome = await transactAll(table, items)
  switch (outcome.outcome) {
    case 'written':
      return { outcome: 'created' }
    case 'busy':
      return { outcome: 'busy' }
    case 'refused':
      // If several were created together, each is tried alone then.
      return { outcome: outcome.places.includes(0) ? 'user_exists' : 'address_taken' }
  }
}
