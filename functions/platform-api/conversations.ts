import { decodeCursor } from '../../shared/http/cursor.ts'
import { pageBody, textPosition } from '../../shared/http/list-page.ts'
import { answer } from '../../shared/http/operation.ts'
import { platformOperations as operations } from '../../shared/http/operations/platform.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { serve } from '../../shared/http/serve.ts'
import { listConversations, putConversation } from '../../shared/usecases/accounts/conversations.ts'
import type { Conversation } from '../../shared/storage/stores/conversations.ts'
import type { PlatformApiDeps } from './deps.ts'

const view = ({ ownerUserId, ...conversation }: Conversation) => ({ ...conversation, userId: ownerUserId })

export function conversationHandlers(
  deps: Pick<PlatformApiDeps, 'accounts' | 'conversations' | 'organizations'>,
) {
  return {
    putConversation: serve(operations.putConversation, async ({ path, body }) => {
      const { userId: ownerUserId, conversationId } = path
      const outcome = await putConversation(deps, { ...body, ownerUserId, conversationId })
      if (outcome.outcome === 'refused') return refuse(outcome.code)
      return answer(outcome.created ? 201 : 200, view(outcome.conversation))
    }),

    listConversations: serve(operations.listConversations, async ({ caller, path, query, now }) => {
      const { userId } = path
      const binding = { orgId: caller.orgId, operation: 'listConversations', filters: { userId } }
      const after = decodeCursor(binding, query.cursor, textPosition)
      const page = await listConversations(deps, { userId, limit: query.limit, after, now })
      if (page === undefined) return refuse('not_found')
      return answer(200, pageBody(binding, { ...page, items: page.items.map(view) }))
    }),
  }
}
