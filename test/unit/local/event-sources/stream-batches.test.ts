import { describe, expect, it } from 'vitest'
import type { InvocationOutcome } from '../../../../infra/local/functions/functions.ts'
import {
  type BatchRules,
  type GivenUpBecause,
  handleBatch,
} from '../../../../infra/local/event-sources/stream-batches.ts'
import type { StreamRecord } from '../../../../infra/local/event-sources/stream-client.ts'

const record = (n: number): StreamRecord => ({
  eventName: 'INSERT',
  dynamodb: { Keys: {}, SequenceNumber: String(n) },
})
const numbers = (records: readonly StreamRecord[]) =>
  records.map((each) => Number(each.dynamodb.SequenceNumber))
const batch = [1, 2, 3, 4].map(record)

const done: InvocationOutcome = { ok: true, payload: '{"batchItemFailures":[]}' }
const thrown: InvocationOutcome = { ok: false, error: { errorType: 'Error', errorMessage: 'no' } }
const failedAt = (n: number): InvocationOutcome => ({
  ok: true,
  payload: JSON.stringify({ batchItemFailures: [{ itemIdentifier: String(n) }] }),
})

const rules: BatchRules = {
  bisects: false,
  maximumRetries: 1,
  maximumRecordAgeSeconds: -1,
  reportsItemFailures: true,
}

/** Handles the batch with a function that answers as told; what it was given, and what was given up. */
async function run(
  changed: Partial<BatchRules>,
  answer: (given: number[], call: number) => InvocationOutcome,
  ageSeconds: (n: number) => number = () => 0,
) {
  const given: number[][] = []
  const givenUp: [number[], GivenUpBecause][] = []
  await handleBatch(batch, {
    rules: { ...rules, ...changed },
    invoke: async (records) => {
      given.push(numbers(records))
      return answer(numbers(records), given.length)
    },
    ageSeconds: (each) => ageSeconds(Number(each.dynamodb.SequenceNumber)),
    giveUp: (records, because) => givenUp.push([numbers(records), because]),
    signal: new AbortController().signal,
  })
  return { given, givenUp }
}

describe('a batch of a stream', () => {
  it('is handed over once when all goes well', async () => {
    expect(await run({}, () => done)).toEqual({ given: [[1, 2, 3, 4]], givenUp: [] })
  })

  it('is tried again from the record that was reported, not from its start', async () => {
    const { given } = await run({}, (_, call) => (call === 1 ? failedAt(3) : done))
    expect(given).toEqual([
      [1, 2, 3, 4],
      [3, 4],
    ])
  })

  it('is tried again as a whole when the function threw', async () => {
    const { given } = await run({}, (_, call) => (call === 1 ? thrown : done))
    expect(given).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ])
  })

  it('is given up after its retries, whole where it may not be halved', async () => {
    const { given, givenUp } = await run({}, () => thrown)
    expect(given).toHaveLength(2)
    expect(givenUp).toEqual([[[1, 2, 3, 4], 'RetryAttemptsExhausted']])
  })

  it('is halved down to the record that is bad, and only that one is given up', async () => {
    const { givenUp, given } = await run({ bisects: true }, (records) =>
      records.includes(3) ? thrown : done,
    )
    expect(givenUp).toEqual([[[3], 'RetryAttemptsExhausted']])
    expect(given.filter((records) => !records.includes(3))).toEqual([[1, 2], [4]])
  })

  it('keeps order when it is halved', async () => {
    const handled: number[] = []
    await run({ bisects: true }, (records) => {
      if (records.length > 1) return thrown
      handled.push(...records)
      return done
    })
    expect(handled).toEqual([1, 2, 3, 4])
  })

  it('does without records that are too old', async () => {
    const { given, givenUp } = await run(
      { maximumRecordAgeSeconds: 60 },
      () => done,
      (n) => (n < 3 ? 61 : 0),
    )
    expect(given).toEqual([[3, 4]])
    expect(givenUp).toEqual([[[1, 2], 'MaximumRecordAgeExceeded']])
  })

  it('takes a report of a record that is not in the batch for the failure of all', async () => {
    const { given } = await run({}, (_, call) => (call === 1 ? failedAt(9) : done))
    expect(given[1]).toEqual([1, 2, 3, 4])
  })

  it('believes an answer without a report where none was asked for', async () => {
    const answer: InvocationOutcome = failedAt(2)
    expect((await run({ reportsItemFailures: false }, () => answer)).given).toEqual([[1, 2, 3, 4]])
  })

  it('stops where the service does, and then counts as not handled', async () => {
    const stopping = new AbortController()
    const handling = handleBatch(batch, {
      rules,
      invoke: async () => {
        stopping.abort()
        return done
      },
      ageSeconds: () => 0,
      giveUp: () => undefined,
      signal: stopping.signal,
    })
    await expect(handling).rejects.toThrow('aborted')
  })
})
