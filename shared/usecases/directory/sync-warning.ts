import { dueWarning, MAX_NAMED_USERS } from '../../rules/directory/directory-sync.ts'
import type { WarnRequest } from '../../contracts/messages/sync.ts'
import { HANDOVER_MS, type SyncPorts } from './sync-ports.ts'

/**
 * If a warning is due about the deletion of users that a sync made inactive, counts those who still are, and
 * records the warning, which causes the mail to the admins. Nothing happens before its time, whatever the
 * request says, and each warning is given once.
 */
export async function warn(ports: SyncPorts, request: WarnRequest): Promise<number | undefined> {
  const record = await ports.syncs.get(request.orgId, request.syncId)
  if (record?.dueAt === undefined || record.removedFrom === undefined) return undefined
  const now = ports.now()
  if (now < new Date(record.dueAt)) return undefined
  const warning = dueWarning(record.removedFrom, now)
  let { page, users, sample } = request.from ?? { page: 0, users: 0, sample: [] }
  while (warning !== undefined && page < record.pages) {
    const ids = (await ports.syncs.inactivated(record.syncId, page++)) ?? []
    const found = await ports.accounts.byUserIds(ids)
    const still = ids.filter(
      (userId) => found.get(userId)?.inRecord.account.inactive?.syncId === record.syncId,
    )
    users += still.length
    sample = [...sample, ...still].slice(0, MAX_NAMED_USERS)
    if (page === record.pages || ports.timeLeftMs() >= HANDOVER_MS) continue
    await ports.send([{ ...request, from: { page, users, sample } }])
    return undefined
  }
  await ports.syncs.warned(
    record,
    warning === undefined || users === 0 ? undefined : { days: warning.days, users, sample: [...sample] },
    now,
  )
  return users
}
