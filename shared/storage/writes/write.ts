import {
  DeleteCommand,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { LOST, type Lost } from '../../lib/optimistic-retry.ts'
import { Busy, Unavailable } from '../../lib/unavailable.ts'
import type { Table } from '../client.ts'
import type { Key } from '../keys.ts'
import { type Refused, refusalOf } from './outcomes.ts'
import { isLeftBy } from './statements.ts'

/** Every write of the table goes through here, or through `batch.ts`: no store knows how DynamoDB says no. */

type Item = Readonly<Record<string, unknown>>

export interface Condition {
  readonly ConditionExpression: string
  readonly ExpressionAttributeNames?: Record<string, string>
  readonly ExpressionAttributeValues?: Record<string, unknown>
}

/** `lost`: somebody else's write is in the way; nothing was written. */
export type Written = { readonly outcome: 'written' } | Lost

export const WRITTEN = { outcome: 'written' } as const

/**
 * A transaction of others is over in some hundredths of a second: with the pauses between them these tries outlast several,
 * and are over in less than two seconds.
 */
export const TRIES = 7
/** On an item that many write in transactions, a count that all add to: tries for half a minute, less than a worker has. */
export const SHARED_ITEM_TRIES = 60

/** Optimistic locking: nobody has written the item since it was read at `revision` (stored as `rev`). */
export const ifStillAt = (revision: number): Condition => ({
  ConditionExpression: '#rev = :revBefore',
  ExpressionAttributeNames: { '#rev': 'rev' },
  ExpressionAttributeValues: { ':revBefore': revision },
})

export const ifAbsent: Condition = { ConditionExpression: 'attribute_not_exists(pk)' }
export const ifPresent: Condition = { ConditionExpression: 'attribute_exists(pk)' }

/** Of an address: nobody has it, or this record itself. */
export const ifFreeOrOf = (recordId: string): Condition => ({
  ConditionExpression: 'attribute_not_exists(pk) OR #root = :root',
  ExpressionAttributeNames: { '#root': 'root' },
  ExpressionAttributeValues: { ':root': recordId },
})

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

export const put = (table: Table, item: Record<string, unknown>, condition?: Condition) => ({
  Put: { TableName: table.name, Item: item, ...condition },
})

export const remove = (table: Table, key: Key, condition?: Condition) => ({
  Delete: { TableName: table.name, Key: key, ...condition },
})

export const check = (table: Table, key: Key, condition: Condition): TransactItem => ({
  ConditionCheck: { TableName: table.name, Key: key, ...condition },
})

/** Sets attributes; those that are given as `undefined` are removed. */
export function edit(table: Table, key: Key, values: Item, condition?: Condition) {
  const names = Object.keys(values)
  const given = names.filter((name) => values[name] !== undefined)
  const absent = names.filter((name) => values[name] === undefined)
  return {
    Update: {
      TableName: table.name,
      Key: key,
      UpdateExpression: [
        ...(given.length > 0 ? [`SET ${given.map((name) => `#${name} = :${name}`).join(', ')}`] : []),
        ...(absent.length > 0 ? [`REMOVE ${absent.map((name) => `#${name}`).join(', ')}`] : []),
      ].join(' '),
      ...condition,
      ...named({
        ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ...condition?.ExpressionAttributeNames,
      }),
      ...valued({
        ...Object.fromEntries(given.map((name) => [`:${name}`, values[name]])),
        ...condition?.ExpressionAttributeValues,
      }),
    },
  }
}

/** DynamoDB refuses both where they are empty. */
const named = (names: Record<string, string>) =>
  Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}
const valued = (values: Record<string, unknown>) =>
  Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}

const BUSY_ITEM = 'transactions of others were at an item time after time'

export type Outcome =
  /** `before`: what stood there, where that was asked for. */
  | { readonly outcome: 'written'; readonly before: Item | undefined }
  /** Its condition didn't hold; `standing`: for this item, if there is one; `again`: which may be this write's own. */
  | { readonly outcome: 'refused'; readonly standing: Item | undefined; readonly again: boolean }
  /** Transactions of others were at the item time after time. */
  | { readonly outcome: 'busy' }

type SingleWrite = Pick<TransactItem, 'Put' | 'Update' | 'Delete'>

/**
 * One write of one item. What is told of a refusal may be what this very write left: an answer that is lost on its way back
 * makes the SDK ask again, and the condition then fails by what was written the first time.
 * @throws Unavailable, or the SDK's own error, when DynamoDB throttles or fails time after time
 */
export async function write(table: Table, item: SingleWrite, returning?: 'ALL_OLD'): Promise<Outcome> {
  let before: Item | undefined
  const refused = await persist(table, TRIES, async () => {
    const { Attributes } = await sendOne(table, item, returning)
    before = Attributes
  })
  if (refused === undefined) return { outcome: 'written', before }
  if (refused.kind === 'conflict') return { outcome: 'busy' }
  return { outcome: 'refused', standing: refused.standing, again: refused.again }
}

function sendOne(table: Table, { Put, Update, Delete }: SingleWrite, returning: 'ALL_OLD' | undefined) {
  const more = {
    ReturnValues: returning,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const
  if (Put !== undefined) return table.client.send(new PutCommand({ ...Put, ...more }))
  if (Update !== undefined) return table.client.send(new UpdateCommand({ ...Update, ...more }))
  if (Delete !== undefined) return table.client.send(new DeleteCommand({ ...Delete, ...more }))
  throw new Error('nothing to write')
}

/**
 * A write that nothing can be in the way of for good, save that its item is gone.
 * @throws Busy when transactions of others were at the item time after time
 */
export async function writeSurely(
  table: Table,
  item: SingleWrite,
): Promise<{ readonly outcome: 'written' | 'gone' }> {
  const { outcome } = await write(table, item)
  if (outcome === 'busy') throw new Busy(BUSY_ITEM)
  return { outcome: outcome === 'written' ? 'written' : 'gone' }
}

/**
 * One put, for callers that read and judge anew when it is `lost`: also where transactions of others were at the item all
 * the while. `written` also by a try whose answer was lost.
 */
export async function putOrLose(
  table: Table,
  item: Record<string, unknown>,
  condition: Condition,
): Promise<Written> {
  const outcome = await write(table, put(table, item, condition))
  return outcome.outcome === 'busy' ? LOST : writtenOrLost(outcome, item)
}

/** As `putOrLose`, an edit of some attributes. */
export async function editOrLose(
  table: Table,
  key: Key,
  values: Item,
  condition: Condition,
): Promise<Written> {
  const outcome = await write(table, edit(table, key, values, condition))
  return outcome.outcome === 'busy' ? LOST : writtenOrLost(outcome, values)
}

/**
 * One put, for callers to whom `lost` says that it has been done, or can't be any more, and that don't look again.
 * @throws Busy when transactions of others were at the item time after time
 */
export async function putOnce(
  table: Table,
  item: Record<string, unknown>,
  condition: Condition,
): Promise<Written> {
  return writtenOrLost(await write(table, put(table, item, condition)), item)
}

/** As `putOnce`, an edit of some attributes. */
export async function editOnce(table: Table, key: Key, values: Item, condition: Condition): Promise<Written> {
  return writtenOrLost(await write(table, edit(table, key, values, condition)), values)
}

/**
 * Sets some attributes of an item that may be there or not, whatever else stands in it.
 * @returns what stood there before
 * @throws Busy when transactions of others were at the item time after time
 */
export async function editSurely(table: Table, key: Key, values: Item): Promise<Item | undefined> {
  const outcome = await write(table, edit(table, key, values), 'ALL_OLD')
  if (outcome.outcome !== 'written') throw new Busy(BUSY_ITEM)
  return outcome.before
}

function writtenOrLost(outcome: Outcome, left: Item): Written {
  switch (outcome.outcome) {
    case 'written':
      return WRITTEN
    case 'refused':
      return outcome.again && isLeftBy({ leaves: Object.entries(left) }, outcome.standing) ? WRITTEN : LOST
    case 'busy':
      throw new Busy(BUSY_ITEM)
  }
}

export type TransactOutcome =
  | { readonly outcome: 'written' }
  /** Conditions didn't hold: those of the items at these places. */
  | { readonly outcome: 'refused'; readonly places: readonly number[] }
  /** Transactions of others were at one of the items time after time. */
  | { readonly outcome: 'busy' }

/**
 * All of the items or none. An answer that is lost on its way does no harm: the SDK gives every try the same token, and
 * DynamoDB answers the second one from the first.
 * @throws Unavailable, or the SDK's own error, when DynamoDB throttles or fails time after time
 */
export async function transactAll(
  table: Table,
  items: TransactItem[],
  tries: number = TRIES,
): Promise<TransactOutcome> {
  const refused = await persist(table, tries, () =>
    table.client.send(new TransactWriteCommand({ TransactItems: items })),
  )
  if (refused === undefined) return { outcome: 'written' }
  return refused.kind === 'condition' ? { outcome: 'refused', places: refused.places } : { outcome: 'busy' }
}

type Meanings<T extends string> = Readonly<Record<number, T>>

function meaningOf<T extends string>(
  { places }: { readonly places: readonly number[] },
  told: Meanings<T>,
): { readonly outcome: T } | Lost {
  for (const [place, outcome] of Object.entries(told)) if (places.includes(Number(place))) return { outcome }
  return LOST
}

/**
 * As `transactAll`, for callers that read and judge anew when it is `lost`: also where others were at one of the items all
 * the while.
 * @param told for items, by their place, whose failed condition means something of its own
 */
export async function transact<const T extends string = never>(
  table: Table,
  items: TransactItem[],
  told: Meanings<T> = {},
): Promise<Written | { readonly outcome: T }> {
  const outcome = await transactAll(table, items)
  if (outcome.outcome === 'refused') return meaningOf(outcome, told)
  return outcome.outcome === 'written' ? WRITTEN : LOST
}

/**
 * As `transactAll`, for callers to whom `lost` says that it has been done, or can't be any more, and that don't look again.
 * @throws Busy when transactions of others were at one of the items time after time
 */
export async function transactOnce(
  table: Table,
  items: TransactItem[],
  tries: number = TRIES,
): Promise<Written> {
  const outcome = await transactAll(table, items, tries)
  if (outcome.outcome === 'busy') throw new Busy(BUSY_ITEM)
  return outcome.outcome === 'written' ? WRITTEN : LOST
}

/**
 * Sends until nothing is in the way, some times.
 * @returns what was in the way to the last; `undefined`: it has been written
 * @throws Unavailable when the last try was throttled, and whatever is no refusal
 */
async function persist(
  table: Table,
  tries: number,
  send: () => Promise<unknown>,
): Promise<Exclude<Refused, { kind: 'throttled' }> | undefined> {
  for (let tried = 1; ; tried++) {
    try {
      await send()
      return undefined
    } catch (error) {
      const refused = refusalOf(error)
      if (refused === undefined) throw error
      if (refused.kind === 'condition') return refused
      if (tried === tries) {
        if (refused.kind === 'conflict') return refused
        throw new Unavailable('a transaction was throttled time after time', { cause: error })
      }
      await table.pause(tried)
    }
  }
}
