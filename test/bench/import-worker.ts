import { createRequire } from 'node:module'
import type { Context } from 'aws-lambda'

/**
 * Runs one function (by its name, or the path of its bundle) in a process of its own, as Lambda does: it takes events
 * over IPC, one at a time. With each result it reports its CPU time, the maximum of the process’s memory, and the
 * maximum in use, which is measured after each of many garbage collections, since V8 keeps garbage as long as there
 * is room.
 */
const [, , what = ''] = process.argv
const module: { handler: (event: unknown, context: Context) => Promise<unknown> } = what.endsWith('.js')
  ? createRequire(import.meta.url)(what)
  : await import(`../../functions/${what}/index.ts`)

const context = { getRemainingTimeInMillis: () => 300_000, awsRequestId: 'bench' } as Context

/**
 * Milliseconds between collections, which take tens of milliseconds each: often enough to see a peak, and seldom
 * enough not to dominate the work.
 */
const COLLECT_EVERY_MS = 1000
let peakLiveKiB = 0
const collect = globalThis.gc
const measure = (): void => {
  void collect?.()
  const { heapUsed, external } = process.memoryUsage()
  peakLiveKiB = Math.max(peakLiveKiB, Math.round((heapUsed + external) / 1024))
}
if (collect !== undefined) setInterval(measure, COLLECT_EVERY_MS)

process.on('message', (event) => {
  void module
    .handler(event, context)
    .then((result) => {
      // At least once, however short the work was.
      if (collect !== undefined) measure()
      const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
      process.send?.({ result, peakRssKiB: maxRSS, cpuMs: (userCPUTime + systemCPUTime) / 1000, peakLiveKiB })
    })
    .catch((error: unknown) => process.send?.({ error: String(error) }))
})
process.send?.({ ready: true })
