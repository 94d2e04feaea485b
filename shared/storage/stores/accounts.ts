import { inGroupsOf, mapConcurrent } from '../../lib/concurrency.ts'
import { LOST } from '../../lib/optimistic-retry.ts'
import { normalizedAddress } from '../../rules/accounts/address.ts'
import type { AddressChange } from '../../rules/accounts/address-change.ts'
import type { Ended } from '../../rules/claims/ending.ts'
import type { AccountRecord } from '../../rules/types.ts'
import type { Table } from '../client.ts'
import { accountToItem } from '../items/account-item.ts'
import { closedClaimToItem } from '../items/closed-claim-item.ts'
import { keys } from '../keys.ts'
import { executeOne, executeAll, type StatementOutcome } from '../writes/execute.ts'
import { leavingClaim, recordStatement, transactWith, writeRecord } from '../writes/record-writes.ts'
import { ifAbsent, ifFreeOrOf, put, remove } from '../writes/requests.ts'
import { transactAll, WRITTEN, type Written } from '../writes/write.ts'
import { accountLists } from './account-lists.ts'
import { accountReads } from './account-reads.ts'

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

export function accountStore(table: Table) {
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
    ...accountReads(table),
    ...accountLists(table),

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

export const addressItem = (recordId: string, normalized: string) => ({
  ...keys.address(normalized),
  type: 'address',
  v: 1,
  recordId,
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
