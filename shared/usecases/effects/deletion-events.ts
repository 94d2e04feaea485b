import type { StoredEntity } from '../../storage/items/stream-images.ts'
import type { Effects } from './effects.ts'
import { stateOf } from './entity-states.ts'

/**
 * Adds the event of a deleted account, org or domain. Its audit entry was written by the deletion itself, with who
 * asked for it. Items of other kinds are deleted without an event.
 * @param at when the stream saw the deletion, ISO 8601
 */
export function addDeletionEvent(effects: Effects, deleted: StoredEntity, at: string): void {
  const event = eventOf(deleted)
  if (event === undefined) return
  const { orgId, subject } = deleted
  const { type, id, ...detail } = event
  effects.events.push({ id: `${orgId}/${subject}/${id}`, type, at, detail: { orgId, subject, ...detail } })
}

function eventOf(deleted: StoredEntity) {
  switch (deleted.kind) {
    case 'account': {
      const { deletion } = deleted.record
      if (deletion === undefined) return undefined
      const state = stateOf(deleted, deletion.userId)
      return { type: 'user.purged', id: `${deletion.at}/purged`, by: deletion.by, ...state }
    }
    case 'organization': {
      const { deletion } = deleted.org
      return deletion && { type: 'organization.purged', id: `${deletion.at}/purged`, by: deletion.by }
    }
    case 'domain': {
      const { change, domain } = deleted
      return { type: 'domain.removed', id: `${change?.at}#${change?.n}/removed`, domain: domain.domain }
    }
    case 'closed-claim':
    case 'import':
    case 'export':
    case 'sync':
    case 'digest':
      return undefined
  }
}
