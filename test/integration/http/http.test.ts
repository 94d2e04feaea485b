import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_BODY_BYTES } from '../../../shared/http/body.ts'
import { routes } from '../../../shared/http/routes.ts'
import { HOUR_MS } from '../../../shared/lib/time.ts'
import { type Client, codeOf, startApi, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { startTable, type TestTable } from '../../support/dynamo.ts'
import { dump } from '../../support/given.ts'

describe('every request', () => {
  let db: TestTable
  let api: TestApi

  beforeAll(async () => {
    db = await startTable()
    api = startApi(db)
    await givenVia(api).company('dunes', 'dunes.example')
    await givenVia(api).org('harbour')
  })
  afterAll(() => db.stop())

  const send = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    api.admin('dunes').send({ method: 'POST', url: '/v1/domains', headers, body })

  it('is answered with JSON that is not to be kept, and with its id', async () => {
    const { headers } = await api.admin('dunes').get('/v1/organization')
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'strict-transport-security': 'max-age=63072000',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String),
    })
  })

  it('that fails gets a problem document with the same headers', async () => {
    const response = await api.admin('dunes').get('/v1/claims/none')
    expect(response.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
    })
    expect(response.body).toEqual({
      type: '/problems/not_found',
      title: 'Not found',
      status: 404,
      code: 'not_found',
      detail: expect.any(String),
      requestId: response.headers['x-request-id'],
    })
  })

  it.each(['{"domain":', 'domain=acme.example', '', '{"domain":"a.example"}}'])(
    'with the body %j gets invalid_json',
    async (body) => {
      expect(await send(body)).toMatchObject({ status: 400, body: { code: 'invalid_json' } })
    },
  )

  it.each(['[]', '"text"', 'null', '12'])(
    'with the body %s, which is no object, gets invalid_request',
    async (body) => {
      expect(codeOf(await send(body))).toBe('invalid_request')
    },
  )

  it.each([{ 'content-type': 'text/plain' }, { 'content-type': 'application/x-www-form-urlencoded' }, {}])(
    'whose body is said to be %j gets unsupported_media_type',
    async (headers) => {
      expect(await send('{"domain":"acme.example"}', headers)).toMatchObject({
        status: 415,
        body: { code: 'unsupported_media_type' },
      })
    },
  )

  it('may say its charset, and JSON of a finer kind', async () => {
    for (const type of [
      'application/json; charset=utf-8',
      'Application/JSON',
      'application/merge-patch+json',
    ])
      expect((await send('{"domain":"typed.example"}', { 'content-type': type })).status, type).toBeLessThan(
        300,
      )
  })

  it('with a longer body than any that is right gets body_too_large', async () => {
    const body = JSON.stringify({ domain: 'x'.repeat(MAX_BODY_BYTES) })
    expect(await send(body)).toMatchObject({ status: 413, body: { code: 'body_too_large' } })
  })

  it('with a field or a parameter that is not known gets told which', async () => {
    expect((await send('{"domain":"a.example","colour":"red"}')).body).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'colour' }],
    })
    expect((await api.admin('dunes').get('/v1/claims?colour=red')).body).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'colour' }],
    })
    const body = { surprise: true }
    expect(codeOf(await api.admin('dunes').post('/v1/domains/dunes.example/claim', body))).toBe(
      'invalid_request',
    )
  })

  it.each([
    [{}, 'unauthorized'],
    [{ sub: 'ada', org_id: 'dunes', scope: 'claims:read' }, 'forbidden'],
    [{ sub: 'ada', org_id: 'dunes' }, 'forbidden'],
    [{ sub: 'ada', org_id: 'dunes', scope: 'platform' }, 'forbidden'],
    [{ sub: 'ada', scope: 'org:read' }, 'organization_required'],
    [{ sub: 'ada', org_id: '', scope: 'org:read' }, 'organization_required'],
    [{ sub: 'ada', org_id: '../x', scope: 'org:read' }, 'organization_required'],
  ])('with the claims %j gets %s, whatever the gateway let through', async (claims, code) => {
    const client = api.withClaims(claims as Record<string, string>)
    expect(codeOf(await client.get('/v1/organization'))).toBe(code)
  })

  it('of a reader changes nothing', async () => {
    const reader = api.reader('dunes')
    expect(codeOf(await reader.patch('/v1/organization', { locale: 'nl' }))).toBe('forbidden')
    expect(codeOf(await reader.post('/v1/claims', { users: [] }))).toBe('forbidden')
    expect(codeOf(await api.admin('dunes').put('/v1/platform/organizations/x', {}))).toBe('forbidden')
  })

  it('without a token gets nothing but the public routes', async () => {
    for (const { method, path } of routes.filter(({ scope }) => scope !== null)) {
      const url = path.replaceAll(/\{\w+\}/g, 'x')
      const { status } = await api.anyone.send({ method, url })
      expect(status, `${method} ${path}`).toBe(401)
    }
  })

  it('for no route gets 404, and with the wrong method 405 and those that are right', async () => {
    for (const url of ['/', '/v1', '/v1/claim', '/v1/claims/x/y', '/openapi.json/'])
      expect(codeOf(await api.admin('dunes').get(url)), url).toBe('not_found')
    const wrong = await api.admin('dunes').delete('/v1/claims')
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
    expect(wrong.headers.allow?.split(', ').sort()).toEqual(['GET', 'POST'])
    // An id could be spelled like it, but a path that is one by itself is that one.
    const preview = await api.admin('dunes').delete('/v1/claims/preview')
    expect(preview.headers.allow).toBe('POST')
    const head = await api.anyone.send({ method: 'HEAD', url: '/openapi.json' })
    expect(head.status).toBe(405)
  })

  it("that meets an error of ours gets 500 without a word of it, and the log has the cause but no one's data", async () => {
    const broken = startApi({ ...db, table: { ...db.table, name: 'no-such-table' } })
    const response = await broken.admin('dunes').post('/v1/domains', { domain: 'secret.example' })
    expect(response).toMatchObject({ status: 500, body: { code: 'internal_error' } })
    expect(response.text).not.toMatch(/table|dynamo|resource/i)
    const logged = broken.lines.filter(({ level }) => level === 'error')
    expect(logged).toHaveLength(1)
    expect(JSON.stringify(logged)).toMatch(/ResourceNotFoundException/)
    expect(JSON.stringify(broken.lines)).not.toMatch(/secret\.example/)
  })

  it('leaves one line in the log, of ids only', async () => {
    const before = api.lines.length
    await api
      .admin('dunes')
      .post('/v1/claims', { users: [{ email: 'ada@dunes.example' }], acknowledgePermanent: true })
    expect(api.lines.slice(before)).toEqual([
      {
        level: 'info',
        code: 'http.answered',
        facts: {
          requestId: expect.any(String),
          correlationId: expect.any(String),
          route: 'POST /v1/claims',
          status: 200,
        },
      },
    ])
  })
})

