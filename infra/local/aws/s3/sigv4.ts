import type { IncomingHttpHeaders } from 'node:http'
import { HttpRequest } from '@smithy/core/protocols'
import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import { ServiceError } from '../emulated-service.ts'

const MAX_EXPIRES_SECONDS = 7 * 24 * 3600
/** How far the clock of a presigned request's sender may be ahead. */
const MAX_AHEAD_MS = 15 * 60_000

const CONTENT_HASH = 'X-Amz-Content-Sha256'
/** Not text, so the signer takes the payload as `UNSIGNED-PAYLOAD` unless the request has a content hash. */
const UNSIGNED_BODY = {}

export type SecretOf = (accessKeyId: string) => string | undefined

/** `yyyymmddThhmmssZ`, in milliseconds since 1970; NaN for anything else. */
export function parseAmzDate(text: string): number {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text)
  if (parts === null) return Number.NaN
  const [, year, month, day, hour, minute, second] = parts
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

/** Returns a signer for a credential `KEY/date/region/service/aws4_request`. */
export function signerOf(credential: string, secretAccessKey: string): SignatureV4 {
  const [accessKeyId = '', , region = '', service = ''] = credential.split('/')
  const credentials = { accessKeyId, secretAccessKey }
  // S3 signs the path as it is sent; all other services escape it once more.
  return new SignatureV4({
    credentials,
    region,
    service,
    sha256: Hash.bind(null, 'sha256'),
    uriEscapePath: false,
  })
}

export const signatureMismatch = () =>
  new ServiceError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    403,
  )

/**
 * Checks a presigned request: its expiry on the service's clock, and its signature if the secret of its access key is
 * known. A key without a known secret belongs to a caller from outside the service, whose signature isn't checked.
 * @throws ServiceError as S3 answers
 */
export async function checkPresigned(
  { method, url, headers }: { method: string; url: string; headers: IncomingHttpHeaders },
  query: URLSearchParams,
  now: Date,
  secretOf: SecretOf,
): Promise<void> {
  const credential = query.get('X-Amz-Credential') ?? ''
  const expires = Number(query.get('X-Amz-Expires') ?? Number.NaN)
  const signedAt = parseAmzDate(query.get('X-Amz-Date') ?? '')
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

  const signedHeaders = new Set((query.get('X-Amz-SignedHeaders') ?? '').split(';'))
  const given = [...signedHeaders].map((name) => [name, String(headers[name] ?? '')])
  const { 'X-Amz-Signature': _, [CONTENT_HASH]: contentHash, ...parameters } = Object.fromEntries(query)
  const unsigned = new HttpRequest({
    method,
    path: url.split('?')[0] ?? '/',
    query: parameters,
    headers: {
      ...Object.fromEntries(given),
      ...(contentHash !== undefined && { [CONTENT_HASH]: contentHash }),
    },
    body: UNSIGNED_BODY,
  })
  const { query: expected = {} } = await signerOf(credential, secret).presign(unsigned, {
    signingDate: new Date(signedAt),
    expiresIn: expires,
    signableHeaders: signedHeaders,
    unhoistableHeaders: signedHeaders,
  })
  // The whole query is compared and not only the signature: the signer overwrites its own parameters, and takes each
  // name once.
  const isAsSigned =
    query.size === Object.keys(expected).length &&
    [...query].every(([name, value]) => expected[name] === value)
  if (!isAsSigned) throw signatureMismatch()
}
