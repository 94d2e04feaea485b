import type { Context } from 'aws-lambda'

/**
 * One function in a process of its own, as Lambda has it: takes events over IPC, one at a time, and tells with each
 * result the most memory that the process ever held.
 */
const module: { handler: (event: unknown, context: Context) => Promise<unknown> } = await import(
  `../../functions/${process.argv[2]}/index.ts`
)

const context = { getRemainingTimeInMillis: () => 300_000, awsRequestId: 'bench' } as Context

process.on('message', (event) => {
  void module
    .handler(event, context)
    .then((result) => process.send?.({ result, peakRssKiB: process.resourceUsage().maxRSS }))
    .catch((error: unknown) => process.send?.({ error: String(error) }))
})
process.send?.({ ready: true })
