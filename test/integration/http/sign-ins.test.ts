import { describe, expect } from 'vitest'
import { DAY_MS } from '../../../shared/lib/time.ts'
import { codeOf, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { dump } from '../../support/given.ts'
import { it } from '../../support/fixtures.ts'

describe('POST /v1/platform/sign-ins', () => {
  let db: TestTable
  let api: TestApi

  it.beforeAll(async ({ table, tableApi }) => {
    db = table
    api = tableApi
    await givenVia(api).company('dunes', 'dunes.example')
  })

  const signIn = (email: string, headers: Record<string, string> = {}) =>
    api.platform.post('/v1/platform/sign-ins', { email }, headers)
  const claimOf = async (claimId: string) => (await api.admin('dunes').get(`/v1/claims/${claimId}`)).body

  it('S1: without a claim are allowed, and there is nothing to decide', async () => {
    await givenVia(api).user('lea', { email: 'lea@dunes.example', status: 'not_verified' })
    expect(await signIn('LEA@Dunes.example')).toMatchObject({
      status: 200,
      body: { allowed: true, mustDecide: false, options: [] },
    })
  })

  it('S1, S2: the first on an open claim makes it irrevocable and leads to the decision', async () => {
    await givenVia(api).user('max', { email: 'max@dunes.example' })
    const { claimId } = await givenVia(api).claim('dunes', 'max@dunes.example')
    expect(await claimOf(claimId)).toMatchObject({ revocable: true, version: 1 })
    const at = api.clock.now().toISOString()
    const { body } = await signIn('max@dunes.example')
    expect(body).toEqual({
      allowed: true,
      mustDecide: true,
      options: ['change_email', 'transfer_content', 'delete_original'],
      decisionUrl: expect.stringMatching(/^https:\/\/api\.example\/decisions\/[\w-]{43}$/),
    })
    expect(await claimOf(claimId)).toMatchObject({
      revocable: false,
      notRevocableBecause: 'signed_in',
      signedInAt: at,
      version: 2,
    })
    api.clock.advance(DAY_MS)
    const again = await signIn('max@dunes.example')
    expect(again.body).toMatchObject({ mustDecide: true })
    expect(again.body).not.toEqual(body)
    expect(await claimOf(claimId)).toMatchObject({ signedInAt: at, version: 2 })
  })

  it('S1: a direct claim asks for the decision too; U1: a paid account is not offered its deletion', async () => {
    await givenVia(api).user('nel', { email: 'nel@dunes.example', paid: true })
    await givenVia(api).claim('dunes', 'nel@dunes.example', { type: 'direct' })
    expect((await signIn('nel@dunes.example')).body).toMatchObject({
      mustDecide: true,
      options: ['change_email'],
    })
  })

  it('S3: an inactive user cannot, and no sign-in is recorded', async () => {
    await givenVia(api).user('ole', { email: 'ole@dunes.example', status: 'inactive' })
    expect((await signIn('ole@dunes.example')).body).toEqual({
      allowed: false,
      mustDecide: false,
      options: [],
    })
    const { claimId } = await givenVia(api).claim('dunes', 'ole@dunes.example')
    expect((await signIn('ole@dunes.example')).body).toMatchObject({ allowed: false, mustDecide: false })
    expect(await claimOf(claimId)).not.toHaveProperty('signedInAt')
  })

  it('S3: who has decided goes on', async () => {
    await givenVia(api).user('pia', { email: 'pia@dunes.example' })
    await givenVia(api).claim('dunes', 'pia@dunes.example')
    const link = await givenVia(api).decisionLink('pia@dunes.example')
    await api.anyone.post(link, { decision: 'transfer_content' })
    expect((await signIn('pia@dunes.example')).body).toEqual({
      allowed: true,
      mustDecide: false,
      options: [],
    })
  })

  it('at an address that nobody has get 404, at the suffixed one too, and at none 400', async () => {
    expect(await signIn('nobody@dunes.example')).toMatchObject({
      status: 404,
      body: { code: 'user_not_found' },
    })
    expect(codeOf(await signIn('max@dunes.example.convert-user.local'))).toBe('user_not_found')
    expect(codeOf(await signIn('max'))).toBe('invalid_address')
  })

  it('U6: under an Idempotency-Key give the same link again, which the table does not hold', async () => {
    await givenVia(api).user('ria', { email: 'ria@dunes.example' })
    await givenVia(api).claim('dunes', 'ria@dunes.example')
    const headers = { 'idempotency-key': 'sign-in-1' }
    const first = await signIn('ria@dunes.example', headers)
    expect((await signIn('ria@dunes.example', headers)).text).toBe(first.text)
    const { decisionUrl } = first.body as { decisionUrl: string }
    const token = decisionUrl.slice(decisionUrl.lastIndexOf('/') + 1)
    expect(JSON.stringify(await dump(db))).not.toContain(token)
  })
})
