import type { AccountRecord } from '../claims/types.ts'
import type { Table } from './client.ts'
import { accountAttributes, accountToItem } from './items.ts'
import { keys } from './keys.ts'
import { differenceOf, nowStands, standingOf } from './standing.ts'
import { type Changes, type Statement, updating, where } from './statements.ts'
import { edit, editOrLose, ifStillAt, type TransactItem, transact, type Written } from './write.ts'

/**
 * Writes of an account's record that is there: of the attributes alone that differ from what was read, on the condition that
 * nobody raised its revision since. So they and writes that don't raise it (a mail's state) leave each other alone.
 */
type Item = Readonly<Record<string, unknown>>

/** `undefined`: removed. Of a record that wasn't read, or not last before this write, all that this version knows of. */
function changesOf(next: AccountRecord): Item {
  const { pk: _pk, sk: _sk, ...item } = accountToItem(next)
  const before = standingOf(next)
  if (before === undefined || before.rev !== next.rev - 1)
    return { ...Object.fromEntries(accountAttributes.map((name) => [name, undefined])), ...item }
  const { pk: _oldPk, sk: _oldSk, ...stood } = before
  return differenceOf(stood, item)
}

/** The record as part of a transaction; `recordWritten` once that is through. */
export const recordEdit = (table: Table, next: AccountRecord): TransactItem =>
  edit(table, keys.account(next.root), changesOf(next), ifStillAt(next.rev - 1))

/** What follows from the record from now on differs from how it has just been written. */
export const recordWritten = (next: AccountRecord): void => nowStands(next, accountToItem(next))

/** Transactions with the record of `next` among the items, told as `transact` does. */
export async function transactWith<const T extends string = never>(
  table: Table,
  next: AccountRecord,
  others: readonly TransactItem[],
  told: Readonly<Record<number, T>> = {},
): Promise<Written | T> {
  const outcome = await transact(table, [recordEdit(table, next), ...others], told)
  if (outcome === 'written') recordWritten(next)
  return outcome
}

/** One record alone. */
export async function writeRecord(table: Table, next: AccountRecord): Promise<Written> {
  const outcome = await editOrLose(table, keys.account(next.root), changesOf(next), ifStillAt(next.rev - 1))
  if (outcome === 'written') recordWritten(next)
  return outcome
}

/** One record among many, for `executeAll`. */
export function recordStatement(table: Table, next: AccountRecord): Statement {
  const changes: Changes = Object.entries(changesOf(next))
  return updating(table, keys.account(next.root), changes, where`"rev" = ${next.rev - 1}`)
}
