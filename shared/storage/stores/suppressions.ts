import { normalizedAddress } from '../../rules/accounts/address.ts'
import { Busy } from '../../lib/unavailable.ts'
import { batchGet } from '../writes/batch.ts'
import type { Table } from '../client.ts'
import { keys } from '../keys.ts'
import { edit, ifAbsent, put, remove } from '../writes/requests.ts'
import { write, writeSurely } from '../writes/write.ts'

const keyOf = (email: string) => keys.suppression(normalizedAddress(email))

/** N4: addresses that get no more mail. They are given in any spelling; only hashes are stored. */
export function suppressionStore(table: Table) {
  return {
    /** Suppresses an address; a repeat changes nothing. 1 write unit. */
    async add(email: string, now: Date): Promise<void> {
      const item = { ...keyOf(email), type: 'suppression', v: 1, at: now.toISOString() }
      await writeSurely(table, put(table, item, ifAbsent))
    },

    /**
     * Those of the addresses that are suppressed, as they were given. May be slightly outdated. 0.5 read
     * units each.
     */
    async among(emails: readonly string[]): Promise<ReadonlySet<string>> {
      const found = await batchGet(table, emails.map(keyOf), 'eventually')
      return new Set(emails.filter((email) => found.get(keyOf(email)) !== undefined))
    },

    /**
     * Stores that somebody says that an address works again. It stays suppressed until `remove`. 1 write
     * unit.
     * @returns when somebody said so first; `undefined`: it isn't suppressed
     */
    async beginLifting(email: string, now: Date): Promise<Date | undefined> {
      const liftedAt = now.toISOString()
      const asFirst = {
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(liftedAt)',
      }
      const outcome = await write(table, edit(table, keyOf(email), { liftedAt }, asFirst))
      if (outcome.outcome === 'written') return now
      if (outcome.outcome === 'busy') throw new Busy('others were at the suppression time after time')
      const liftedBefore = outcome.stored?.liftedAt
      return typeof liftedBefore === 'string' ? new Date(liftedBefore) : undefined
    },

    /**
     * Ends a suppression; a repeat changes nothing. Y7: also when the account is deleted, so that the next
     * user of the address gets mail.
     */
    async remove(email: string): Promise<void> {
      await writeSurely(table, remove(table, keyOf(email)))
    },
  }
}

export type SuppressionStore = ReturnType<typeof suppressionStore>
