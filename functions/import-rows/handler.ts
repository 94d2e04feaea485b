import { chunkMessage } from '../../shared/contracts/messages/import-rows.ts'
import { type FailedMessages, queueHandler } from '../../shared/lib/queue-handler.ts'
import type { Log } from '../../shared/lib/log.ts'
import type { Metrics } from '../../shared/lib/metrics.ts'
import { countClaims } from '../../shared/usecases/claims/claim-metrics.ts'
import { handleChunk, type RowPorts } from '../../shared/usecases/imports/claim-rows.ts'

/** One at a time: a chunk already writes its accounts in parallel. */
const CHUNKS_AT_ONCE = 1

/**
 * Called by the queue of chunks. At least once; repeating a finished chunk does nothing, and repeating an interrupted
 * one does the rest.
 */
export function createHandler(ports: RowPorts, log: Log, metrics: Metrics, failed: FailedMessages) {
  return queueHandler(
    log,
    failed,
    { schema: chunkMessage, atOnce: CHUNKS_AT_ONCE },
    async ({ message, log }) => {
      const handled = await handleChunk(ports, message)
      if (handled?.kind === 'claims' && handled.pass === 'claim')
        countClaims(
          metrics,
          'file',
          handled.outcomes.map(({ result, codes }) => ({ outcome: result, codes })),
        )
      const { orgId, importId, chunk } = message
      log.info('chunk.handled', {
        correlationId: importId,
        orgId,
        importId,
        chunk,
        rows: handled?.outcomes.length ?? 0,
      })
    },
  )
}
