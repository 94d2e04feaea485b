/** Reads one shard of a stream to its end, page by page, from where it was left. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type RecordsPage,
  type StartAt,
  type StreamClient,
  StreamError,
  type StreamRecord,
} from './stream-client.ts'

/** Pauses between reads of a shard without records: short after a record, then longer and longer. */
const shortestPauseMs = 20
const longestPauseMs = 200

export interface ShardReaderOptions {
  readonly client: StreamClient
  readonly streamArn: string
  readonly shardId: string
  /** Where to continue; asked again after a failure. */
  readonly startAt: () => StartAt
  /** Resolves when the records are handled and the position is stored. Rejects if the reader is stopped meanwhile. */
  readonly handle: (records: readonly StreamRecord[]) => Promise<void>
  /** Called when the shard has been split and everything in it is handled. */
  readonly onEnd: () => void
  readonly report: (problem: string) => void
  readonly signal: AbortSignal
}

export interface ShardReader {
  /** Reads at once. Call it when something may have been written. */
  poke(): void
  /** Whether a read that begins after this call finds nothing. Waits until records under way are handled. */
  isDrained(): Promise<boolean>
}

interface PendingPage {
  readonly number: number
  readonly page: Promise<RecordsPage>
}

export function startShardReader(options: ShardReaderOptions): ShardReader {
  const { client, streamArn, shardId, signal } = options
  let wake = Promise.withResolvers<void>()
  let requests = 0
  let waiting: { readonly after: number; readonly resolve: (isEmpty: boolean) => void }[] = []
  let isAtEnd = false

  function requestPage(iterator: string): PendingPage {
    requests += 1
    const page = client.records(iterator)
    // Awaited later. Until then a failure must not count as an unhandled rejection.
    page.catch(() => undefined)
    return { number: requests, page }
  }

  function answerWaiting(since: number, isEmpty: boolean): void {
    const answered = waiting.filter(({ after }) => after < since)
    waiting = waiting.filter(({ after }) => after >= since)
    for (const each of answered) each.resolve(isEmpty)
  }

  async function openIterator(): Promise<string> {
    try {
      return await client.iterator(streamArn, shardId, options.startAt())
    } catch (error) {
      if (!(error instanceof StreamError) || error.code !== 'TrimmedDataAccessException') throw error
      return client.iterator(streamArn, shardId, { type: 'TRIM_HORIZON' })
    }
  }

  async function read(): Promise<void> {
    let pauseMs = shortestPauseMs
    let current: PendingPage | undefined = requestPage(await openIterator())
    while (current !== undefined && !signal.aborted) {
      const { number } = current
      const { records, next }: RecordsPage = await current.page
      const isEmpty: boolean = records.length === 0
      // The next page is fetched while this one is handled, so that a stream that is behind catches up faster.
      const ahead: PendingPage | undefined = isEmpty || next === undefined ? undefined : requestPage(next)
      if (!isEmpty) await options.handle(records)
      answerWaiting(number, isEmpty)
      pauseMs = isEmpty ? Math.min(pauseMs * 2, longestPauseMs) : shortestPauseMs
      if (isEmpty && waiting.length === 0 && next !== undefined) {
        await Promise.race([sleep(pauseMs, undefined, { signal }), wake.promise])
        wake = Promise.withResolvers<void>()
      }
      current = ahead ?? (next === undefined ? undefined : requestPage(next))
    }
  }

  async function keepReading(): Promise<void> {
    while (!signal.aborted && !isAtEnd) {
      try {
        await read()
        isAtEnd = !signal.aborted
      } catch (error) {
        if (signal.aborted) break
        // The next iterator starts at the stored position, so records under way are delivered again.
        if (!(error instanceof StreamError) || error.code !== 'ExpiredIteratorException') {
          options.report(`reading ${shardId} failed: ${error instanceof Error ? error.stack : String(error)}`)
        }
        answerWaiting(Number.POSITIVE_INFINITY, false)
        await sleep(longestPauseMs)
      }
    }
    answerWaiting(Number.POSITIVE_INFINITY, isAtEnd)
    if (isAtEnd) options.onEnd()
  }
  void keepReading()

  return {
    poke: () => wake.resolve(),
    async isDrained() {
      if (isAtEnd) return true
      if (signal.aborted) return false
      return new Promise((resolve) => {
        waiting.push({ after: requests, resolve })
        wake.resolve()
      })
    },
  }
}
