import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'

/** The object is not there any more, or is another one under the same key: what was to be read is gone for good. */
export class ObjectGone extends Error {
  override readonly name = 'ObjectGone'
}

/** A report is written in parts of this size, S3's least: two of them are all the memory it takes. */
const PART_BYTES = 5 * 1024 * 1024
const PARTS_AT_ONCE = 2

export interface ReadObject {
  readonly key: string
  /** Absent: for objects that are written once. */
  readonly etag?: string
  readonly startByte: number
  /** Exclusive; absent: to the end. */
  readonly endByte?: number
}

export function objectReader(s3: S3Client, bucket: string) {
  /** @throws ObjectGone when the object was deleted or replaced since its ETag was noted */
  return async ({ key, etag, startByte, endByte }: ReadObject): Promise<AsyncIterable<Uint8Array>> => {
    try {
      const { Body } = await s3.send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          // An S3 event gives the ETag bare; the header is a quoted string.
          IfMatch: etag === undefined ? undefined : `"${etag}"`,
          Range: `bytes=${startByte}-${endByte === undefined ? '' : endByte - 1}`,
        }),
      )
      if (!(Body instanceof Readable)) throw new Error('S3 answered without a body')
      return Body
    } catch (error) {
      const { name, status } = failureOf(error)
      // Nothing lies behind the last byte: an empty object, or a file that ends where we are to go on.
      if (status === 416) return nothing()
      if (status === 412 || status === 404 || name === 'NoSuchKey')
        throw new ObjectGone(`${name} reading an upload`, { cause: error })
      throw error
    }
  }
}

export type ObjectReader = ReturnType<typeof objectReader>

export function objectWriter(s3: S3Client, bucket: string) {
  /** Streams a body of unknown length; an object is there only if all of it was written. */
  return async (key: string, contentType: string, body: AsyncIterable<Uint8Array>): Promise<void> => {
    const upload = new Upload({
      client: s3,
      params: { Bucket: bucket, Key: key, Body: Readable.from(body), ContentType: contentType },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
    })
    await upload.done()
  }
}

export type ObjectWriter = ReturnType<typeof objectWriter>

export function objectRemover(s3: S3Client, bucket: string) {
  return {
    /** Keys that begin so, page by page. */
    async *list(prefix: string): AsyncGenerator<string> {
      let ContinuationToken: string | undefined
      do {
        const page = await s3.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken }),
        )
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key
        ContinuationToken = page.NextContinuationToken
      } while (ContinuationToken !== undefined)
    },

    /** One that isn't there is no error. */
    async remove(key: string): Promise<void> {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
    },
  }
}

export type ObjectRemover = ReturnType<typeof objectRemover>

async function* nothing(): AsyncGenerator<Uint8Array> {}

function failureOf(error: unknown): { name: string; status: number | undefined } {
  if (!(error instanceof Error)) return { name: 'unknown', status: undefined }
  const { $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
  return { name: error.name, status: $metadata?.httpStatusCode }
}
