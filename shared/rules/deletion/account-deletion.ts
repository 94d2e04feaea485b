import { isoSecond } from '../../lib/time.ts'
import { type ChangedBy, changed } from '../claims/transition.ts'
import { dueOf } from '../due/due-work.ts'
import { DELETION_LEASE_MS } from '../limits.ts'
import type { AccountRecord, AccountDeletion } from '../types.ts'

/** Y4, Y5: whether the deletion is due or under way. Asked again right before it begins. */
export function isAccountDeletionDue(record: AccountRecord, now: Date): boolean {
  if (record.deletion !== undefined) return true
  const due = dueOf(record)
  return due?.kind === 'job' && now.getTime() >= new Date(due.at).getTime()
}

/**
 * Y7: marks the account as being deleted. From then on only the deletion itself sees it, and deletes first
 * its content, page by page, and then the record.
 */
export function startAccountDeletion(
  record: AccountRecord,
  userId: string,
  changedBy: ChangedBy,
): AccountRecord {
  const { now, by } = changedBy
  const resumeAt = isoSecond(new Date(now.getTime() + DELETION_LEASE_MS))
  const deletion: AccountDeletion = { userId, at: now.toISOString(), by, resumeAt }
  return changed({ ...record, deletion }, 'user.removing', changedBy)
}
