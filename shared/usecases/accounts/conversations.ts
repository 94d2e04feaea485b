import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { FoundAccount } from '../../storage/stores/account-reads.ts'
import {
  type Conversation,
  type ConversationStore,
  withRetention,
} from '../../storage/stores/conversations.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import { LOST, type Lost, retryOptimistically } from '../../lib/optimistic-retry.ts'
import type { Page } from '../../lib/page.ts'

export interface ConversationPorts {
  readonly accounts: Pick<AccountStore, 'byUserId'>
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly conversations: Pick<ConversationStore, 'get' | 'put' | 'list'>
}

export type PutConversationOutcome =
  | { readonly outcome: 'done'; readonly conversation: Conversation; readonly created: boolean }
  | { readonly outcome: 'refused'; readonly code: ConversationRefusal | 'not_found' | 'busy' }

export type ConversationRefusal = 'account_migrating' | 'delayed_claim'

/**
 * Why an account accepts no conversation: its content is being moved to the new account; or it is the new account of a
 * delayed claim, which nobody can use before the claim is completed (C2) and which is deleted if the claim is revoked.
 */
function obstacle({ record, inRecord }: FoundAccount): ConversationRefusal | undefined {
  const { claim } = record
  if (claim === undefined) return undefined
  if (inRecord.role === 'original') return claim.status === 'migrating' ? 'account_migrating' : undefined
  return claim.type === 'delayed' ? 'delayed_claim' : undefined
}

/** Writes a conversation under the retention policy of its owner's org (U3). 5 R, 2 W in a transaction. */
export async function putConversation(
  { accounts, organizations, conversations }: ConversationPorts,
  conversation: Conversation,
): Promise<PutConversationOutcome> {
  const { ownerUserId, conversationId } = conversation
  // Conversations of one account that are written at the same instant collide on the account's record.
  return retryOptimistically(async (): Promise<PutConversationOutcome | Lost> => {
    const found = await accounts.byUserId(ownerUserId)
    if (found === undefined) return { outcome: 'refused', code: 'not_found' }
    const code = obstacle(found)
    if (code !== undefined) return { outcome: 'refused', code }
    const { orgId } = found.inRecord.account
    const [owner, before] = await Promise.all([
      organizations.get(orgId),
      conversations.get(ownerUserId, conversationId),
    ])
    // O1: the org was deleted, and the account will be.
    if (owner === undefined) return { outcome: 'refused', code: 'not_found' }
    const retained = withRetention({ ...before, ...conversation }, owner.org.settings.retentionDays)
    return (await conversations.put(retained, found.record)).outcome === 'written'
      ? { outcome: 'done', conversation: retained, created: before === undefined }
      : LOST
  })
}

/** A page of an account's conversations, originals under a claim included; `undefined`: no such account. */
export async function listConversations(
  { accounts, conversations }: Pick<ConversationPorts, 'accounts' | 'conversations'>,
  query: { userId: string; limit: number; after: string | undefined; now: Date },
): Promise<Page<Conversation> | undefined> {
  const { userId, limit, after, now } = query
  if ((await accounts.byUserId(userId)) === undefined) return undefined
  return conversations.list(userId, limit, now, after)
}
