import { createHash } from 'node:crypto'
import type * as z from 'zod'
import { InputError } from '../lib/errors.ts'

/** What a cursor belongs to: it continues this query of this org, and no other. */
export interface CursorBinding {
  readonly orgId: string
  readonly operation: string
  /** `limit` is none of them: pages may differ in size. */
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
 * Where a listing goes on, as a text that means nothing to callers. The checksum keeps cursors from being mixed up or
 * garbled. It isn't a secret: a forged one reads its forger's own org, since the org is always the token's.
 */
export function encodeCursor(binding: CursorBinding, position: unknown): string {
  const bytes = Buffer.from(JSON.stringify(position))
  return Buffer.concat([checksum(binding, bytes), bytes]).toString('base64url')
}

/** @throws InputError `invalid_cursor` for another org's, another query's, or none at all */
export function decodeCursor<T>(
  binding: CursorBinding,
  cursor: string | undefined,
  schema: z.ZodType<T>,
): T | undefined {
  if (cursor === undefined) return undefined
  const bytes = Buffer.from(cursor, 'base64url')
  const position = bytes.subarray(CHECKSUM_BYTES)
  const matches = checksum(binding, position).equals(bytes.subarray(0, CHECKSUM_BYTES))
  // base64url is read leniently: another spelling of the same bytes is no cursor of ours.
  if (!matches || bytes.toString('base64url') !== cursor) throw new InputError('invalid_cursor', 'checksum')
  const parsed = schema.safeParse(JSON.parse(position.toString()))
  if (!parsed.success) throw new InputError('invalid_cursor', 'position', [], { cause: parsed.error })
  return parsed.data
}
