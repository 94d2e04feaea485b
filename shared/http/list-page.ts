import * as z from 'zod'
import type { Page } from '../lib/page.ts'
import { type CursorBinding, decodeCursor, encodeCursor } from './cursor.ts'

/** The position at which most lists continue: after an id or a sort key. */
export const textPosition = z.string().min(1)

export interface ListedPage<Item> {
  readonly items: Item[]
  readonly nextCursor?: string
}

/** Continues a list at the caller's cursor, and answers with a cursor for the next page. */
interface Listing<Position> {
  readonly binding: CursorBinding
  readonly cursor: string | undefined
  readonly position: z.ZodType<Position>
}

/**
 * Answers the page of a list that a request asks for.
 * @param read reads the page after a position; from the beginning without one
 * @throws InputError `invalid_cursor`
 */
export async function listPage<Item, Position>(
  { binding, cursor, position }: Listing<Position>,
  read: (from: Position | undefined) => Promise<Page<Item, unknown>>,
): Promise<ListedPage<Item>> {
  return pageBody(binding, await read(decodeCursor(binding, cursor, position)))
}

/** Like `listPage`, for a page that has been read already. */
export const pageBody = <Item>(
  binding: CursorBinding,
  { items, next }: Page<Item, unknown>,
): ListedPage<Item> => ({
  items,
  ...(next === undefined ? {} : { nextCursor: encodeCursor(binding, next) }),
})
