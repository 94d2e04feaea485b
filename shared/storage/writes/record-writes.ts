import { claimSortKey } from '../../rules/claims/claim-ids.ts'
import type { AccountRecord, EndedClaim, OpenClaim } from '../../rules/types.ts'
import type { Table } from '../client.ts'
import { accountAttributes, accountToItem } from '../items/account-item.ts'
import { itemOfEndedClaim } from '../items/closed-claim-item.ts'
import { keys } from '../keys.ts'
import { suppressEffectsAttribute } from '../schema.ts'
import { differenceOf, rememberStoredItem, storedItemOf } from './differences.ts'
import { type Changes, type Statement, type StatementPart, updating, where } from './statements.ts'
import { type Condition, edit, ifStillAt, put, type TransactItem } from './requests.ts'
import { editOrLose, transact, type Written } from './write.ts'

/**
 * Writes of an existing account record: only the attributes that differ from what was read, on the condition that its
 * revision is unchanged. So these writes and those that don't raise the revision (a mail's state) don't disturb each
 * other.
 */
type Item = Readonly<Record<string, unknown>>

interface RecordWrite {
  /**
   * `undefined` removes an attribute. For a record that wasn't read, or was written since, all attributes that this
   * version knows.
   */
  readonly changes: Item
  /** The mail state's revision that was read, where the write depends on it; `undefined`: it doesn't. */
  readonly mailBefore: unknown
  /** To be called once the write has succeeded: the next write of the record takes its difference from this one. */
  readonly written: () => void
}

function writeOf(next: AccountRecord): RecordWrite {
  const item = accountToItem(next)
  const changes = changesTo(item, next)
  return { changes, mailBefore: mailBefore(next, changes), written: () => rememberStoredItem(next, item) }
}

function changesTo(item: Item, next: AccountRecord): Item {
  const { pk: _pk, sk: _sk, ...wanted } = item
  const before = storedItemOf(next)
  if (before === undefined || before.rev !== next.revision - 1)
    return { ...Object.fromEntries(accountAttributes.map((name) => [name, undefined])), ...wanted }
  const { pk: _oldPk, sk: _oldSk, ...attributesBefore } = before
  // A mail's write may have suppressed effects meanwhile; this write must have its effects all the same.
  return {
    ...differenceOf(attributesBefore, wanted),
    [suppressEffectsAttribute]: item[suppressEffectsAttribute],
  }
}

/**
 * The mail state of an open claim is written without raising the record's revision. A write that changes it, or that
 * depends on no mail having left (M5), must have read its latest revision.
 */
function mailBefore(next: AccountRecord, changes: Item): unknown {
  const before = storedItemOf(next)
  const isHeld = next.claim !== undefined && Object.hasOwn(changes, 'dueAt') && changes.dueAt === undefined
  if (before?.claim === undefined || !(isHeld || Object.hasOwn(changes, 'mail'))) return undefined
  return Reflect.get(Object(before.mail), 'n')
}

function ifStillAsRead({ revision }: AccountRecord, { mailBefore: mail }: RecordWrite): Condition {
  const condition = ifStillAt(revision - 1)
  if (mail === undefined) return condition
  return {
    ConditionExpression: `${condition.ConditionExpression} AND #mail.#n = :mailBefore`,
    ExpressionAttributeNames: { ...condition.ExpressionAttributeNames, '#mail': 'mail', '#n': 'n' },
    ExpressionAttributeValues: { ...condition.ExpressionAttributeValues, ':mailBefore': mail },
  }
}

const mailStillAt = (revision: unknown): StatementPart => where`"mail"."n" = ${revision}`

/** A transaction with the record of `next` among the items; answers as `transact` does. */
export async function transactWith<const T extends string = never>(
  table: Table,
  next: AccountRecord,
  others: readonly TransactItem[],
  meanings: Readonly<Record<number, T>> = {},
): Promise<Written | { readonly outcome: T }> {
  const write = writeOf(next)
  const record = edit(table, keys.account(next.recordId), write.changes, ifStillAsRead(next, write))
  const outcome = await transact(table, [record, ...others], meanings)
  if (outcome.outcome === 'written') write.written()
  return outcome
}

/**
 * The ended claim that has to leave the record because another claim is made there. It leaves in the same transaction:
 * whoever releases the record at that moment (Y7, O1) has changed its revision.
 */
export function leavingClaim(next: AccountRecord): EndedClaim | undefined {
  if (next.claim === undefined || next.ended === undefined) return undefined
  const before = storedItemOf(next)
  return before === undefined || before.ended !== undefined ? next.ended : undefined
}

/** Writes one record; an ended claim that leaves it is in the same transaction. */
export async function writeRecord(table: Table, next: AccountRecord): Promise<Written> {
  const leaving = leavingClaim(next)
  if (leaving !== undefined) return transactWith(table, next, [put(table, itemOfEndedClaim(leaving))])
  const write = writeOf(next)
  const condition = ifStillAsRead(next, write)
  const outcome = await editOrLose(table, keys.account(next.recordId), write.changes, condition)
  if (outcome.outcome === 'written') write.written()
  return outcome
}

/** The write of one record as a statement for `executeAll`. */
export function recordStatement(
  table: Table,
  next: AccountRecord,
): { readonly statement: Statement; readonly written: () => void } {
  const { changes, mailBefore: mail, written } = writeOf(next)
  const isStillThere = where`"rev" = ${next.revision - 1}`
  const condition = mail === undefined ? isStillThere : where`${isStillThere} AND ${mailStillAt(mail)}`
  const statement = updating(table, keys.account(next.recordId), Object.entries(changes), condition)
  return { statement, written }
}

/**
 * The next state of an open claim's mails as a statement, on the condition that the claim is still there and its mail
 * state unchanged. It leaves the record's revision alone, so it blocks nobody. If a late mail postpones the migration
 * (M5), the record must be unchanged too, and the write has effects.
 */
export function mailStatement(table: Table, record: AccountRecord, claim: OpenClaim): Statement {
  const [before, after] = [accountToItem(record), accountToItem({ ...record, claim })]
  const moved = ['dueShard', 'dueAt'].filter((name) => before[name] !== after[name])
  const changes: Changes = [
    ['mail', after.mail],
    [suppressEffectsAttribute, moved.length > 0 ? undefined : 'y'],
    ...moved.map((name) => [name, after[name]] as const),
  ]
  const isItsClaim = where`"claim"."id" = ${claimSortKey(claim.claimId)} AND ${mailStillAt(claim.mail.revision - 1)}`
  const condition = moved.length > 0 ? where`${isItsClaim} AND "rev" = ${record.revision}` : isItsClaim
  return updating(table, keys.account(record.recordId), changes, condition)
}
