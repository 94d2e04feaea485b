import type { Change } from '../../rules/types.ts'
import { readImage, type StoredEntity } from '../../storage/items/stream-images.ts'
import { addAuditAndEvents } from './audit-and-events.ts'
import { addAccountFollowUps, addClosedClaimFollowUps } from './claim-follow-ups.ts'
import { addDeletionEvent } from './deletion-events.ts'
import type { Effects } from './effects.ts'
import { addExportFollowUps, addImportFollowUps, addSyncFollowUps } from './job-follow-ups.ts'
import { assignmentOf } from './license-events.ts'
import { addSchedules } from './schedules.ts'

/** A committed change of one item: its attributes before and after, `undefined` where there was none. */
export interface StreamChange {
  readonly before: Readonly<Record<string, unknown>> | undefined
  readonly after: Readonly<Record<string, unknown>> | undefined
  /** When the stream saw the change, ISO 8601: a deleted item no longer tells when it was deleted. */
  readonly at: string
}

/**
 * Adds the effects of one change of one item.
 * @throws ZodError if an item of a known type has a version that this code doesn't know
 */
export function addEffects(effects: Effects, { before, after, at }: StreamChange): void {
  if (after === undefined) {
    const deleted = before && readImage(before)
    if (deleted !== undefined) addDeletionEvent(effects, deleted, at)
    return
  }
  const entity = readImage(after)
  const earlier = before && readImage(before)
  if (entity === undefined) return
  const { change } = entity
  // A write that only continues work keeps the number of the last change.
  if (change !== undefined && change.n !== earlier?.change?.n) addChange(effects, entity, earlier, change)
  // It follows from what an item is now, also where its change has no number of its own.
  addSchedules(effects, entity, earlier)
}

function addChange(
  effects: Effects,
  entity: StoredEntity,
  earlier: StoredEntity | undefined,
  change: Change,
): void {
  addAuditAndEvents(effects, entity, earlier, change)
  const assignment = assignmentOf(entity, earlier, change)
  if (assignment !== undefined) effects.assignments.push(assignment)
  addFollowUps(effects, entity, change)
}

function addFollowUps(effects: Effects, entity: StoredEntity, change: Change): void {
  switch (entity.kind) {
    case 'account':
      addAccountFollowUps(effects, entity.record, change)
      return
    case 'closed-claim':
      addClosedClaimFollowUps(effects, entity.claim, change)
      return
    case 'import':
      addImportFollowUps(effects, entity.record, change)
      return
    case 'export':
      addExportFollowUps(effects, entity.record, change)
      return
    case 'sync':
      addSyncFollowUps(effects, entity.record, change)
      return
    case 'organization':
    case 'domain':
    case 'digest':
      return
  }
}
