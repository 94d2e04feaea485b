import { addressesOf } from '../../shared/rules/accounts/address-change.ts'
import { accountsOf } from '../../shared/rules/claims/views.ts'
import type { AccountRecord } from '../../shared/rules/types.ts'
import type { FoundAccount } from '../../shared/storage/stores/account-reads.ts'
import type { ClaimabilityFactPorts } from '../../shared/usecases/claims/claimability.ts'
import { org, sourceOrg } from './builders.ts'

/** What the store finds if these records are all there are. */
export function accountsAmong(records: readonly AccountRecord[]) {
  const accounts = records.flatMap((record): FoundAccount[] =>
    accountsOf(record).map((inRecord) => ({ record, inRecord })),
  )
  return {
    byAddresses: async (normalized: readonly string[]): Promise<Map<string, AccountRecord>> =>
      new Map(
        accounts
          .flatMap(({ record }) => addressesOf(record).map((address) => [address, record] as const))
          .filter(([address]) => normalized.includes(address)),
      ),
    byUserIds: async (userIds: readonly string[]): Promise<Map<string, FoundAccount>> =>
      new Map(
        accounts
          .map((found) => [found.inRecord.account.userId, found] as const)
          .filter(([userId]) => userIds.includes(userId)),
      ),
    byUserId: async (userId: string): Promise<FoundAccount | undefined> =>
      accounts.find(({ inRecord }) => inRecord.account.userId === userId),
  }
}

/** `org()`, which has verified its domain, and `sourceOrg()`. */
export const noordzeeAndPersonal: ClaimabilityFactPorts = {
  organizations: { getMany: async () => new Map([org(), sourceOrg()].map((each) => [each.orgId, each])) },
  domains: {
    states: async () => new Map([['noordzee.example', { verified: true, claimedBy: undefined }]]),
  },
}
