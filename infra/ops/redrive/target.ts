/** What a redrive works on: the running local service, or a stack in AWS. */
import type { _Object } from '@aws-sdk/client-s3'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3'
import { failedBatchesPrefix } from '../../constructs/bucket.ts'
import type { ChangeRecord, FailedBatches } from './effects.ts'

/** An error that the user can fix. It is shown in one line. */
export class RedriveError extends Error {
  override readonly name = 'RedriveError'
}

export interface RedriveTarget {
  readonly s3: S3Client
  readonly bucket: string
  /** The URL of a queue by logical id, such as `MailsQueue`. */
  queueUrl(logicalId: string): Promise<string>
  /** Has `effects` handle an event and returns its answer. Throws if it fails. */
  invokeEffects(event: { readonly Records: readonly ChangeRecord[] }): Promise<unknown>
  /** Moves all messages from one queue to another. Resolves with their number. */
  move(fromUrl: string, toUrl: string): Promise<number>
}

const objectKey = ({ Key }: _Object): string[] => (Key === undefined ? [] : [Key])

/** Whether a handler's answer reports failed items. */
const leavesSome = (answer: unknown): boolean =>
  typeof answer === 'object' &&
  answer !== null &&
  'batchItemFailures' in answer &&
  Array.isArray(answer.batchItemFailures) &&
  answer.batchItemFailures.length > 0

export function failedBatchesIn(target: RedriveTarget): FailedBatches {
  const { s3, bucket: Bucket } = target
  return {
    async keys() {
      const keys: string[] = []
      const pages = paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: `${failedBatchesPrefix}/` })
      for await (const { Contents = [] } of pages) keys.push(...Contents.flatMap(objectKey))
      return keys
    },
    async read(Key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
      return (await Body?.transformToString()) ?? ''
    },
    async remove(Key) {
      await s3.send(new DeleteObjectCommand({ Bucket, Key }))
    },
    async play(Records) {
      try {
        const answer = await target.invokeEffects({ Records })
        return leavesSome(answer) ? 'effects left some of it undone' : undefined
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    },
  }
}
