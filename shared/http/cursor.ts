import { createHash } from 'node:crypto'
import type * as z from 'zod'
import { InputError } from '../lib/errors.ts'

/** The org and the query that a cursor continues; it is refused for any other. */
export interface CursorBinding {
  readonly orgId: string
  readonly operation: string
  /** Without `limit`: pages of one listing may differ in size. */
  readonly filters?: Readonly<Record<string, string | undefined>>
}

export const MAX_CURSOR_LENGTH = 2048
const CHECKSUM_BYTES = 12

function checksum({ orgId, operation, filters = {} }: CursorBinding, position: Buffer): Buffer {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined)
  const binding = JSON.stringify([orgId, operation, given.sort()])
  return createHash('sha256')
    .update(binding)
    .update('\n')
    .update(position)
    .digest()
    .subarray(0, CHECKSUM_BYTES)
}

/**
 * Encodes the position where a listing continues as an opaque text. The checksum catches cursors that are mixed up or
 * garbled. It isn't a secret: a forged cursor reads its forger's own org, since the org always comes from the token.
 */
export function encodeCursor(binding: CursorBinding, position: unknown): string {
  const bytes = Buffer.from(JSON.stringify(position))
  return Buffer.concat([checksum(binding, bytes), bytes]).toString('base64url')
}

/**
 * Decodes a cursor.
 * @throws InputError `invalid_cursor` if it belongs to another org or query, or isn't a cursor
 */
export function decodeCursor<T>(
  binding: CursorBinding,
  cursor: string | undefined,
  schema: z.ZodType<T>,
): T | undefined {
  if (cursor === undefined) return undefined
  const bytes = Buffer.from(cursor, 'base64url')
  const position = bytes.subarray(CHECKSUM_BYTES)
  const matches = checksum(binding, position).equals(bytes.subarray(0, CHECKSUM_BYTES))
  // Decoding base64url is lenient: another spelling of the same bytes is refused.
  if (!matches || bytes.toString('base64url') !== cursor) throw new InputError('invalid_cursor', 'checksum')
  const parsed = schema.safeParse(JSON.parse(position.toString()))
  if (!parsed.success) throw new InputError('invalid_cursor', 'position', [], { cause: parsed.error })
  return parsed.data
}
