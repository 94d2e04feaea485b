import { ConditionalCheckFailedException, TransactionConflictException } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { intervalMsOf } from '../../../../shared/lib/send-rate.ts'
import { Busy } from '../../../../shared/lib/unavailable.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import { sendRateStore } from '../../../../shared/storage/stores/send-rate.ts'
import { tableAnsweredBy } from '../../../simulation/dynamo/client.ts'
import { T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

/** 10 mails a second, of whose time 0.97 is used. */
const PER_SECOND = 10
const STEP = intervalMsOf(PER_SECOND)
const START = T0.getTime()

function world() {
  const { table, item, sent } = memoryStores()
  let nowMs = START
  const worker = () => sendRateStore(table, PER_SECOND, () => nowMs)
  return {
    worker,
    sent,
    table,
    at: (ms: number) => {
      nowMs = START + ms
    },
    nextAtMs: () => Number(item(keys.sendRate())?.nextAtMs),
    item: () => item(keys.sendRate()),
  }
}
const close = (ms: number) => expect.closeTo(ms, 3)
const slots = (startMs: number, count: number) => ({
  outcome: 'reserved',
  slots: { startMs: close(startMs), intervalMs: STEP, count },
})

describe('N1: the instants at which mails may leave', () => {
  it('N1: begin now after an idle time, and each worker’s follow those of the one before', async () => {
    const { worker, nextAtMs, item } = world()
    const [one, other] = [worker(), worker()]
    expect(await one.reserve(3, 10_000)).toEqual(slots(START, 3))
    expect(nextAtMs()).toBeCloseTo(START + 3 * STEP, 3)
    expect(item()).toMatchObject({ type: 'send-rate', v: 1 })
    expect(await other.reserve(2, 10_000)).toEqual(slots(START + 3 * STEP, 2))
    expect(await one.reserve(1, 10_000)).toEqual(slots(START + 5 * STEP, 1))
    expect(nextAtMs()).toBeCloseTo(START + 6 * STEP, 3)
  })

  it('N1: are as many as are over within the time, and one at least', async () => {
    const { worker } = world()
    expect(await worker().reserve(50, 5 * STEP + 1)).toEqual(slots(START, 5))
    const fresh = world()
    expect(await fresh.worker().reserve(50, STEP / 2)).toEqual(slots(START, 1))
    const none = world()
    expect(await none.worker().reserve(0, 1_000)).toEqual(slots(START, 1))
  })

  it('N1: are fewer where others have reserved some of the time, and say how long to wait where there is none', async () => {
    const { worker, nextAtMs } = world()
    const [one, other] = [worker(), worker()]
    await one.reserve(6, 10_000)
    expect(await other.reserve(5, 8 * STEP + 1)).toEqual(slots(START + 6 * STEP, 2))
    const before = nextAtMs()
    expect(await other.reserve(5, 8 * STEP + 1)).toEqual({ outcome: 'full', waitMs: close(8 * STEP) })
    expect(nextAtMs()).toBe(before)
    expect(await other.reserve(1, 9 * STEP + 1)).toEqual(slots(START + 8 * STEP, 1))
  })

  it('N1: begin anew once all are past, at the same instant too, and are never given for the past', async () => {
    const { worker, at, nextAtMs } = world()
    const [one, other] = [worker(), worker()]
    await one.reserve(2, 10_000)
    await other.reserve(1, 10_000)
    at(60_000)
    expect(await one.reserve(2, 10_000)).toEqual(slots(START + 60_000, 2))
    at(120_000)
    expect(await other.reserve(2, 10_000)).toEqual(slots(START + 120_000, 2))
    expect(nextAtMs()).toBeCloseTo(START + 120_000 + 2 * STEP, 3)
  })

  it('N1: may begin some time ahead', async () => {
    const { worker, nextAtMs } = world()
    expect(await worker().reserve(2, 10_000, 500)).toEqual(slots(START + 500, 2))
    expect(nextAtMs()).toBeCloseTo(START + 500 + 2 * STEP, 3)
  })

  it('N1: take one write each while mails follow each other, and two where an idle time begins or ends', async () => {
    const { worker, sent, at } = world()
    const one = worker()
    const writes = async (wanted: number) => {
      sent.length = 0
      await one.reserve(wanted, 60_000)
      return sent.length
    }
    expect([await writes(1), await writes(1), await writes(1)]).toEqual([1, 2, 1])
    at(60_000)
    expect([await writes(1), await writes(1)]).toEqual([2, 2])
  })

  it('N1: are none while SES accepts nothing more, and the longest of such times stands', async () => {
    const { worker, nextAtMs, at } = world()
    const one = worker()
    await one.reserve(1, 1_000)
    await one.stopFor(5_000)
    expect(nextAtMs()).toBe(START + 5_000)
    await one.stopFor(1_000)
    expect(nextAtMs()).toBe(START + 5_000)
    expect(await one.reserve(1, 1_000)).toEqual({ outcome: 'full', waitMs: 5_000 })
    at(5_000)
    expect(await one.reserve(1, 1_000)).toEqual(slots(START + 5_000, 1))
  })

  it('C8: are busy where others keep moving them, after twenty tries', async () => {
    let tries = 0
    const refused = (error: Error) =>
      sendRateStore(
        tableAnsweredBy('table', async () => {
          tries++
          throw error
        }),
        PER_SECOND,
        () => START,
      )
    const moved = new ConditionalCheckFailedException({ $metadata: {}, message: 'refused' })
    const reserving = refused(moved).reserve(1, 1_000)
    await expect(reserving).rejects.toBeInstanceOf(Busy)
    await expect(reserving).rejects.toThrow('others took their')
    expect(tries).toBe(20)
    const conflict = new TransactionConflictException({ $metadata: {}, message: 'refused' })
    await expect(refused(conflict).reserve(1, 1_000)).rejects.toThrow('others took their')
    await expect(refused(conflict).stopFor(1_000)).rejects.toThrow(
      'others moved the mails’ rate time after time',
    )
    await expect(refused(conflict).stopFor(1_000)).rejects.toBeInstanceOf(Busy)
    await refused(moved).stopFor(1_000)
  })
})
