import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../infra/local/aws/names.ts'
import { startObjectsAndQueues } from '../../../infra/local/aws/fauxqs/objects-and-queues.ts'
import { objectReader, objectRemover } from '../../../shared/aws/objects.ts'
import { objectWriter } from '../../../shared/aws/object-writer.ts'
import {
  ObjectGone,
  type ObjectReader,
  type ObjectRemover,
  type ObjectWriter,
} from '../../../shared/contracts/object-store.ts'
import { fakeBucket } from '../../support/fakes.ts'

interface Bucket {
  readonly read: ObjectReader
  readonly write: ObjectWriter
  readonly list: ObjectRemover['list']
  readonly remove: ObjectRemover['remove']
  /** Stores an object and gives its ETag, as an S3 event has it. */
  put(key: string, content: string): Promise<string>
  /** The ETag of what is there. */
  etagOf(key: string): Promise<string | undefined>
  delete(key: string): Promise<unknown>
  stop(): Promise<void>
}

async function startFake(): Promise<Bucket> {
  const bucket = fakeBucket()
  return {
    ...bucket,
    put: async (key, content) => bucket.put(key, content).etag,
    etagOf: async (key) => bucket.get(key)?.etag,
    delete: async (key) => bucket.delete(key),
    stop: async () => undefined,
  }
}

async function startS3(): Promise<Bucket> {
  const parts = await startObjectsAndQueues({})
  parts.createBucket('bucket')
  const s3 = new S3Client({
    endpoint: parts.endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    forcePathStyle: true,
  })
  const bare = (etag = ''): string => etag.replaceAll('"', '')
  return {
    read: objectReader(s3, 'bucket'),
    write: objectWriter(s3, 'bucket'),
    ...objectRemover(s3, 'bucket'),
    put: async (Key, Body) =>
      bare((await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body }))).ETag),
    etagOf: (Key) =>
      s3.send(new HeadObjectCommand({ Bucket: 'bucket', Key })).then(
        ({ ETag }) => bare(ETag),
        () => undefined,
      ),
    delete: (Key) => s3.send(new DeleteObjectCommand({ Bucket: 'bucket', Key })),
    async stop() {
      s3.destroy()
      await parts.stop()
    },
  }
}

/** One suite for both, so that what is proven with the fake is proven of S3. */
describe.each([
  ['the fake', startFake],
  ['S3', startS3],
])('objects in %s', (_, start) => {
  let bucket: Bucket
  beforeAll(async () => {
    bucket = await start()
  })
  afterAll(() => bucket.stop())

  const textOf = async (source: AsyncIterable<Uint8Array>): Promise<string> =>
    Buffer.concat(await Array.fromAsync(source)).toString()

  it.each([
    ['all of it', 0, undefined, '0123456789'],
    ['from a byte on', 4, undefined, '456789'],
    ['a range, its end left out', 2, 5, '234'],
    ['a range that ends behind it', 8, 100, '89'],
    ['what is behind its last byte', 10, undefined, ''],
    ['what is far behind it', 99, 120, ''],
  ] as const)('I6: reads %s', async (_what, startByte, endByte, expected) => {
    const etag = await bucket.put('some/people + 1.csv', '0123456789')
    const range = endByte === undefined ? { startByte } : { startByte, endByte }
    expect(await textOf(await bucket.read({ key: 'some/people + 1.csv', etag, ...range }))).toBe(expected)
  })

  it('I2: an empty object reads as nothing', async () => {
    const etag = await bucket.put('empty.csv', '')
    expect(await textOf(await bucket.read({ key: 'empty.csv', etag, startByte: 0 }))).toBe('')
  })

  it('I6: an object that was replaced or deleted since is gone', async () => {
    const etag = await bucket.put('replaced.csv', 'first')
    await bucket.put('replaced.csv', 'second')
    await expect(bucket.read({ key: 'replaced.csv', etag, startByte: 0 })).rejects.toThrow(ObjectGone)
    await bucket.delete('replaced.csv')
    await expect(bucket.read({ key: 'replaced.csv', etag, startByte: 0 })).rejects.toThrow(ObjectGone)
    await expect(bucket.read({ key: 'never.csv', etag, startByte: 0, endByte: 5 })).rejects.toThrow(
      ObjectGone,
    )
  })

  it('C6: the same bytes again have the same ETag', async () => {
    const etag = await bucket.put('same.csv', 'same')
    expect(await bucket.put('same.csv', 'same')).toBe(etag)
  })

  it('I4: what is written in pieces can be read as one', async () => {
    const line = `${'x'.repeat(64 * 1024 - 1)}\n`
    await bucket.write(
      'report.csv',
      'text/csv',
      (async function* () {
        for (let n = 0; n < 100; n++) yield Buffer.from(line)
      })(),
    )
    const etag = (await bucket.etagOf('report.csv')) ?? ''
    expect(await textOf(await bucket.read({ key: 'report.csv', etag, startByte: 0 }))).toBe(line.repeat(100))
  })

  it('Y7: lists what begins so, and removes one object after the other, once or again', async () => {
    for (const name of ['b.tsv', 'a.tsv', 'deep/c.tsv']) await bucket.put(`syncs/org/one/${name}`, name)
    await bucket.put('syncs/org/other/a.tsv', 'other')
    const list = () => Array.fromAsync(bucket.list('syncs/org/one/'))
    expect(await list()).toEqual(['a.tsv', 'b.tsv', 'deep/c.tsv'].map((name) => `syncs/org/one/${name}`))
    await bucket.remove('syncs/org/one/b.tsv')
    await bucket.remove('syncs/org/one/b.tsv')
    expect(await list()).toEqual(['a.tsv', 'deep/c.tsv'].map((name) => `syncs/org/one/${name}`))
    expect(await Array.fromAsync(bucket.list('nothing/'))).toEqual([])
    expect(await bucket.etagOf('syncs/org/other/a.tsv')).toBeDefined()
  })

  it('Y3: what is written once is read without its ETag, by its bytes', async () => {
    await bucket.put('syncs/org/one/run.tsv', '0123456789')
    const read = (startByte: number, endByte: number) =>
      bucket.read({ key: 'syncs/org/one/run.tsv', startByte, endByte })
    expect(await textOf(await read(3, 6))).toBe('345')
    await expect(bucket.read({ key: 'syncs/org/one/no.tsv', startByte: 0 })).rejects.toThrow(ObjectGone)
  })

  it('I4: a report whose writing failed is not there, in part or at all', async () => {
    const writing = bucket.write(
      'partial.csv',
      'text/csv',
      (async function* () {
        yield Buffer.from('first')
        throw new Error('cut off')
      })(),
    )
    await expect(writing).rejects.toThrow('cut off')
    expect(await bucket.etagOf('partial.csv')).toBeUndefined()
  })
})
