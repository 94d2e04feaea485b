import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ClockChange, createClock } from '../../../../infra/local/clock/clock.ts'
import { type LocalState, openState } from '../../../../infra/local/aws/state.ts'

const DAY_MS = 86_400_000
const T0 = Date.UTC(2030, 0, 1)

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

describe('the virtual clock', () => {
  let real: number
  beforeEach(() => {
    real = T0
  })
  const open = () => createClock(state, () => real)

  it('ticks with the real one until it is moved, and from there on', async () => {
    const clock = open()
    expect(clock.now().getTime()).toBe(T0)
    await clock.moveTo(new Date(T0 + 14 * DAY_MS))
    real += 5
    expect([clock.now().getTime(), clock.offsetMs()]).toEqual([T0 + 14 * DAY_MS + 5, 14 * DAY_MS])
  })

  it('stands still while frozen, moves when told, and ticks on from where it stands', async () => {
    const clock = open()
    await clock.freeze(clock.now())
    real += 1000
    expect([clock.now().getTime(), clock.frozenAt()]).toEqual([T0, T0])
    await clock.moveTo(new Date(T0 + DAY_MS))
    real += 1000
    expect(clock.now().getTime()).toBe(T0 + DAY_MS)
    await clock.release()
    real += 7
    expect([clock.now().getTime(), clock.frozenAt()]).toEqual([T0 + DAY_MS + 7, undefined])
  })

  it('never goes backwards', async () => {
    const clock = open()
    await expect(clock.moveTo(new Date(T0 - 1))).rejects.toThrow(RangeError)
    await expect(clock.moveTo(new Date(Number.NaN))).rejects.toThrow(RangeError)
    await clock.freeze(new Date(T0 - DAY_MS))
    expect(clock.now().getTime()).toBe(T0)
    await expect(clock.moveTo(new Date(T0 - 1))).rejects.toThrow(RangeError)
    expect(clock.now().getTime()).toBe(T0)
  })

  it('has moved only when every listener knows', async () => {
    const clock = open()
    const told: ClockChange[] = []
    const { promise: slow, resolve } = Promise.withResolvers<void>()
    clock.onChange(async (change) => {
      await slow
      told.push(change)
    })
    let moved = false
    const moving = clock.moveTo(new Date(T0 + DAY_MS)).then(() => {
      moved = true
    })
    await Promise.resolve()
    expect(moved).toBe(false)
    resolve()
    await moving
    expect(told).toEqual([{ offsetMs: DAY_MS, frozenAtMs: null }])
  })

  it('is where it was after a restart, also after one in the middle of a jump', async () => {
    const before = open()
    await before.moveTo(new Date(T0 + DAY_MS))
    expect(open().now().getTime()).toBe(T0 + DAY_MS)
    await before.freeze(before.now())
    await before.moveTo(new Date(T0 + 2 * DAY_MS))
    real += 60_000
    const after = open()
    expect(after.now().getTime()).toBe(T0 + 2 * DAY_MS)
    real += 5
    expect(after.now().getTime()).toBe(T0 + 2 * DAY_MS + 5)
  })
})
