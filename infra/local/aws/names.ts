/** Account and region of everything local. fauxqs writes the same ones into its ARNs. */
export const LOCAL_ACCOUNT_ID = '000000000000'
/** The principal that S3's notifications name for every upload, since any credentials are accepted. */
export const LOCAL_UPLOADER = 'AWS:AIDALOCALUPLOADER0001'
export const LOCAL_REGION = 'us-east-1'

/** Credentials of the local service's own SDK clients. Nothing local checks them. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const

export const tableArn = (name: string) => `arn:aws:dynamodb:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:table/${name}`
export const queueArn = (name: string) => `arn:aws:sqs:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:${name}`
export const identityArn = (name: string) =>
  `arn:aws:ses:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:identity/${name}`
export const configurationSetArn = (name: string) =>
  `arn:aws:ses:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:configuration-set/${name}`
export const scheduleArn = (group: string, name: string) =>
  `arn:aws:scheduler:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:schedule/${group}/${name}`
export const scheduleGroupArn = (group: string) =>
  `arn:aws:scheduler:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:schedule-group/${group}`
export const eventBusArn = (name: string) =>
  `arn:aws:events:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:event-bus/${name}`
export const eventRuleArn = (name: string) =>
  `arn:aws:events:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:rule/${name}`
export const bucketArn = (name: string) => `arn:aws:s3:::${name}`
export const objectArn = (bucket: string, key: string) => `arn:aws:s3:::${bucket}/${key}`

/** Removes a version or alias from a function's name or ARN; other texts stay as they are. */
export const unqualified = (target: string): string =>
  /^((?:arn:aws:lambda:[^:]*:[^:]*:function:)?[^:]+):[^:]+$/.exec(target)?.[1] ?? target

/** The name at the end of a queue's, bucket's or topic's ARN. */
export const nameOfArn = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1)

/** The queue's name: the last segment of its URL, whatever the host. */
export const queueNameOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1)

/**
 * Headers that name the caller to DynamoDB. DynamoDB Local keeps separate tables for each access key, so all calls
 * use the same one.
 */
export const TABLE_OWNER = {
  authorization:
    `AWS4-HMAC-SHA256 Credential=${LOCAL_CREDENTIALS.accessKeyId}/20260101/${LOCAL_REGION}/dynamodb/aws4_request, ` +
    'SignedHeaders=host;x-amz-date, Signature=0',
  'x-amz-date': '20260101T000000Z',
}
