import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import type { Context } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { createHandler } from '../../../../functions/console/handler.ts'
import { httpEvent } from '../../../support/events.ts'
import { recordedLog } from '../../../support/fakes.ts'

const script = 'console.log("ä")'
const font = 'font'
const files: Readonly<Record<string, Buffer>> = {
  'console-A1.js': Buffer.from(script),
  'console-A1.js.br': brotliCompressSync(script),
  'console-A1.js.gz': gzipSync(script),
  'a-B2.woff2': Buffer.from(font),
}

const settings = {
  issuer: 'https://login.acme.example/tenant',
  clientId: 'console',
  scope: 'openid',
  productName: `"Chat" <b>&'$&`,
  supportUrl: undefined,
}

const handler = createHandler({
  page: '<meta name="console-settings" content="%SETTINGS%"><p>app</p>',
  assetNames: Object.keys(files),
  readAsset: (name) => {
    const file = files[name]
    if (file === undefined) throw new Error(`there is no ${name}`)
    return file
  },
  settings,
  otherOrigins: ['https://bucket.example', 'https://token.acme.example', 'https://bucket.example'],
  log: recordedLog(),
})

async function ask(method: 'GET' | 'HEAD', url: string, headers: Record<string, string> = {}) {
  const { event } = httpEvent({ method, url, headers })
  const response = await handler(event, {} as Context)
  const { body } = response
  return {
    status: response.statusCode,
    headers: response.headers,
    bytes: Buffer.from(body ?? '', response.isBase64Encoded ? 'base64' : 'utf8'),
    hasBody: body !== undefined,
  }
}

const get = (url: string, headers?: Record<string, string>) => ask('GET', url, headers)

describe('the console’s page', () => {
  it.each([
    '/console',
    '/console/',
    '/console/claims',
    '/console/claims/01K/timeline',
    '/console/domains/acme.example',
  ])('is what %s answers, so that a deep link and a reload lead where they say', async (url) => {
    const { status, headers, bytes } = await get(url)
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(bytes.toString()).toContain('<p>app</p>')
  })

  it('is asked for anew each time, with a tag, so that a deployment is seen at once', async () => {
    const { headers } = await get('/console')
    expect(headers['cache-control']).toBe('no-cache')
    const again = await get('/console/users', { 'if-none-match': headers.etag ?? '' })
    expect(again).toMatchObject({ status: 304, hasBody: false })
  })

  it('tells the app its settings as data that no text in them can break out of', async () => {
    const html = (await get('/console')).bytes.toString()
    const [, content = ''] = /content="([^"]*)"/.exec(html) ?? []
    expect(content).not.toContain('<')
    const text = content.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
    expect(JSON.parse(text)).toEqual({ ...settings, supportUrl: undefined })
  })

  it('lets in no script, style or frame but its own, and lets it call the issuer and the bucket only', async () => {
    const { headers } = await get('/console')
    const policy = new Map(
      (headers['content-security-policy'] ?? '').split('; ').map((directive) => {
        const [name = '', ...values] = directive.split(' ')
        return [name, values.join(' ')] as const
      }),
    )
    expect(Object.fromEntries(policy)).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'font-src': "'self'",
      'img-src': "'self' data:",
      'connect-src': "'self' https://login.acme.example https://bucket.example https://token.acme.example",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': "'none'",
    })
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex, nofollow',
      'cross-origin-opener-policy': 'same-origin',
      'strict-transport-security': expect.stringContaining('max-age='),
    })
  })
})

describe('the console’s files', () => {
  const url = '/console/assets/console-A1.js'

  it('are kept for a year, since their names change with their content', async () => {
    const { status, headers } = await get(url)
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex, nofollow',
    })
  })

  it.each([
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip, deflate', 'gzip', gunzipSync],
    ['br;q=0.1, gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0', undefined, (bytes: Buffer) => bytes],
    ['', undefined, (bytes: Buffer) => bytes],
  ] as const)(
    'for Accept-Encoding %j come as %s, and are what was built',
    async (accepted, encoding, decode) => {
      const { headers, bytes } = await get(url, { 'accept-encoding': accepted })
      expect(headers['content-encoding']).toBe(encoding)
      expect(decode(bytes).toString()).toBe(script)
    },
  )

  it('come as they are where they have no compressed form', async () => {
    const { headers, bytes } = await get('/console/assets/a-B2.woff2', { 'accept-encoding': 'br' })
    expect(headers).toMatchObject({ 'content-type': 'font/woff2' })
    expect(headers).not.toHaveProperty('content-encoding')
    expect(bytes.toString()).toBe(font)
  })

  it('are not sent again to whoever has them', async () => {
    const { headers } = await get(url)
    const again = await get(url, { 'if-none-match': headers.etag ?? '' })
    expect(again).toMatchObject({ status: 304, hasBody: false })
  })

  it.each(['nothing-C3.js', 'console-A1.js.br', 'console-A1.js.gz', '../index.html', '', 'index.js'])(
    'there is none called %j: 404, which nobody keeps',
    async (name) => {
      const { status, headers } = await get(`/console/assets/${name}`)
      expect(status).toBe(404)
      expect(headers['cache-control']).toBe('no-store')
    },
  )
})

describe('HEAD', () => {
  it.each(['/console', '/console/claims', '/console/assets/console-A1.js', '/console/assets/none.js'])(
    'of %s says what GET does, without a body',
    async (url) => {
      const [head, full] = [await ask('HEAD', url), await get(url)]
      expect(head.hasBody).toBe(false)
      expect(head.status).toBe(full.status)
      const { 'x-request-id': _, ...headers } = head.headers
      expect(full.headers).toMatchObject(headers)
    },
  )
})
