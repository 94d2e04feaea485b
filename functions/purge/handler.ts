import * as z from 'zod'
import { InputError } from '../../shared/kit/errors.ts'
import { queueHandler } from '../../shared/kit/jobs.ts'
import type { Log } from '../../shared/kit/log.ts'
import type { RemovalRequest } from '../../shared/service/effects.ts'
import { type PurgingPorts, removeAccount } from '../../shared/service/purging.ts'

const accountMessage = z.strictObject({ root: z.string() })

/** Removals of a batch under way at once. Each is a row of writes on partitions of its own. */
const REMOVALS_AT_ONCE = 5

export interface PurgePorts extends Omit<PurgingPorts, 'timeLeftMs'> {
  readonly continueLater: (request: RemovalRequest) => Promise<void>
}

/**
 * Triggered by the queue of removals. At least once; what is to be done is what the record says, so a repeat, or a message
 * for an account that was restored, does nothing (Y5).
 */
export function createHandler(ports: PurgePorts, log: Log) {
  return queueHandler(log, REMOVALS_AT_ONCE, async ({ body, timeLeftMs }) => {
    const account = accountMessage.safeParse(body)
    if (account.success) {
      const outcome = await removeAccount({ ...ports, timeLeftMs }, account.data.root)
      if (outcome.state === 'out_of_time') await ports.continueLater(account.data)
      log.info('removal', { ...outcome })
      return
    }
    throw new InputError('malformed_message', 'no removal', [], { cause: account.error })
  })
}
