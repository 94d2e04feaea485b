import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { encodingFor, serveDocument } from '../../../../shared/http/documents/serve-document.ts'

const text = JSON.stringify({ about: 'claims '.repeat(200) })
const serve = serveDocument({ contentType: 'application/json; charset=utf-8', body: text })
const bytesOf = (body = ''): Buffer => Buffer.from(body, 'base64')

describe('a document that stays the same until the next deployment', () => {
  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0.1, gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['*', 'br'],
    ['br;q=0, *;q=0.5', 'gzip'],
    ['deflate', 'identity'],
    ['identity, gzip;q=0', 'identity'],
    ['', 'identity'],
    [undefined, 'identity'],
    ['br;q=x', 'identity'],
  ] as const)('goes to who accepts %j as %s', (accepted, encoding) => {
    expect(encodingFor(accepted)).toBe(encoding)
  })

  it('is the same text however it is compressed, and shorter', () => {
    const [plain, gzip, br] = [undefined, 'gzip', 'br'].map((accepted) =>
      serve({ 'accept-encoding': accepted }),
    )
    expect(bytesOf(plain?.body).toString()).toBe(text)
    expect(gunzipSync(bytesOf(gzip?.body)).toString()).toBe(text)
    expect(brotliDecompressSync(bytesOf(br?.body)).toString()).toBe(text)
    expect(bytesOf(gzip?.body).length).toBeLessThan(text.length / 4)
    expect([plain, gzip, br].map((answer) => answer?.headers['content-encoding'])).toEqual([
      undefined,
      'gzip',
      'br',
    ])
  })

  it('may be kept for a while, and is told apart by what the caller accepts', () => {
    expect(serve({}).headers).toMatchObject({
      'cache-control': 'public, max-age=600',
      vary: 'accept, accept-encoding',
      etag: expect.stringMatching(/^W\/"[\w-]{22}"$/),
    })
  })

  it('is not sent again to who has it', () => {
    const { etag = '' } = serve({ 'accept-encoding': 'br' }).headers
    for (const given of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
      const answer = serve({ 'if-none-match': given })
      expect(answer).toMatchObject({ statusCode: 304, headers: { etag } })
      expect(answer.body).toBeUndefined()
    }
    expect(serve({ 'if-none-match': '"other"' }).statusCode).toBe(200)
    const changed = serveDocument({ contentType: 'application/json', body: `${text} ` })
    expect(changed({ 'if-none-match': etag }).statusCode).toBe(200)
  })
})
