import { importReads } from '../../shared/http/import-reads.ts'
import { platformOperations as operations } from '../../shared/http/operations/platform.ts'
import type { PlatformApiDeps } from './deps.ts'

/** The platform's loads of accounts. */
export function importHandlers(deps: Pick<PlatformApiDeps, 'imports' | 'presign'>) {
  const reads = importReads(deps)
  return {
    listPlatformImports: reads.list(operations.listPlatformImports),
    getPlatformImport: reads.get(operations.getPlatformImport),
  }
}
