import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import { getSignedUrl, S3RequestPresigner } from '@aws-sdk/s3-request-presigner'
import { HttpRequest } from '@smithy/core/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { presigner, type RuntimeEnvironment } from '../../../shared/aws/presigned.ts'
import { UPLOAD_FORM_MS } from '../../../shared/rules/limits.ts'

const BUCKET = 'claims-files-1a2b'
const MAX_BYTES = 1_000

const environment = (more: RuntimeEnvironment = {}) => ({
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'a+session/token==',
  ...more,
})

const places: readonly RuntimeEnvironment[] = [
  environment(),
  environment({ AWS_REGION: 'us-east-1' }),
  environment({ AWS_REGION: 'us-gov-west-1' }),
  environment({ AWS_REGION: 'cn-north-1' }),
  environment({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }),
]

const sdk = (env: RuntimeEnvironment): S3Client =>
  new S3Client({
    region: env.AWS_REGION ?? '',
    ...(env.AWS_ENDPOINT_URL === undefined ? {} : { endpoint: env.AWS_ENDPOINT_URL }),
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
      ...(env.AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: env.AWS_SESSION_TOKEN }),
    },
  })

/** The instant of a signature, which has no smaller part than a second. */
const instantOf = (amzDate: string | undefined): Date =>
  new Date((amzDate ?? '').replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'))

const key = fc.oneof(
  fc.constantFrom(
    'reports/acme/01K.csv',
    'exports/o 1/a+b.csv',
    "imports/ü/!'()*~.csv",
    'a//b.csv',
    'reports/acme/.',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).map((name) => `reports/acme/${name}`),
)
const place = fc.constantFrom(...places)

describe('a presigned request', () => {
  it('is the form that the SDK makes', async () => {
    await fc.assert(
      fc.asyncProperty(place, key, async (env, Key) => {
        const theirs = await createPresignedPost(sdk(env), {
          Bucket: BUCKET,
          Key,
          Expires: UPLOAD_FORM_MS / 1000,
          Fields: { 'Content-Type': 'text/csv', 'Content-Disposition': 'attachment' },
          Conditions: [['content-length-range', 1, MAX_BYTES]],
        })
        const at = instantOf(theirs.fields['X-Amz-Date'])
        expect(await presigner(BUCKET, () => at, env).upload(Key, MAX_BYTES)).toEqual(theirs)
      }),
      { numRuns: 60 },
    )
  })

  it('is a link to the place that the SDK would name, signed as it would sign it', async () => {
    const at = new Date('2026-11-27T04:05:06.789Z')
    await fc.assert(
      fc.asyncProperty(place, key, async (env, Key) => {
        const link = await presigner(BUCKET, () => at, env).download(Key)
        const ours = new URL(link)
        const s3 = sdk(env)
        const place = new URL(await getSignedUrl(s3, new GetObjectCommand({ Bucket: BUCKET, Key })))
        expect([ours.origin, ours.pathname]).toEqual([place.origin, place.pathname])

        const asked = [...ours.searchParams].filter(([name]) => name.startsWith('response-'))
        const theirs = await new S3RequestPresigner({ ...s3.config }).presign(
          new HttpRequest({
            protocol: ours.protocol,
            hostname: ours.hostname,
            ...(ours.port === '' ? {} : { port: Number(ours.port) }),
            // As it stands in the link: URL leaves out a part of a key that is a dot.
            path: link.slice(ours.origin.length, link.indexOf('?')),
            query: Object.fromEntries(asked),
          }),
          { expiresIn: 900, signingDate: at },
        )
        expect(Object.fromEntries(ours.searchParams)).toEqual(theirs.query)
      }),
      { numRuns: 60 },
    )
  })

  it('names the credential that Lambda did not give', async () => {
    const without = presigner(BUCKET, () => new Date(), { AWS_REGION: 'eu-west-1' })
    await expect(without.download('reports/a.csv')).rejects.toThrow('AWS_SECRET_ACCESS_KEY must be set')
  })
})
