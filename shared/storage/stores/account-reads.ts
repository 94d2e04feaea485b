import { addressesOf } from '../../rules/accounts/address-change.ts'
import { NOBODY, recordIdsOfUser } from '../../rules/claims/claim-ids.ts'
import { type AccountInRecord, accountsOf } from '../../rules/claims/views.ts'
import type { AccountRecord } from '../../rules/types.ts'
import type { Table } from '../client.ts'
import { accountFromItem } from '../items/account-item.ts'
import { keys } from '../keys.ts'
import { batchGet, type ReadConsistency } from '../writes/batch.ts'

export interface FoundAccount {
  readonly record: AccountRecord
  readonly inRecord: AccountInRecord
}

/** Records of accounts by id or address. */
export function accountReads(table: Table) {
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
        const recordId = locks.get(keys.address(address))?.recordId
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
  }
}
