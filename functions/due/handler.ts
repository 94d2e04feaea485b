import * as z from 'zod'
import { dueKinds } from '../../shared/claims/due-minutes.ts'
import { type FailedMessages, queueHandler, wellFormed } from '../../shared/kit/jobs.ts'
import type { Log } from '../../shared/kit/log.ts'
import type { Metrics } from '../../shared/kit/metrics.ts'
import { pausableWork } from '../../shared/kit/pausable.ts'
import { SECOND_MS } from '../../shared/kit/time.ts'
import { type DuePorts, type Look, takeDue } from '../../shared/service/due.ts'
import { type RemindingPorts, requestReminders } from '../../shared/service/reminding.ts'
import type { PauseStore } from '../../shared/table/pauses.ts'

const kind = z.enum(['claim', 'removal'])
const startKey = z.record(z.string(), z.unknown())

const dueMessage = z.union([
  z
    .object({
      kind: z.literal('due'),
      of: z.enum(dueKinds),
      minute: z.string(),
      shard: z.string().optional(),
    })
    .transform(({ kind: _, ...minute }): Look => ({ kind: 'minute', minute })),
  // Of a schedule from before there was one a minute.
  z.object({ kind: z.literal('due'), at: z.string() }).transform(({ at }): Look => ({ kind: 'second', at })),
  z.object({ kind: z.literal('sweep') }),
  z.object({
    kind: z.literal('rest'),
    rest: z.object({
      kind,
      from: z.string().optional(),
      to: z.string(),
      day: z.number().optional(),
      shard: z.string(),
      startKey,
    }),
  }),
])

export interface SweepPorts extends Omit<DuePorts, 'timeLeftMs' | 'remind'>, Omit<RemindingPorts, 'now'> {
  readonly pauses: Pick<PauseStore, 'read'>
}

/**
 * Triggered by the queue that one-time schedules and the sweep's schedule put messages on. At least once, early never;
 * whatever the message says, what is taken is what the table says is due by now (M2).
 */
export function createHandler(ports: SweepPorts, log: Log, metrics: Metrics, failed: FailedMessages) {
  const remind: DuePorts['remind'] = (roots, day) => requestReminders(ports, roots, day)
  return queueHandler(log, failed, { atOnce: 1 }, async ({ body, timeLeftMs, log }) => {
    const look = wellFormed((): Look => dueMessage.parse(body), 'nothing that could be due')
    const { count, oldestDueAt } = await takeDue({ ...ports, remind, timeLeftMs }, look)
    if (look.kind === 'sweep') await measure(ports, metrics, oldestDueAt)
    log.info('due.taken', { kind: look.kind, ...(look.kind === 'minute' ? look.minute : {}), count })
  })
}

/** Whatever else is silent, the sweep says every quarter of an hour how late the oldest due work is, and what is paused. */
async function measure({ pauses, now }: SweepPorts, metrics: Metrics, oldestDueAt: string | undefined) {
  const late = oldestDueAt === undefined ? 0 : now().getTime() - Date.parse(oldestDueAt)
  metrics.seconds('OverdueWork', Math.max(0, Math.round(late / SECOND_MS)))
  const paused = await pauses.read()
  for (const work of pausableWork) metrics.count('Paused', paused[work] === undefined ? 0 : 1, { work })
}
