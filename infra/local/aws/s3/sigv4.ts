import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { ServiceError } from '../emulated-service.ts'

const MAX_EXPIRES_SECONDS = 7 * 24 * 3600
/** A presigned request may come from a clock that is ahead by this much. */
const MAX_AHEAD_MS = 15 * 60_000

export type SecretOf = (accessKeyId: string) => string | undefined

/** `yyyymmddThhmmssZ`, in milliseconds since 1970; NaN for anything else. */
export function parseAmzDate(text: string): number {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text)
  if (parts === null) return Number.NaN
  const [, year, month, day, hour, minute, second] = parts
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** The signature (hexadecimal) of `text` under a credential `KEY/date/region/service/aws4_request`. */
export function signatureOf(text: string, secret: string, credential: string): string {
  const [, date = '', region = '', service = '', terminator = ''] = credential.split('/')
  const key = [region, service, terminator].reduce(hmac, hmac(`AWS4${secret}`, date))
  return createHmac('sha256', key).update(text).digest('hex')
}

export function sameSignature(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

function canonicalRequest(
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
): string {
  const [path = '/'] = url.split('?')
  const parameters = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
  const signed = (query.get('X-Amz-SignedHeaders') ?? 'host').split(';')
  const headerLines = signed.map(
    (name) =>
      `${name}:${String(headers[name] ?? '')
        .trim()
        .replace(/\s+/g, ' ')}\n`,
  )
  const payload = query.get('X-Amz-Content-Sha256') ?? headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD'
  return [method, path, parameters.join('&'), headerLines.join(''), signed.join(';'), String(payload)].join(
    '\n',
  )
}

/**
 * Refuses (ServiceError) a presigned request that has expired on the service's clock, or whose signature is not that
 * of its access key. Keys whose secret isn't known here belong to callers from outside: any signature of theirs will do.
 */
export function checkPresigned(
  request: { method: string; url: string; headers: IncomingHttpHeaders },
  query: URLSearchParams,
  now: Date,
  secretOf: SecretOf,
): void {
  const credential = query.get('X-Amz-Credential') ?? ''
  const date = query.get('X-Amz-Date') ?? ''
  const expires = Number(query.get('X-Amz-Expires') ?? Number.NaN)
  const signedAt = parseAmzDate(date)
  if (Number.isNaN(signedAt) || !(expires >= 0 && expires <= MAX_EXPIRES_SECONDS)) {
    throw new ServiceError(
      'AuthorizationQueryParametersError',
      'Query-string authentication version 4 parameters are not valid',
    )
  }
  if (now.getTime() > signedAt + expires * 1000)
    throw new ServiceError('AccessDenied', 'Request has expired', 403)
  if (signedAt > now.getTime() + MAX_AHEAD_MS)
    throw new ServiceError('AccessDenied', 'Request is not valid yet', 403)
  const secret = secretOf(credential.split('/')[0] ?? '')
  if (secret === undefined) return
  const { method, url, headers } = request
  const hash = createHash('sha256')
    .update(canonicalRequest(method, url, headers, query))
    .digest('hex')
  const scope = credential.split('/').slice(1).join('/')
  const expected = signatureOf(['AWS4-HMAC-SHA256', date, scope, hash].join('\n'), secret, credential)
  if (!sameSignature(query.get('X-Amz-Signature') ?? '', expected)) {
    throw new ServiceError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      403,
    )
  }
}
