import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { docsAssets } from '../shared/http/documents/docs-assets.ts'
import { buildConsole } from './console.ts'
import type { FunctionName } from './functions.ts'
import { projectRoot } from './project.ts'
import { withoutUnusedSdk } from './unused-sdk.ts'

/** Each function's bundle: a folder with `index.js` and the files it reads. */
export type Bundles = ReadonlyMap<FunctionName, string>

/**
 * CommonJS, the SDK bundled, and `module` before `main` start fastest. ESM output costs some 35 ms more per cold
 * start, and the runtime's own SDK is neither pinned nor minified. No source maps: Lambda ignores them by default,
 * and loading them slows each cold start.
 */
export const bundleOptions = {
  absWorkingDir: projectRoot,
  bundle: true,
  minify: true,
  // Without `keepNames`, which costs 30 KB: all errors, ours and the SDK's, set their names themselves.
  platform: 'node' as const,
  target: 'node24',
  format: 'cjs' as const,
  mainFields: ['module', 'main'],
  legalComments: 'none' as const,
  logLevel: 'error' as const,
  plugins: [...withoutUnusedSdk],
} satisfies BuildOptions

/** Copies the files of Swagger UI for the page at `/docs`. */
async function copyDocsAssets(folder: string): Promise<void> {
  const from = join(projectRoot, 'node_modules', 'swagger-ui-dist')
  await Promise.all(Object.keys(docsAssets).map((name) => copyFile(join(from, name), join(folder, name))))
}

/**
 * Bundles the functions in one esbuild call into `outdir/<name>/index.js`, and puts the console's files next to its
 * function.
 * @throws BuildFailure if an entry is missing or doesn't compile
 */
export async function bundle(names: readonly FunctionName[], outdir: string): Promise<Bundles> {
  const [console] = names.filter((name) => name === 'console')
  await Promise.all([
    build({
      ...bundleOptions,
      entryPoints: names.map((name) => ({ in: `functions/${name}/index.ts`, out: `${name}/index` })),
      outdir,
    }),
    console === undefined ? undefined : buildConsole(join(outdir, console)),
  ])
  if (names.includes('openapi')) await copyDocsAssets(join(outdir, 'openapi'))
  return new Map(names.map((name) => [name, join(outdir, name)]))
}
