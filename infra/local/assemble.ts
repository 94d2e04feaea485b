/** What is run: the app, synthesized as for a deployment, and the runtime that its functions get. */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import { localAudience, localIssuer } from './keys.ts'
import type { SynthesisAnswer, SynthesisRequest } from './synth-worker.ts'

/** In a thread of its own: the CDK keeps a core busy for a second, and its heap is gone when the thread is. */
export async function synthesizeLocally(outdir: string): Promise<string> {
  const request: SynthesisRequest = {
    outdir,
    context: { jwtIssuer: localIssuer, jwtAudience: localAudience },
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

/** Resolves with the path of the bundled runtime. */
export async function bundleRuntime(directory: string): Promise<string> {
  const outfile = path.join(directory, 'runtime.cjs')
  await build({
    entryPoints: [fileURLToPath(new URL('./runtime/main.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
  })
  return outfile
}
