import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { AccountRecord } from '../../rules/types.ts'
import { conversationExpiry } from '../../rules/accounts/conversation-retention.ts'
import type { Table } from '../client.ts'
import { keys, partition } from '../keys.ts'
import { itemVersion, unknownOf, withUnknown } from '../items/unknown-attributes.ts'
import { transactWith } from '../writes/record-writes.ts'
import { tableSchema } from '../schema.ts'
import { check, ifStillAt, put, remove } from '../writes/requests.ts'
import { transact, type Written } from '../writes/write.ts'
import type { Page } from '../../lib/page.ts'

const conversationSchema = z.object({
  type: z.literal('conversation'),
  v: itemVersion,
  pk: z.string(),
  sk: z.string(),
  title: z.string(),
  lastActivityAt: z.string(),
  messages: z.number(),
  bytes: z.number(),
  expiresAtEpochSeconds: z.number().optional(),
})

export interface Conversation {
  readonly conversationId: string
  readonly ownerUserId: string
  readonly title: string
  readonly lastActivityAt: string
  readonly messages: number
  readonly bytes: number
  /** By the retention policy of its owner's org (U3); absent: never. */
  readonly expiresAt?: string
}

/** TransactWriteItems takes 100 items: two for each moved conversation, and one for the account's record. */
export const CONVERSATIONS_PER_MOVE = 49

function fromItem(item: Record<string, unknown>): Conversation {
  const parsed = conversationSchema.parse(item)
  const { title, lastActivityAt, messages, bytes, expiresAtEpochSeconds: expires } = parsed
  const conversation: Conversation = {
    conversationId: parsed.sk,
    ownerUserId: parsed.pk.slice(partition.conversations.length),
    title,
    lastActivityAt,
    messages,
    bytes,
    ...(expires === undefined ? {} : { expiresAt: new Date(expires * 1000).toISOString() }),
  }
  return withUnknown(conversation, item, conversationSchema)
}

function toItem(conversation: Conversation): Record<string, unknown> {
  const { conversationId, ownerUserId, expiresAt, ...content } = conversation
  return {
    ...unknownOf(conversation),
    ...keys.conversation(ownerUserId, conversationId),
    type: 'conversation',
    v: 1,
    ...content,
    [tableSchema.ttlAttribute]:
      expiresAt === undefined ? undefined : Math.floor(Date.parse(expiresAt) / 1000),
  }
}

/**
 * The conversation with the expiry that an org's retention policy gives it (U3).
 * @param retentionDays `null`: no limit
 */
export function withRetention(conversation: Conversation, retentionDays: number | null): Conversation {
  const { expiresAt: _previous, ...unlimited } = conversation
  const expiresAt = conversationExpiry(conversation.lastActivityAt, retentionDays)
  return expiresAt === undefined ? unlimited : { ...unlimited, expiresAt }
}

const keyOf = ({ ownerUserId, conversationId }: Conversation) =>
  keys.conversation(ownerUserId, conversationId)

export function conversationStore(table: Table) {
  return {
    async get(ownerUserId: string, conversationId: string): Promise<Conversation | undefined> {
      const { Item } = await table.client.send(
        new GetCommand({
          TableName: table.name,
          Key: keys.conversation(ownerUserId, conversationId),
          ConsistentRead: true,
        }),
      )
      return Item === undefined ? undefined : fromItem(Item)
    },

    /** A page of an owner's conversations, by id, without those that have expired at `now`. */
    async list(ownerUserId: string, limit: number, now: Date, after?: string): Promise<Page<Conversation>> {
      const { Items, LastEvaluatedKey } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :after',
          ExpressionAttributeValues: {
            ':pk': keys.conversation(ownerUserId, '').pk,
            ...(after === undefined ? {} : { ':after': after }),
          },
          ConsistentRead: true,
          Limit: limit,
        }),
      )
      const all = (Items ?? []).map(fromItem)
      return {
        items: all.filter(
          ({ expiresAt }) => expiresAt === undefined || Date.parse(expiresAt) > now.getTime(),
        ),
        next: LastEvaluatedKey === undefined ? undefined : all.at(-1)?.conversationId,
      }
    },

    /** The first of an owner's conversations, including expired ones that are still stored. */
    async first(ownerUserId: string, limit: number): Promise<{ page: Conversation[]; more: boolean }> {
      const { items: page, next } = await this.list(ownerUserId, limit, new Date(0))
      return { page, more: next !== undefined }
    },

    /**
     * Writes a conversation. `lost`: the account's record has changed since it was read, since a migration
     * that began meanwhile must not leave the conversation behind. The account's first conversation raises
     * the record's revision, so that a claim ending at this moment without content loses against it.
     */
    put(conversation: Conversation, record: AccountRecord): Promise<Written> {
      const item = put(table, toItem(conversation))
      if (record.hasContent !== true)
        return transactWith(table, { ...record, revision: record.revision + 1, hasContent: true }, [item])
      return transact(table, [item, check(table, keys.account(record.recordId), ifStillAt(record.revision))])
    },

    /**
     * M3: moves a page of conversations and counts them in the record, in one transaction, so that each is in
     * exactly one account at any time. `lost`: the record, or one of the conversations, has changed since it
     * was read.
     */
    move(
      page: readonly Conversation[],
      toUserId: string,
      retentionDays: number | null,
      next: AccountRecord,
    ): Promise<Written> {
      const moved = page.flatMap((conversation) => [
        put(table, toItem(withRetention({ ...conversation, ownerUserId: toUserId }, retentionDays))),
        remove(table, keyOf(conversation), {
          ConditionExpression: 'lastActivityAt = :seen',
          ExpressionAttributeValues: { ':seen': conversation.lastActivityAt },
        }),
      ])
      return transactWith(table, next, moved)
    },

    /**
     * U4: deletes a page of the original's conversations. `lost`: the record has changed since it was read.
     */
    remove(page: readonly Conversation[], next: AccountRecord): Promise<Written> {
      const removed = page.map((conversation) => remove(table, keyOf(conversation)))
      return transactWith(table, next, removed)
    },
  }
}

export type ConversationStore = ReturnType<typeof conversationStore>
