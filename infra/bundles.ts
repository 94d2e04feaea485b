import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { docsAssets } from '../shared/http/documents/docs-assets.ts'
import { buildConsole } from './console.ts'
import type { FunctionName } from './functions.ts'
import { projectRoot } from './project.ts'

/** Where each function's bundle is: a folder that holds `index.js`, and what it reads. */
export type Bundles = ReadonlyMap<FunctionName, string>

/**
 * Lambda gives a function its role's credentials in the environment. The SDK's default looks for them in a dozen places more,
 * by clients of STS, SSO and Cognito of its own: 140 KB of each bundle, and some 8 ms of each cold start, that nothing here
 * ever asks for. So the default is the SDK's own reader of the environment.
 */
const credentialsOfTheEnvironment: Plugin = {
  name: 'credentials-of-the-environment',
  setup({ onResolve, onLoad }) {
    const namespace = 'environment-credentials'
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ path }) => ({ path, namespace }))
    onLoad({ filter: /.*/, namespace }, () => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'",
      resolveDir: projectRoot,
    }))
  },
}

/**
 * CommonJS with the SDK in it and `module` before `main` starts fastest: ESM output costs some 35 ms more
 * at cold start, and the runtime's own SDK is neither pinned nor minified. No source maps: Lambda loads
 * none unless told to, and then it pays for them at each cold start.
 */
export const bundleOptions = {
  absWorkingDir: projectRoot,
  bundle: true,
  minify: true,
  // Not `keepNames`: every error of ours, and of the SDK's, tells its name by itself, and the rest costs 30 KB.
  platform: 'node' as const,
  target: 'node24',
  format: 'cjs' as const,
  mainFields: ['module', 'main'],
  legalComments: 'none' as const,
  logLevel: 'error' as const,
  plugins: [credentialsOfTheEnvironment],
} satisfies BuildOptions

/** Of the package that the page at `/docs` is. */
async function copyDocsAssets(folder: string): Promise<void> {
  const from = join(projectRoot, 'node_modules', 'swagger-ui-dist')
  await Promise.all(Object.keys(docsAssets).map((name) => copyFile(join(from, name), join(folder, name))))
}

/**
 * Bundles the functions in one esbuild call, into `outdir/<name>/index.js`, and the console's files beside its function.
 * @throws BuildFailure when an entry is missing or doesn't compile
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
