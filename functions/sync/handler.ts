import { queueHandler } from '../../shared/kit/jobs.ts'
import type { Log } from '../../shared/kit/log.ts'

export function createHandler(log: Log) {
  return queueHandler(log, 1, async () => {
    throw new Error('not built yet')
  })
}
