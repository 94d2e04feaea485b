import { describe, expect, it } from 'vitest'
import { compileFilters, compilePattern } from '../../../../../infra/local/aws/eventbridge/event-pattern.ts'

const record = (pk: string) => ({ eventName: 'MODIFY', dynamodb: { Keys: { pk: { S: pk } }, Size: 12 } })

describe('event source filters', () => {
  it('let through what has one of the prefixes, and nothing else', () => {
    const matches = compilePattern({
      dynamodb: { Keys: { pk: { S: [{ prefix: 'U#' }, { prefix: 'C#' }] } } },
    })
    expect(['U#1', 'C#1', 'V#1', 'xU#'].map((pk) => matches(record(pk)))).toEqual([true, true, false, false])
  })

  it.each([
    [{ eventName: ['INSERT', 'MODIFY'] }, true],
    [{ eventName: ['REMOVE'] }, false],
    [{ dynamodb: { NewImage: [{ exists: false }] } }, true],
    [{ dynamodb: { Keys: { pk: { S: [{ exists: true }] } } } }, true],
    [{ dynamodb: { Keys: { sk: { S: [{ exists: true }] } } } }, false],
    [{ dynamodb: { Size: [12] } }, true],
    [{ eventName: ['MODIFY'], dynamodb: { Size: [13] } }, false],
  ])('take %j as EventBridge does', (pattern, expected) => {
    expect(compilePattern(pattern)(record('U#1'))).toBe(expected)
  })

  it('match a list in the event by any of its elements', () => {
    expect(compilePattern({ tags: ['b'] })({ tags: ['a', 'b'] })).toBe(true)
  })

  it('let through what any one of them does, and everything where there is none', () => {
    const filters = compileFilters([{ eventName: ['REMOVE'] }, { eventName: ['MODIFY'] }])
    expect(filters(record('x'))).toBe(true)
    expect(compileFilters([])(record('x'))).toBe(true)
  })

  it('refuse a pattern they do not know, instead of letting everything through', () => {
    expect(() => compilePattern({ a: [{ cidr: '10.0.0.0/8' }] })).toThrow('no such event pattern here')
    expect(() => compilePattern({ a: [{ numeric: ['>'] }] })).toThrow('no such event pattern here')
    expect(() => compilePattern({ a: [{ 'anything-but': ['b'] }] })).toThrow('no such event pattern here')
    expect(() => compilePattern({ a: [{ suffix: 'b' }] })).toThrow('no such event pattern here')
    expect(() => compilePattern({ a: [{ prefix: 1 }] })).toThrow('no such event pattern here')
    expect(() => compilePattern({ $or: [{ a: ['b'] }, { c: ['d'] }] })).toThrow('no such event pattern here')
    expect(() => compilePattern({ a: 'bare' })).toThrow('an event pattern is an object')
  })
})
