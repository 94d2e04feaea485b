import { isoSecond, isoSecondUp } from '../../lib/time.ts'
import type { ChangedBy } from '../claims/transition.ts'
import { DELETION_HOLD_MS, DELETION_LEASE_MS } from '../limits.ts'
import type { Organization } from '../types.ts'

/** O1: whether the org's deletion has begun. From then on only the deletion itself sees the org. */
export const isBeingDeleted = ({ deletion }: Organization): boolean => deletion?.begunAt !== undefined

/** O1: asks for the deletion, which begins 24 h later. Whole seconds, rounded up, so that it is never less. */
export function requestDeletion(org: Organization, { now, by }: ChangedBy): Organization {
  const at = isoSecondUp(new Date(now.getTime() + DELETION_HOLD_MS))
  return { ...org, deletion: { requestedAt: now.toISOString(), at, by } }
}

/** O1: takes the request back, which the caller has checked is still possible. */
export function cancelDeletion({ deletion: _taken, ...org }: Organization): Organization {
  return org
}

/** O1: whether the deletion is due or under way. Asked again right before it begins. */
export function isOrganizationDeletionDue({ deletion }: Organization, now: Date): boolean {
  return deletion !== undefined && now.getTime() >= new Date(deletion.at).getTime()
}

/** O1: begins or continues the deletion. The sweep resumes it when the lease is over. */
export function startOrResumeDeletion(org: Organization, now: Date): Organization {
  const { deletion } = org
  if (deletion === undefined) return org
  const resumeAt = isoSecond(new Date(now.getTime() + DELETION_LEASE_MS))
  return { ...org, deletion: { ...deletion, begunAt: deletion.begunAt ?? now.toISOString(), resumeAt } }
}
