/** What is run: the app, synthesized as for a deployment, and the runtime that its functions get. */
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

/** Begun early: the synthesis takes longer than everything else that a start needs. */
export interface Assembling {
  /** Belongs to whoever boots what is assembled in it. */
  readonly work: WorkDirectory
  /** The cloud assembly's folder. */
  readonly assembly: Promise<string>
  /** The bundled runtime's path. */
  readonly runtime: Promise<string>
}

/** The local SES takes any rate, unless it is told otherwise: mails are in nobody's way. */
const localMailsPerSecond = '1000'

/** In a thread of its own: the CDK keeps a core busy for two seconds, and its heap is gone when the thread is. */
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

/** `assembly`: one that is there already, in place of the app's own with these settings. */
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
  // They are awaited later; should something else fail before, theirs are not unhandled rejections.
  assembling.assembly.catch(() => undefined)
  assembling.runtime.catch(() => undefined)
  return assembling
}
