import { once } from 'node:events'
import { createServer, type IncomingMessage, request as send } from 'node:http'
import { describe, expect, it } from 'vitest'
import { decodePath, toEvent, toResponse } from '../../../../infra/local/http-api/proxy-event.ts'
import { listen } from '../../../../infra/local/http/listen.ts'

const now = new Date('2026-11-02T04:05:06.789Z')

/** The event for a request as it really comes in. */
async function eventFor(
  target: string,
  options: { method?: string; headers?: Record<string, string | string[]>; body?: Buffer | string } = {},
): Promise<Record<string, unknown>> {
  const { method = 'GET', headers = {}, body = '' } = options
  const server = createServer()
  const url = await listen(server, 0)
  const sent = send(`${url}${target}`, { method, headers })
  sent.end(body)
  const [request]: IncomingMessage[] = await once(server, 'request')
  if (request === undefined) throw new Error('no request')
  const [rawPath = '', rawQuery = ''] = (request.url ?? '').split('?')
  const event = toEvent({
    request,
    body: Buffer.from(body),
    path: decodePath(rawPath) ?? '',
    rawQuery,
    match: {
      route: { key: 'POST /x/{id}', functionArn: 'f', timeoutMs: 1, scopes: ['a:b'] },
      pathParameters: { id: '1' },
    },
    requestId: 'r-1',
    apiId: 'api123',
    now,
    claims: { sub: 'jo' },
  })
  sent.destroy()
  sent.on('error', () => undefined)
  server.closeAllConnections()
  server.close()
  return event
}

describe('an HTTP API’s event', () => {
  it('has the shape of payload format 2.0', async () => {
    const event = await eventFor('/x/a%20b?q=1&q=2&e=%26', {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: 'a=1; b=2', 'user-agent': 'test' },
      body: '{"x":1}',
    })
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /x/{id}',
      rawPath: '/x/a b',
      rawQueryString: 'q=1&q=2&e=%26',
      queryStringParameters: { q: '1,2', e: '&' },
      pathParameters: { id: '1' },
      cookies: ['a=1', 'b=2'],
      body: '{"x":1}',
      isBase64Encoded: false,
      requestContext: {
        accountId: '000000000000',
        apiId: 'api123',
        authorizer: { jwt: { claims: { sub: 'jo' }, scopes: ['a:b'] } },
        http: {
          method: 'POST',
          path: '/x/a b',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        requestId: 'r-1',
        routeKey: 'POST /x/{id}',
        stage: '$default',
        time: '02/Nov/2026:04:05:06 +0000',
        timeEpoch: now.getTime(),
      },
    })
  })

  it('has its headers in lower case, repeated ones joined, and cookies only as cookies', async () => {
    const event = await eventFor('/x', { headers: { 'X-Many': ['a', 'b'], Cookie: 'c=3' } })
    expect(event.headers).toMatchObject({ 'x-many': 'a,b', 'x-forwarded-proto': 'http' })
    expect(event.headers).not.toHaveProperty('cookie')
    expect(event.headers).not.toHaveProperty('connection')
  })

  it('leaves out what there is none of', async () => {
    const event = await eventFor('/x')
    expect(event).not.toHaveProperty('body')
    expect(event).not.toHaveProperty('cookies')
    expect(event).not.toHaveProperty('queryStringParameters')
    expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false })
  })

  it.each([
    ['application/json; charset=utf-8', false],
    ['text/csv', false],
    ['application/xml', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    ['application/merge-patch+json', true],
    ['', true],
  ])('has a body of type “%s” base64-encoded or not as API Gateway does', async (type, isBase64Encoded) => {
    const body = Buffer.from('é=1')
    const headers = { ...(type !== '' && { 'content-type': type }) }
    const event = await eventFor('/x', { method: 'POST', headers, body })
    expect(event).toMatchObject({
      isBase64Encoded,
      body: isBase64Encoded ? body.toString('base64') : body.toString(),
    })
  })

  it('has a path that ends at an encoded question mark, and none that is badly encoded', () => {
    expect(decodePath('/a%3Fb')).toBe('/a')
    expect(decodePath('/a%2')).toBeUndefined()
  })
})

describe('a handler’s result', () => {
  it('is a response where it has a status', () => {
    const made = toResponse(
      JSON.stringify({
        statusCode: 201,
        headers: { Location: '/x', 'X-Count': 3, 'Content-Length': '99' },
        cookies: ['a=1', 'b=2'],
        body: 'aGk=',
        isBase64Encoded: true,
      }),
    )
    expect(made).toEqual({
      status: 201,
      headers: {
        'content-type': 'text/plain;charset=UTF-8',
        location: '/x',
        'x-count': '3',
        'set-cookie': ['a=1', 'b=2'],
      },
      body: Buffer.from('hi'),
    })
  })

  it('is the body of a 200 where it has none', () => {
    expect(toResponse('{"x":1}')).toMatchObject({ status: 200, body: Buffer.from('{"x":1}') })
    expect(toResponse('"hi"')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('hi'),
    })
  })

  it('is none that API Gateway could answer with where its status or body is no such thing', () => {
    expect(toResponse('{"statusCode":"many"}')).toBeUndefined()
    expect(toResponse('{"statusCode":200,"body":{"x":1}}')).toBeUndefined()
    expect(toResponse('{"statusCode":99}')).toBeUndefined()
  })
})
