import * as z from 'zod'
import type { Page } from '../lib/page.ts'
import { type CursorBinding, decodeCursor, encodeCursor } from './cursor.ts'

/** Where most lists go on: behind an id, or a sort key. */
export const textPosition = z.string().min(1)

export interface ListedPage<Item> {
  readonly items: Item[]
  readonly nextCursor?: string
}

/** Continues a list where the caller's cursor says, and answers with a cursor for what is left. */
interface Listing<Position> {
  readonly binding: CursorBinding
  readonly cursor: string | undefined
  readonly position: z.ZodType<Position>
}

/**
 * The page of a list that a request asks for.
 * @param read the page behind a position, or from the beginning
 * @throws InputError `invalid_cursor`
 */
export async function listPage<Item, Position>(
  { binding, cursor, position }: Listing<Position>,
  read: (from: Position | undefined) => Promise<Page<Item, unknown>>,
): Promise<ListedPage<Item>> {
  return pageBody(binding, await read(decodeCursor(binding, cursor, position)))
}

/** As `listPage`, of a page that has been read. */
export const pageBody = <Item>(
  binding: CursorBinding,
  { items, next }: Page<Item, unknown>,
): ListedPage<Item> => ({
  items,
  ...(next === undefined ? {} : { nextCursor: encodeCursor(binding, next) }),
})
