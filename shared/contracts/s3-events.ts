import * as z from 'zod'

export interface ArrivedObject {
  readonly key: string
  readonly etag: string
  readonly sizeBytes: number
  /** S3's order of events for a key; the same when an event is delivered again. */
  readonly sequencer: string
  readonly arrivedAt: Date
  /** C10: who put it there, as S3 names them. */
  readonly principalId: string | undefined
}

const s3Event = z.object({
  Records: z.array(
    z.object({
      eventTime: z.string(),
      /** `AWS:AIDA…` of a user, `AWS:AROA…:SESSION` of a role; a few kinds of events have none. */
      userIdentity: z.object({ principalId: z.string().optional() }).optional(),
      s3: z.object({
        object: z.object({ key: z.string(), size: z.number(), eTag: z.string(), sequencer: z.string() }),
      }),
    }),
  ),
})

/** S3 says once that it can send, when the notifications are set up. */
const s3Test = z.object({ Event: z.literal('s3:TestEvent') })

/**
 * The objects that a queue's message tells of.
 * @throws ZodError for a message that isn't S3's
 */
export function arrivedObjects(body: unknown): ArrivedObject[] {
  if (s3Test.safeParse(body).success) return []
  return s3Event.parse(body).Records.map(({ eventTime, userIdentity, s3: { object } }) => ({
    // As S3 writes keys there: as a form's value.
    key: decodeURIComponent(object.key.replaceAll('+', ' ')),
    etag: object.eTag,
    sizeBytes: object.size,
    sequencer: object.sequencer,
    arrivedAt: new Date(eventTime),
    principalId: userIdentity?.principalId,
  }))
}
