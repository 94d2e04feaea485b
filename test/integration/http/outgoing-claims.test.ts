import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pageOf } from '../../../shared/http/schemas/common.ts'
import { outgoingClaim } from '../../../shared/http/schemas/outgoing-claim.ts'
import { codeOf } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { type ClaimedUsers, startWithClaimedUsers } from '../../support/claimed-users.ts'
import { readAll } from '../../support/pages.ts'

const outgoingPage = pageOf(outgoingClaim)

describe('GET /v1/outgoing-claims', () => {
  let db: ClaimedUsers['db']
  let api: ClaimedUsers['api']
  let claims: ClaimedUsers['claims']
  let ofOrg: ClaimedUsers['ofOrg']
  let settle: ClaimedUsers['settle']

  beforeAll(async () => {
    ;({ db, api, claims, ofOrg, settle } = await startWithClaimedUsers())
  })
  afterAll(() => db.stop())

  const names: Readonly<Record<string, string>> = { dunes: 'Dunes BV', harbour: 'Harbour GmbH' }

  it.each([6, 100])(
    'A3: the source org sees which of its accounts are being claimed, by whom and until when, newest first (limit %d)',
    async (limit) => {
      const { items } = await readAll(
        api.reader('personal'),
        `/v1/outgoing-claims?limit=${limit}`,
        outgoingPage,
      )
      expect(items).toEqual(
        claims.map(({ originalUserId, email, claimingOrgId, type, createdAt, endsAt }) => ({
          userId: originalUserId,
          email: `${email}.convert-user.local`,
          claimingOrgId,
          claimingOrganizationName: names[claimingOrgId],
          type,
          createdAt,
          endsAt,
        })),
      )
    },
  )

  it('A3: and no more: no claim, no decision, no sign-in, no licences, no new account, no name', async () => {
    const { text } = await api.admin('personal').get('/v1/outgoing-claims?limit=100')
    for (const secret of ['clm~', '~', 'pro', 'gold', 'Ada', 'decision', 'signedInAt', 'revocable'])
      expect(text).not.toContain(secret)
  })

  it.each(['dunes', 'quiet'])('A3: %s, from which nobody is claimed, sees nothing', async (orgId) => {
    expect((await api.admin(orgId).get('/v1/outgoing-claims')).body).toEqual({ items: [] })
  })

  it('A3: shows one that is being carried out as it was, and one that has ended no more', async () => {
    const [migrating, revoked] = ofOrg('dunes').filter(({ type }) => type === 'delayed')
    if (migrating === undefined || revoked === undefined) throw new Error('no claims')
    const list = async () => (await readAll(api.admin('personal'), '/v1/outgoing-claims', outgoingPage)).items
    const before = await list()
    const link = await givenVia(api).decisionLink(migrating.email)
    await api.anyone.post(link, { decision: 'transfer_content' })
    await api.admin('dunes').post(`/v1/claims/${revoked.claimId}/revoke`)
    expect(await list()).toEqual(before.filter(({ userId }) => userId !== revoked.originalUserId))
    await settle()
    const ended = [migrating.originalUserId, revoked.originalUserId]
    expect(await list()).toEqual(before.filter(({ userId }) => !ended.includes(userId)))
  })

  it('A3: a cursor is its org’s own', async () => {
    const { body } = await api.admin('personal').get('/v1/outgoing-claims?limit=2')
    const { nextCursor } = outgoingPage.parse(body)
    const url = `/v1/outgoing-claims?limit=2&cursor=${nextCursor}`
    expect((await api.admin('personal').get(url)).status).toBe(200)
    expect(codeOf(await api.admin('dunes').get(url))).toBe('invalid_cursor')
  })
})
