import type { SyncMailRequest } from '../../contracts/mail-requests.ts'
import type { Organization } from '../../rules/types.ts'
import type { Mail } from '../../mail/model.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { SyncStore } from '../../storage/stores/syncs.ts'

export interface SyncMailPorts {
  readonly syncs: Pick<SyncStore, 'get'>
  readonly accounts: Pick<AccountStore, 'byUserIds'>
}

/**
 * Composes the mail about a sync from current data; `undefined` if nobody is left to be mailed, or there is
 * nothing to report any more. Names are read only now (Y7).
 */
export async function composeOfSync(
  { syncs, accounts }: SyncMailPorts,
  org: Organization,
  request: SyncMailRequest,
): Promise<Mail | undefined> {
  const record = await syncs.get(org.orgId, request.syncId)
  if (record?.removedFrom === undefined) return undefined
  const isWarning = request.kind === 'removal_warning'
  const { warned, madeInactive, sample = [], removedFrom } = record
  // A later warning was recorded meanwhile, with a mail of its own.
  if (isWarning && warned?.days !== request.days) return undefined
  const ids = isWarning ? (warned?.sample ?? []) : sample
  const found = await accounts.byUserIds(ids)
  const named = ids.flatMap((userId) => {
    const account = found.get(userId)?.inRecord.account
    return account?.inactive?.syncId === record.syncId
      ? [{ name: account.displayName, address: account.email }]
      : []
  })
  if (named.length === 0) return undefined
  const common = { organizationName: org.name, firstName: '', named, removedFrom }
  return isWarning
    ? { ...common, kind: 'removal_warning', users: warned?.users ?? 0, daysLeft: request.days }
    : { ...common, kind: 'users_inactivated', users: madeInactive }
}
