import type { AccountRecord } from '../claims/types.ts'
import type { Table } from './client.ts'
import { accountAttributes, accountToItem } from './items.ts'
import { keys } from './keys.ts'
import { differenceOf, nowStands, standingOf } from './standing.ts'
import { type Statement, updating, where } from './statements.ts'
import { edit, editOrLose, ifStillAt, type TransactItem, transact, type Written } from './write.ts'

/**
 * Writes of an account's record that is there: of the attributes alone that differ from what was read, on the condition that
 * nobody raised its revision since. So they and writes that don't raise it (a mail's state) leave each other alone.
 */
type Item = Readonly<Record<string, unknown>>

interface RecordWrite {
  /** `undefined`: removed. Of a record that wasn't read, or not last before this write, all that this version knows of. */
  readonly changes: Item
  /** To be called once it has been written: what follows from the record from now on differs from that. */
  readonly written: () => void
}

function writeOf(next: AccountRecord): RecordWrite {
  const item = accountToItem(next)
  return { changes: changesTo(item, next), written: () => nowStands(next, item) }
}

function changesTo(item: Item, next: AccountRecord): Item {
  const { pk: _pk, sk: _sk, ...wanted } = item
  const before = standingOf(next)
  if (before === undefined || before.rev !== next.rev - 1)
    return { ...Object.fromEntries(accountAttributes.map((name) => [name, undefined])), ...wanted }
  const { pk: _oldPk, sk: _oldSk, ...stood } = before
  return differenceOf(stood, wanted)
}

/** Transactions with the record of `next` among the items, told as `transact` does. */
export async function transactWith<const T extends string = never>(
  table: Table,
  next: AccountRecord,
  others: readonly TransactItem[],
  told: Readonly<Record<number, T>> = {},
): Promise<Written | T> {
  const { changes, written } = writeOf(next)
  const record = edit(table, keys.account(next.root), changes, ifStillAt(next.rev - 1))
  const outcome = await transact(table, [record, ...others], told)
  if (outcome === 'written') written()
  return outcome
}

/** One record alone. */
export async function writeRecord(table: Table, next: AccountRecord): Promise<Written> {
  const { changes, written } = writeOf(next)
  const outcome = await editOrLose(table, keys.account(next.root), changes, ifStillAt(next.rev - 1))
  if (outcome === 'written') written()
  return outcome
}

/** One record among many, for `executeAll`. */
export function recordStatement(
  table: Table,
  next: AccountRecord,
): { readonly statement: Statement; readonly written: () => void } {
  const { changes, written } = writeOf(next)
  const statement = updating(
    table,
    keys.account(next.root),
    Object.entries(changes),
    where`"rev" = ${next.rev - 1}`,
  )
  return { statement, written }
}
