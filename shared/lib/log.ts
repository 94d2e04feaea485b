import { Logger } from '@aws-lambda-powertools/logger'
import type { Context } from 'aws-lambda'
import { type LogCode, logCodes } from './log-codes.ts'

export type LogFields = Readonly<Record<string, unknown>>

/**
 * Writes one structured line per outcome. Pass ids and counts only: an address, a name, a token or a whole event must
 * never be logged, since a deleted person must not live on in the log (Y7).
 */
export interface Log {
  info(code: LogCode, fields?: LogFields): void
  warn(code: LogCode, fields?: LogFields): void
  error(code: LogCode, fields?: LogFields): void
  /** The same log, with these fields on each line. */
  with(fields: LogFields): Log
  /** Called at the start of an invocation. Every line after it names the request and whether it started cold. */
  enter(context: Context): void
}

export function createLog(serviceName: string): Log {
  const logger = new Logger({ serviceName })
  let isCold = true
  const logOf = (common: LogFields): Log => {
    const fields = (code: LogCode, own: LogFields = {}): Record<string, unknown> => ({
      code,
      ...common,
      ...own,
    })
    return {
      info: (code, own) => logger.info(logCodes[code], fields(code, own)),
      warn: (code, own) => logger.warn(logCodes[code], fields(code, own)),
      error: (code, own) => logger.error(logCodes[code], fields(code, own)),
      with: (more) => logOf({ ...common, ...more }),
      // Not the logger's own `addContext`: name, ARN and memory size would be a third of each line, and the log group
      // has them.
      enter: ({ awsRequestId }) => {
        logger.appendKeys({ cold_start: isCold, function_request_id: awsRequestId })
        isCold = false
      },
    }
  }
  return logOf({})
}
