import type { S3Event } from 'aws-lambda'
import * as z from 'zod'
import { InputError } from '../../shared/kit/errors.ts'
import { type Job, queueHandler } from '../../shared/kit/jobs.ts'
import type { Log } from '../../shared/kit/log.ts'
import {
  advanceImport,
  type ImportingPorts,
  type ImportRef,
  importArrived,
} from '../../shared/service/importing.ts'

const continuation = z.object({ kind: z.literal('continue'), orgId: z.string(), importId: z.string() })

const s3Event = z.object({
  Records: z.array(
    z.object({
      eventTime: z.string(),
      s3: z.object({
        object: z.object({ key: z.string(), size: z.number(), eTag: z.string(), sequencer: z.string() }),
      }),
    }),
  ),
})

/** S3 says once that it can send, when the notifications are set up. */
const s3Test = z.object({ Event: z.literal('s3:TestEvent') })

type Ports = Omit<ImportingPorts, 'timeLeftMs'>

/**
 * Triggered by the queue of uploads: S3's notifications, and its own messages to go on with a file. At least once; a
 * repeat finds the import where it stands and goes on from there.
 */
export function createHandler(ports: Ports, log: Log) {
  return queueHandler(log, 1, async (job) => {
    for (const ref of await importsOf({ ...ports, timeLeftMs: job.timeLeftMs }, job)) {
      await advanceImport({ ...ports, timeLeftMs: job.timeLeftMs }, ref)
      log.info('import advanced', { importId: ref.importId, orgId: ref.orgId })
    }
  })
}

async function importsOf(ports: ImportingPorts, { body }: Job): Promise<ImportRef[]> {
  const goOn = continuation.safeParse(body)
  if (goOn.success) return [goOn.data]
  if (s3Test.safeParse(body).success) return []
  const event = s3Event.safeParse(body)
  if (!event.success)
    throw new InputError('malformed_message', 'neither an S3 event nor a continuation', [], {
      cause: event.error,
    })
  const refs: ImportRef[] = []
  for (const { eventTime, s3 } of event.data.Records satisfies Pick<
    S3Event['Records'][number],
    'eventTime'
  >[]) {
    const ref = await importArrived(ports, {
      key: decodeURIComponent(s3.object.key.replaceAll('+', ' ')),
      etag: s3.object.eTag,
      sizeBytes: s3.object.size,
      sequencer: s3.object.sequencer,
      arrivedAt: new Date(eventTime),
    })
    if (ref !== undefined) refs.push(ref)
  }
  return refs
}
