/**
 * Writes the types of the API's operations, from the very document that it publishes, to where the console's code looks for
 * them. `npm run typecheck` begins with it. The generator needs the compiler's API, which TypeScript has no more since 7: it
 * is given TypeScript 5.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { openApiDocument } from '../shared/http/documents/openapi.ts'
import { projectRoot } from './project.ts'

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier === 'typescript' ? 'typescript-5' : specifier, context),
})
const { default: openapiTS, astToString } = await import('openapi-typescript')

const file = join(projectRoot, 'functions', 'console', 'app', 'api', 'openapi.d.ts')
// As JSON, since that is all that anybody gets of it.
const text = astToString(await openapiTS(JSON.stringify(openApiDocument('1.0.0'))))
const isThere = (): boolean => {
  try {
    return readFileSync(file, 'utf8') === text
  } catch {
    return false
  }
}
// Untouched where nothing has changed, so that editors don't start anew.
if (!isThere()) writeFileSync(file, text)
