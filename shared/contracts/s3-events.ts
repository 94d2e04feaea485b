import * as z from 'zod'

export interface ArrivedObject {
  readonly key: string
  readonly etag: string
  readonly sizeBytes: number
  /** Orders the events of a key; the same when an event is delivered again. */
  readonly sequencer: string
  readonly arrivedAt: Date
  /** C10: the principal that uploaded it, as S3 names it. */
  readonly principalId: string | undefined
}

const s3Event = z.object({
  Records: z.array(
    z.object({
      eventTime: z.string(),
      /** `AWS:AIDA…` for a user, `AWS:AROA…:SESSION` for a role; absent in a few kinds of events. */
      userIdentity: z.object({ principalId: z.string().optional() }).optional(),
      s3: z.object({
        object: z.object({ key: z.string(), size: z.number(), eTag: z.string(), sequencer: z.string() }),
      }),
    }),
  ),
})

/** S3 sends this once, when notifications are set up. */
const s3Test = z.object({ Event: z.literal('s3:TestEvent') })

/**
 * Parses an S3 event notification; none for S3's test event.
 * @throws ZodError for any other message
 */
export function arrivedObjects(body: unknown): ArrivedObject[] {
  if (s3Test.safeParse(body).success) return []
  return s3Event.parse(body).Records.map(({ eventTime, userIdentity, s3: { object } }) => ({
    // S3 writes keys here form-encoded.
    key: decodeURIComponent(object.key.replaceAll('+', ' ')),
    etag: object.eTag,
    sizeBytes: object.size,
    sequencer: object.sequencer,
    arrivedAt: new Date(eventTime),
    principalId: userIdentity?.principalId,
  }))
}
