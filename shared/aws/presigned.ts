import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { UPLOAD_FORM_MS } from '../rules/limits.ts'
import { SECOND_MS } from '../lib/time.ts'
import { attachment } from './content-disposition.ts'

const LINK_SECONDS = 15 * 60

const CSV_TYPE = 'text/csv'

export interface UploadForm {
  readonly url: string
  readonly fields: Record<string, string>
}

export interface Download {
  /** What it is saved as; else by its key. */
  readonly fileName?: string
  readonly expiresInSeconds?: number
}

/** The last part of the key, before which the folder says what it is: `exports/acme/X.csv` is saved as `exports-X.csv`. */
function fileNameOf(key: string): string {
  const parts = key.split('/')
  return [parts[0], parts.at(-1)].join('-')
}

/**
 * Leave to do one thing in the bucket in the function's name, for 15 minutes. What is in the files was written by
 * people: no browser is to show it as a page of the bucket's address, so both ways are fixed as a CSV to be saved.
 */
export function presigner(s3: S3Client, bucket: string) {
  return {
    /**
     * To put one object under exactly this key, of 1 to `maxBytes` bytes. The form's fields are all that S3 takes
     * beside the file: it refuses a field without a condition, and a condition whose field isn't sent.
     */
    upload: (key: string, maxBytes: number): Promise<UploadForm> =>
      createPresignedPost(s3, {
        Bucket: bucket,
        Key: key,
        Expires: UPLOAD_FORM_MS / SECOND_MS,
        Fields: { 'Content-Type': CSV_TYPE, 'Content-Disposition': 'attachment' },
        Conditions: [['content-length-range', 1, maxBytes]],
      }),

    download: (
      key: string,
      { fileName = fileNameOf(key), expiresInSeconds = LINK_SECONDS }: Download = {},
    ): Promise<string> =>
      getSignedUrl(
        s3,
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          ResponseContentType: `${CSV_TYPE}; charset=utf-8`,
          ResponseContentDisposition: attachment(fileName),
        }),
        { expiresIn: expiresInSeconds },
      ),
  }
}

export type Presigner = ReturnType<typeof presigner>
