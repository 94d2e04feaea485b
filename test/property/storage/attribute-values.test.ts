import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromAttributes, toAttributes } from '../../../shared/storage/attribute-values.ts'

/** The SDK takes a map with a member that all objects have for something else. */
const names = fc.string({ minLength: 1 }).filter((name) => !(name in Object.prototype))

/** What an item may hold, and what the SDK takes besides. */
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.uint8Array({ minLength: 1, maxLength: 20 }),
    fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 3 }).map((members) => new Set(members)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(names, tie('value'), { maxKeys: 4 }),
  ),
}))
const items = fc.dictionary(names, values.value, { maxKeys: 8 })

describe('values of attributes', () => {
  it('are what the SDK makes of an item, and what it makes of that', () => {
    fc.assert(
      fc.property(items, (item) => {
        const expected = marshall(item, { removeUndefinedValues: true })
        expect(toAttributes(item)).toEqual(expected)
        expect(fromAttributes(expected)).toEqual(unmarshall(expected))
      }),
      { numRuns: 500 },
    )
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, new Date(0), Symbol('none')])(
    'refuses %s, as the SDK does',
    (value) => {
      expect(() => marshall({ value }, { removeUndefinedValues: true })).toThrow()
      expect(() => toAttributes({ value })).toThrow()
    },
  )

  it('keeps a number that JavaScript has no room for, as the SDK does', () => {
    const big = { N: '123456789012345678901' }
    expect(fromAttributes({ big })).toEqual(unmarshall({ big }))
  })
})
