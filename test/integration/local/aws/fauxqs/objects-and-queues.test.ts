import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../../../infra/local/aws/names.ts'
import type { ObjectCreated } from '../../../../../infra/local/aws/s3/object-events.ts'
import {
  type ObjectsAndQueues,
  startObjectsAndQueues,
} from '../../../../../infra/local/aws/fauxqs/objects-and-queues.ts'

const clientOf = (endpoint: string) => ({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS })
const put = (endpoint: string, Key: string, Body: string) =>
  new S3Client(clientOf(endpoint)).send(new PutObjectCommand({ Bucket: 'files', Key, Body }))

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'local-objects-'))
})
afterEach(() => rm(dir, { recursive: true }))

/** Resolves when `count` events have come, with them. */
function collect(service: ObjectsAndQueues, count: number): Promise<ObjectCreated[]> {
  const { promise, resolve } = Promise.withResolvers<ObjectCreated[]>()
  const events: ObjectCreated[] = []
  service.onObjectCreated(async (event) => {
    events.push(event)
    if (events.length === count) resolve(events)
  })
  return promise
}

describe.each([
  ['in memory', false],
  ['with a data directory', true],
])('S3 and SQS %s', (_, persistent) => {
  let service: ObjectsAndQueues
  let nowMs: number
  const pass = (seconds: number) => {
    nowMs += seconds * 1000
  }
  beforeEach(async () => {
    nowMs = Date.parse('2040-01-01')
    service = await startObjectsAndQueues({ dir: persistent ? dir : undefined, now: () => new Date(nowMs) })
    service.createBucket('files')
    service.createQueue('failed', { MessageRetentionPeriod: '1209600' })
    service.createQueue('work', {
      VisibilityTimeout: '60',
      MessageRetentionPeriod: '86400',
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:failed',
        maxReceiveCount: 2,
      }),
    })
  })
  afterEach(() => service.stop())

  it('listen on loopback only', async () => {
    const port = new URL(service.endpoint).port
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((i) => i?.family === 'IPv4' && !i.internal)
    if (outside === undefined) return
    await expect(fetch(`http://${outside.address}:${port}/`)).rejects.toThrow()
  })

  it('tell of every object stored, by a put, by a repeated put, and by the end of an upload in parts', async () => {
    const told = collect(service, 3)
    const s3 = new S3Client(clientOf(service.endpoint))
    await put(service.endpoint, 'a b/ü.csv', 'one')
    await put(service.endpoint, 'a b/ü.csv', 'two!')
    const target = { Bucket: 'files', Key: 'parts' }
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target))
    const { ETag } = await s3.send(
      new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'part' }),
    )
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    await s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload }))
    const events = await told
    expect(
      events.map(({ key, size, eventName, eventTime }) => [key, size, eventName, eventTime.getUTCFullYear()]),
    ).toEqual([
      ['a b/ü.csv', 3, 'ObjectCreated:Put', 2040],
      ['a b/ü.csv', 4, 'ObjectCreated:Put', 2040],
      ['parts', 4, 'ObjectCreated:CompleteMultipartUpload', 2040],
    ])
    expect(events.map(({ etag }) => etag)).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/),
      expect.stringMatching(/^[0-9a-f]{32}$/),
      expect.stringMatching(/^[0-9a-f]{32}-1$/),
    ])
    const sequencers = events.map(({ sequencer }) => sequencer)
    expect(sequencers).toEqual(sequencers.toSorted())
    expect(new Set(sequencers).size).toBe(3)
  })

  it('count an object as pending from the moment its put is answered until its listener is done', async () => {
    const { promise: hold, resolve: letGo } = Promise.withResolvers<void>()
    service.onObjectCreated(() => hold)
    await put(service.endpoint, 'a', 'x')
    expect(service.pendingObjects()).toBe(1)
    letGo()
    await service.replayObjects()
    expect(service.pendingObjects()).toBe(0)
  })

  it('offer an object again to a listener that failed', async () => {
    let calls = 0
    service.onObjectCreated(async () => {
      if (++calls === 1) throw new Error('not now')
    })
    await put(service.endpoint, 'a', 'x')
    await service.replayObjects()
    expect([calls, service.pendingObjects()]).toEqual([2, 0])
  })

  it('wait for a message, give it as Lambda does, and keep it until it is deleted', async () => {
    const waiting = service.queues.receive('work', { max: 10, waitMs: 20_000 })
    const id = service.queues.send('work', '{"a":1}')
    const [message] = await waiting
    expect(message).toMatchObject({
      messageId: id,
      body: '{"a":1}',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:work',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d+$/) },
    })
    expect((await service.queueDepths()).work).toEqual({ visible: 0, inFlight: 1, delayed: 0 })
    service.queues.delete('work', [message?.receiptHandle ?? ''])
    expect((await service.queueDepths()).work).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
  })

  it('put a message into the dead-letter queue after it was received too often', async () => {
    service.queues.send('work', 'poison')
    for (const count of ['1', '2']) {
      const [message] = await service.queues.receive('work', { max: 1 })
      expect(message?.attributes.ApproximateReceiveCount).toBe(count)
      pass(60)
    }
    expect(await service.queues.receive('work', { max: 1 })).toEqual([])
    expect(await service.queues.receive('failed', { max: 1 })).toMatchObject([{ body: 'poison' }])
  })

  it("keep what was received hidden for the visibility time-out of the service's clock", async () => {
    service.queues.send('work', 'once')
    const receive = () => service.queues.receive('work', { max: 1 })
    expect(await receive()).toHaveLength(1)
    pass(59)
    expect(await receive()).toEqual([])
    expect(service.nextReleases().get('work')).toBe(nowMs + 1_000)
    pass(1)
    expect(await receive()).toMatchObject([{ attributes: { ApproximateReceiveCount: '2' } }])
  })

  it('let whoever has a message say how long it stays hidden, over HTTP too', async () => {
    const sqs = new SQSClient(clientOf(service.endpoint))
    const QueueUrl = `${service.endpoint}/000000000000/work`
    service.queues.send('work', 'later')
    const [message] = await service.queues.receive('work', { max: 1 })
    const ReceiptHandle = message?.receiptHandle
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 }))
    pass(4)
    expect(await service.queues.receive('work', { max: 1 })).toEqual([])
    pass(1)
    expect(await service.queues.receive('work', { max: 1 })).toHaveLength(1)
  })

  it('deliver what was sent with a delay when that is over', async () => {
    const sqs = new SQSClient(clientOf(service.endpoint))
    const QueueUrl = `${service.endpoint}/000000000000/work`
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'delayed', DelaySeconds: 30 }))
    expect(service.nextReleases().get('work')).toBe(nowMs + 30_000)
    pass(29)
    expect(await service.queues.receive('work', { max: 1 })).toEqual([])
    pass(1)
    expect(await service.queues.receive('work', { max: 1 })).toHaveLength(1)
  })

  it("drop what is older than their retention, and tell a message's times by the service's clock", async () => {
    const sent = nowMs
    service.queues.send('work', 'old')
    pass(86_300)
    service.queues.send('work', 'young')
    const [old] = await service.queues.receive('work', { max: 1 })
    expect(old?.attributes).toMatchObject({
      SentTimestamp: String(sent),
      ApproximateFirstReceiveTimestamp: String(nowMs),
    })
    pass(101)
    const left = await service.queues.receive('work', { max: 10 })
    expect(left.map(({ body }) => body)).toEqual(['young'])
    expect((await service.queueDepths()).work).toEqual({ visible: 0, inFlight: 1, delayed: 0 })
  })

  it('keep a dead letter by the time it was first sent, as SQS does', async () => {
    service.queues.send('work', 'poison')
    for (let times = 0; times < 3; times++) {
      await service.queues.receive('work', { max: 1 })
      pass(60)
    }
    expect((await service.queueDepths()).failed?.visible).toBe(1)
    pass(14 * 86_400 - 180)
    expect(await service.queues.receive('failed', { max: 1 })).toHaveLength(1)
    pass(61)
    expect((await service.queueDepths()).failed).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
  })

  it('stop waiting when they are told to, and take nothing then', async () => {
    const stop = new AbortController()
    const waiting = service.queues.receive('work', { max: 1, waitMs: 20_000, signal: stop.signal })
    stop.abort()
    service.queues.send('work', 'later')
    expect(await waiting).toEqual([])
    expect((await service.queueDepths()).work?.visible).toBe(1)
  })

  it('keep the messages of a queue that is created again', async () => {
    service.queues.send('work', 'kept')
    service.createQueue('work', { VisibilityTimeout: '90' })
    expect((await service.queueDepths()).work?.visible).toBe(1)
  })

  it('speak SQS over HTTP as well', async () => {
    const sqs = new SQSClient(clientOf(service.endpoint))
    const QueueUrl = `${service.endpoint}/000000000000/work`
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'over http', DelaySeconds: 0 }))
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
    expect(Messages).toMatchObject([{ Body: 'over http' }])
  })
})

