import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimResults, previewResults } from '../../../shared/http/schemas/claim.ts'
import type { UnclaimableCode } from '../../../shared/rules/claims/claimability.ts'
import type { DecisionKind } from '../../../shared/rules/types.ts'
import { codeOf, startApi, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { deciders } from '../../support/deciders.ts'
import { startTable, type TestTable } from '../../support/dynamo.ts'
import { dump } from '../../support/given.ts'

/** The rules' tables, a test per row; R's is in revoking.test.ts. */
describe('E: who can be claimed', () => {
  let db: TestTable
  let api: TestApi

  beforeAll(async () => {
    db = await startTable()
    api = startApi(db)
    const given = givenVia(api)
    await given.company('dunes', 'dunes.example')
    await given.org('harbour')
    await given.verifiedDomain('harbour', 'dunes.example')
    await given.verifiedDomain('dunes', 'harbour.example')
    await given.claimedDomain('harbour', 'harbour.example')
    await given.company('synced', 'synced.example')
    await given.org('with-sso', { sso: true })
    await given.org('with-sync', { directorySync: true })
  })
  afterAll(() => db.stop())

  const judged = async (orgId: string, email: string) => {
    const users = [{ email }]
    const preview = await api.admin(orgId).post('/v1/claims/preview', { users })
    const before = await dump(db)
    const answer = await api.admin(orgId).post('/v1/claims', { users, acknowledgePermanent: true })
    return {
      previewed: previewResults.parse(preview.body).results[0],
      claimed: claimResults.parse(answer.body).results[0],
      wrote: !isDeepStrictEqual(await dump(db), before),
    }
  }

  it('E: an account of another org, on a domain that the org has verified, is claimable', async () => {
    await givenVia(api).user('free', { email: 'free@dunes.example' })
    expect(await judged('dunes', 'free@dunes.example')).toMatchObject({
      previewed: { result: 'claimable', codes: [] },
      claimed: { result: 'claimed', codes: [] },
      wrote: true,
    })
  })

  /** The type holds this to all of the codes. */
  const rows: Readonly<
    Record<UnclaimableCode, { by?: string; email: string; given?: () => Promise<unknown> }>
  > = {
    unknown_user: { email: 'nobody@dunes.example' },
    own_user: {
      email: 'own@dunes.example',
      given: () => givenVia(api).user('own', { email: 'own@dunes.example', orgId: 'dunes' }),
    },
    domain_not_verified: {
      email: 'far@elsewhere.example',
      given: () => givenVia(api).user('far', { email: 'far@elsewhere.example' }),
    },
    domain_claimed_by_other: {
      email: 'theirs@harbour.example',
      given: () => givenVia(api).user('theirs', { email: 'theirs@harbour.example' }),
    },
    source_uses_sso: {
      email: 'sso@dunes.example',
      given: () => givenVia(api).user('sso', { email: 'sso@dunes.example', orgId: 'with-sso' }),
    },
    source_uses_directory_sync: {
      email: 'sync@dunes.example',
      given: () => givenVia(api).user('sync', { email: 'sync@dunes.example', orgId: 'with-sync' }),
    },
    claim_open: {
      email: 'taken@dunes.example',
      given: async () => {
        await givenVia(api).user('taken', { email: 'taken@dunes.example' })
        await givenVia(api).claim('harbour', 'taken@dunes.example')
      },
    },
    directory_sync_enabled: {
      by: 'synced',
      email: 'late@synced.example',
      given: async () => {
        await givenVia(api).user('late', { email: 'late@synced.example' })
        await api.platform.put('/v1/platform/organizations/synced', {
          name: 'synced',
          kind: 'enterprise',
          region: 'eu',
          directorySync: true,
        })
      },
    },
  }

  it.each(Object.entries(rows))(
    'E: %s, in the preview and of the claim, and nothing is written',
    async (code, { by = 'dunes', email, given }) => {
      await given?.()
      expect(await judged(by, email)).toMatchObject({
        previewed: { result: 'refused', codes: [code] },
        claimed: { result: 'refused', codes: [code] },
        wrote: false,
      })
    },
  )
})

describe('U: what the user may decide', () => {
  let db: TestTable
  let api: TestApi
  let users: ReturnType<typeof deciders>

  beforeAll(async () => {
    db = await startTable()
    api = startApi(db)
    users = deciders(api)
    await users.company()
  })
  afterAll(() => db.stop())

  const all: readonly DecisionKind[] = ['change_email', 'transfer_content', 'delete_original']
  const rows: [string, 'direct' | 'delayed', boolean, DecisionKind[]][] = [
    ['U: direct', 'direct', false, ['change_email', 'delete_original']],
    ['U, U1: direct, paid', 'direct', true, ['change_email']],
    ['U: delayed', 'delayed', false, ['change_email', 'transfer_content', 'delete_original']],
    ['U, U1: delayed, paid', 'delayed', true, ['change_email', 'transfer_content']],
  ]

  it.each(rows)('%s: the options are shown, taken, and no other', async (_, type, paid, options) => {
    for (const decision of all) {
      const { link, claim, id } = await users.open({ type }, { paid })
      expect(claim.allowedDecisions).toEqual(options)
      const shown = await api.anyone.get(link, { accept: 'application/json' })
      expect(shown.body).toMatchObject({ options })
      const newEmail = `${id}@home.example`
      const answer =
        decision === 'change_email'
          ? await users.changeEmail(link, claim, newEmail)
          : await users.post(link, { decision })
      if (options.includes(decision)) {
        expect(answer, decision).toMatchObject({ status: 200, body: { decision: { kind: decision } } })
        continue
      }
      expect([answer.status, codeOf(answer)], decision).toEqual([409, 'decision_not_offered'])
      expect(await users.claimNow(claim)).toMatchObject({ status: 'open', allowedDecisions: options })
    }
  })
})
