import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimResults } from '../../../shared/http/schemas/claim.ts'
import { codeOf, startApi, type TestApi, type TestResponse } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { startTable, type TestTable } from '../../support/dynamo.ts'
import { dump } from '../../support/given.ts'

const resultsOf = (response: TestResponse) => claimResults.parse(response.body).results

describe('POST /v1/claims', () => {
  let db: TestTable
  let api: TestApi

  beforeAll(async () => {
    db = await startTable()
    api = startApi(db)
    const given = givenVia(api)
    await given.company('dunes', 'dunes.example', { name: 'Dunes B.V.' })
    await given.company('harbour', 'harbour.example')
    await given.verifiedDomain('harbour', 'dunes.example')
    await given.org('bureau', { region: 'eu' })
    await given.org('closed', { sso: true, directorySync: true })
  })
  afterAll(() => db.stop())

  const claim = (
    orgId: string,
    users: readonly unknown[],
    more: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) => api.admin(orgId).post('/v1/claims', { users, acknowledgePermanent: true, ...more }, headers)

  it('C2: claims by address and by id, and shows the claim as the contract has it', async () => {
    const given = givenVia(api)
    await given.user('ada', { email: 'Ada@Dunes.example', firstName: 'Ada', lastName: 'de Vries' })
    await given.user('bob', { email: 'bob@dunes.example', paid: true })
    const response = await claim('dunes', [{ email: ' ADA@dunes.example ' }, { userId: 'bob' }], {
      licenses: ['pro'],
    })
    expect(response.status).toBe(200)
    const [ada, bob] = resultsOf(response)
    expect(ada).toEqual({
      email: ' ADA@dunes.example ',
      result: 'claimed',
      codes: [],
      claim: {
        claimId: expect.stringMatching(/^clm~ada~/),
        type: 'delayed',
        status: 'open',
        email: 'Ada@Dunes.example',
        originalUserId: 'ada',
        newUserId: expect.stringMatching(/^ada~/),
        displayName: 'Ada de Vries',
        claimingOrgId: 'dunes',
        claimingOrganizationName: 'Dunes B.V.',
        sourceOrgId: 'personal',
        sourceOrganizationName: 'personal',
        createdAt: '2026-11-22T12:00:00Z',
        endsAt: '2026-12-06T12:00:00Z',
        migratesAt: '2026-12-06T12:00:00Z',
        daysLeft: 14,
        revocable: true,
        allowedDecisions: ['change_email', 'transfer_content', 'delete_original'],
        licenses: ['pro'],
        sendInvitations: true,
        createdBy: 'admin:ada',
        notification: 'pending',
        version: 1,
      },
    })
    expect(bob).toMatchObject({ userId: 'bob', result: 'claimed' })
    expect(bob).not.toHaveProperty('email')
    expect(bob?.claim?.allowedDecisions).toEqual(['change_email', 'transfer_content'])
  })

  it.each([
    [{}, undefined],
    [{ sendInvitations: true }, undefined],
    [{ sendInvitations: false }, true],
  ])('N3: %j is kept with the claim, for when it assigns its licences', async (more, noInvitation) => {
    const userId = `invited-${JSON.stringify(more).length}`
    await givenVia(api).user(userId, { email: `${userId}@dunes.example` })
    const [result] = resultsOf(await claim('dunes', [{ userId }], more))
    expect(result?.result).toBe('claimed')
    const record = (await api.stores.accounts.byRecordIds([userId])).get(userId)
    expect(record?.claim?.noInvitation).toBe(noInvitation)
    expect(result?.claim?.sendInvitations).toBe(noInvitation !== true)
  })

  it('N3: whether invitations are sent is yes or no', async () => {
    const response = await claim('dunes', [{ userId: 'ada' }], { sendInvitations: 'no' })
    expect(codeOf(response)).toBe('invalid_request')
  })

  it.each([undefined, false, null, 'true'])(
    'T6: acknowledgePermanent %j claims nobody',
    async (acknowledgePermanent) => {
      await givenVia(api).user('careful', { email: 'careful@dunes.example' })
      const before = await dump(db)
      const response = await claim('dunes', [{ userId: 'careful' }], { acknowledgePermanent })
      expect(response.status).toBe(400)
      expect(codeOf(response)).toBe(
        acknowledgePermanent === undefined || acknowledgePermanent === false
          ? 'acknowledgement_required'
          : 'invalid_request',
      )
      expect(await dump(db)).toEqual(before)
    },
  )

  it('C8: answers for each user by itself, in order; one that is refused stops none of the others', async () => {
    const given = givenVia(api)
    await given.user('cas', { email: 'cas@dunes.example' })
    await given.user('dirk', { email: 'dirk@dunes.example', orgId: 'closed' })
    await given.user('own', { email: 'own@dunes.example', orgId: 'dunes' })
    await given.user('else', { email: 'else@elsewhere.example' })
    const response = await claim('dunes', [
      { email: 'no address' },
      { email: 'nobody@dunes.example' },
      { userId: 'dirk' },
      { email: 'cas@dunes.example', firstName: 'Cas', lastName: 'Bos' },
      { userId: 'own' },
      { email: 'else@elsewhere.example' },
      { userId: 'else' },
      { userId: 'no-such-id' },
      { email: 'cas@dunes.example.convert-user.local' },
    ])
    expect(resultsOf(response).map(({ result, codes }) => [result, ...codes])).toEqual([
      ['refused', 'invalid_address'],
      ['refused', 'unknown_user'],
      ['refused', 'source_uses_sso', 'source_uses_directory_sync'],
      ['claimed'],
      ['refused', 'own_user'],
      ['refused', 'domain_not_verified'],
      ['refused', 'domain_not_verified'],
      ['refused', 'domain_not_verified'],
      ['refused', 'invalid_address'],
    ])
    const { newUserId } = resultsOf(response)[3]?.claim ?? {}
    expect((await api.admin('dunes').get(`/v1/users/${newUserId}`)).body).toMatchObject({
      firstName: 'Cas',
      lastName: 'Bos',
      displayName: 'Cas Bos',
    })
  })

  it('E: on a domain that is not verified, an account that exists and one that does not are alike', async () => {
    const answers = await claim('dunes', [
      { email: 'else@elsewhere.example' },
      { email: 'none@elsewhere.example' },
    ])
    const [some, none] = resultsOf(answers).map(({ email: _email, ...rest }) => rest)
    expect(some).toEqual(none)
  })

  it('Y1: nobody is claimed while directory synchronisation is on', async () => {
    const given = givenVia(api)
    await given.company('synced', 'synced.example')
    await given.user('syn', { email: 'syn@synced.example' })
    await api.admin('synced').patch('/v1/organization', { directorySync: true })
    expect(resultsOf(await claim('synced', [{ userId: 'syn' }]))[0]).toMatchObject({
      result: 'refused',
      codes: ['directory_sync_enabled'],
    })
  })

  it('T2, T4: direct on request, with what is lost; delayed where it cannot be had is refused', async () => {
    const given = givenVia(api)
    await given.user('eva', { email: 'eva@dunes.example' })
    await given.user('far', { email: 'far@dunes.example', orgId: 'bureau' })
    const direct = resultsOf(await claim('dunes', [{ userId: 'eva' }], { type: 'direct' }))[0]
    expect(direct?.claim).toMatchObject({ type: 'direct', contentLoss: { reason: 'chosen_direct' } })
    expect(direct?.claim).not.toHaveProperty('migratesAt')
    const delayed = resultsOf(await claim('dunes', [{ userId: 'far' }], { type: 'delayed' }))[0]
    expect(delayed).toMatchObject({ result: 'refused', codes: ['delayed_not_available'] })
    expect(resultsOf(await claim('dunes', [{ userId: 'far' }]))[0]?.claim).toMatchObject({
      type: 'direct',
      contentLoss: { reason: 'enterprise_source' },
    })
  })

  it("C5: the request's licences, or the template where it names none", async () => {
    const given = givenVia(api)
    await given.company('licensed', 'licensed.example')
    await api.admin('licensed').patch('/v1/organization', { licenseTemplate: ['base', 'mail'] })
    for (const id of ['lic1', 'lic2', 'lic3']) await given.user(id, { email: `${id}@licensed.example` })
    expect((await given.claim('licensed', 'lic1@licensed.example')).licenses).toEqual(['base', 'mail'])
    expect((await given.claim('licensed', 'lic2@licensed.example', { licenses: [] })).licenses).toEqual([
      'base',
      'mail',
    ])
    expect((await given.claim('licensed', 'lic3@licensed.example', { licenses: ['pro'] })).licenses).toEqual([
      'pro',
    ])
  })

  it('C6: the same request under the same key claims once, and gets the first answer, byte for byte', async () => {
    await givenVia(api).user('idem', { email: 'idem@dunes.example' })
    const headers = { 'idempotency-key': 'import-42' }
    const first = await claim('dunes', [{ email: 'idem@dunes.example' }], {}, headers)
    expect(resultsOf(first)[0]?.result).toBe('claimed')
    const before = await dump(db)
    const second = await claim('dunes', [{ email: 'idem@dunes.example' }], {}, headers)
    expect(second.text).toBe(first.text)
    expect(second.status).toBe(first.status)
    expect(await dump(db)).toEqual(before)
  })

  it('C6: the claims themselves remember their request: a repeat after the key is forgotten tells the same', async () => {
    await givenVia(api).user('later', { email: 'later@dunes.example' })
    const headers = { 'idempotency-key': 'import-43' }
    const first = await claim('dunes', [{ userId: 'later' }], {}, headers)
    api.clock.advance(25 * 3_600_000)
    const again = await claim('dunes', [{ userId: 'later' }], {}, headers)
    expect(resultsOf(again)[0]?.result).toBe('claimed')
    expect(resultsOf(again)[0]?.claim?.claimId).toBe(resultsOf(first)[0]?.claim?.claimId)
  })

  it('C6: without a key a repeat changes nothing and says so', async () => {
    await givenVia(api).user('twice', { email: 'twice@dunes.example' })
    const [first] = resultsOf(await claim('dunes', [{ userId: 'twice' }]))
    const [second] = resultsOf(await claim('dunes', [{ userId: 'twice' }]))
    expect(second).toEqual({
      userId: 'twice',
      result: 'unchanged',
      codes: ['claim_open'],
      claim: first?.claim,
    })
  })

  it('C7: of two orgs that claim one account at the same instant one wins, the other gets claim_open', async () => {
    for (let round = 0; round < 10; round++) {
      const id = `race${round}`
      await givenVia(api).user(id, { email: `${id}@dunes.example` })
      const answers = await Promise.all(['dunes', 'harbour'].map((org) => claim(org, [{ userId: id }])))
      const results = answers.map((answer) => resultsOf(answer)[0])
      expect(results.map((each) => each?.result).sort()).toEqual(['claimed', 'refused'])
      expect(results.find((each) => each?.result === 'refused')?.codes).toEqual(['claim_open'])
    }
  })

  it('C1: takes 250 by id and 25 by address, and no more of either', async () => {
    const ids = Array.from({ length: 250 }, (_, n) => ({ userId: `x${n}` }))
    const emails = Array.from({ length: 25 }, (_, n) => ({ email: `x${n}@dunes.example` }))
    const full = await claim('dunes', [...ids, ...emails])
    expect(resultsOf(full)).toHaveLength(275)
    for (const users of [[...ids, { userId: 'one-more' }], [...emails, { email: 'a@b.example' }], []]) {
      const response = await claim('dunes', users)
      expect(response).toMatchObject({
        status: 400,
        body: { code: 'invalid_request', errors: [{ path: 'users' }] },
      })
    }
  })

  it('names every place that is wrong, and claims nobody', async () => {
    const before = await dump(db)
    const response = await claim(
      'dunes',
      [
        { userId: 'ok' },
        { email: 7 },
        { userId: 'both', email: 'both@dunes.example' },
        {},
        { userId: 'named', firstName: 'N' },
        { email: 'x@dunes.example', nickname: 'x' },
      ],
      { type: 'someday', licences: [] },
    )
    expect(codeOf(response)).toBe('invalid_request')
    const paths = (response.body as { errors: { path: string }[] }).errors.map(({ path }) => path)
    expect(paths.sort()).toEqual([
      'licences',
      'type',
      'users.1.email',
      'users.2.email',
      'users.3',
      'users.4.firstName',
      'users.5.nickname',
    ])
    expect(await dump(db)).toEqual(before)
  })
})

