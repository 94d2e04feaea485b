import { normalizedAddress } from '../../rules/accounts/address.ts'
import type { Ended } from '../../rules/claims/ending.ts'
import type { Redaction } from '../../rules/deletion/redaction.ts'
import type { AccountRecord, Change, ClosedClaim, EndedClaim } from '../../rules/types.ts'
import type { Table } from '../client.ts'
import { closedClaimFromItem, closedClaimToItem, itemOfEndedClaim } from '../items/closed-claim-item.ts'
import { keys } from '../keys.ts'
import { firstKeys, itemsIn } from '../queries/partition-items.ts'
import { suppressEffectsAttribute } from '../schema.ts'
import { batchDelete } from '../writes/batch.ts'
import { transactWith } from '../writes/record-writes.ts'
import { ifFreeOrOf, ifPresent, ifStillAt, put, remove } from '../writes/requests.ts'
import { transact, type Written, writeSurely } from '../writes/write.ts'
import { addressFreed } from './accounts.ts'
import { auditItem } from './audit.ts'

/**
 * Y7: deletes what is stored about an account. Every step can be repeated, whatever the result of the one
 * before.
 */
export function deletionStore(table: Table) {
  return {
    /**
     * Deletes the first conversations of an account, expired or not; `more`: there may be others. The account
     * accepts no new ones since its deletion began. 1 W a conversation.
     */
    async deleteConversations(
      ownerUserId: string,
      limit: number,
    ): Promise<{ deleted: number; more: boolean }> {
      const { found, more } = await firstKeys(table, keys.conversation(ownerUserId, '').pk, limit)
      await batchDelete(table, found)
      return { deleted: found.length, more }
    },

    /** The ended claims that were made in a record, oldest first. */
    async closedClaims(recordId: string): Promise<ClosedClaim[]> {
      const claims: ClosedClaim[] = []
      for await (const item of itemsIn(table, keys.closedClaimsOf(recordId)))
        claims.push(closedClaimFromItem(item).claim)
      return claims
    },

    /**
     * Redacts a claim, by attribute rather than by writing the item that was read: both accounts of the claim
     * may be deleted at the same time.
     */
    async redact({ claimId, email, newEmail }: Redaction): Promise<void> {
      const set = ['#quiet = :yes', ...(email ? ['#claim.#email = :none'] : [])]
      // Where it's gone: it went altogether in between, with the org that made it.
      await writeSurely(table, {
        Update: {
          TableName: table.name,
          Key: keys.closedClaim(claimId),
          UpdateExpression: `SET ${set.join(', ')}${newEmail ? ' REMOVE #claim.#decision.#newEmail' : ''}`,
          ...ifPresent,
          ExpressionAttributeNames: {
            '#quiet': suppressEffectsAttribute,
            '#claim': 'claim',
            ...(email ? { '#email': 'email' } : {}),
            ...(newEmail ? { '#decision': 'decision', '#newEmail': 'newEmail' } : {}),
          },
          ExpressionAttributeValues: { ':yes': 'y', ...(email ? { ':none': '' } : {}) },
        },
      })
    },

    /**
     * Deletes a record's only account and frees its address. The audit entry is written in the same
     * transaction, since a deleted item can't carry its change to the stream. A claim that ended in the
     * record is kept, without personal data.
     */
    deleteAccount(
      record: AccountRecord,
      change: Omit<Change, 'n'>,
      ended: EndedClaim | undefined,
    ): Promise<Written> {
      const { recordId, revision, account } = record
      const entry = auditItem({
        orgId: account.orgId,
        subject: account.userId,
        change: { ...change, n: revision + 1 },
        before: { userId: account.userId, userStatus: account.status, userOrgId: account.orgId },
      })
      return transact(table, [
        remove(table, keys.account(recordId), ifStillAt(revision)),
        remove(table, keys.address(normalizedAddress(account.email)), ifFreeOrOf(recordId)),
        put(table, entry),
        ...(ended === undefined ? [] : [put(table, itemOfEndedClaim(ended))]),
      ])
    },

    /** Deletes the new account of an open claim and ends the claim; the claim's item reports both. */
    endClaim({ record, closed, change, freed }: Ended): Promise<Written> {
      const ended = { ...closedClaimToItem(closed, change), deletedUserId: closed.newUserId }
      return transactWith(table, record, [put(table, ended), ...addressFreed(table, record.recordId, freed)])
    },
  }
}

export type DeletionStore = ReturnType<typeof deletionStore>
