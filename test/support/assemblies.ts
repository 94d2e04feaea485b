/** Assemblies and bundles, made once per test run, since each takes seconds and all files can share it. */
import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Bundles } from '../../infra/build/bundles.ts'
import { type FunctionName, functions } from '../../infra/functions.ts'
import { synthesizeLocally } from '../../infra/local/assembly/assemble.ts'
import { onceARun } from './run-folder.ts'

type Settings = Readonly<Record<string, string>>

const hashOf = (settings: Settings): string =>
  createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16)

export const functionNames = Object.keys(functions).filter((name): name is FunctionName =>
  Object.hasOwn(functions, name),
)

/** The bundles of all functions. */
export async function bundlesOfRun(): Promise<Bundles> {
  const folder = await onceARun('bundles', async (making) => {
    const { bundle } = await import('../../infra/build/bundles.ts')
    await bundle(functionNames, making)
  })
  return new Map(functionNames.map((name) => [name, path.join(folder, name)]))
}

/** The folder of the assembly that a deployment with these settings would upload. Nothing is checked: see synth.test.ts. */
export async function assemblyOfRun(context: Settings): Promise<string> {
  const bundles = await bundlesOfRun()
  return onceARun(`assembly-${hashOf(context)}`, async (outdir) => {
    // Imported here, since the CDK takes a second to load and most files don’t need it.
    const { synthesize } = await import('../../infra/synth.ts')
    await synthesize({ context, outdir, validate: false, bundles })
  })
}

/** The folder of the assembly that `npm start` would run. */
export const localAssemblyOfRun = (settings: Settings = {}): Promise<string> =>
  onceARun(`local-${hashOf(settings)}`, (outdir) => synthesizeLocally(outdir, settings))
