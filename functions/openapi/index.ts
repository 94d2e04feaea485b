import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLog } from '../../shared/lib/log.ts'
import { createHandler } from './handler.ts'

// Beside the bundle, which is CommonJS.
export const handler = createHandler(createLog('openapi'), (name) => readFileSync(join(__dirname, name)))
