import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3'
import { ObjectGone, type ObjectReader, type ObjectRemover } from '../contracts/object-store.ts'

export function objectReader(s3: S3Client, bucket: string): ObjectReader {
  return async ({ key, etag, startByte, endByte }) => {
    try {
      const { Body } = await s3.send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          // An S3 event has the ETag without quotes; the header needs them.
          IfMatch: etag === undefined ? undefined : `"${etag}"`,
          Range: `bytes=${startByte}-${endByte === undefined ? '' : endByte - 1}`,
        }),
      )
      if (!(Body instanceof Readable)) throw new Error('S3 answered without a body')
      return Body
    } catch (error) {
      const { name, status } = failureOf(error)
      // The range begins at the end: an empty object, or a file that was read to its end.
      if (status === 416) return nothing()
      if (status === 412 || status === 404 || name === 'NoSuchKey')
        throw new ObjectGone(`${name} reading an upload`, { cause: error })
      throw error
    }
  }
}

export function objectRemover(s3: S3Client, bucket: string): ObjectRemover {
  return {
    async *list(prefix) {
      let ContinuationToken: string | undefined
      do {
        const page = await s3.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken }),
        )
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key
        ContinuationToken = page.NextContinuationToken
      } while (ContinuationToken !== undefined)
    },

    async remove(key) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
    },
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function failureOf(error: unknown): { name: string; status: number | undefined } {
  if (!(error instanceof Error)) return { name: 'unknown', status: undefined }
  const { $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
  return { name: error.name, status: $metadata?.httpStatusCode }
}
