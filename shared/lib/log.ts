import { Logger } from '@aws-lambda-powertools/logger'
import type { Context } from 'aws-lambda'
import { type LogCode, logCodes } from './log-codes.ts'

export type LogFacts = Readonly<Record<string, unknown>>

/**
 * One structured line per outcome. Give ids and counts only: an address, a name, a token or a whole event
 * must never reach the log (Y7: what is removed must not live on there).
 */
export interface Log {
  info(code: LogCode, facts?: LogFacts): void
  warn(code: LogCode, facts?: LogFacts): void
  error(code: LogCode, facts?: LogFacts): void
  /** The same log, with these facts on each line. */
  with(facts: LogFacts): Log
  /** Called as an invocation begins: from here on each line names the request and whether it started cold. */
  enter(context: Context): void
}

export function createLog(serviceName: string): Log {
  const logger = new Logger({ serviceName })
  let isCold = true
  const logOf = (common: LogFacts): Log => {
    const facts = (code: LogCode, own: LogFacts = {}): Record<string, unknown> => ({
      code,
      ...common,
      ...own,
    })
    return {
      info: (code, own) => logger.info(logCodes[code], facts(code, own)),
      warn: (code, own) => logger.warn(logCodes[code], facts(code, own)),
      error: (code, own) => logger.error(logCodes[code], facts(code, own)),
      with: (more) => logOf({ ...common, ...more }),
      // Not the logger's own `addContext`: name, ARN and memory size are a third of a line, and the log group says them.
      enter: ({ awsRequestId }) => {
        logger.appendKeys({ cold_start: isCold, function_request_id: awsRequestId })
        isCold = false
      },
    }
  }
  return logOf({})
}
