import { copyFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { docsAssets } from '../../shared/http/documents/docs-assets.ts'
import { buildConsole } from './console.ts'
import type { FunctionName } from '../functions.ts'
import { projectRoot } from '../project.ts'
import { withoutUnusedSdk } from './unused-sdk.ts'

/** Each function's bundle: a folder with `index.js` and the files it reads. */
export type Bundles = ReadonlyMap<FunctionName, string>

/**
 * Modules that a function imports dynamically, by function. Each becomes a file of its own next to the bundle, and is
 * loaded when it is first used. It has its own copy of everything it imports, so it can't share state or classes with
 * the bundle.
 */
const apart: Readonly<Partial<Record<FunctionName, readonly string[]>>> = {
  'admin-api': ['shared/rules/domains/domain-name.ts'],
}

const fileApart = (module: string): string => basename(module, '.ts')

const loadedApart: Plugin = {
  name: 'modules loaded apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\..*\.ts$/ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined
      const module = relative(projectRoot, join(resolveDir, path))
      if (!Object.values(apart).flat().includes(module))
        return {
          errors: [{ text: `${module} is imported dynamically, and infra/build/bundles.ts doesn't list it` }],
        }
      return { path: `./${fileApart(module)}.js`, external: true }
    })
  },
}

/**
 * CommonJS, the SDK bundled, and `module` before `main` start fastest. ESM output costs some 35 ms more per cold
 * start, and the runtime's own SDK is neither pinned nor minified. No source maps: Lambda ignores them by default,
 * and loading them slows each cold start.
 */
export const bundleOptions = {
  absWorkingDir: projectRoot,
  bundle: true,
  minify: true,
  // `keepNames` would cost 30 KB. It isn't needed: all errors, ours and the SDK's, set their names themselves.
  platform: 'node' as const,
  target: 'node24',
  format: 'cjs' as const,
  mainFields: ['module', 'main'],
  legalComments: 'none' as const,
  logLevel: 'error' as const,
  // The separate files are CommonJS, so Lambda's loader of ES modules isn't needed for them.
  supported: { 'dynamic-import': false },
  plugins: [...withoutUnusedSdk, loadedApart],
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
      entryPoints: names.flatMap((name) => [
        { in: `functions/${name}/index.ts`, out: `${name}/index` },
        ...(apart[name] ?? []).map((module) => ({ in: module, out: `${name}/${fileApart(module)}` })),
      ]),
      outdir,
    }),
    console === undefined ? undefined : buildConsole(join(outdir, console)),
  ])
  if (names.includes('openapi')) await copyDocsAssets(join(outdir, 'openapi'))
  return new Map(names.map((name) => [name, join(outdir, name)]))
}
