import { createLog } from '../../shared/kit/log.ts'
import { createHandler } from './handler.ts'

export const handler = createHandler(createLog('sync'))
