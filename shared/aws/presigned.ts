import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'

const LINK_SECONDS = 15 * 60

export interface UploadForm {
  readonly url: string
  readonly fields: Record<string, string>
}

/** Leave to do one thing in the bucket in the function's name, for 15 minutes. */
export function presigner(s3: S3Client, bucket: string) {
  return {
    /** To put one object under exactly this key, of 1 to `maxBytes` bytes. */
    upload: (key: string, maxBytes: number): Promise<UploadForm> =>
      createPresignedPost(s3, {
        Bucket: bucket,
        Key: key,
        Expires: LINK_SECONDS,
        Conditions: [
          ['content-length-range', 1, maxBytes],
          // Browsers say what they take the file for; any of it will do.
          ['starts-with', '$Content-Type', ''],
        ],
      }),

    download: (key: string): Promise<string> =>
      getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: LINK_SECONDS }),
  }
}

export type Presigner = ReturnType<typeof presigner>
