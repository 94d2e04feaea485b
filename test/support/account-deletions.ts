import { DAY_MS } from '../../shared/lib/time.ts'
import { accountsOf } from '../../shared/rules/claims/views.ts'
import { inactivate } from '../../shared/rules/directory/inactivation.ts'
import { INACTIVE_DAYS } from '../../shared/rules/limits.ts'
import type { Account, AccountRecord } from '../../shared/rules/types.ts'
import type { DeleteAccountPorts } from '../../shared/usecases/deletion/delete-account.ts'
import type { Background, Stores } from './background.ts'
import { T0 } from './builders.ts'
import type { TestTable } from './dynamo.ts'
import { dump, givenAccounts } from './given.ts'
import { notPaused } from './pauses.ts'

/** When an account that is inactive since T0 is deleted. T0 isn't a whole second, and is rounded up. */
export const REMOVED_AT = new Date(Date.parse('2026-03-01T09:30:16Z') + INACTIVE_DAYS * DAY_MS)

/**
 * An account that a sync at `now` didn't find in the directory: the record's only account, or the new account of a
 * direct claim.
 */
export async function givenInactive(
  { accounts }: Pick<Stores, 'accounts'>,
  recordId: string,
  now: Date = T0,
): Promise<AccountRecord> {
  const record = (await accounts.byRecordIds([recordId])).get(recordId)
  const standing = record && accountsOf(record).at(-1)
  if (record === undefined || standing === undefined) throw new Error(`no account ${recordId}`)
  const next = inactivate(record, standing, 'sync-1', { now, by: 'sync:sync-1' })
  if ((await accounts.write(next)).outcome === 'lost') throw new Error(`${recordId} was changed`)
  return next
}

/** The keys of all items, audit entries included, that contain one of the texts in any case. */
export async function naming(db: TestTable, ...texts: readonly string[]): Promise<string[]> {
  const items = Object.entries(await dump(db))
  const wanted = texts.map((text) => text.toLowerCase())
  return items
    .filter(([key, item]) => {
      const whole = `${key}\n${JSON.stringify(item)}`.toLowerCase()
      return wanted.some((text) => whole.includes(text))
    })
    .map(([key]) => key)
}

export interface Person {
  readonly recordId: string
  readonly email: string
  readonly lastName: string
}

/** Accounts of people whose names and addresses appear nowhere else, and what deleting them takes. */
export function accountDeletions({ stores, clock }: Background) {
  let made = 0
  return {
    async person(patch: Partial<Account> = {}): Promise<Person> {
      const n = ++made
      const found = { recordId: `acc${n}`, email: `Person${n}.x@noordzee.example`, lastName: `Vermeer${n}x` }
      const { recordId: userId, email, lastName } = found
      await givenAccounts(stores, { userId, email, lastName, displayName: `Ada ${lastName}`, ...patch })
      return found
    },

    ports: (patch: Partial<DeleteAccountPorts> = {}): DeleteAccountPorts => ({
      ...stores,
      isPaused: notPaused,
      now: clock.now,
      timeLeftMs: () => 60_000,
      ...patch,
    }),

    async recordAt(recordId: string): Promise<AccountRecord> {
      const record = (await stores.accounts.byRecordIds([recordId])).get(recordId)
      if (record === undefined) throw new Error(`no record ${recordId}`)
      return record
    },

    async conversationsOf(userId: string): Promise<string[]> {
      const { items: conversations } = await stores.conversations.list(userId, 1000, new Date(0))
      return conversations.map(({ conversationId }) => conversationId)
    },
  }
}
