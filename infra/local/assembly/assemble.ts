/** Synthesizes the app as for a deployment, and bundles the runtime that its functions get. */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import {
  localAudience,
  localConsoleClient,
  localIssuer,
  localProduct,
  localSender,
} from '../project-settings.ts'
import type { SynthesisAnswer, SynthesisRequest } from './synth-worker.ts'
import { makeWorkDirectory, type WorkDirectory } from './work-directory.ts'

/** What a start needs to have built. It is started early, since the synthesis takes longer than anything else. */
export interface Assembling {
  /** Whoever boots the service removes it at the end. */
  readonly work: WorkDirectory
  /** The folder of the cloud assembly. */
  readonly assembly: Promise<string>
  /** The path of the bundled runtime. */
  readonly runtime: Promise<string>
}

/** No limit in practice, so that nothing waits for mails. The local SES has none of its own unless it is told to. */
const localMailsPerSecond = '1000'

/** Synthesizes in a worker thread: the CDK keeps a core busy for two seconds, and its heap is freed with the thread. */
export async function synthesizeLocally(
  outdir: string,
  settings: Readonly<Record<string, string>>,
): Promise<string> {
  const request: SynthesisRequest = {
    outdir,
    context: {
      jwtIssuer: localIssuer,
      jwtAudience: localAudience,
      consoleClientId: localConsoleClient,
      mailFrom: localSender,
      ...localProduct,
      mailsPerSecond: localMailsPerSecond,
      ...settings,
    },
  }
  const worker = new Worker(new URL('./synth-worker.ts', import.meta.url), { workerData: request })
  try {
    return await new Promise<string>((resolve, reject) => {
      worker.once('message', ({ directory }: SynthesisAnswer) => resolve(directory))
      worker.once('error', reject)
      worker.once('exit', (code) => reject(new Error(`the synthesis ended with status ${code}`)))
    })
  } finally {
    await worker.terminate()
  }
}

async function bundleRuntime(directory: string): Promise<string> {
  const outfile = path.join(directory, 'runtime.cjs')
  await build({
    entryPoints: [fileURLToPath(new URL('../functions/runtime/main.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
  })
  return outfile
}

/** @param assembly a folder that `cdk synth` has written, to run instead of the app's own template */
export async function startAssembling({
  assembly,
  settings = {},
}: {
  readonly assembly?: string
  readonly settings?: Readonly<Record<string, string>>
} = {}): Promise<Assembling> {
  const work = await makeWorkDirectory()
  const assembling = {
    work,
    assembly:
      assembly === undefined
        ? synthesizeLocally(path.join(work.path, 'assembly'), settings)
        : Promise.resolve(assembly),
    runtime: bundleRuntime(work.path),
  }
  // Whoever boots awaits them later. Until then a failure must not end the process as an unhandled rejection.
  assembling.assembly.catch(() => undefined)
  assembling.runtime.catch(() => undefined)
  return assembling
}
