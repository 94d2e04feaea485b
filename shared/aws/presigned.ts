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
  /** The name that a browser saves it under; by default it is made of the key. */
  readonly fileName?: string
  readonly expiresInSeconds?: number
}

/** The file name for a key: `exports/acme/X.csv` is saved as `exports-X.csv`. */
function fileNameOf(key: string): string {
  const parts = key.split('/')
  return [parts[0], parts.at(-1)].join('-')
}

/**
 * Makes presigned requests, which let their holder do one thing with the bucket for 15 minutes. The files' content was
 * written by people, so no browser may render it as a page of the bucket's origin: content type and disposition are
 * fixed.
 */
export function presigner(s3: S3Client, bucket: string) {
  return {
    /**
     * A form to upload one object under exactly this key, of 1 to `maxBytes` bytes. S3 accepts no other form fields: it
     * refuses a field without a condition, and a condition whose field isn't sent.
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
