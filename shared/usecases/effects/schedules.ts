import type { LoneWork } from '../../contracts/scheduled-work.ts'
import { type DueMinute, minutesOf, reminderDayOf } from '../../rules/due/due-minutes.ts'
import type { StoredEntity } from '../../storage/items/stream-images.ts'
import type { DuePlace } from '../../storage/keys.ts'
import { reminderRequest } from '../mail/request-reminders.ts'
import type { Effects } from './effects.ts'

/** Adds the minutes in which work on the entity falls due, if that is new or has moved. */
export function addSchedules(
  effects: Effects,
  entity: StoredEntity,
  earlier: StoredEntity | undefined,
): void {
  const due = scheduledPlaceOf(entity)
  if (due === undefined) return
  const before = scheduledPlaceOf(earlier)
  // The kind counts too: a claim made on an inactive user's sixteenth day ends in the second of the user's deletion.
  if (due.at === before?.at && due.kind === before.kind) return
  for (const minute of minutesOf(due, due.shard))
    effects.schedules.push({ ...minute, alone: loneWorkOf(entity, due, minute) })
}

/**
 * The message that the minute's scan would send to a worker if this claim were all it found. The worker checks whether
 * the claim is due, as it does for every message.
 */
function loneWorkOf(entity: StoredEntity, due: DuePlace, { of }: DueMinute): LoneWork | undefined {
  if (entity.kind !== 'account' || entity.record.claim === undefined || due.kind !== 'claim') return undefined
  const { recordId, claim } = entity.record
  const { claimId } = claim
  const day = reminderDayOf(of)
  return day === undefined
    ? { claimId, worker: 'migrate', message: { claims: [{ recordId }] } }
    : { claimId, worker: 'mail', message: reminderRequest(claim, day) }
}

/** Where the entity stands in the due index, if a schedule is to wake its work. */
const scheduledPlaceOf = (entity: StoredEntity | undefined): DuePlace | undefined =>
  entity === undefined || isLeased(entity) ? undefined : entity.due

/** Whether it is in the due index by the end of a lease only: that needs no schedule, since the sweep finds it. */
function isLeased(entity: StoredEntity): boolean {
  if (entity.kind === 'sync') return entity.record.phase !== 'completed'
  if (entity.kind !== 'account') return false
  const { claim, deletion } = entity.record
  return claim?.status === 'migrating' || deletion !== undefined
}
