import { describe, expect } from 'vitest'
import { domain as domainSchema } from '../../../shared/http/schemas/domain.ts'
import { DAY_MS } from '../../../shared/lib/time.ts'
import { codeOf, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { it } from '../../support/fixtures.ts'

describe('/v1/domains', () => {
  let api: TestApi

  it.beforeAll(async ({ tableApi }) => {
    api = tableApi
    for (const orgId of ['dunes', 'harbour', 'many']) await givenVia(api).org(orgId)
  })

  const add = (orgId: string, domain: string) => api.admin(orgId).post('/v1/domains', { domain })
  const post = (orgId: string, domain: string, what: string) =>
    api.admin(orgId).post(`/v1/domains/${encodeURIComponent(domain)}/${what}`)

  it('D1: a new domain is pending, and says which TXT record proves it', async () => {
    const { status, body } = await add('dunes', 'first.example')
    expect(status).toBe(201)
    const added = domainSchema.parse(body)
    expect(added).toMatchObject({ domain: 'first.example', status: 'pending' })
    expect(added.txtRecord).toEqual({
      name: 'first.example',
      type: 'TXT',
      value: `user-claims-verification=${added.token}`,
    })
    expect(Date.parse(added.tokenExpiresAt) - api.clock.now().getTime()).toBe(7 * DAY_MS)
    expect(added.token.length).toBeGreaterThanOrEqual(22)
  })

  it('D1: adding it again gives the same token while it is good, and a fresh one after', async () => {
    const first = domainSchema.parse((await add('dunes', 'again.example')).body)
    const second = await add('dunes', 'AGAIN.example.')
    expect(second).toMatchObject({ status: 200, body: first })
    api.clock.advance(7 * DAY_MS)
    const third = await add('dunes', 'again.example')
    expect(third.status).toBe(200)
    expect(domainSchema.parse(third.body).token).not.toBe(first.token)
  })

  it('D1: is verified by the record in the DNS, among others, and not without it', async () => {
    const { token } = domainSchema.parse((await add('dunes', 'proven.example')).body)
    expect(codeOf(await post('dunes', 'proven.example', 'verify'))).toBe('txt_record_not_found')
    for (const wrong of [token, `user-claims-verification=${token}x`, 'user-claims-verification=']) {
      api.txtRecords.set('proven.example', ['v=spf1 -all', wrong])
      expect(codeOf(await post('dunes', 'proven.example', 'verify')), wrong).toBe('txt_record_not_found')
    }
    api.txtRecords.set('proven.example', ['v=spf1 -all', `user-claims-verification=${token}`])
    const verified = await post('dunes', 'proven.example', 'verify')
    expect(verified).toMatchObject({ status: 200, body: { status: 'verified', domain: 'proven.example' } })
    api.txtRecords.delete('proven.example')
    expect(await post('dunes', 'proven.example', 'verify')).toMatchObject({
      status: 200,
      body: verified.body,
    })
  })

  it('D1: an answer without it says what was expected and which record is nearest', async () => {
    const { token, txtRecord } = domainSchema.parse((await add('dunes', 'near.example')).body)
    const verify = async () => (await post('dunes', 'near.example', 'verify')).body
    expect(await verify()).toMatchObject({ expected: txtRecord, records: 0 })
    expect(await verify()).not.toHaveProperty('nearest')
    for (const near of [
      token,
      `User-Claims-Verification: ${token}`,
      `user-claims-verification=${token.slice(0, -1)}`,
      `user-claims-verification=of-last-week`,
    ]) {
      api.txtRecords.set('near.example', ['v=spf1 include:mail.example -all', near, 'MS=ms12345678'])
      expect(await verify()).toMatchObject({ expected: txtRecord, records: 3, nearest: near })
    }
    api.txtRecords.set('near.example', ['v=spf1 -all', 'MS=ms12345678'])
    expect(await verify()).not.toHaveProperty('nearest')
  })

  it('D1: what is shown of it is bounded, and no control character', async () => {
    await add('dunes', 'long.example')
    const record = `user-claims-verification=\n\u0007${'x'.repeat(5_000)}`
    api.txtRecords.set('long.example', [record])
    const { body } = await post('dunes', 'long.example', 'verify')
    expect(body).toMatchObject({ nearest: `user-claims-verification= ${'x'.repeat(174)}…` })
  })

  it('D1: a token that has expired proves nothing', async () => {
    const { txtRecord } = domainSchema.parse((await add('dunes', 'late.example')).body)
    api.txtRecords.set('late.example', [txtRecord.value])
    api.clock.advance(7 * DAY_MS)
    expect(codeOf(await post('dunes', 'late.example', 'verify'))).toBe('verification_token_expired')
    const { txtRecord: fresh } = domainSchema.parse((await add('dunes', 'late.example')).body)
    expect(codeOf(await post('dunes', 'late.example', 'verify'))).toBe('txt_record_not_found')
    api.txtRecords.set('late.example', [fresh.value])
    expect((await post('dunes', 'late.example', 'verify')).status).toBe(200)
  })

  it('D1: name servers that give no answer are no refusal: try again', async () => {
    await add('dunes', 'silent.example')
    api.txtRecords.set('silent.example', undefined)
    const response = await post('dunes', 'silent.example', 'verify')
    expect(response).toMatchObject({ status: 503, body: { code: 'dns_lookup_failed' } })
    expect(response.headers['retry-after']).toBeDefined()
  })

  it('D2: several orgs may verify a domain, and one may claim it', async () => {
    await givenVia(api).verifiedDomain('dunes', 'both.example')
    await givenVia(api).verifiedDomain('harbour', 'both.example')
    const claimed = await post('dunes', 'both.example', 'claim')
    expect(claimed).toMatchObject({ status: 200, body: { status: 'claimed' } })
    expect((await post('dunes', 'both.example', 'claim')).body).toEqual(claimed.body)
    expect(codeOf(await post('harbour', 'both.example', 'claim'))).toBe('domain_claimed_by_other')
    expect((await post('dunes', 'both.example', 'release')).body).toMatchObject({ status: 'verified' })
    expect((await post('harbour', 'both.example', 'claim')).status).toBe(200)
  })

  it('D2: of two orgs that claim a domain at the same instant one gets it', async () => {
    await givenVia(api).verifiedDomain('dunes', 'race.example')
    await givenVia(api).verifiedDomain('harbour', 'race.example')
    const answers = await Promise.all(['dunes', 'harbour'].map((org) => post(org, 'race.example', 'claim')))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  })

  it('D2: a pending domain cannot be claimed', async () => {
    await add('dunes', 'pending.example')
    expect(codeOf(await post('dunes', 'pending.example', 'claim'))).toBe('domain_not_verified')
  })

  it('D3: what is claimed is released before it is removed, and what is removed is forgotten', async () => {
    await givenVia(api).claimedDomain('dunes', 'leaving.example')
    const remove = () => api.admin('dunes').delete('/v1/domains/leaving.example')
    expect(codeOf(await remove())).toBe('domain_claimed')
    expect((await post('dunes', 'leaving.example', 'release')).body).toMatchObject({ status: 'verified' })
    expect(codeOf(await post('dunes', 'leaving.example', 'release'))).toBe('domain_not_claimed')
    expect(await remove()).toMatchObject({ status: 204, text: '' })
    expect(codeOf(await remove())).toBe('not_found')
    expect(await add('dunes', 'leaving.example')).toMatchObject({ status: 201, body: { status: 'pending' } })
  })

  it.each([
    ['gmail.com', 'free_mail_domain'],
    ['GMAIL.COM', 'free_mail_domain'],
    ['acme.convert-user.local', 'special_use_domain'],
    ['co.uk', 'public_suffix_domain'],
    ['com', 'public_suffix_domain'],
    ['not a domain', 'invalid_domain'],
    ['', 'invalid_domain'],
    ['127.0.0.1', 'invalid_domain'],
    ['ada@first.example', 'invalid_domain'],
  ])('D4: refuses %j as %s', async (domain, code) => {
    expect(await add('dunes', domain)).toMatchObject({ status: 400, body: { code } })
  })

  it('D4: takes an internationalised name, in the body and in the path, for its ASCII form', async () => {
    expect((await add('dunes', 'MÜNCHEN.example')).body).toMatchObject({ domain: 'xn--mnchen-3ya.example' })
    expect(codeOf(await post('dunes', 'münchen.example', 'claim'))).toBe('domain_not_verified')
    expect(codeOf(await post('dunes', 'xn--MNCHEN-3ya.example', 'claim'))).toBe('domain_not_verified')
    expect((await api.admin('dunes').delete('/v1/domains/M%C3%BCnchen.example')).status).toBe(204)
  })

  it('D4: a sub-domain is a domain of its own', async () => {
    await givenVia(api).verifiedDomain('dunes', 'parent.example')
    expect(codeOf(await post('dunes', 'sub.parent.example', 'claim'))).toBe('not_found')
  })

  it("another org's domain, an unknown one and what is none are alike", async () => {
    await add('dunes', 'mine.example')
    for (const domain of ['mine.example', 'unknown.example', 'not a domain', 'mine.example/x'])
      for (const what of ['verify', 'claim', 'release'])
        expect(codeOf(await post('harbour', domain, what)), `${what} ${domain}`).toBe('not_found')
  })

  it('lists a page at a time, by name', async () => {
    for (const name of ['c', 'a', 'b']) await add('many', `${name}.example`)
    const first = await api.admin('many').get('/v1/domains?limit=2')
    expect(first.body).toMatchObject({ items: [{ domain: 'a.example' }, { domain: 'b.example' }] })
    const { nextCursor } = first.body as { nextCursor: string }
    const second = await api.admin('many').get(`/v1/domains?limit=2&cursor=${nextCursor}`)
    expect(second.body).toMatchObject({ items: [{ domain: 'c.example' }] })
    expect(second.body).not.toHaveProperty('nextCursor')
  })

  it('lists those of a status, past all others', async () => {
    for (const name of ['s1', 's3', 's4']) await add('many', `${name}.example`)
    await givenVia(api).verifiedDomain('many', 's2.example')
    const names = async (query: string) => {
      const { body } = await api.admin('many').get(`/v1/domains?${query}`)
      const { items, nextCursor } = body as { items: { domain: string }[]; nextCursor?: string }
      return { names: items.map(({ domain }) => domain), nextCursor }
    }
    expect((await names('status=verified&limit=1')).names).toEqual(['s2.example'])
    expect((await names('status=claimed')).names).toEqual([])
    const first = await names('status=pending&limit=4')
    expect(first.names).toEqual(['a.example', 'b.example', 'c.example', 's1.example'])
    const second = await names(`status=pending&limit=4&cursor=${first.nextCursor}`)
    expect(second.names).toEqual(['s3.example', 's4.example'])
    const other = await api.admin('many').get(`/v1/domains?status=verified&cursor=${first.nextCursor}`)
    expect(codeOf(other)).toBe('invalid_cursor')
  })

  it('keeps domains of orgs that the platform has not created out', async () => {
    expect(codeOf(await add('nowhere', 'first.example'))).toBe('organization_not_found')
  })
})