const KILLED = `
  const { startObjectsAndQueues } = await import(${JSON.stringify(new URL('../../../../../infra/local/aws/fauxqs/objects-and-queues.ts', import.meta.url).href)})
  const service = await startObjectsAndQueues({ dir: process.argv[1] })
  service.createBucket('files')
  service.createQueue('work', { VisibilityTimeout: '600' })
  // Takes the first object, and never gets done with the second.
  service.onObjectCreated((object) => object.key === 'handled' ? Promise.resolve() : new Promise(() => {}))
  service.queues.send('work', 'in flight')
  await service.queues.receive('work', { max: 1 })
  service.queues.send('work', 'waiting')
  process.stdout.write(service.endpoint + '\\n')`

describe('after a kill -9', () => {
  it('objects that nobody was told of are told of, and messages in flight are visible at once', async () => {
    const killed = spawn(process.execPath, ['--input-type=module', '-e', KILLED, dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(killed.stdout.setEncoding('utf8'), 'data')
    const endpoint = String(line).trim()
    for (const key of ['handled', 'first', 'second']) await put(endpoint, key, key)
    killed.kill('SIGKILL')
    await once(killed, 'exit')

    const service = await startObjectsAndQueues({ dir })
    expect(service.pendingObjects()).toBe(2)
    service.createQueue('work', { VisibilityTimeout: '600' })
    const told = collect(service, 2)
    await service.replayObjects()
    expect((await told).map(({ key, size }) => [key, size])).toEqual([
      ['first', 5],
      ['second', 6],
    ])
    expect(service.pendingObjects()).toBe(0)
    const messages = await service.queues.receive('work', { max: 10 })
    expect(messages.map(({ body, attributes }) => [body, attributes.ApproximateReceiveCount])).toEqual([
      ['in flight', '2'],
      ['waiting', '1'],
    ])
    const s3 = new S3Client(clientOf(service.endpoint))
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'files', Key: 'handled' }))
    expect(await Body?.transformToString()).toBe('handled')
    await service.stop()
  })
})
