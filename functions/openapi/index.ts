import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLog } from '../../shared/lib/log.ts'
import { createHandler } from './handler.ts'

// The build puts the files next to the bundle, which is CommonJS.
export const handler = createHandler(createLog('openapi'), (name) => readFileSync(join(__dirname, name)))
