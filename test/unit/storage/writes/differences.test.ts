import { describe, expect, it } from 'vitest'
import {
  differenceOf,
  rememberStoredItem,
  storedItemOf,
  withStoredItem,
} from '../../../../shared/storage/writes/differences.ts'

describe('what is to be written of an item', () => {
  it('is what differs, and what is gone as undefined', () => {
    const before = { same: [1], changed: 1, gone: 'a', never: undefined }
    const after = { same: [1], changed: 2, gone: undefined, new: true, still: undefined }
    const difference = differenceOf(before, after)
    expect(difference).toStrictEqual({ changed: 2, gone: undefined, new: true })
    expect(differenceOf(before, { same: [1], changed: 1 })).toStrictEqual({ gone: undefined })
    expect(differenceOf(before, before)).toStrictEqual({})
  })
})

describe('the stored item that travels with a value', () => {
  it('is known to whatever is spread from the value, and forgotten by nothing', () => {
    const read = withStoredItem({ name: 'a' }, { n: 1 })
    const changed = { ...read, name: 'b' }
    expect(changed.name).toBe('b')
    expect(storedItemOf(changed)).toEqual({ n: 1 })
    rememberStoredItem(changed, { n: 2 })
    expect(storedItemOf(read)).toEqual({ n: 2 })
  })

  it('isn’t there with a value that was never read', () => {
    const made = { name: 'a' }
    rememberStoredItem(made, { n: 1 })
    expect(storedItemOf(made)).toBeUndefined()
  })
})
