import { describe, expect } from 'vitest'
import { claimResults, previewResults } from '../../../shared/http/schemas/claim.ts'
import type { TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { it } from '../../support/fixtures.ts'

describe('text that can’t be stored', () => {
  let api: TestApi

  it.beforeAll(async ({ tableApi }) => {
    api = tableApi
    await givenVia(api).company('acme', 'acme.example')
  })

  const HALF = 'Ada \ud83d'

  it.each([
    [
      'POST',
      '/v1/claims',
      { users: [{ email: 'p3@acme.example', [HALF]: 'x' }], acknowledgePermanent: true },
      'users.0.Ada \ufffd',
    ],
    [
      'POST',
      '/v1/claims',
      { users: [{ email: 'p3@acme.example' }], licenses: ['a\u0000'], acknowledgePermanent: true },
      'licenses.0',
    ],
    ['PATCH', '/v1/organization', { licenseTemplate: [HALF] }, 'licenseTemplate.0'],
    ['POST', '/v1/imports', { fileName: `${HALF}.csv`, sizeBytes: 9 }, 'fileName'],
    ['POST', '/v1/imports', { fileName: 'a.csv', sizeBytes: 9, '\ud83d': 1 }, '\ufffd'],
  ] as const)(
    'I: %s %s with half a character is bad input that names the place',
    async (method, path, body, at) => {
      const client = api.admin('acme')
      const answer = await (method === 'POST' ? client.post(path, body) : client.patch(path, body))
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ path: at }] } })
    },
  )

  it.each([
    ['a first name', 'a', { email: 'a@acme.example', firstName: HALF }],
    ['a last name', 'b', { email: 'b@acme.example', lastName: 'Vries\u0007' }],
    ['an address', 'c', { email: 'c\ud83d@acme.example' }],
    ['an id', 'd', { userId: HALF }],
  ])(
    'C8: %s that can’t be stored refuses its user alone, and so does the preview',
    async (_what, other, user) => {
      await givenVia(api).user(`good-${other}`, { email: `good-${other}@acme.example` })
      const body = { users: [user, { userId: `good-${other}` }], acknowledgePermanent: true }
      const previewed = await api.admin('acme').post('/v1/claims/preview', body)
      expect(previewResults.parse(previewed.body).results).toMatchObject([
        { result: 'refused', codes: ['invalid_text'] },
        { result: 'claimable' },
      ])
      const claimed = await api.admin('acme').post('/v1/claims', body)
      expect(claimResults.parse(claimed.body).results).toMatchObject([
        { result: 'refused', codes: ['invalid_text'] },
        { result: 'claimed' },
      ])
      expect(claimed.text.isWellFormed() && !claimed.text.includes('\\ud83d')).toBe(true)
    },
  )

  it('I1: what is dropped from the end of an address anyhow refuses nobody', async () => {
    await givenVia(api).user('ctrl-z', { email: 'ctrl-z@acme.example' })
    const users = [{ email: 'ctrl-z@acme.example\u001a' }]
    const answer = await api.admin('acme').post('/v1/claims', { users, acknowledgePermanent: true })
    expect(claimResults.parse(answer.body).results).toMatchObject([{ result: 'claimed' }])
  })
})
