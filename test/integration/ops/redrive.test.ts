import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { LOCAL_CREDENTIALS } from '../../../infra/local/aws/names.ts'
import type { ServiceClient } from '../../../infra/local/client.ts'
import { givesUp } from '../local/fixture/gives-up.ts'
import { type Fixture, readItem, sendRow, startFixture, writeItem } from '../local/fixture/service.ts'

const run = promisify(execFile)
const script = fileURLToPath(new URL('../../../infra/ops/redrive.ts', import.meta.url))
let folder: string
let fixture: Fixture
let client: ServiceClient
let s3: S3Client

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'redrive-'))
  fixture = await startFixture(givesUp(), { endpointsFile: path.join(folder, 'endpoints.json') })
  client = fixture.client
  const { s3: endpoint, region } = client.endpoints
  s3 = new S3Client({ endpoint, region, credentials: LOCAL_CREDENTIALS, forcePathStyle: true })
})
afterAll(async () => {
  await fixture.stop()
  await rm(folder, { recursive: true, force: true })
})

const ended = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() })

async function redrive(args: readonly string[], localFolder = folder) {
  const env = { ...process.env, LOCAL_FOLDER: localFolder }
  try {
    const { stdout, stderr } = await run(process.execPath, [script, ...args], { env })
    return { code: 0, stdout, stderr }
  } catch (error) {
    return ended.parse(error)
  }
}

async function putAside(): Promise<string[]> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: client.endpoints.bucket, Prefix: 'aws/lambda/' }),
  )
  return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]))
}

describe('npm run redrive', () => {
  it('fault 7: keeps the whole of what effects gave up, plays it again once it is mended, and removes it', async () => {
    await writeItem(client, { pk: 'U#sick' })
    await client.settle()
    const [key = ''] = await putAside()
    expect(key).toMatch(
      /^aws\/lambda\/[\da-f-]{36}\/\S+\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[\da-f-]{36}$/,
    )
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: client.endpoints.bucket, Key: key }))
    const kept = JSON.parse((await Body?.transformToString()) ?? '')
    expect(kept).toMatchObject({
      version: '1.0',
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
      DDBStreamBatchInfo: { batchSize: 1 },
    })
    expect(JSON.parse(kept.payload)).toMatchObject({
      Records: [{ eventName: 'INSERT', dynamodb: { Keys: { pk: { S: 'U#sick' } } } }],
    })
    const early = await redrive(['effects'])
    expect(early).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('0 batches are done and removed, 1 stay'),
    })
    expect(await putAside()).toEqual([key])

    await writeItem(client, { pk: 'HEALED' })
    const eventId: unknown = JSON.parse(kept.payload).Records[0].eventID
    const mended = await redrive(['effects'])
    expect(mended).toMatchObject({
      code: 0,
      stdout: 'Played 1 changes again; 1 batches are done and removed, 0 stay.\n',
    })
    expect(await readItem(client, 'A#U#sick', String(eventId))).toBeDefined()
    expect(await putAside()).toEqual([])
    expect((await redrive(['effects'])).stdout).toBe('Nothing that follows from a change was given up.\n')
  })

  it('puts a queue’s dead letters back, where they are handled', async () => {
    await sendRow(client, { id: 'twice', failures: 1 })
    await client.settle()
    await client.advance('PT3M')
    expect((await client.queues())['Fixture-MailsDeadLetters']?.visible).toBe(1)
    await writeItem(client, { pk: 'HEALED' })
    const back = await redrive(['mails'])
    expect(back).toMatchObject({ code: 0, stdout: 'Put 1 dead letters back to mails.\n' })
    expect((await client.queues())['Fixture-MailsDeadLetters']).toEqual({
      visible: 0,
      inFlight: 0,
      delayed: 0,
    })
    expect((await redrive(['due'])).stderr).toBe('the local service has no queue DueDeadLetters\n')
  })

  it.each([
    [[], 'say what: effects, or one queue; see --help\n'],
    [['letters'], 'there is no queue letters; --help lists them\n'],
    [['mails', 'due'], 'say what: effects, or one queue; see --help\n'],
  ])('says in one line what is wrong with %j', async (args, stderr) => {
    expect(await redrive(args)).toEqual({ code: 1, stdout: '', stderr })
  })

  it('explains itself, and says that no service runs', async () => {
    expect((await redrive(['--help'])).stdout).toMatch(/^Usage: npm run redrive -- WHAT/)
    const elsewhere = await redrive(['mails'], path.join(folder, 'elsewhere'))
    expect(elsewhere).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^no local service runs .*\n$/),
    })
  })
})
