import * as z from 'zod'
import { type FailedMessages, queueHandler, wellFormed } from '../../shared/kit/jobs.ts'
import type { Log } from '../../shared/kit/log.ts'
import type { Metrics } from '../../shared/kit/metrics.ts'
import { pausableWork } from '../../shared/kit/pausable.ts'
import { SECOND_MS } from '../../shared/kit/time.ts'
import { type DuePorts, takeDue } from '../../shared/service/due.ts'
import type { PauseStore } from '../../shared/table/pauses.ts'

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

export interface SweepPorts extends Omit<DuePorts, 'timeLeftMs'> {
  readonly pauses: Pick<PauseStore, 'read'>
}

/**
 * Triggered by the queue that one-time schedules and the sweep's schedule put messages on. At least once, early never;
 * whatever the message says, what is taken is what the table says is due by now (M2).
 */
export function createHandler(ports: SweepPorts, log: Log, metrics: Metrics, failed: FailedMessages) {
  return queueHandler(log, failed, { atOnce: 1 }, async ({ body, timeLeftMs, log }) => {
    const message = wellFormed(() => dueMessage.parse(body), 'nothing that could be due')
    const from = message.kind === 'continue' ? message : undefined
    const { count, oldestDueAt } = await takeDue({ ...ports, timeLeftMs }, from)
    if (message.kind === 'sweep') await measure(ports, metrics, oldestDueAt)
    log.info('due.taken', {
      kind: message.kind,
      ...(message.kind === 'due' ? { at: message.at } : {}),
      count,
    })
  })
}

/** Whatever else is silent, the sweep says every quarter of an hour how late the oldest due work is, and what is paused. */
async function measure({ pauses, now }: SweepPorts, metrics: Metrics, oldestDueAt: string | undefined) {
  const late = oldestDueAt === undefined ? 0 : now().getTime() - Date.parse(oldestDueAt)
  metrics.seconds('OverdueWork', Math.max(0, Math.round(late / SECOND_MS)))
  const paused = await pauses.read()
  for (const work of pausableWork) metrics.count('Paused', paused[work] === undefined ? 0 : 1, { work })
}
