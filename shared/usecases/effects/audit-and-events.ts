import type { Change, Claim } from '../../rules/types.ts'
import type { StoredEntity } from '../../storage/items/stream-images.ts'
import type { Effects } from './effects.ts'
import { stateOf } from './entity-states.ts'

/** Adds the audit entry of a change (Y7), and its event on the platform's bus (A2). */
export function addAuditAndEvents(
  effects: Effects,
  entity: StoredEntity,
  earlier: StoredEntity | undefined,
  change: Change,
): void {
  const { orgId, subject } = entity
  const before = earlier === undefined ? undefined : stateOf(earlier, subject)
  const after = stateOf(entity, subject)
  effects.audit.push({ orgId, subject, change, before, after })
  const event = {
    // A domain may be in several orgs, and be added again after it was removed: its numbers begin anew then.
    id: `${orgId}/${subject}/${change.at}#${change.n}`,
    type: change.what,
    at: change.at,
    detail: { orgId, subject, by: change.by, ...after },
  }
  effects.events.push(event)
  if (entity.kind !== 'closed-claim') return
  const { claim, deletedUserId } = entity
  // U2: this decision and the claim's end are one write, but two events, as for every other decision.
  if (claim.decision?.kind === 'change_email')
    effects.events.push({ ...event, id: `${event.id}/decided`, type: 'claim.decided' })
  if (deletedUserId !== undefined) addDeletionOfNewAccount(effects, claim, deletedUserId, change)
}

/** Y7: the new account was deleted, and its claim ended with it. One write, but an audit entry and an event of both. */
function addDeletionOfNewAccount(
  effects: Effects,
  { claimingOrgId: orgId, claimId }: Claim,
  userId: string,
  { at, by, n }: Change,
): void {
  effects.audit.push({
    orgId,
    subject: userId,
    change: { what: 'user.purged', at, by, n },
    after: { claimId },
  })
  const detail = { orgId, subject: userId, by, userId, claimId }
  effects.events.push({ id: `${orgId}/${userId}/${at}#${n}`, type: 'user.purged', at, detail })
}
