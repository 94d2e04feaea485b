import { keys } from '../../shared/storage/keys.ts'
import { keyOf, type MemoryTable } from './dynamo/memory-table.ts'
import type { Item } from './dynamo/values.ts'

/**
 * Writes old conversations of an account, as if they had come one by one. None while a transaction holds the record.
 */
export function giveConversations(
  table: MemoryTable,
  recordId: string,
  userId: string,
  content: readonly (Item & { readonly id: string })[],
): void {
  const { pk, sk } = keys.account(recordId)
  const record = [...table.all()].find((item) => item.pk === pk && item.sk === sk)
  if (record === undefined) throw new Error(`no record ${recordId}`)
  if (table.isLocked(keyOf(record))) return
  const noted =
    record.content === true ? record : { ...record, content: true, rev: Number(record.rev) + 1, quiet: 'y' }
  table.commit([
    { key: keyOf(record), after: noted },
    ...content.map(({ id, ...rest }) => {
      const key = keys.conversation(userId, id)
      return { key, after: { ...key, type: 'conversation', v: 1, ...rest } }
    }),
  ])
}