describe('POST /v1/claims/preview', () => {
  let db: TestTable
  let api: TestApi

  beforeAll(async () => {
    db = await startTable()
    api = startApi(db)
    await givenVia(api).company('dunes', 'dunes.example')
    await givenVia(api).user('ada', { email: 'ada@dunes.example' })
    await givenVia(api).user('bob', { email: 'bob@dunes.example', paid: true, orgId: 'personal' })
  })
  afterAll(() => db.stop())

  it('P1: tells type, decisions, losses, licences and mails, or the codes, and changes nothing', async () => {
    const before = await dump(db)
    const users = [{ userId: 'ada' }, { email: 'nobody@dunes.example' }]
    const delayed = await api.reader('dunes').post('/v1/claims/preview', { users, licenses: ['pro'] })
    expect(delayed.body).toEqual({
      results: [
        {
          userId: 'ada',
          result: 'claimable',
          codes: [],
          type: 'delayed',
          allowedDecisions: ['change_email', 'transfer_content', 'delete_original'],
          licenses: ['pro'],
          mails: ['claimed_delayed', 'reminder', 'migration_completed'],
        },
        { email: 'nobody@dunes.example', result: 'refused', codes: ['unknown_user'] },
      ],
    })
    const direct = await api
      .admin('dunes')
      .post('/v1/claims/preview', { users: [{ userId: 'bob' }], type: 'direct', acknowledgePermanent: true })
    expect(direct.body).toEqual({
      results: [
        {
          userId: 'bob',
          result: 'claimable',
          codes: [],
          type: 'direct',
          allowedDecisions: ['change_email'],
          contentLoss: { reason: 'chosen_direct' },
          licenses: [],
          mails: ['claimed_direct'],
        },
      ],
    })
    expect(await dump(db)).toEqual(before)
  })

  it('P1: says what claiming then does', async () => {
    const users = [{ userId: 'ada' }, { email: 'nobody@dunes.example' }, { email: '?' }]
    const preview = await api.admin('dunes').post('/v1/claims/preview', { users })
    const claimed = await api.admin('dunes').post('/v1/claims', { users, acknowledgePermanent: true })
    const codes = (response: TestResponse) =>
      (response.body as { results: { codes: string[] }[] }).results.map((each) => each.codes)
    expect(codes(preview)).toEqual(codes(claimed))
    const after = await api.admin('dunes').post('/v1/claims/preview', { users: [{ userId: 'ada' }] })
    expect(codes(after)).toEqual([['claim_open']])
  })
})
