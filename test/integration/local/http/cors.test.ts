import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boot } from '../../../../infra/local/boot.ts'
import type { Running } from '../../../../infra/local/boot/options.ts'
import { createClient, type ServiceClient } from '../../../../infra/local/client.ts'

const APP = 'https://app.example'

describe('a page of another origin', () => {
  let running: Running
  let client: ServiceClient
  beforeAll(async () => {
    running = await boot({ settings: { allowedOrigins: `${APP}, http://localhost:5173` } })
    client = createClient(running.endpoints, running.key)
  })
  afterAll(() => running.stop())

  const preflight = (url: string, origin: string, method: string, headers = 'authorization,content-type') =>
    fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': headers,
      },
    })
  const allowedOf = ({ headers }: Response) => headers.get('access-control-allow-origin')

  it.each([APP, 'http://localhost:5173'])('may call the API where it is named: %s', async (origin) => {
    const { api } = running.endpoints
    for (const [path, method] of [
      ['/v1/claims', 'POST'],
      ['/v1/organization', 'PATCH'],
      ['/v1/users/x', 'DELETE'],
    ] as const) {
      const answer = await preflight(
        `${api}${path}`,
        origin,
        method,
        'Authorization, Content-Type, If-Match, Idempotency-Key',
      )
      expect([answer.status, allowedOf(answer)], path).toEqual([204, origin])
      expect(answer.headers.get('access-control-allow-methods')?.split(',')).toContain(method)
    }
    const headers = { origin, authorization: `Bearer ${await client.token({ org: 'none' })}` }
    const answer = await fetch(`${api}/v1/organization`, { headers })
    expect([answer.status, allowedOf(answer)]).toEqual([404, origin])
    expect(answer.headers.get('access-control-expose-headers')).toContain('etag')
    // An error of the gateway's own can be read, too: a page has to know that its token is over.
    const refused = await fetch(`${api}/v1/organization`, { headers: { origin } })
    expect([refused.status, allowedOf(refused)]).toEqual([401, origin])
  })

  it.each(['https://other.example', 'https://app.example.other.example', 'null'])(
    'may not where it is not: %s',
    async (origin) => {
      const { api, s3, bucket } = running.endpoints
      expect(allowedOf(await preflight(`${api}/v1/claims`, origin, 'POST'))).toBeNull()
      expect(allowedOf(await fetch(`${api}/openapi.json`, { headers: { origin } }))).toBeNull()
      const upload = await preflight(`${s3}/${bucket}`, origin, 'POST')
      expect([upload.status, allowedOf(upload)]).toEqual([403, null])
    },
  )

  it('may upload by the form that it got, and no more', async () => {
    await client.api('PUT', '/v1/platform/organizations/acme', {
      token: await client.token({ role: 'platform' }),
      body: { name: 'Acme', kind: 'enterprise' },
    })
    const { s3, bucket } = running.endpoints
    const asked = await preflight(`${s3}/${bucket}`, APP, 'POST')
    expect([asked.status, allowedOf(asked)]).toEqual([200, APP])
    expect((await preflight(`${s3}/${bucket}/imports/acme/a.csv`, APP, 'DELETE')).status).toBe(403)

    const token = await client.token({ org: 'acme' })
    const { body } = await client.api('POST', '/v1/imports', {
      token,
      body: { fileName: 'a.csv', sizeBytes: 100 },
    })
    const { upload } = body as { upload: { url: string; fields: Record<string, string> } }
    const form = new FormData()
    for (const [name, value] of Object.entries(upload.fields)) form.set(name, value)
    form.set('file', new Blob(['Email\nada@acme.example\n']))
    const sent = await fetch(upload.url, { method: 'POST', body: form, headers: { origin: APP } })
    expect([sent.ok, allowedOf(sent)]).toEqual([true, APP])
  })
})
