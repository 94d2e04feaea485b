import { join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import type { FunctionName } from './functions.ts'
import { projectRoot } from './project.ts'

/** Where each function's bundle is: a folder that holds `index.js` and nothing else. */
export type Bundles = ReadonlyMap<FunctionName, string>

/**
 * CommonJS with the SDK in it and `module` before `main` starts fastest: ESM output costs some 35 ms more
 * at cold start, and the runtime's own SDK is neither pinned nor minified. No source maps: Lambda loads
 * none unless told to, and then it pays for them at each cold start.
 */
export const bundleOptions = {
  absWorkingDir: projectRoot,
  bundle: true,
  minify: true,
  // Class names stand in logs as the names of errors.
  keepNames: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'error',
} as const satisfies BuildOptions

/**
 * Bundles the functions in one esbuild call, into `outdir/<name>/index.js`.
 * @throws BuildFailure when an entry is missing or doesn't compile
 */
export async function bundle(names: readonly FunctionName[], outdir: string): Promise<Bundles> {
  await build({
    ...bundleOptions,
    entryPoints: names.map((name) => ({ in: `functions/${name}/index.ts`, out: `${name}/index` })),
    outdir,
  })
  return new Map(names.map((name) => [name, join(outdir, name)]))
}
