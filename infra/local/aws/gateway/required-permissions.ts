import type { IncomingMessage } from 'node:http'
import * as z from 'zod'
import { bucketArn, objectArn, queueArn, queueNameOf, tableArn } from '../names.ts'
import { type Permission, ServiceError } from '../emulated-service.ts'

/* The permissions that calls of DynamoDB, SQS and S3 need, as AWS documents them. */

/** Finds a member `"name":"value"` outside of strings. The SDK sends no white space and escapes quotes in strings. */
function member(body: Buffer, name: string): string | undefined {
  const start = body.indexOf(`"${name}":"`)
  if (start < 0) return undefined
  const from = start + name.length + 4
  return body.toString('latin1', from, body.indexOf('"', from))
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    throw new ServiceError('SerializationException', 'The body is not JSON.')
  }
}

const tableResource = (nameOrArn: string) => (nameOrArn.startsWith('arn:') ? nameOrArn : tableArn(nameOrArn))

const namedTable = z.object({ TableName: z.string() })
const transaction = z.object({ TransactItems: z.array(z.record(z.string(), namedTable)) })
const batch = z.object({ RequestItems: z.record(z.string(), z.unknown()) })

const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
  Get: 'dynamodb:GetItem',
}

/** Removes repeated pairs of action and resource. */
function distinct(permissions: Permission[]): Permission[] {
  return [...new Map(permissions.map((p) => [`${p.action} ${p.resource}`, p])).values()]
}

export function dynamoDbPermissions(target: string, body: Buffer): Permission[] {
  const operation = target.slice(target.indexOf('.') + 1)
  const action = `dynamodb:${operation}`
  if (operation === 'TransactWriteItems' || operation === 'TransactGetItems') {
    // IAM checks the parts; the transaction itself needs no permission.
    const items = transaction.safeParse(parseJson(body)).data?.TransactItems ?? []
    return distinct(
      items.flatMap((item) =>
        Object.entries(item).map(([kind, { TableName }]) => ({
          action: TRANSACTION_ACTIONS[kind] ?? action,
          resource: tableResource(TableName),
        })),
      ),
    )
  }
  if (operation === 'BatchWriteItem' || operation === 'BatchGetItem') {
    const tables = Object.keys(batch.safeParse(parseJson(body)).data?.RequestItems ?? {})
    return tables.map((table) => ({ action, resource: tableResource(table) }))
  }
  const table = member(body, 'TableName') ?? namedTable.safeParse(parseJson(body)).data?.TableName
  if (table === undefined) return [{ action, resource: member(body, 'StreamArn') ?? '*' }]
  const index = operation === 'Query' || operation === 'Scan' ? member(body, 'IndexName') : undefined
  return [{ action, resource: tableResource(table) + (index === undefined ? '' : `/index/${index}`) }]
}

const WITHOUT_QUEUE = new Set(['ListQueues'])

export function sqsPermissions(target: string, body: Buffer): Permission[] {
  const operation = target.slice(target.indexOf('.') + 1)
  const action = `sqs:${operation.replace(/Batch$/, '')}`
  if (WITHOUT_QUEUE.has(operation)) return [{ action, resource: '*' }]
  const url = z.object({ QueueUrl: z.string() }).safeParse(parseJson(body)).data?.QueueUrl
  const name = url === undefined ? (member(body, 'QueueName') ?? '*') : queueNameOf(url)
  return [{ action, resource: queueArn(name) }]
}

export interface S3Target {
  bucket: string
  /** Decoded; empty if the request is about the bucket. */
  key: string
  query: URLSearchParams
}

export function s3Target(url: string): S3Target {
  const mark = url.indexOf('?')
  const path = (mark < 0 ? url : url.slice(0, mark)).slice(1)
  const slash = path.indexOf('/')
  const decode = (text: string) => {
    try {
      return decodeURIComponent(text)
    } catch {
      throw new ServiceError('InvalidURI', "Couldn't parse the specified URI.")
    }
  }
  return {
    bucket: slash < 0 ? path : path.slice(0, slash),
    key: slash < 0 ? '' : decode(path.slice(slash + 1)),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark)),
  }
}

const firstOf = (query: URLSearchParams, actions: Readonly<Record<string, string>>) =>
  Object.entries(actions).find(([name]) => query.has(name))?.[1]

function bucketAction(method: string, query: URLSearchParams): string {
  switch (method) {
    case 'GET': {
      const others = {
        location: 's3:GetBucketLocation',
        uploads: 's3:ListBucketMultipartUploads',
        lifecycle: 's3:GetLifecycleConfiguration',
        versions: 's3:ListBucketVersions',
        versioning: 's3:GetBucketVersioning',
        notification: 's3:GetBucketNotification',
      }
      return firstOf(query, others) ?? 's3:ListBucket'
    }
    case 'HEAD':
      return 's3:ListBucket'
    case 'PUT':
      return query.has('lifecycle') ? 's3:PutLifecycleConfiguration' : 's3:CreateBucket'
    case 'DELETE':
      return 's3:DeleteBucket'
    default:
      return 's3:DeleteObject'
  }
}

function objectAction(method: string, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
      return (
        firstOf(query, {
          attributes: 's3:GetObjectAttributes',
          uploadId: 's3:ListMultipartUploadParts',
          tagging: 's3:GetObjectTagging',
          acl: 's3:GetObjectAcl',
        }) ?? 's3:GetObject'
      )
    case 'HEAD':
      return 's3:GetObject'
    case 'DELETE':
      return query.has('uploadId') ? 's3:AbortMultipartUpload' : 's3:DeleteObject'
    default:
      return firstOf(query, { tagging: 's3:PutObjectTagging', acl: 's3:PutObjectAcl' }) ?? 's3:PutObject'
  }
}

export function s3Permissions(
  request: Pick<IncomingMessage, 'method' | 'headers'>,
  target: S3Target,
): Permission[] {
  const { bucket, key, query } = target
  const method = request.method ?? 'GET'
  if (bucket === '') return [{ action: 's3:ListAllMyBuckets', resource: '*' }]
  if (key === '') {
    const action = bucketAction(method, query)
    // The keys of DeleteObjects are in its body. It is allowed to those who may delete any object of the bucket.
    if (action === 's3:DeleteObject') return [{ action, resource: objectArn(bucket, '*') }]
    const prefix = query.get('prefix')
    const context = action === 's3:ListBucket' && prefix !== null ? { context: { 's3:prefix': prefix } } : {}
    return [{ action, resource: bucketArn(bucket), ...context }]
  }
  const permission = { action: objectAction(method, query), resource: objectArn(bucket, key) }
  const source = request.headers['x-amz-copy-source']
  if (typeof source !== 'string') return [permission]
  const copied = s3Target(source.startsWith('/') ? source : `/${source}`)
  return [permission, { action: 's3:GetObject', resource: objectArn(copied.bucket, copied.key) }]
}

/** Who sends a call and to which service, as the scope of its signature says. */
export interface Caller {
  /** Empty if the call isn't signed. */
  accessKeyId: string
  service: string
}

export function callerOfCredential(credential: string): Caller | undefined {
  const [accessKeyId = '', , , service] = credential.split('/')
  return service === undefined ? undefined : { accessKeyId, service }
}
