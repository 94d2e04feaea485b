import { dueMessage } from '../../shared/contracts/messages/due.ts'
import { type FailedMessages, queueHandler } from '../../shared/lib/queue-handler.ts'
import type { Log } from '../../shared/lib/log.ts'
import type { Metrics } from '../../shared/lib/metrics.ts'
import { pausableWork } from '../../shared/contracts/pausable-work.ts'
import { SECOND_MS } from '../../shared/lib/time.ts'
import { type DuePorts, startDueWork } from '../../shared/usecases/due/start-due-work.ts'
import { type RequestRemindersPorts, requestReminders } from '../../shared/usecases/mail/request-reminders.ts'
import type { PauseStore } from '../../shared/storage/stores/pauses.ts'

export interface SweepPorts
  extends Omit<DuePorts, 'timeLeftMs' | 'remind'>,
    Omit<RequestRemindersPorts, 'now'> {
  readonly pauses: Pick<PauseStore, 'read'>
}

/**
 * Called by the queue of due work, which the one-time schedules and the sweep's schedule send to. At least once, and
 * never early: whatever the message says, the table decides what is due by now (M2).
 */
export function createHandler(ports: SweepPorts, log: Log, metrics: Metrics, failed: FailedMessages) {
  const remind: DuePorts['remind'] = (recordIds, day) => requestReminders(ports, recordIds, day)
  return queueHandler(
    log,
    failed,
    { schema: dueMessage, atOnce: 1 },
    async ({ message: request, timeLeftMs, log }) => {
      const { count, oldestDueAt } = await startDueWork({ ...ports, remind, timeLeftMs }, request)
      if (request.kind === 'sweep') await measure(ports, metrics, oldestDueAt)
      log.info('due.taken', {
        kind: request.kind,
        ...(request.kind === 'minute' ? request.minute : {}),
        count,
      })
    },
  )
}

/**
 * Publishes how late the oldest due work is and what is paused; the sweep does so every 15 minutes, even if nothing
 * is due.
 */
async function measure({ pauses, now }: SweepPorts, metrics: Metrics, oldestDueAt: string | undefined) {
  const late = oldestDueAt === undefined ? 0 : now().getTime() - Date.parse(oldestDueAt)
  metrics.seconds('OverdueWork', Math.max(0, Math.round(late / SECOND_MS)))
  const paused = await pauses.read()
  for (const work of pausableWork) metrics.count('Paused', paused[work] === undefined ? 0 : 1, { work })
}
