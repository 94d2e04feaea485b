import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { type CorsRule, corsHeaders, isPreflight, preflightHeaders } from '../../http/cors.ts'
import { MAX_BODY_BYTES } from '../fauxqs/fauxqs-internals.ts'
import {
  type Caller,
  callerOfCredential,
  type S3Target,
  s3Permissions,
  s3Target,
} from '../gateway/required-permissions.ts'
import { accessDenied, refusalFor, s3Error } from '../gateway/error-answers.ts'
import { bucketArn, objectArn } from '../names.ts'
import { readPost } from './post-object.ts'
import { checkPresigned, type SecretOf } from './sigv4.ts'
import { escapeXml, type Permission, ServiceError } from '../emulated-service.ts'
import { call, passedHeaders, readAll, send, type Upstream } from '../gateway/upstream.ts'

/** Response headers that a presigned GET may ask for, by the query's name for them. */
const RESPONSE_HEADERS: Readonly<Record<string, string>> = {
  'response-content-type': 'content-type',
  'response-content-disposition': 'content-disposition',
}

export interface S3Gateway {
  upstream: Upstream
  /** Why the caller may not do this; undefined if it may. */
  denial(accessKeyId: string, permissions: readonly Permission[]): Promise<string | undefined>
  now(): Date
  secretOf: SecretOf
  /** The CORS rules of a bucket. */
  corsOf(bucket: string): readonly CorsRule[]
}

/** The caller of an S3 request without an Authorization header: the signer of a presigned one, otherwise nobody. */
async function callerOfQuery(
  gateway: S3Gateway,
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<Caller> {
  const credential = query.get('X-Amz-Credential')
  if (credential !== null) {
    const { method = 'GET', url = '/', headers } = request
    await checkPresigned({ method, url, headers }, query, gateway.now(), gateway.secretOf)
    return callerOfCredential(credential) ?? { accessKeyId: '', service: 's3' }
  }
  return { accessKeyId: '', service: 's3' }
}

async function postObject(
  gateway: S3Gateway,
  request: IncomingMessage,
  response: ServerResponse,
  bucket: string,
) {
  const date = gateway.now().toUTCString()
  const posted = await readPost(request, bucket, {
    now: gateway.now(),
    secretOf: gateway.secretOf,
    maxBytes: MAX_BODY_BYTES,
  })
  const denied = await gateway.denial(posted.accessKeyId, [
    { action: 's3:PutObject', resource: objectArn(bucket, posted.key) },
  ])
  if (denied !== undefined) return send(response, date, accessDenied('s3', denied))
  const path = `/${bucket}/${posted.key.split('/').map(encodeURIComponent).join('/')}`
  const headers = { ...posted.headers, 'content-length': String(posted.body.length) }
  const stored = await call(gateway.upstream, { method: 'PUT', path, headers }, posted.body)
  const body = await readAll(stored)
  const etag = stored.headers.etag ?? ''
  if (stored.statusCode !== 200) {
    const failure = { 'content-type': 'application/xml' }
    return send(response, date, { status: stored.statusCode ?? 500, headers: failure, body: body.toString() })
  }
  const location = `http://${request.headers.host ?? ''}${path}`
  if (posted.redirect !== undefined) {
    const target = new URL(posted.redirect)
    for (const [name, value] of Object.entries({ bucket, key: posted.key, etag }))
      target.searchParams.set(name, value)
    return send(response, date, { status: 303, headers: { location: target.href, etag }, body: '' })
  }
  if (posted.status !== 201)
    return send(response, date, { status: posted.status, headers: { etag, location }, body: '' })
  const xml =
    `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>${escapeXml(location)}</Location>` +
    `<Bucket>${escapeXml(bucket)}</Bucket><Key>${escapeXml(posted.key)}</Key><ETag>${escapeXml(etag)}</ETag></PostResponse>`
  return send(response, date, {
    status: 201,
    headers: { etag, location, 'content-type': 'application/xml' },
    body: xml,
  })
}

async function passOn(
  gateway: S3Gateway,
  {
    request,
    response,
    caller,
    path,
    target,
  }: { request: IncomingMessage; response: ServerResponse; caller: Caller; path: string; target: S3Target },
): Promise<void> {
  const { upstream } = gateway
  const method = request.method ?? 'GET'
  const outgoing = upstream.request({
    method,
    path,
    headers: [...passedHeaders(request, 'host'), 'host', upstream.host],
  })
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  outgoing.on('response', resolve).on('error', reject)
  await Promise.all([pipeline(request, outgoing), promise])
  const answer = await promise
  const date = gateway.now().toUTCString()
  const status = answer.statusCode ?? 502
  const reads = method === 'GET' || method === 'HEAD'
  if (status === 404 && reads && target.key !== '') {
    // A caller who may not list the bucket isn't told that a key is missing.
    const denied = await gateway.denial(caller.accessKeyId, [
      { action: 's3:ListBucket', resource: bucketArn(target.bucket) },
    ])
    if (denied !== undefined) {
      answer.resume()
      return send(response, date, accessDenied('s3', denied), method !== 'HEAD')
    }
  }
  const headers = passedHeaders(answer)
  if (status < 300 && reads) {
    for (const [parameter, header] of Object.entries(RESPONSE_HEADERS)) {
      const value = target.query.get(parameter)
      if (value === null) continue
      const at = headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === header)
      if (at >= 0) headers[at + 1] = value
      else headers.push(header, value)
    }
  }
  response.writeHead(status, [...headers, 'date', date])
  await pipeline(answer, response)
}

function preflight(
  rules: readonly CorsRule[],
  request: IncomingMessage,
  response: ServerResponse,
  date: string,
): void {
  const allowed = preflightHeaders(rules, request)
  request.resume()
  const message = 'CORSResponse: This CORS request is not allowed.'
  const answer =
    allowed === undefined
      ? s3Error('AccessForbidden', message, 403)
      : { status: 200, headers: allowed, body: '' }
  send(response, date, answer)
}

/**
 * Answers an S3 request. It is authorized and forwarded; a form upload is checked here first, since fauxqs would
 * accept it without its policy.
 */
export async function serveS3(
  gateway: S3Gateway,
  request: IncomingMessage,
  response: ServerResponse,
  signed: Caller | undefined,
): Promise<void> {
  const { method = 'GET', headers } = request
  const date = gateway.now().toUTCString()
  try {
    const { url: path = '/' } = request
    const target = s3Target(path)
    const rules = gateway.corsOf(target.bucket)
    if (isPreflight(request)) return preflight(rules, request, response, date)
    for (const [name, value] of Object.entries(corsHeaders(rules, request))) response.setHeader(name, value)
    const isForm =
      method === 'POST' && target.key === '' && /^multipart\/form-data/i.test(headers['content-type'] ?? '')
    if (isForm && signed === undefined) return await postObject(gateway, request, response, target.bucket)
    const caller = signed ?? (await callerOfQuery(gateway, request, target.query))
    const denied = await gateway.denial(caller.accessKeyId, s3Permissions(request, target))
    if (denied !== undefined) {
      request.resume()
      return send(response, date, accessDenied('s3', denied), method !== 'HEAD')
    }
    if (Number(headers['content-length']) > MAX_BODY_BYTES) {
      throw new ServiceError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size')
    }
    await passOn(gateway, { request, response, caller, path, target })
  } catch (error) {
    const refused = refusalFor('s3', error)
    request.resume()
    send(response, date, refused, method !== 'HEAD')
  }
}
