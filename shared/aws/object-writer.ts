import { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import type { ObjectWriter } from '../contracts/object-store.ts'

/** Bytes of an upload's part, S3's minimum. Two parts are all the memory that a report needs. */
const PART_BYTES = 5 * 1024 * 1024
const PARTS_AT_ONCE = 2

export function objectWriter(s3: S3Client, bucket: string): ObjectWriter {
  return async (key, contentType, body) => {
    const upload = new Upload({
      client: s3,
      params: { Bucket: bucket, Key: key, Body: Readable.from(body), ContentType: contentType },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
    })
    await upload.done()
  }
}
