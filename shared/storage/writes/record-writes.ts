import { claimSortKey } from '../../rules/claims/claim-ids.ts'
import type { AccountRecord, EndedClaim, OpenClaim } from '../../rules/types.ts'
import type { Table } from '../client.ts'
import { itemOfEndedClaim } from '../items/closed-claim-item.ts'
import { accountAttributes, accountToItem } from '../items/account-item.ts'
import { keys } from '../keys.ts'
import { suppressEffectsAttribute } from '../schema.ts'
import { differenceOf, rememberStoredItem, storedItemOf } from './differences.ts'
import { type Changes, type StatementPart, type Statement, updating, where } from './statements.ts'
import {
  type Condition,
  edit,
  editOrLose,
  ifStillAt,
  put,
  type TransactItem,
  transact,
  type Written,
} from './write.ts'

/**
 * Writes of an account's record that is there: of the attributes alone that differ from what was read, on the condition that
 * nobody raised its revision since. So they and writes that don't raise it (a mail's state) leave each other alone.
 */
type Item = Readonly<Record<string, unknown>>

interface RecordWrite {
  /** `undefined`: removed. Of a record that wasn't read, or not last before this write, all that this version knows of. */
  readonly changes: Item
  /** Where what is told of an open claim's mails is among them: `n` of what was read of that. */
  readonly mailBefore: { readonly n: unknown } | undefined
  /** To be called once it has been written: what follows from the record from now on differs from that. */
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
  const { pk: _oldPk, sk: _oldSk, ...stood } = before
  // A mail may have marked it quiet since: the stream must tell of this write all the same.
  return { ...differenceOf(stood, wanted), [suppressEffectsAttribute]: item[suppressEffectsAttribute] }
}

/**
 * Mails of an open claim are written without raising the revision: who writes what is told of them, or holds the claim since
 * none has left (M5), has to have read the last of that.
 */
function mailBefore(next: AccountRecord, changes: Item): RecordWrite['mailBefore'] {
  const before = storedItemOf(next)
  const isHeld = next.claim !== undefined && Object.hasOwn(changes, 'dueAt') && changes.dueAt === undefined
  if (before?.claim === undefined || !(isHeld || Object.hasOwn(changes, 'mail'))) return undefined
  const { mail } = before
  return { n: typeof mail === 'object' && mail !== null ? Reflect.get(mail, 'n') : undefined }
}

function ifStillAsRead({ revision }: AccountRecord, { mailBefore: mail }: RecordWrite): Condition {
  const condition = ifStillAt(revision - 1)
  if (mail === undefined) return condition
  const isNone = mail.n === undefined
  const stillAt = isNone ? 'attribute_not_exists(#mail)' : '#mail.#n = :mailBefore'
  return {
    ConditionExpression: `${condition.ConditionExpression} AND ${stillAt}`,
    ExpressionAttributeNames: {
      ...condition.ExpressionAttributeNames,
      '#mail': 'mail',
      ...(isNone ? {} : { '#n': 'n' }),
    },
    ExpressionAttributeValues: {
      ...condition.ExpressionAttributeValues,
      ...(isNone ? {} : { ':mailBefore': mail.n }),
    },
  }
}

/** `undefined`: there is none. */
const mailStillAt = (n: unknown): StatementPart =>
  n === undefined ? where`"mail" IS MISSING` : where`"mail"."n" = ${n}`

/** Transactions with the record of `next` among the items, told as `transact` does. */
export async function transactWith<const T extends string = never>(
  table: Table,
  next: AccountRecord,
  others: readonly TransactItem[],
  told: Readonly<Record<number, T>> = {},
): Promise<Written | { readonly outcome: T }> {
  const write = writeOf(next)
  const record = edit(table, keys.account(next.recordId), write.changes, ifStillAsRead(next, write))
  const outcome = await transact(table, [record, ...others], told)
  if (outcome.outcome === 'written') write.written()
  return outcome
}

/**
 * The ended claim that stands in the record and has to leave it, since another claim is made there. It leaves in the same
 * transaction: somebody who lets it go at that moment (Y7, O1) has changed the record.
 */
export function leavingClaim(next: AccountRecord): EndedClaim | undefined {
  if (next.claim === undefined || next.ended === undefined) return undefined
  const before = storedItemOf(next)
  return before === undefined || before.ended !== undefined ? next.ended : undefined
}

/** One record, alone but for an ended claim that leaves it. */
export async function writeRecord(table: Table, next: AccountRecord): Promise<Written> {
  const leaving = leavingClaim(next)
  if (leaving !== undefined) return transactWith(table, next, [put(table, itemOfEndedClaim(leaving))])
  const write = writeOf(next)
  const condition = ifStillAsRead(next, write)
  const outcome = await editOrLose(table, keys.account(next.recordId), write.changes, condition)
  if (outcome.outcome === 'written') write.written()
  return outcome
}

/** One record among many, for `executeAll`. */
export function recordStatement(
  table: Table,
  next: AccountRecord,
): { readonly statement: Statement; readonly written: () => void } {
  const { changes, mailBefore: mail, written } = writeOf(next)
  const isStillThere = where`"rev" = ${next.revision - 1}`
  const condition = mail === undefined ? isStillThere : where`${isStillThere} AND ${mailStillAt(mail.n)}`
  const statement = updating(table, keys.account(next.recordId), Object.entries(changes), condition)
  return { statement, written }
}

/**
 * What is told of an open claim's mails, one step on from what was read: provided that the claim is still there and nobody has
 * written of its mails since. It leaves the record's revision, so it is in nobody's way. Where a mail that left late moves
 * the migration (M5), the record must be as it was read too, and the stream tells of it.
 */
export function mailStatement(table: Table, record: AccountRecord, claim: OpenClaim): Statement {
  const [before, after] = [accountToItem(record), accountToItem({ ...record, claim })]
  const moved = ['dueShard', 'dueAt'].filter((name) => before[name] !== after[name])
  const changes: Changes = [
    ['mail', after.mail],
    [suppressEffectsAttribute, moved.length > 0 ? undefined : 'y'],
    ...moved.map((name) => [name, after[name]] as const),
  ]
  const previous = claim.mail.revision - 1
  const isItsClaim = where`"claim"."id" = ${claimSortKey(claim.claimId)} AND ${mailStillAt(previous === 0 ? undefined : previous)}`
  const condition = moved.length > 0 ? where`${isItsClaim} AND "rev" = ${record.revision}` : isItsClaim
  return updating(table, keys.account(record.recordId), changes, condition)
}
