import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { DigestMorning, ReturnedMail } from '../../rules/mail/returned-mails.ts'
import { MAX_COUNTED_RETURNED } from '../../rules/limits.ts'
import { shardOf } from '../../lib/shard.ts'
import { Busy } from '../../lib/unavailable.ts'
import type { Table } from '../client.ts'
import { fileRetention } from '../items/retention.ts'
import { indexKeys, keys, returnedMailsOf } from '../keys.ts'
import { suppressEffectsAttribute } from '../schema.ts'
import { type Condition, edit, ifAbsent, put } from '../writes/requests.ts'
import { editOnce, transactAll } from '../writes/write.ts'

const ifOpen: Condition = { ConditionExpression: 'attribute_not_exists(closedAt)' }
const ifPresent: Condition = { ConditionExpression: 'attribute_exists(pk)' }

export interface AddedToDigest {
  /** `closed`: the mail of that morning is being composed already. */
  readonly outcome: 'added' | 'closed'
}

/**
 * N4: the digests of bounced mails that an org's admins get in the morning. Only ids are stored, under the
 * morning whose mail will name them. A closed digest takes no more, so every attempt to send its mail has the
 * same content.
 */
export function digestStore(table: Table) {
  return {
    /**
     * Adds a bounced mail; a repeat changes nothing. 4 write units, and 1 more of the index for the first of
     * a morning.
     */
    async add({ orgId, claimId, at }: ReturnedMail, { day, dueAt }: DigestMorning): Promise<AddedToDigest> {
      const entry = {
        ...keys.returnedMail(orgId, day, claimId),
        type: 'returned-mail',
        v: 1,
        claimId,
        at,
        ...fileRetention(at),
        [suppressEffectsAttribute]: 'y',
      }
      const dueShard = indexKeys.dueShard('job', shardOf(orgId))
      const digest = { type: 'digest', v: 1, orgId, day, dueShard, dueAt, ...fileRetention(dueAt) }
      const written = await transactAll(table, [
        put(table, entry, ifAbsent),
        edit(table, keys.digest(orgId, day), digest, ifOpen),
      ])
      if (written.outcome === 'busy') throw new Busy('others were at a digest time after time')
      const isAdded = written.outcome === 'written' || written.places.includes(0)
      return { outcome: isAdded ? 'added' : 'closed' }
    },

    /**
     * Closes a digest whose mail was requested: it takes no more, and is no longer due. 1 write unit, and 1
     * of the index.
     */
    async close(orgId: string, day: string, now: Date): Promise<void> {
      const closed = { closedAt: now.toISOString(), dueShard: undefined, dueAt: undefined }
      await editOnce(table, keys.digest(orgId, day), closed, ifPresent)
    },

    /** The claims of a digest, each once, in no particular order. Consistent; 1 read unit a 4 KB. */
    async returned(orgId: string, day: string): Promise<{ claimIds: string[]; more: boolean }> {
      const claimIds: string[] = []
      let startKey: Record<string, unknown> | undefined
      do {
        const { Items, LastEvaluatedKey } = await table.client.send(
          new QueryCommand({
            TableName: table.name,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: { ':pk': keys.org(orgId).pk, ':prefix': returnedMailsOf(day) },
            ProjectionExpression: 'claimId',
            ConsistentRead: true,
            Limit: MAX_COUNTED_RETURNED - claimIds.length,
            ExclusiveStartKey: startKey,
          }),
        )
        claimIds.push(...(Items ?? []).map(({ claimId }) => String(claimId)))
        startKey = LastEvaluatedKey
      } while (startKey !== undefined && claimIds.length < MAX_COUNTED_RETURNED)
      return { claimIds, more: startKey !== undefined }
    },
  }
}

export type DigestStore = ReturnType<typeof digestStore>