describe('Idempotency-Key', () => {
  let db: TestTable
  let api: TestApi
  let admin: Client

  beforeAll(async () => {
    db = await startTable()
    api = startApi(db)
    admin = api.admin('dunes')
    await givenVia(api).company('dunes', 'dunes.example')
    await givenVia(api).org('harbour')
  })
  afterAll(() => db.stop())

  const add = (domain: string, key: string, client = admin) =>
    client.post('/v1/domains', { domain }, { 'Idempotency-Key': key })

  it('C6: the same key and body gets the first answer again, even where the state has moved on', async () => {
    const first = await add('once.example', 'k1')
    expect(first.status).toBe(201)
    await admin.delete('/v1/domains/once.example')
    const again = await add('once.example', 'k1')
    expect([again.status, again.text]).toEqual([201, first.text])
    expect(await api.stores.domains.get('dunes', 'once.example')).toBeUndefined()
  })

  it('C6: two spellings of one body are the same request', async () => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'k2' }
    const post = (body: string) => admin.send({ method: 'POST', url: '/v1/imports', headers, body })
    const first = await post('{"fileName":"a.csv","sizeBytes":10}')
    const second = await post('{ "sizeBytes": 10, "fileName": "a.csv" }')
    expect(second.text).toBe(first.text)
  })

  it('C6: another body under the same key is refused, and so is another path', async () => {
    await add('other.example', 'k3')
    expect(await add('another.example', 'k3')).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    })
    await admin.post('/v1/domains/other.example/claim', undefined, { 'idempotency-key': 'k4' })
    const other = await admin.post('/v1/domains/another.example/claim', undefined, {
      'idempotency-key': 'k4',
    })
    expect(codeOf(other)).toBe('idempotency_key_reused')
  })

  it("C6: keys are an org's and a route's own", async () => {
    await add('shared.example', 'k5')
    expect((await add('other-org.example', 'k5', api.admin('harbour'))).status).toBe(201)
    const preview = { users: [{ userId: 'x' }] }
    const response = await admin.post('/v1/claims/preview', preview, { 'idempotency-key': 'k5' })
    expect(response.status).toBe(200)
  })

  it('C6: refusals are answers too, but bad input may be mended under the same key', async () => {
    const verify = () =>
      admin.post('/v1/domains/refused.example/verify', undefined, { 'idempotency-key': 'k6' })
    await add('refused.example', 'k6-add')
    const first = await verify()
    expect(codeOf(first)).toBe('txt_record_not_found')
    const { txtRecord } = (await add('refused.example', 'k6-add')).body as { txtRecord: { value: string } }
    api.txtRecords.set('refused.example', [txtRecord.value])
    expect((await verify()).text).toBe(first.text)

    const post = (body: unknown) => admin.post('/v1/domains', body, { 'idempotency-key': 'k7' })
    expect(codeOf(await post({ domian: 'typo.example' }))).toBe('invalid_request')
    expect((await post({ domain: 'typo.example' })).status).toBe(201)
  })

  it("C6: what isn't final is forgotten: after a 5xx the same key tries again", async () => {
    await add('flaky.example', 'k8')
    api.txtRecords.set('flaky.example', undefined)
    const verify = () =>
      admin.post('/v1/domains/flaky.example/verify', undefined, { 'idempotency-key': 'k9' })
    expect((await verify()).status).toBe(503)
    api.txtRecords.set('flaky.example', [])
    expect(codeOf(await verify())).toBe('txt_record_not_found')
  })

  it('C6: at the same instant only one is carried out', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => add('instant.example', 'k11')))
    const texts = new Set(answers.filter(({ status }) => status === 201).map(({ text }) => text))
    expect(texts.size).toBe(1)
    for (const each of answers.filter(({ status }) => status !== 201))
      expect(codeOf(each)).toBe('idempotency_in_flight')
  })

  it('is forgotten after a day', async () => {
    expect((await add('daily.example', 'k12')).status).toBe(201)
    api.clock.advance(24 * HOUR_MS)
    expect((await add('daily.example', 'k12')).status).toBe(200)
  })

  it.each(['', 'k'.repeat(256), 'kéy', 'a\tb'])('%j is no key', async (key) => {
    expect(await add('keyed.example', key)).toMatchObject({
      status: 400,
      body: { code: 'invalid_idempotency_key' },
    })
  })

  it('may be 255 characters long, and is kept only as a hash, its answer sealed', async () => {
    const key = `secret-key-${'x'.repeat(244)}`
    expect((await add('sealed.example', key)).status).toBe(201)
    const { token } = (await add('sealed.example', key)).body as { token: string }
    const records = Object.entries(await dump(db)).filter(([, item]) =>
      JSON.stringify(item).includes('"idempotency"'),
    )
    expect(records.length).toBeGreaterThan(0)
    const text = JSON.stringify(records)
    expect(text).not.toContain('secret-key')
    expect(text).not.toContain(token)
    expect(text).not.toContain('sealed.example')
  })

  it('means nothing where a repeat changes nothing anyway', async () => {
    const url = '/v1/platform/organizations/harbour'
    const put = (name: string) =>
      api.platform.put(url, { name, kind: 'enterprise' }, { 'idempotency-key': 'k13' })
    expect((await put('One')).body).toMatchObject({ name: 'One' })
    expect((await put('Two')).body).toMatchObject({ name: 'Two' })
  })
})
