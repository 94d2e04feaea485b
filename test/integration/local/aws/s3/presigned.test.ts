import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { presigner } from '../../../../../shared/aws/presigned.ts'
import {
  type AwsParts,
  functionClient,
  functionEnvironment,
  outsideClient,
  startAwsParts,
} from '../aws-parts.ts'

const HOUR_MS = 3_600_000
const MAX_BYTES = 1_000
/** Where S3 puts the name of the file that the browser sends. */
const FILENAME_PLACE = '$' + '{filename}'

let parts: AwsParts
let s3: S3Client

beforeAll(async () => {
  parts = await startAwsParts({
    statements: [
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::files/reports/*' },
      { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::files/imports/*' },
    ],
  })
  parts.objectsAndQueues.createBucket('files')
  s3 = new S3Client(functionClient(parts.gateway))
  const outside = new S3Client(outsideClient(parts.gateway))
  await outside.send(new PutObjectCommand({ Bucket: 'files', Key: 'reports/o 1/a+b.csv', Body: 'a,b' }))
  await outside.send(new PutObjectCommand({ Bucket: 'files', Key: 'secrets/a.csv', Body: 'secret' }))
})
afterAll(() => parts.stop())

/** The service's own presigner, in the function's environment. */
const own = () => presigner('files', parts.clock.now, functionEnvironment(parts.gateway))

const codeOf = async (response: Response) => /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1]

const upload = async (
  post: { url: string; fields: Record<string, string> },
  content: string | Uint8Array<ArrayBuffer>,
  changes: Record<string, string> = {},
) => {
  const form = new FormData()
  for (const [name, value] of Object.entries({ ...post.fields, ...changes })) form.set(name, value)
  form.set('file', new Blob([content]), 'my file.csv')
  return fetch(post.url, { method: 'POST', body: form })
}
const head = (Key: string) =>
  new S3Client(outsideClient(parts.gateway)).send(new HeadObjectCommand({ Bucket: 'files', Key }))

describe("the service's own form", () => {
  it("fault 2: the service's own form is taken as a browser sends it, and kept as a CSV to be saved", async () => {
    const post = await own().upload('imports/org/own.csv', MAX_BYTES)
    const response = await upload(post, 'Email\n')
    expect([response.status, await response.text()]).toEqual([204, ''])
    const { ContentType, ContentDisposition } = await head('imports/org/own.csv')
    expect([ContentType, ContentDisposition]).toEqual(['text/csv', 'attachment'])
  })
})

describe('a presigned URL', () => {
  const report = { Bucket: 'files', Key: 'reports/o 1/a+b.csv' }

  it('gives anybody the object, under the name that the function asked for', async () => {
    const command = new GetObjectCommand({
      ...report,
      ResponseContentDisposition: 'attachment; filename="a.csv"',
    })
    const response = await fetch(await getSignedUrl(s3, command))
    expect([response.status, response.headers.get('content-disposition'), await response.text()]).toEqual([
      200,
      'attachment; filename="a.csv"',
      'a,b',
    ])
  })

  it("fault 14: of the service's own is a CSV to be saved, under a name that can't end the header", async () => {
    const outside = new S3Client(outsideClient(parts.gateway))
    await outside.send(
      new PutObjectCommand({
        Bucket: 'files',
        Key: 'reports/o 1/"x;y.csv',
        Body: '<b>',
        ContentType: 'text/html',
      }),
    )
    const response = await fetch(await own().download('reports/o 1/"x;y.csv'))
    expect([
      response.status,
      response.headers.get('content-type'),
      response.headers.get('content-disposition'),
    ]).toEqual([
      200,
      'text/csv; charset=utf-8',
      `attachment; filename="reports-_x_y.csv"; filename*=UTF-8''reports-%22x%3By.csv`,
    ])
  })

  it('I4: a report is saved under its upload’s name, whatever alphabet that is in', async () => {
    const fileName = 'Überfällige Größe-report.csv'
    const url = await own().download('reports/o 1/a+b.csv', { fileName })
    const response = await fetch(url)
    expect([response.status, response.headers.get('content-disposition')]).toEqual([
      200,
      `attachment; filename="_berf_llige Gr__e-report.csv"; filename*=UTF-8''%C3%9Cberf%C3%A4llige%20Gr%C3%B6%C3%9Fe-report.csv`,
    ])
  })

  it('lets its holder do no more than the function may', async () => {
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'files', Key: 'secrets/a.csv' }))
    const response = await fetch(url)
    expect([response.status, await codeOf(response)]).toEqual([403, 'AccessDenied'])
  })

  it('is worth nothing for another key, or with a longer life', async () => {
    const url = await getSignedUrl(s3, new GetObjectCommand(report))
    const changed = [url.replace('a%2Bb', 'other'), url.replace('X-Amz-Expires=900', 'X-Amz-Expires=90000')]
    for (const other of changed) {
      expect(other).not.toBe(url)
      const response = await fetch(other)
      expect([response.status, await codeOf(response)]).toEqual([403, 'SignatureDoesNotMatch'])
    }
  })

  it('is refused if any parameter is added, repeated, changed or left out', async () => {
    const url = new URL(await getSignedUrl(s3, new GetObjectCommand(report)))
    const changed = (change: (parameters: URLSearchParams) => void): string => {
      const other = new URL(url)
      change(other.searchParams)
      return other.href
    }
    const mismatches = [
      changed((parameters) => parameters.append('response-content-type', 'text/html')),
      ...[...url.searchParams].map(([name, value]) =>
        changed((parameters) => parameters.append(name, value)),
      ),
      changed((parameters) => parameters.set('X-Amz-Algorithm', 'AWS4-HMAC-SHA512')),
      changed((parameters) => parameters.delete('X-Amz-Algorithm')),
      changed((parameters) => parameters.set('X-Amz-SignedHeaders', 'accept;host')),
      changed((parameters) => parameters.delete('X-Amz-SignedHeaders')),
      changed((parameters) => parameters.set('X-Amz-Content-Sha256', '0'.repeat(64))),
      changed((parameters) => parameters.delete('X-Amz-Signature')),
      changed((parameters) =>
        parameters.set(
          'X-Amz-Credential',
          (parameters.get('X-Amz-Credential') ?? '').replace('us-east-1', 'eu-west-1'),
        ),
      ),
    ]
    for (const other of mismatches) {
      const response = await fetch(other)
      expect([other, response.status, await codeOf(response)]).toEqual([other, 403, 'SignatureDoesNotMatch'])
    }
    const malformed = [
      changed((parameters) => parameters.delete('X-Amz-Date')),
      changed((parameters) => parameters.set('X-Amz-Date', 'today')),
      changed((parameters) => parameters.delete('X-Amz-Expires')),
      changed((parameters) => parameters.set('X-Amz-Expires', '604801')),
      changed((parameters) => parameters.set('X-Amz-Expires', '-1')),
    ]
    for (const other of malformed) {
      const response = await fetch(other)
      expect([other, response.status, await codeOf(response)]).toEqual([
        other,
        400,
        'AuthorizationQueryParametersError',
      ])
    }
    expect((await fetch(url)).status).toBe(200)
  })

  it('holds its holder to the headers that were signed', async () => {
    const put = new PutObjectCommand({ Bucket: 'files', Key: 'imports/typed.csv', ContentType: 'text/csv' })
    const url = await getSignedUrl(s3, put, { signableHeaders: new Set(['host', 'content-type']) })
    const upload = (type: string) =>
      fetch(url, { method: 'PUT', body: 'x', headers: { 'content-type': type } })
    const other = await upload('text/html')
    expect([other.status, await codeOf(other)]).toEqual([403, 'SignatureDoesNotMatch'])
    expect((await upload('text/csv')).status).toBe(200)
  })

  it('may sign headers that are usually left out or put into the query', async () => {
    const put = new PutObjectCommand({
      Bucket: 'files',
      Key: 'imports/headers.csv',
      CacheControl: 'no-store',
      Metadata: { by: 'tests' },
    })
    const url = await getSignedUrl(s3, put, {
      signableHeaders: new Set(['host', 'cache-control', 'x-amz-meta-by']),
      unhoistableHeaders: new Set(['x-amz-meta-by']),
    })
    const upload = (by: string) =>
      fetch(url, { method: 'PUT', body: 'x', headers: { 'cache-control': 'no-store', 'x-amz-meta-by': by } })
    const other = await upload('others')
    expect([other.status, await codeOf(other)]).toEqual([403, 'SignatureDoesNotMatch'])
    expect((await upload('tests')).status).toBe(200)
  })

  it("expires on the service's clock", async () => {
    const soon = await getSignedUrl(s3, new GetObjectCommand(report), { expiresIn: 60 })
    await parts.clock.moveTo(new Date(parts.clock.now().getTime() + HOUR_MS))
    const late = await fetch(soon)
    expect([late.status, await codeOf(late)]).toEqual([403, 'AccessDenied'])
    const signingDate = parts.clock.now()
    const fresh = await getSignedUrl(s3, new GetObjectCommand(report), { expiresIn: 60, signingDate })
    expect((await fetch(fresh)).status).toBe(200)
  })

  it('of somebody from outside works with credentials that nobody knows', async () => {
    const outside = new S3Client(outsideClient(parts.gateway))
    const put = new PutObjectCommand({ Bucket: 'files', Key: 'imports/outside.csv' })
    const url = await getSignedUrl(outside, put, { signingDate: parts.clock.now() })
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(200)
  })
})

describe('a presigned POST', () => {
  const key = 'imports/org/file.csv'

  /** Signed on the machine's clock, as the SDK does outside of a function. */
  const presign = (o: { Key?: string; Expires?: number } = {}) =>
    createPresignedPost(s3, {
      Bucket: 'files',
      Key: key,
      Conditions: [
        ['content-length-range', 1, MAX_BYTES],
        ['starts-with', '$Content-Type', 'text/'],
      ],
      Fields: { 'Content-Type': 'text/csv' },
      // The tests above have moved the service's clock by an hour.
      Expires: 4 * 3600,
      ...o,
    })
  const stored = async (Key: string) =>
    (
      await new S3Client(outsideClient(parts.gateway)).send(new GetObjectCommand({ Bucket: 'files', Key }))
    ).Body?.transformToString()

  it('stores a file that keeps to its conditions, byte for byte', async () => {
    const content = '\r\n--boundary?\r\n"é",\u0000'
    const response = await upload(await presign(), content)
    expect([response.status, response.headers.get('etag')]).toEqual([
      204,
      expect.stringMatching(/^"[0-9a-f]{32}"$/),
    ])
    expect(await stored(key)).toBe(content)
  })

  it('refuses a file that is too large or too small', async () => {
    const post = await presign()
    const large = await upload(post, 'x'.repeat(MAX_BYTES + 1))
    expect([large.status, await codeOf(large)]).toEqual([400, 'EntityTooLarge'])
    const huge = await upload(post, new Uint8Array(5_000_000))
    expect([huge.status, await codeOf(huge)]).toEqual([400, 'EntityTooLarge'])
    const empty = await upload(post, '')
    expect([empty.status, await codeOf(empty)]).toEqual([400, 'EntityTooSmall'])
  })

  it('refuses another key, another type, and fields that it does not name', async () => {
    const post = await presign()
    const others: Record<string, string>[] = [
      { key: 'imports/other/file.csv' },
      { 'Content-Type': 'image/png' },
      { 'x-amz-meta-more': 'x' },
    ]
    for (const changes of others) {
      const response = await upload(post, 'x', changes)
      expect([response.status, await codeOf(response)]).toEqual([403, 'AccessDenied'])
    }
  })

  it('refuses a policy that somebody changed', async () => {
    const post = await presign()
    const policy = JSON.parse(Buffer.from(post.fields.Policy ?? '', 'base64').toString())
    policy.conditions = policy.conditions.filter((c: unknown) => !Array.isArray(c))
    const Policy = Buffer.from(JSON.stringify(policy)).toString('base64')
    const response = await upload(post, 'x', { Policy })
    expect([response.status, await codeOf(response)]).toEqual([403, 'SignatureDoesNotMatch'])
  })

  it("expires on the service's clock", async () => {
    const response = await upload(await presign({ Expires: 60 }), 'x')
    expect([response.status, await codeOf(response)]).toEqual([403, 'AccessDenied'])
  })

  it('lets its holder do no more than the function may', async () => {
    const response = await upload(await presign({ Key: 'reports/a.csv' }), 'x')
    expect([response.status, await codeOf(response)]).toEqual([403, 'AccessDenied'])
  })

  it("fills in the file's own name, and answers as the form wishes", async () => {
    const post = await createPresignedPost(s3, {
      Bucket: 'files',
      Key: `imports/org/${FILENAME_PLACE}`,
      Fields: { success_action_status: '201' },
      Conditions: [['starts-with', '$key', 'imports/org/'], { success_action_status: '201' }],
      Expires: 4 * 3600,
    })
    const response = await upload(post, 'named')
    expect([response.status, await response.text()]).toEqual([
      201,
      expect.stringContaining('<Key>imports/org/my file.csv</Key>'),
    ])
    expect(await stored('imports/org/my file.csv')).toBe('named')
  })

  it('fault 2: is refused where a condition has no field, even one that any value would meet', async () => {
    const post = await presign()
    delete post.fields['Content-Type']
    const open = await createPresignedPost(s3, {
      Bucket: 'files',
      Key: key,
      Conditions: [['starts-with', '$Content-Type', '']],
      Expires: 4 * 3600,
    })
    for (const form of [post, open]) {
      const response = await upload(form, 'x')
      expect([response.status, await response.text()]).toEqual([
        403,
        expect.stringMatching(/<Code>AccessDenied<.*Policy Condition failed: \[.*content-type/s),
      ])
    }
    expect((await upload(open, 'x', { 'Content-Type': 'text/plain' })).status).toBe(204)
  })

  it('fault 2: ignores the fields that S3 ignores, and no others', async () => {
    const post = await presign()
    expect((await upload(post, 'x', { 'x-ignore-note': 'mine' })).status).toBe(204)
    for (const field of ['success_action_status', 'x-amz-meta-more', 'acl', 'x-amz-security-token', 'note']) {
      const response = await upload(post, 'x', { [field]: '200' })
      expect([field, response.status, await response.text()]).toEqual([
        field,
        403,
        expect.stringContaining(`Extra input fields: ${field}`),
      ])
    }
  })

  it('fault 2: is refused without the fields that sign it, or with those of another day or service', async () => {
    for (const field of ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Signature', 'key']) {
      const post = await presign()
      delete post.fields[field]
      const response = await upload(post, 'x')
      expect([field, response.status, await codeOf(response)]).toEqual([field, 400, 'InvalidArgument'])
    }
    const post = await presign()
    const others: Record<string, string>[] = [
      { 'X-Amz-Algorithm': 'AWS4-HMAC-SHA1' },
      { 'X-Amz-Date': '20200101T000000Z' },
      { 'X-Amz-Credential': (post.fields['X-Amz-Credential'] ?? '').replace('/s3/', '/sqs/') },
      { 'X-Amz-Credential': 'key' },
    ]
    for (const changes of others) {
      const response = await upload(post, 'x', changes)
      expect([response.status, await codeOf(response)]).toEqual([400, 'InvalidArgument'])
    }
  })

  it('fault 2: knows nothing of fields that come after the file', async () => {
    const post = await presign()
    const form = new FormData()
    for (const [name, value] of Object.entries(post.fields)) if (name !== 'key') form.set(name, value)
    form.set('file', new Blob(['x']), 'a.csv')
    form.set('key', key)
    const early = await fetch(post.url, { method: 'POST', body: form })
    expect([early.status, await codeOf(early)]).toEqual([400, 'InvalidArgument'])

    const whole = new FormData()
    for (const [name, value] of Object.entries(post.fields)) whole.set(name, value)
    whole.set('file', new Blob(['late']), 'a.csv')
    whole.set('note', 'unnamed, and not seen')
    expect((await fetch(post.url, { method: 'POST', body: whole })).status).toBe(204)
    expect(await stored(key)).toBe('late')
  })

  it("fault 2: holds the key against its conditions with the file's own name filled in", async () => {
    const post = await createPresignedPost(s3, {
      Bucket: 'files',
      Key: `imports/org/${FILENAME_PLACE}`,
      Conditions: [['eq', '$key', 'imports/org/only this.csv']],
      Expires: 4 * 3600,
    })
    const response = await upload(post, 'x')
    expect([response.status, await codeOf(response)]).toEqual([403, 'AccessDenied'])
  })

  it('is refused where the form is malformed: without a name, an end, a boundary, or too much before the file', async () => {
    const { url, fields } = await presign()
    const part = (disposition: string, value: string): string =>
      `--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`
    const signed = Object.entries(fields).map(([name, value]) => part(`name="${name}"`, value))
    const file = part('name="file"; filename="a.csv"', 'x')
    const send = async (body: string, type = 'multipart/form-data; boundary=b') => {
      const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': type } })
      return [response.status, await codeOf(response)]
    }
    const form = signed.join('')
    expect(await send(`${form}${file}--b--\r\n`)).toEqual([204, undefined])
    const noDisposition = '--b\r\nContent-Type: text/plain\r\n\r\nx\r\n'
    expect(await send(`${form}${noDisposition}${file}--b--\r\n`)).toEqual([400, 'MalformedPOSTRequest'])
    expect(await send(`${form}${part('', 'nameless')}${file}--b--\r\n`)).toEqual([
      400,
      'MalformedPOSTRequest',
    ])
    expect(await send(`${form}${file.slice(0, -2)}`)).toEqual([400, 'MalformedPOSTRequest'])
    expect(await send(`${form}${file}--b--\r\n`, 'multipart/form-data')).toEqual([
      400,
      'MalformedPOSTRequest',
    ])
    expect(await send(`${form}--b--\r\n`)).toEqual([400, 'InvalidArgument'])
    expect(await send(`${form}${part('name="x-ignore-a"', 'x'.repeat(30_000))}${file}--b--\r\n`)).toEqual([
      400,
      'MaxPostPreDataLengthExceeded',
    ])
    const many = Array.from({ length: 40 }, (_, n) => part(`name="x-ignore-${n}"`, 'x'.repeat(600)))
    const response = await send(`${form}${many.join('')}${file}--b--\r\n`)
    expect(response).toEqual([400, 'MaxPostPreDataLengthExceeded'])
  })

  it('takes a file without a file name, whatever bytes are in it', async () => {
    const { url, fields } = await presign()
    const head = Object.entries(fields)
      .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      .join('')
    const bytes = Buffer.from([0xff, 0x00, 0x0d, 0x0a, 0x2d, 0x2d, 0x62, 0x63, 0xfe])
    const body = Buffer.concat([
      Buffer.from(`${head}--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n`),
      bytes.subarray(0, 6),
      Buffer.from('\r\n--b--\r\n'),
    ])
    const headers = { 'content-type': 'multipart/form-data; boundary=b' }
    const response = await fetch(url, { method: 'POST', body, headers })
    expect([response.status, await codeOf(response)]).toEqual([204, undefined])
    const { Body } = await new S3Client(outsideClient(parts.gateway)).send(
      new GetObjectCommand({ Bucket: 'files', Key: key }),
    )
    expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(bytes.subarray(0, 6))
  })

  it('is needed: a form without one is refused', async () => {
    const response = await upload({ url: `${parts.gateway.endpoint}/files`, fields: { key } }, 'x')
    expect([response.status, await codeOf(response)]).toEqual([403, 'AccessDenied'])
  })
})
