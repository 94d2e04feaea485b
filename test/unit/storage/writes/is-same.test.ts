import { describe, expect, it } from 'vitest'
import { isSame } from '../../../../shared/storage/writes/is-same.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

describe('two stored values', () => {
  it.each([
    ['text', 'a', 'a'],
    ['nothing and nothing', null, null],
    ['lists', [1, [2]], [1, [2]]],
    ['bytes', bytes(1, 2), bytes(1, 2)],
    ['maps in whatever order', { a: 1, b: { c: 2 } }, { b: { c: 2 }, a: 1 }],
    ['a member that is undefined and none', { a: 1, b: undefined }, { a: 1 }],
    ['none and a member that is undefined', { a: 1 }, { a: 1, b: undefined }],
  ])('are the same: %s', (_, one, other) => {
    expect(isSame(one, other)).toBe(true)
  })

  it.each([
    ['text of another letter case', 'a', 'A'],
    ['a number and its text', 1, '1'],
    ['nothing and a map', null, {}],
    ['a list and its beginning', [1, 2], [1]],
    ['a list with another in it', [1, [2]], [1, [3]]],
    ['a list in another order', [1, 2], [2, 1]],
    ['no list and a map', [], {}],
    ['a list and the map of its places', ['a'], { 0: 'a' }],
    ['bytes with another in them', bytes(1, 2), bytes(1, 3)],
    ['bytes and their beginning', bytes(1, 2), bytes(1)],
    ['bytes and a list of them', bytes(1), [1]],
    ['bytes and the map of their places', bytes(1), { 0: 1 }],
    ['no bytes and no map', bytes(), {}],
    ['a member with another value', { a: 1, b: 2 }, { a: 1, b: 3 }],
    ['a member too many', { a: 1, b: 2 }, { a: 1 }],
  ])('differ: %s', (_, one, other) => {
    expect(isSame(one, other)).toBe(false)
    expect(isSame(other, one)).toBe(false)
  })
})
