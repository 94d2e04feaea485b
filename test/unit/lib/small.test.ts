import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../../shared/lib/errors.ts'
import { allShards, shardOf } from '../../../shared/lib/shard.ts'
import { DAY_MS, epochSeconds, isoSecond } from '../../../shared/lib/time.ts'

describe('shards', () => {
  it('sharding: an id is always in the same one of 32', () => {
    expect(allShards).toHaveLength(32)
    fc.assert(fc.property(fc.string(), (id) => allShards.includes(shardOf(id))))
    // Written down: an item's index entries are where these say, whatever becomes of the code.
    expect(['acc00042', 'clm~acc00042~01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7', ''].map(shardOf)).toEqual([
      '11',
      '08',
      '02',
    ])
  })
})

describe('time', () => {
  it('M1: a second begins when it begins: what is behind the dot is dropped, never rounded up', () => {
    expect(isoSecond(new Date('2026-03-15T09:30:15.999Z'))).toBe('2026-03-15T09:30:15Z')
    expect(epochSeconds(new Date('1970-01-01T00:00:01.999Z'))).toBe(1)
    expect(DAY_MS).toBe(24 * 60 * 60 * 1000)
  })
})

describe('InputError', () => {
  it('carries its code, its issues and its cause', () => {
    const cause = new Error('cause')
    const issues = [{ path: 'users.0.email', message: 'is no address' }]
    expect(new InputError('invalid_body', 'The body is not valid.', issues, { cause })).toMatchObject({
      name: 'InputError',
      code: 'invalid_body',
      issues,
      cause,
    })
  })
})
