import * as z from 'zod'
import { queueHandler, wellFormed } from '../../shared/kit/jobs.ts'
import type { Log } from '../../shared/kit/log.ts'
import { type DuePorts, takeDue } from '../../shared/service/due.ts'

const dueMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('due'), at: z.string() }),
  z.object({ kind: z.literal('sweep') }),
  z.object({
    kind: z.literal('continue'),
    of: z.enum(['claim', 'removal']),
    shard: z.string(),
    startKey: z.record(z.string(), z.unknown()),
  }),
])

/**
 * Triggered by the queue that one-time schedules and the sweep's schedule put messages on. At least once, early never;
 * whatever the message says, what is taken is what the table says is due by now (M2).
 */
export function createHandler(ports: Omit<DuePorts, 'timeLeftMs'>, log: Log) {
  return queueHandler(log, 1, async ({ body, timeLeftMs, log }) => {
    const message = wellFormed(() => dueMessage.parse(body), 'nothing that could be due')
    const count = await takeDue({ ...ports, timeLeftMs }, message.kind === 'continue' ? message : undefined)
    log.info('due.taken', {
      kind: message.kind,
      ...(message.kind === 'due' ? { at: message.at } : {}),
      count,
    })
  })
}
