import { createHash } from 'node:crypto'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { HttpResponse } from '../responses.ts'

/** Ten minutes: the longest that somebody may see the document from before a deployment. */
const MAX_AGE_SECONDS = 600

/** In order of preference where the caller accepts several equally: the shortest first. */
const encodings = ['br', 'gzip', 'identity'] as const
type Encoding = (typeof encodings)[number]

/** The quality that Accept-Encoding gives an encoding, from 0 to 1 (RFC 9110, 12.5.3). */
function qualityOf(accepted: string, encoding: Encoding): number {
  const ranges = new Map(
    accepted.split(',').map((range) => {
      const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
      const q = parameters.find((parameter) => parameter.startsWith('q='))
      return [name, q === undefined ? 1 : Number(q.slice(2))] as const
    }),
  )
  return ranges.get(encoding) ?? ranges.get('*') ?? (encoding === 'identity' ? 0.001 : 0)
}

export function encodingFor(accepted = ''): Encoding {
  const [best = 'identity'] = encodings
    .map((encoding) => [encoding, qualityOf(accepted, encoding)] as const)
    .filter(([, quality]) => quality > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([encoding]) => encoding)
  return best
}

/** Whether If-None-Match names the tag, by weak comparison (RFC 9110, 13.1.2). */
export const hasAlready = (given: string | undefined, tag: string): boolean =>
  given?.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === tag.slice(2)) ??
  false

export interface Document {
  readonly contentType: string
  readonly body: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

export type RequestHeaders = Readonly<Record<string, string | undefined>>

/**
 * Serves a document that changes only with a deployment: compressed as the caller accepts, cacheable for ten minutes,
 * and 304 if the caller has it already.
 */
export function serveDocument(document: Document): (request: RequestHeaders) => HttpResponse {
  const bytes = Buffer.from(document.body)
  const tag = `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  const headers = {
    'content-type': document.contentType,
    'cache-control': `public, max-age=${MAX_AGE_SECONDS}`,
    etag: tag,
    ...document.headers,
  }
  const made = new Map<Encoding, string>()
  const encoded = (encoding: Encoding): string => {
    const known = made.get(encoding)
    if (known !== undefined) return known
    const body = encode(bytes, encoding).toString('base64')
    made.set(encoding, body)
    return body
  }
  return (request) => {
    const varying = { ...headers, vary: 'accept, accept-encoding' }
    if (hasAlready(request['if-none-match'], tag)) return { statusCode: 304, headers: varying }
    const encoding = encodingFor(request['accept-encoding'])
    return {
      statusCode: 200,
      headers: { ...varying, ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }) },
      body: encoded(encoding),
      isBase64Encoded: true,
    }
  }
}

/** Brotli quality: compresses 200 KB in a few milliseconds. */
const QUALITY = 5

function encode(bytes: Buffer, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'identity':
      return bytes
    case 'gzip':
      return gzipSync(bytes)
    case 'br':
      return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } })
  }
}
