import { createHash, randomUUID } from 'node:crypto'

/** Lambda's record of a stream batch that it gave up on, for any destination. */
export interface InvocationRecord {
  readonly requestContext: {
    readonly requestId: string
    readonly functionArn: string
    readonly condition: string
    readonly approximateInvokeCount: number
  }
  readonly responseContext: Readonly<Record<string, unknown>>
  readonly version: string
  readonly timestamp: string
  readonly DDBStreamBatchInfo: {
    readonly shardId: string
    readonly startSequenceNumber: string
    readonly endSequenceNumber: string
    readonly approximateArrivalOfFirstRecord: string
    readonly approximateArrivalOfLastRecord: string
    readonly batchSize: number
    readonly streamArn: string
  }
}

/** The UUID of an event source mapping, derived from a name. */
export function mappingId(name: string): string {
  const digits = createHash('md5').update(name).digest('hex')
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => digits.slice(from, to))
    .join('-')
}

/**
 * The key of the object in which Lambda stores a failed batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function failedBatchKey(
  { requestContext, DDBStreamBatchInfo: { shardId } }: InvocationRecord,
  at: Date,
): string {
  const [day = '', time = ''] = at.toISOString().slice(0, 19).split('T')
  const folder = `aws/lambda/${mappingId(requestContext.functionArn)}/${shardId}/${day.replaceAll('-', '/')}`
  return `${folder}/${day}T${time.replaceAll(':', '.')}-${randomUUID()}`
}
