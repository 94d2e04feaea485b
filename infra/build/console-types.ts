/**
 * Generates the types of the API's operations for the console's code, from the OpenAPI document that the API
 * publishes. `npm run typecheck` runs it first. The generator needs the compiler API that TypeScript 7 no longer has,
 * so it gets TypeScript 5.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { openApiDocument } from '../../shared/http/documents/openapi.ts'
import { projectRoot } from '../project.ts'

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier === 'typescript' ? 'typescript-5' : specifier, context),
})
const { default: openapiTS, astToString } = await import('openapi-typescript')

const file = join(projectRoot, 'functions', 'console', 'app', 'api', 'openapi.d.ts')
// Serialized first, since clients get the document as JSON.
const text = astToString(await openapiTS(JSON.stringify(openApiDocument('1.0.0'))))
const isThere = (): boolean => {
  try {
    return readFileSync(file, 'utf8') === text
  } catch {
    return false
  }
}
// Left alone if unchanged, so that editors don't reload.
if (!isThere()) writeFileSync(file, text)
