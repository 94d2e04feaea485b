import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expiresAt } from '../../../../../infra/local/aws/s3/expiry.ts'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../../../infra/local/aws/names.ts'
import { startObjectsAndQueues } from '../../../../../infra/local/aws/fauxqs/objects-and-queues.ts'
import type { ServiceClient } from '../../../../../infra/local/client.ts'
import { type Fixture, startFixture } from '../../fixture/service.ts'

const DAY_MS = 24 * 60 * 60 * 1000

describe('the time at which S3 removes an object', () => {
  it.each([
    ['2026-01-15T10:30:00.000Z', 3, '2026-01-19T00:00:00.000Z'],
    ['2026-01-15T23:59:59.999Z', 28, '2026-02-13T00:00:00.000Z'],
    ['2026-01-15T00:00:00.000Z', 1, '2026-01-17T00:00:00.000Z'],
  ])('of one made at %s that lives %i days is the next midnight, %s', (created, days, expires) => {
    expect(expiresAt(new Date(created), days).toISOString()).toBe(expires)
  })
})

describe.each([
  ['in memory', false],
  ['with a data directory', true],
])('objects %s', (_, persistent) => {
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'local-lifecycle-'))
  })
  afterAll(() => rm(dir, { recursive: true }))

  it('are of the age that the service’s clock gives them, in parts or not, and after a restart', async () => {
    const clock = { now: new Date('2040-01-01T12:00:00Z') }
    const start = async () => {
      const service = await startObjectsAndQueues({
        dir: persistent ? dir : undefined,
        now: () => clock.now,
      })
      const s3 = new S3Client({
        endpoint: service.endpoint,
        region: LOCAL_REGION,
        credentials: LOCAL_CREDENTIALS,
      })
      return { service, s3 }
    }
    let { service, s3 } = await start()
    const Bucket = 'files'
    service.createBucket(Bucket)
    await s3.send(new PutObjectCommand({ Bucket, Key: 'kept/Whole.csv', Body: 'a' }))
    await s3.send(new PutObjectCommand({ Bucket, Key: 'other/whole.csv', Body: 'a' }))
    const inParts = { Bucket, Key: 'kept/parts.csv' }
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(inParts))
    const { ETag } = await s3.send(
      new UploadPartCommand({ ...inParts, UploadId, PartNumber: 1, Body: 'part' }),
    )
    clock.now = new Date('2040-01-03T12:00:00Z')
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    await s3.send(new CompleteMultipartUploadCommand({ ...inParts, UploadId, MultipartUpload }))
    if (persistent) {
      await service.stop()
      ;({ service, s3 } = await start())
    }
    const made = async (Key: string) =>
      (await s3.send(new HeadObjectCommand({ Bucket, Key }))).LastModified?.toISOString()
    expect(await made('kept/Whole.csv')).toBe('2040-01-01T12:00:00.000Z')
    expect(await made('kept/parts.csv')).toBe('2040-01-03T12:00:00.000Z')

    const keys = async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }))
      return Contents.map(({ Key }) => Key).sort()
    }
    const rules = [{ prefix: 'kept/', days: 28 }]
    clock.now = new Date('2040-01-29T23:59:59Z')
    expect(service.expireObjects(Bucket, rules)).toBe(0)
    clock.now = new Date('2040-01-30T00:00:00Z')
    expect(service.expireObjects(Bucket, rules)).toBe(1)
    expect(await keys()).toEqual(['kept/parts.csv', 'other/whole.csv'])
    clock.now = new Date('2040-02-01T00:00:00Z')
    expect(service.expireObjects(Bucket, rules)).toBe(1)
    expect(await keys()).toEqual(['other/whole.csv'])
    await service.stop()
  })
})

describe('the bucket’s lifecycle rules in the template', () => {
  let fixture: Fixture
  let client: ServiceClient
  beforeAll(async () => {
    fixture = await startFixture()
    client = fixture.client
  })
  afterAll(() => fixture.stop())

  it('Y7: remove what is old enough once the clock has jumped there, under their prefix alone', async () => {
    await client.upload('kept/old.csv', 'old')
    await client.upload('exports/old.csv', 'old')
    await client.advance('P10D')
    await client.upload('kept/young.csv', 'young')
    const midnight = expiresAt(new Date((await client.now()).getTime() - 10 * DAY_MS), 28)
    await client.moveTo(new Date(midnight.getTime() - 60_000))
    expect(await client.download('kept/old.csv')).toBeDefined()
    await client.moveTo(midnight)
    expect(await client.download('kept/old.csv')).toBeUndefined()
    expect(await client.download('kept/young.csv')).toBeDefined()
    expect(await client.download('exports/old.csv')).toBeDefined()
  })
})
