/** Does what Lambda does with one batch of a stream: it retries, in order, until the batch is done or given up. */
import { setTimeout as sleep } from 'node:timers/promises'
import { failedItems } from './batch-response.ts'
import type { InvocationOutcome } from '../functions/functions.ts'
import type { StreamRecord } from './stream-client.ts'

export interface BatchRules {
  readonly bisects: boolean
  /** `-1`: no limit. */
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
 * Resolves when every record is handled or given up. Rejects if `signal` is aborted, and then no record counts as
 * handled. After a reported failure, the batch continues at the first failed record. If that is the first of the
 * batch, the batch is halved if the rules say so, which doesn't count as a retry.
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
