import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LocalState, openState } from '../../../../infra/local/aws/state.ts'

let dir: string
let state: LocalState
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'local-state-'))
  state = openState(dir)
})
afterEach(async () => {
  state.close()
  await rm(dir, { recursive: true })
})

describe('the local state', () => {
  it('has what was set after it is opened again', () => {
    state.set('a/1', { n: [1, null, 'é'] })
    state.set('a/2', 1)
    state.delete('a/2')
    state.close()
    state = openState(dir)
    expect([state.get('a/1'), state.get('a/2')]).toEqual([{ n: [1, null, 'é'] }, undefined])
  })

  it('lists by prefix in key order, forwards and backwards, page by page', () => {
    for (const key of ['a/3', 'b/1', 'a/1', 'a0', 'a/2']) state.set(key, key)
    const keys = (entries: [string, unknown][]) => entries.map(([key]) => key)
    expect(keys(state.list('a/'))).toEqual(['a/1', 'a/2', 'a/3'])
    expect(keys(state.page('a/', { limit: 2 }))).toEqual(['a/1', 'a/2'])
    expect(keys(state.page('a/', { limit: 2, after: 'a/2' }))).toEqual(['a/3'])
    expect(keys(state.page('a/', { limit: 2, newestFirst: true }))).toEqual(['a/3', 'a/2'])
    expect(keys(state.page('a/', { limit: 2, newestFirst: true, after: 'a/2' }))).toEqual(['a/1'])
    expect(state.count('a/')).toBe(3)
  })

  it('keeps nothing of a group of writes that failed', () => {
    const failing = () =>
      state.atomically(() => {
        state.set('a', 1)
        throw new Error('no')
      })
    expect(failing).toThrow('no')
    expect(state.get('a')).toBeUndefined()
  })

  it('without a directory lasts as long as it is open', () => {
    const passing = openState(undefined)
    passing.set('a', 1)
    expect(passing.get('a')).toBe(1)
    passing.close()
  })
})
