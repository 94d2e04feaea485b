/** What Lambda does with one batch of a stream: tries it until it is done or given up, in order. */
import { setTimeout as sleep } from 'node:timers/promises'
import { failedItems } from './batch-response.ts'
import type { InvocationOutcome } from '../functions/functions.ts'
import type { StreamRecord } from './stream-client.ts'

export interface BatchRules {
  readonly bisects: boolean
  /** `-1`: until it is done. */
  readonly maximumRetries: number
  /** `-1`: no limit. */
  readonly maximumRecordAgeSeconds: number
  readonly reportsItemFailures: boolean
}

export type GivenUpBecause = 'RetryAttemptsExhausted' | 'MaximumRecordAgeExceeded'

export interface BatchHandling {
  readonly rules: BatchRules
  readonly invoke: (records: readonly StreamRecord[]) => Promise<InvocationOutcome>
  /** Real seconds since the record was made. */
  readonly ageSeconds: (record: StreamRecord) => number
  readonly giveUp: (records: readonly StreamRecord[], because: GivenUpBecause, tries: number) => void
  readonly signal: AbortSignal
}

const firstBackoffMs = 100
const maximumBackoffMs = 2_000

const sequenceNumber = (record: StreamRecord): string => record.dynamodb.SequenceNumber

/**
 * Resolves when every record was handled or given up; rejects when `signal` says so, and then nothing may be
 * taken for handled. A reported failure is tried again from the first failed record on; a batch that fails
 * at its first is halved if the rules say so, which costs no try.
 */
export async function handleBatch(batch: readonly StreamRecord[], handling: BatchHandling): Promise<void> {
  const { rules, signal } = handling
  let rest = batch
  let retries = 0
  while (rest.length > 0) {
    if (rules.maximumRecordAgeSeconds >= 0) {
      const expired = rest.filter((each) => handling.ageSeconds(each) > rules.maximumRecordAgeSeconds)
      if (expired.length > 0) {
        handling.giveUp(expired, 'MaximumRecordAgeExceeded', retries)
        rest = rest.filter((each) => !expired.includes(each))
        continue
      }
    }
    const outcome = await handling.invoke(rest)
    signal.throwIfAborted()
    const failed = failedItems(outcome, rest.map(sequenceNumber), rules.reportsItemFailures)
    const firstFailed = rest.findIndex((each) => failed.has(sequenceNumber(each)))
    if (firstFailed < 0) return
    if (firstFailed > 0) {
      rest = rest.slice(firstFailed)
      retries = 0
      continue
    }
    if (rules.bisects && rest.length > 1) {
      const middle = Math.ceil(rest.length / 2)
      await handleBatch(rest.slice(0, middle), handling)
      await handleBatch(rest.slice(middle), handling)
      return
    }
    if (rules.maximumRetries >= 0 && retries >= rules.maximumRetries) {
      handling.giveUp(rest, 'RetryAttemptsExhausted', retries + 1)
      return
    }
    await sleep(Math.min(firstBackoffMs * 2 ** retries, maximumBackoffMs), undefined, { signal })
    retries += 1
  }
}
