import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { decodeCursor, encodeCursor } from '../../../shared/http/cursor.ts'

const binding = { orgId: 'dunes', operation: 'listClaims', filters: { status: 'open', type: undefined } }
const position = z.object({ after: z.string() })
const cursor = encodeCursor(binding, { after: 'x' })

describe('a cursor', () => {
  it('gives back where its own query was, and fits into a URL', () => {
    expect(decodeCursor(binding, cursor, position)).toEqual({ after: 'x' })
    expect(cursor).toMatch(/^[\w-]+$/)
    expect(decodeCursor(binding, undefined, position)).toBeUndefined()
  })

  it('does not mind in which order filters are named, or that one is named without a value', () => {
    const same = { orgId: 'dunes', operation: 'listClaims', filters: { type: undefined, status: 'open' } }
    expect(decodeCursor(same, cursor, position)).toEqual({ after: 'x' })
    expect(decodeCursor({ ...binding, filters: { status: 'open' } }, cursor, position)).toEqual({
      after: 'x',
    })
  })

  it.each([
    ['another org', { ...binding, orgId: 'harbour' }],
    ['another operation', { ...binding, operation: 'listUsers' }],
    ['another filter', { ...binding, filters: { status: 'revoked' } }],
    ['no filter', { ...binding, filters: {} }],
    ['a filter more', { ...binding, filters: { ...binding.filters, type: 'direct' } }],
  ])("isn't taken by %s", (_, other) => {
    expect(() => decodeCursor(other, cursor, position)).toThrow(
      expect.objectContaining({ code: 'invalid_cursor' }),
    )
  })

  it('with any one character changed is none', () => {
    for (let n = 0; n < cursor.length; n++) {
      const changed = `${cursor.slice(0, n)}${cursor[n] === 'A' ? 'B' : 'A'}${cursor.slice(n + 1)}`
      expect(() => decodeCursor(binding, changed, position), changed).toThrow(
        expect.objectContaining({ code: 'invalid_cursor' }),
      )
    }
  })

  it('of an older form, with a right checksum, is none', () => {
    const older = encodeCursor(binding, ['x'])
    expect(() => decodeCursor(binding, older, position)).toThrow(
      expect.objectContaining({ code: 'invalid_cursor' }),
    )
  })
})
