import { parentPort, workerData } from 'node:worker_threads'
import * as z from 'zod'
import { synthesize } from '../../synth.ts'

const request = z.object({ outdir: z.string(), context: z.record(z.string(), z.string()) })
export type SynthesisRequest = z.infer<typeof request>

export interface SynthesisAnswer {
  readonly directory: string
}

// `npm run synth` and CI check the template. The checks would double the time of a start.
const { directory } = await synthesize({ ...request.parse(workerData), validate: false })
parentPort?.postMessage({ directory } satisfies SynthesisAnswer)
