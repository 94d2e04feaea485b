import { Logger } from '@aws-lambda-powertools/logger'

/**
 * One structured line per outcome. Give ids and counts only: an address, a name, a token or a whole event
 * must never reach the log (Y7: what is removed must not live on there).
 */
export interface Log {
  info(message: string, facts?: Readonly<Record<string, unknown>>): void
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void
  error(message: string, facts?: Readonly<Record<string, unknown>>): void
}

export function createLog(serviceName: string): Log {
  const logger = new Logger({ serviceName })
  return {
    info: (message, facts = {}) => logger.info(message, { ...facts }),
    warn: (message, facts = {}) => logger.warn(message, { ...facts }),
    error: (message, facts = {}) => logger.error(message, { ...facts }),
  }
}
