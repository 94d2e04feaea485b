import { once } from 'node:events'
import { createServer } from 'node:http'
import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  type BatchStatementRequest,
  BatchWriteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { GetSendQuotaCommand, SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import {
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { Upload } from '@aws-sdk/lib-storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAwsGateway } from '../../../../../infra/local/aws/gateway/aws-gateway.ts'
import { type AwsParts, functionClient, outsideClient, startAwsParts } from '../aws-parts.ts'

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/claims'
const OTHER = 'arn:aws:dynamodb:us-east-1:000000000000:table/others'
const SCHEDULER_ROLE = 'arn:aws:iam::000000000000:role/scheduler'

const key = [{ AttributeName: 'pk', KeyType: 'HASH' }]
const attributes = [
  { AttributeName: 'pk', AttributeType: 'S' },
  { AttributeName: 'orgShard', AttributeType: 'S' },
]
const index = (name: string) => ({
  IndexName: name,
  KeySchema: [{ AttributeName: 'orgShard', KeyType: 'HASH' }],
  Projection: { ProjectionType: 'KEYS_ONLY' },
})

let parts: AwsParts

beforeAll(async () => {
  parts = await startAwsParts({
    statements: [
      {
        Effect: 'Allow',
        Action: [
          'dynamodb:PutItem',
          'dynamodb:BatchGetItem',
          'dynamodb:BatchWriteItem',
          'dynamodb:PartiQLUpdate',
        ],
        Resource: TABLE,
      },
      { Effect: 'Allow', Action: 'dynamodb:ConditionCheckItem', Resource: [TABLE, OTHER] },
      { Effect: 'Allow', Action: 'dynamodb:Query', Resource: `${TABLE}/index/open` },
      { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::files/reports/*' },
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:AbortMultipartUpload'],
        Resource: 'arn:aws:s3:::files/*',
      },
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::listed' },
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::listed/*' },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:us-east-1:000000000000:mails' },
      {
        Effect: 'Allow',
        Action: 'ses:SendEmail',
        Resource: [
          'arn:aws:ses:us-east-1:000000000000:identity/service.example',
          'arn:aws:ses:us-east-1:000000000000:configuration-set/mails',
        ],
      },
      {
        Effect: 'Allow',
        Action: 'scheduler:CreateSchedule',
        Resource: 'arn:aws:scheduler:us-east-1:000000000000:schedule/due/*',
      },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: SCHEDULER_ROLE,
        Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      },
      {
        Effect: 'Allow',
        Action: 'events:PutEvents',
        Resource: 'arn:aws:events:us-east-1:000000000000:event-bus/claims',
      },
    ],
    resourcePolicyOf: (arn) =>
      arn === 'arn:aws:s3:::files'
        ? {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `${arn}/locked/*` },
              {
                Effect: 'Deny',
                Principal: '*',
                Action: 's3:*',
                Resource: [arn, `${arn}/*`],
                Condition: { Bool: { 'aws:SecureTransport': 'false' } },
              },
            ],
          }
        : undefined,
  })
  for (const name of ['claims', 'others']) {
    await parts.dynamoDb.createTable({
      TableName: name,
      KeySchema: key,
      AttributeDefinitions: attributes,
      GlobalSecondaryIndexes: [index('open'), index('closed')],
    })
  }
  const { objectsAndQueues, ses, schedules, bus } = parts
  for (const name of ['files', 'listed']) objectsAndQueues.createBucket(name)
  for (const name of ['mails', 'secret']) objectsAndQueues.createQueue(name, {})
  ses.addIdentity('service.example')
  ses.addConfigurationSet('mails')
  schedules.createGroup('due')
  bus.addBus('claims')
})
afterAll(() => parts.stop())

describe('DynamoDB behind the gateway', () => {
  const open = () => new DynamoDBClient(functionClient(parts.gateway))
  const item = (pk: string) => ({ pk: { S: pk }, orgShard: { S: 's' } })

  it('lets a function do what its role allows', async () => {
    await open().send(new PutItemCommand({ TableName: 'claims', Item: item('a') }))
    const found = await open().send(
      new QueryCommand({
        TableName: 'claims',
        IndexName: 'open',
        KeyConditionExpression: 'orgShard = :s',
        ExpressionAttributeValues: { ':s': { S: 's' } },
      }),
    )
    expect(found.Items).toEqual([item('a')])
  })

  it('refuses another table, and another index of the same table, by the name of what is missing', async () => {
    const put = open().send(new PutItemCommand({ TableName: 'others', Item: item('a') }))
    await expect(put).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::000000000000:assumed-role/tested/local is not authorized to perform: dynamodb:PutItem ' +
        `on resource: ${OTHER} because no identity-based policy allows the dynamodb:PutItem action`,
    })
    const query = open().send(
      new QueryCommand({
        TableName: 'claims',
        IndexName: 'closed',
        KeyConditionExpression: 'orgShard = :s',
        ExpressionAttributeValues: { ':s': { S: 's' } },
      }),
    )
    await expect(query).rejects.toThrow(`dynamodb:Query on resource: ${TABLE}/index/closed`)
  })

  it('takes statements as they are documented, judges each by itself, and tells what one met', async () => {
    await open().send(new PutItemCommand({ TableName: 'claims', Item: item('s') }))
    const update = (table: string, seen: string) => ({
      Statement: `UPDATE "${table}" SET "a" = ? SET "b" = ? REMOVE "c" REMOVE "d" WHERE "pk" = ? AND "orgShard" = ?`,
      Parameters: [{ N: '1' }, { N: '2' }, { S: 's' }, { S: seen }],
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    })
    const remove = { Statement: `DELETE FROM "claims" WHERE "pk" = ?`, Parameters: [{ S: 's2' }] }
    const batch = (...Statements: BatchStatementRequest[]) =>
      open().send(new BatchExecuteStatementCommand({ Statements }))
    const { Responses } = await batch(update('others', 's'), update('claims', 's'), remove)
    expect(Responses).toMatchObject([
      {
        Error: {
          Code: 'AccessDenied',
          Message: expect.stringContaining(`dynamodb:PartiQLUpdate on resource: ${OTHER}`),
        },
      },
      { TableName: 'claims' },
      { Error: { Code: 'AccessDenied', Message: expect.stringContaining('dynamodb:PartiQLDelete') } },
    ])
    const Item = { ...item('s'), a: { N: '1' }, b: { N: '2' } }
    expect((await batch(update('claims', 'another'))).Responses).toMatchObject([
      { Error: { Code: 'ConditionalCheckFailed', Item } },
    ])
    expect((await batch(remove)).Responses).toMatchObject([{ Error: { Code: 'AccessDenied' } }])
  })

  it('judges a transaction by its parts', async () => {
    const check = {
      ConditionCheck: {
        TableName: 'others',
        Key: { pk: { S: 'none' } },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    }
    const put = { Put: { TableName: 'claims', Item: item('t') } }
    await open().send(new TransactWriteItemsCommand({ TransactItems: [check, put] }))
    const remove = { Delete: { TableName: 'claims', Key: { pk: { S: 't' } } } }
    const refused = open().send(new TransactWriteItemsCommand({ TransactItems: [remove, check] }))
    await expect(refused).rejects.toThrow('dynamodb:DeleteItem')
  })

  it('judges a batch for each of its tables', async () => {
    const write = { PutRequest: { Item: item('b') } }
    await open().send(new BatchWriteItemCommand({ RequestItems: { claims: [write] } }))
    const refused = open().send(
      new BatchWriteItemCommand({ RequestItems: { claims: [write], others: [write] } }),
    )
    await expect(refused).rejects.toThrow(`dynamodb:BatchWriteItem on resource: ${OTHER}`)
    const read = { Keys: [{ pk: { S: 'b' } }] }
    const { Responses } = await open().send(new BatchGetItemCommand({ RequestItems: { claims: read } }))
    expect(Responses?.claims).toEqual([item('b')])
  })

  it('is not misled by an item that has an attribute called TableName', async () => {
    const Item = { ...item('n'), TableName: { M: { TableName: { S: '","TableName":"others' } } } }
    await open().send(new PutItemCommand({ Item, TableName: 'claims' }))
    const refused = open().send(
      new PutItemCommand({ Item: { ...Item, TableName: { S: 'claims' } }, TableName: 'others' }),
    )
    await expect(refused).rejects.toThrow(OTHER)
  })

  it("passes on what DynamoDB itself refuses, in DynamoDB's words", async () => {
    const twice = new PutItemCommand({
      TableName: 'claims',
      Item: item('a'),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    await expect(open().send(twice)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: item('a'),
    })
  })

  it("answers with the service's time, so that no client corrects its clock by the machine's", async () => {
    const ahead = new Date(parts.clock.now().getTime() + 14 * 86_400_000)
    await parts.clock.moveTo(ahead)
    for (const path of ['/', '/files', '/files/none']) {
      const response = await fetch(parts.gateway.endpoint + path)
      expect(Date.parse(response.headers.get('date') ?? '')).toBeGreaterThanOrEqual(ahead.getTime() - 1000)
    }
    const config = functionClient(parts.gateway)
    const client = new DynamoDBClient(config)
    await client.send(new PutItemCommand({ TableName: 'claims', Item: item('late') }))
    // Told by the answer that its own clock (the machine's, here) is two weeks slow.
    expect(client.config.systemClockOffset).toBeGreaterThan(13 * 86_400_000)
  })

  it('lets callers from outside do everything', async () => {
    const outside = new DynamoDBClient(outsideClient(parts.gateway))
    await outside.send(new PutItemCommand({ TableName: 'others', Item: item('o') }))
  })
})

describe('S3 behind the gateway', () => {
  const open = () => new S3Client(functionClient(parts.gateway))
  const outside = () => new S3Client(outsideClient(parts.gateway))

  it('streams objects both ways, whole and in parts', async () => {
    const content = Buffer.alloc(12 * 1024 * 1024, 'rows;')
    await new Upload({
      client: open(),
      params: { Bucket: 'files', Key: 'reports/ü 1+2.csv', Body: content },
    }).done()
    const whole = await open().send(new GetObjectCommand({ Bucket: 'files', Key: 'reports/ü 1+2.csv' }))
    expect(Buffer.from((await whole.Body?.transformToByteArray()) ?? []).equals(content)).toBe(true)
    const range = await open().send(
      new GetObjectCommand({ Bucket: 'files', Key: 'reports/ü 1+2.csv', Range: 'bytes=5-9' }),
    )
    expect(await range.Body?.transformToString()).toBe('rows;')
  })

  it('takes a single put that is larger than what fauxqs takes, and one of no bytes', async () => {
    const put = (Key: string, Body: Buffer) =>
      outside().send(new PutObjectCommand({ Bucket: 'files', Key, Body }))
    await put('large', Buffer.alloc(20 * 1024 * 1024))
    await put('empty', Buffer.alloc(0))
    const head = (Key: string) => open().send(new HeadObjectCommand({ Bucket: 'files', Key }))
    expect([(await head('large')).ContentLength, (await head('empty')).ContentLength]).toEqual([
      20 * 1024 * 1024,
      0,
    ])
  })

  it('refuses a put under a prefix that the role does not name, also as the start of an upload in parts', async () => {
    const Key = 'imports/a.csv'
    const put = open().send(new PutObjectCommand({ Bucket: 'files', Key, Body: 'x' }))
    await expect(put).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } })
    const start = open().send(new CreateMultipartUploadCommand({ Bucket: 'files', Key }))
    await expect(start).rejects.toThrow('s3:PutObject')
    const abort = open().send(new AbortMultipartUploadCommand({ Bucket: 'files', Key, UploadId: 'none' }))
    await expect(abort).rejects.toMatchObject({ name: 'NoSuchUpload' })
    const remove = open().send(new DeleteObjectCommand({ Bucket: 'files', Key: 'reports/ü 1+2.csv' }))
    await expect(remove).rejects.toThrow('s3:DeleteObject')
  })

  it("keeps to the bucket's own policy as well", async () => {
    await outside().send(new PutObjectCommand({ Bucket: 'files', Key: 'locked/a', Body: 'x' }))
    const get = open().send(new GetObjectCommand({ Bucket: 'files', Key: 'locked/a' }))
    await expect(get).rejects.toThrow('explicit deny')
  })

  it('says that a key is missing only to those who may list the bucket', async () => {
    const get = (Bucket: string) => open().send(new GetObjectCommand({ Bucket, Key: 'missing' }))
    await expect(get('files')).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(get('listed')).rejects.toMatchObject({ name: 'NoSuchKey' })
    await expect(open().send(new ListObjectsV2Command({ Bucket: 'files' }))).rejects.toThrow('s3:ListBucket')
    expect((await open().send(new ListObjectsV2Command({ Bucket: 'listed' }))).KeyCount).toBe(0)
  })

  it('refuses requests that nobody signed', async () => {
    const response = await fetch(`${parts.gateway.endpoint}/files/large`)
    expect([response.status, await response.text()]).toEqual([
      403,
      expect.stringContaining('<Code>AccessDenied</Code>'),
    ])
  })
})

describe('SQS behind the gateway', () => {
  it('takes messages for the queues that the role names, by the URL of the gateway', async () => {
    const { AWS_ENDPOINT_URL } = process.env
    process.env.AWS_ENDPOINT_URL = parts.gateway.endpoint
    try {
      // As in a function: no endpoint in the code, so the client calls the queue URL's own host.
      const { endpoint: _, ...config } = functionClient(parts.gateway)
      const client = new SQSClient(config)
      const QueueUrl = `${parts.gateway.endpoint}/000000000000/mails`
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }))
      const Entries = [{ Id: '1', MessageBody: 'two' }]
      await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
      const refused = client.send(
        new SendMessageBatchCommand({ QueueUrl: `${parts.gateway.endpoint}/000000000000/secret`, Entries }),
      )
      await expect(refused).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining(
          'sqs:SendMessage on resource: arn:aws:sqs:us-east-1:000000000000:secret',
        ),
      })
      await expect(client.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toThrow('sqs:ReceiveMessage')
    } finally {
      if (AWS_ENDPOINT_URL === undefined) delete process.env.AWS_ENDPOINT_URL
      else process.env.AWS_ENDPOINT_URL = AWS_ENDPOINT_URL
    }
    const received = await parts.objectsAndQueues.queues.receive('mails', { max: 10 })
    expect(received.map(({ body }) => body)).toEqual(['one', 'two'])
  })
})

describe('SES, Scheduler and EventBridge behind the gateway', () => {
  const mail = (Source: string, ConfigurationSetName = 'mails') =>
    new SendEmailCommand({
      Source,
      ConfigurationSetName,
      Destination: { ToAddresses: ['a@customer.example'] },
      Message: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Text' } } },
    })

  it('judges a mail by its identity and its configuration set', async () => {
    const client = new SESClient(functionClient(parts.gateway))
    await client.send(mail('Service <no-reply@service.example>'))
    await expect(client.send(mail('no-reply@other.example'))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('identity/other.example'),
    })
    await expect(client.send(mail('no-reply@service.example', 'others'))).rejects.toThrow(
      'configuration-set/others',
    )
    await expect(client.send(new GetSendQuotaCommand({}))).rejects.toThrow('ses:GetSendQuota')
  })

  it('judges a schedule by its group, and by the role that it passes on', async () => {
    const client = new SchedulerClient(functionClient(parts.gateway))
    const schedule = (GroupName: string, RoleArn: string) =>
      new CreateScheduleCommand({
        Name: 'minute',
        GroupName,
        ScheduleExpression: 'at(2099-01-01T00:00:00)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: 'arn:aws:sqs:us-east-1:000000000000:mails', RoleArn },
      })
    await client.send(schedule('due', SCHEDULER_ROLE))
    await expect(client.send(schedule('default', SCHEDULER_ROLE))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('schedule/default/minute'),
    })
    const passing = client.send(schedule('due', 'arn:aws:iam::000000000000:role/admin'))
    await expect(passing).rejects.toThrow('iam:PassRole on resource: arn:aws:iam::000000000000:role/admin')
  })

  it('judges events by their bus, and keeps what is published', async () => {
    const client = new EventBridgeClient(functionClient(parts.gateway))
    const event = (EventBusName: string, Detail = '{"claimId":"c"}') =>
      new PutEventsCommand({
        Entries: [{ EventBusName, Source: 'claims', DetailType: 'claim.created', Detail }],
      })
    expect((await client.send(event('claims'))).FailedEntryCount).toBe(0)
    expect(parts.bus.list()).toMatchObject([
      { bus: 'claims', detailType: 'claim.created', detail: { claimId: 'c' } },
    ])
    await expect(client.send(event('default'))).rejects.toMatchObject({ name: 'AccessDeniedException' })
    const malformed = await client.send(event('claims', 'no json'))
    expect(malformed.Entries).toMatchObject([{ ErrorCode: 'MalformedDetail' }])
  })
})

describe('a part that breaks off in the middle of an answer', () => {
  it('looks to the caller like a broken connection, and does not harm the next call', async () => {
    let calls = 0
    const part = createServer((request, response) => {
      request.resume()
      calls++
      if (calls > 1) response.end('{}')
      else response.writeHead(200, { 'content-length': 9 }).write('half', () => response.destroy())
    })
    part.listen(0, '127.0.0.1')
    await once(part, 'listening')
    const address = part.address()
    if (address === null || typeof address === 'string') throw new Error('the part has no port')
    const endpoint = `http://127.0.0.1:${address.port}`
    const gateway = await startAwsGateway({
      upstreams: { dynamodb: endpoint, s3: endpoint, sqs: endpoint },
      ses: parts.ses,
      scheduler: parts.ses,
      events: parts.bus,
      evaluate: () => ({ allowed: true }),
    })
    try {
      const client = new DynamoDBClient({ ...functionClient(gateway), maxAttempts: 1 })
      const put = () => client.send(new PutItemCommand({ TableName: 'claims', Item: { pk: { S: 'a' } } }))
      await expect(put()).rejects.toMatchObject({ code: 'ECONNRESET' })
      await expect(put()).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } })
      expect(calls).toBe(2)
    } finally {
      await gateway.stop()
      part.close()
      part.closeAllConnections()
    }
  })
})
