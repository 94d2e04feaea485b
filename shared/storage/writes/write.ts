import { DeleteCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { LOST, type Lost } from '../../lib/optimistic-retry.ts'
import { Busy, Unavailable } from '../../lib/unavailable.ts'
import type { Table } from '../client.ts'
import type { Key } from '../keys.ts'
import { type Refused, refusalOf } from './outcomes.ts'
import { type Condition, edit, put, type TransactItem } from './requests.ts'
import { isLeftBy } from './statements.ts'

/**
 * Writes of one item, and transactions. Every write goes through here, `execute.ts` (many statements) or `batch.ts` (many
 * items without conditions), so that no store interprets DynamoDB's refusals.
 */

type Item = Readonly<Record<string, unknown>>

/** `lost`: another write was faster; nothing was written. */
export type Written = { readonly outcome: 'written' } | Lost

export const WRITTEN = { outcome: 'written' } as const

/**
 * How often a write is sent while transactions of others are at its item. One of them takes some hundredths of a second;
 * seven tries and the pauses between them outlast several, and take less than two seconds.
 */
export const TRIES = 7
/**
 * The same for an item that many transactions write, such as the counts of a sync: half a minute of tries, which is less
 * time than a worker has.
 */
export const SHARED_ITEM_TRIES = 60

const BUSY_ITEM = 'transactions of others were at an item time after time'

export type Outcome =
  /** `before`: the item before the write, if it was asked for. */
  | { readonly outcome: 'written'; readonly before: Item | undefined }
  /**
   * Its condition failed; `stored`: the stored item, if there is one; `again`: that item may be from this very write.
   */
  | { readonly outcome: 'refused'; readonly stored: Item | undefined; readonly again: boolean }
  /** Other transactions kept hold of the item. */
  | { readonly outcome: 'busy' }

type SingleWrite = Pick<TransactItem, 'Put' | 'Update' | 'Delete'>

/**
 * Writes one item. A refusal may show what this very write left: if an answer is lost, the SDK retries, and the
 * condition fails because of the first attempt.
 * @throws Unavailable, or the SDK's error, if DynamoDB keeps throttling or failing
 */
export async function write(table: Table, item: SingleWrite, returning?: 'ALL_OLD'): Promise<Outcome> {
  let before: Item | undefined
  const refused = await persist(table, TRIES, async () => {
    const { Attributes } = await sendOne(table, item, returning)
    before = Attributes
  })
  if (refused === undefined) return { outcome: 'written', before }
  if (refused.kind === 'conflict') return { outcome: 'busy' }
  return { outcome: 'refused', stored: refused.stored, again: refused.again }
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
 * Writes one item, for callers to whom a failed condition means that there is nothing to do (`gone`): the item is gone, or
 * has been as they want it before.
 * @throws Busy if other transactions kept hold of the item
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
 * Puts an item, for callers that read and decide again when it is `lost`, which includes that other transactions kept
 * hold of the item. `written` also if an attempt whose answer was lost wrote it.
 */
export async function putOrLose(
  table: Table,
  item: Record<string, unknown>,
  condition: Condition,
): Promise<Written> {
  const outcome = await write(table, put(table, item, condition))
  return outcome.outcome === 'busy' ? LOST : writtenOrLost(outcome, item)
}

/** As `putOrLose`, for some attributes. */
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
 * Puts an item, for callers that don't read again: to them `lost` means that it was done before, or can't be done any
 * more.
 * @throws Busy if other transactions kept hold of the item
 */
export async function putOnce(
  table: Table,
  item: Record<string, unknown>,
  condition: Condition,
): Promise<Written> {
  return writtenOrLost(await write(table, put(table, item, condition)), item)
}

/** As `putOnce`, for some attributes. */
export async function editOnce(table: Table, key: Key, values: Item, condition: Condition): Promise<Written> {
  return writtenOrLost(await write(table, edit(table, key, values, condition)), values)
}

/**
 * Sets some attributes of an item, whether or not it exists.
 * @returns the item before the write
 * @throws Busy if other transactions kept hold of the item
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
      return outcome.again && isLeftBy({ leaves: Object.entries(left) }, outcome.stored) ? WRITTEN : LOST
    case 'busy':
      throw new Busy(BUSY_ITEM)
  }
}

export type TransactOutcome =
  | { readonly outcome: 'written' }
  /** Conditions failed, those of the items at these places. */
  | { readonly outcome: 'refused'; readonly places: readonly number[] }
  /** Other transactions kept hold of one of the items. */
  | { readonly outcome: 'busy' }

/**
 * Writes all of the items or none. A lost answer does no harm: the SDK sends the same token with each attempt, and
 * DynamoDB answers the second from the first.
 * @throws Unavailable, or the SDK's error, if DynamoDB keeps throttling or failing
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
  meanings: Meanings<T>,
): { readonly outcome: T } | Lost {
  for (const [place, outcome] of Object.entries(meanings))
    if (places.includes(Number(place))) return { outcome }
  return LOST
}

/**
 * As `transactAll`, for callers that read and decide again when it is `lost`, which includes that other transactions
 * kept hold of an item.
 * @param meanings answers for items, by their place, whose failed condition means something of its own
 */
export async function transact<const T extends string = never>(
  table: Table,
  items: TransactItem[],
  meanings: Meanings<T> = {},
): Promise<Written | { readonly outcome: T }> {
  const outcome = await transactAll(table, items)
  if (outcome.outcome === 'refused') return meaningOf(outcome, meanings)
  return outcome.outcome === 'written' ? WRITTEN : LOST
}

/**
 * As `transactAll`, for callers that don't read again: to them `lost` means that it was done before, or can't be done
 * any more.
 * @throws Busy if other transactions kept hold of one of the items
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
 * Sends a write again, after a pause, while transactions of others are at its items or parts of it are throttled.
 * @param tries how often it is sent at most
 * @returns the last refusal; `undefined`: it was written
 * @throws Unavailable if the last attempt was throttled, and any error that isn't a refusal
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
