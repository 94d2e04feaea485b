import { createHash, createHmac } from 'node:crypto'
import { UPLOAD_FORM_MS } from '../rules/limits.ts'
import type { Clock } from '../lib/time.ts'
import { attachment, percentEncoded } from './content-disposition.ts'

const LINK_SECONDS = 15 * 60

const CSV_TYPE = 'text/csv'

const ALGORITHM = 'AWS4-HMAC-SHA256'
const MILLISECONDS = /\.\d{3}/
const UNSIGNED = 'UNSIGNED-PAYLOAD'

export interface UploadForm {
  readonly url: string
  readonly fields: Record<string, string>
}

export interface Download {
  /** The name that a browser saves it under; by default it is made of the key. */
  readonly fileName?: string
  readonly expiresInSeconds?: number
}

/** What Lambda's runtime tells a function: where it runs, and as whom. */
export type RuntimeEnvironment = Readonly<
  Partial<
    Record<
      'AWS_REGION' | 'AWS_ENDPOINT_URL' | 'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_SESSION_TOKEN',
      string
    >
  >
>

/** The file name for a key: `exports/acme/X.csv` is saved as `exports-X.csv`. */
function fileNameOf(key: string): string {
  const parts = key.split('/')
  return [parts[0], parts.at(-1)].join('-')
}

function required(env: RuntimeEnvironment, name: keyof RuntimeEnvironment): string {
  const value = env[name]
  if (value === undefined || value === '') throw new Error(`${name} must be set, as Lambda does`)
  return value
}

/** The bucket's own address, or, at an endpoint that was given, its path. */
function urlOf(bucket: string, env: RuntimeEnvironment): URL {
  if (env.AWS_ENDPOINT_URL !== undefined) return new URL(`/${bucket}`, env.AWS_ENDPOINT_URL)
  const region = required(env, 'AWS_REGION')
  return new URL(`https://${bucket}.s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`)
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** Characters that `encodeURIComponent` leaves as they are and a signature wants encoded (RFC 3986). */
const RESERVED = /[!'()*]/g

const encoded = (text: string): string => encodeURIComponent(text).replace(RESERVED, percentEncoded)

/** What a signature (version 4) is bound to: the second, and who signs, for which day, region and service. */
function signerOf(env: RuntimeEnvironment, now: Date) {
  const timestamp = now.toISOString().replace(MILLISECONDS, '').replace(/[-:]/g, '')
  const scope = [timestamp.slice(0, 8), required(env, 'AWS_REGION'), 's3', 'aws4_request']
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${required(env, 'AWS_SECRET_ACCESS_KEY')}`)
  return {
    timestamp,
    scope: scope.join('/'),
    parameters: {
      'X-Amz-Algorithm': ALGORITHM,
      'X-Amz-Credential': [required(env, 'AWS_ACCESS_KEY_ID'), ...scope].join('/'),
      'X-Amz-Date': timestamp,
      ...(env.AWS_SESSION_TOKEN === undefined ? {} : { 'X-Amz-Security-Token': env.AWS_SESSION_TOKEN }),
    },
    sign: (text: string): string => hmac(key, text).toString('hex'),
  }
}

/**
 * Makes presigned requests, which let their holder do one thing with the bucket for 15 minutes. The files' content was
 * written by people, so no browser may render it as a page of the bucket's origin: content type and disposition are
 * fixed.
 *
 * Signed here, by two hashes, and not by the SDK, whose presigners want a whole client of S3: a quarter of the mail
 * function's bundle, which has no other use for one. A test holds both to be the same.
 */
export function presigner(bucket: string, now: Clock, env: RuntimeEnvironment) {
  const url = urlOf(bucket, env)
  const folder = url.pathname.replace(/\/$/, '')
  return {
    /**
     * A form to upload one object under exactly this key, of 1 to `maxBytes` bytes. S3 accepts no other form fields: it
     * refuses a field without a condition, and a condition whose field isn't sent.
     */
    upload: async (key: string, maxBytes: number): Promise<UploadForm> => {
      const at = now()
      const { parameters, sign } = signerOf(env, at)
      const fields = {
        'Content-Type': CSV_TYPE,
        'Content-Disposition': 'attachment',
        bucket,
        ...parameters,
        key,
      }
      const policy = {
        expiration: new Date(at.getTime() + UPLOAD_FORM_MS).toISOString().replace(MILLISECONDS, ''),
        conditions: [
          ['content-length-range', 1, maxBytes],
          ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
        ],
      }
      const Policy = Buffer.from(JSON.stringify(policy)).toString('base64')
      return { url: url.href, fields: { ...fields, Policy, 'X-Amz-Signature': sign(Policy) } }
    },

    download: async (
      key: string,
      { fileName = fileNameOf(key), expiresInSeconds = LINK_SECONDS }: Download = {},
    ): Promise<string> => {
      const { timestamp, scope, parameters, sign } = signerOf(env, now())
      const path = `${folder}/${key.split('/').map(encoded).join('/')}`
      const query = Object.entries({
        ...parameters,
        'X-Amz-Content-Sha256': UNSIGNED,
        'X-Amz-Expires': String(expiresInSeconds),
        'X-Amz-SignedHeaders': 'host',
        'response-content-disposition': attachment(fileName),
        'response-content-type': `${CSV_TYPE}; charset=utf-8`,
      })
        .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
        .sort()
        .join('&')
      const request = ['GET', path, query, `host:${url.host}\n`, 'host', UNSIGNED].join('\n')
      const hash = createHash('sha256').update(request).digest('hex')
      const signature = sign([ALGORITHM, timestamp, scope, hash].join('\n'))
      return `${url.origin}${path}?${query}&X-Amz-Signature=${signature}`
    },
  }
}

export type Presigner = ReturnType<typeof presigner>
