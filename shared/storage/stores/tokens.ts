import { GetCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { LINK_RETENTION_MS } from '../../contracts/retention.ts'
import { epochSeconds } from '../../lib/time.ts'
import type { Table } from '../client.ts'
import { keys } from '../keys.ts'
import { expiringAfter } from '../items/retention.ts'
import { itemVersion } from '../items/unknown-attributes.ts'
import { put } from '../writes/requests.ts'
import { writeSurely } from '../writes/write.ts'

const tokenSchema = z.object({
  type: z.literal('token'),
  v: itemVersion,
  claimId: z.string(),
  expiresAtEpochSeconds: z.number(),
})

/**
 * U6: links to decide about a claim, mapped to the claim's id. Whether a link still works depends on the
 * claim.
 */
export function tokenStore(table: Table) {
  return {
    async put(token: string, claimId: string, now: Date): Promise<void> {
      const item = {
        ...keys.token(token),
        type: 'token',
        v: 1,
        claimId,
        ...expiringAfter(now, LINK_RETENTION_MS),
      }
      await writeSurely(table, put(table, item))
    },

    async claimIdOf(token: string, now: Date): Promise<string | undefined> {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keys.token(token), ConsistentRead: true }),
      )
      if (Item === undefined) return undefined
      const { claimId, expiresAtEpochSeconds } = tokenSchema.parse(Item)
      return expiresAtEpochSeconds > epochSeconds(now) ? claimId : undefined
    },
  }
}

export type TokenStore = ReturnType<typeof tokenStore>
