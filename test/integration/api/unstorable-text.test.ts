import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApi, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { startTable, type TestTable } from '../../support/dynamo.ts'

describe('text that can’t be stored', () => {
  let db: TestTable
  let api: TestApi

  beforeAll(async () => {
    db = await startTable()
    api = startApi(db)
    await givenVia(api).org('acme')
  })
  afterAll(() => db.stop())

  const HALF = 'Ada \ud83d'

  it.each([
    [
      'POST',
      '/v1/claims',
      { users: [{ email: 'p3@acme.example', firstName: HALF }], acknowledgePermanent: true },
      'users.0.firstName',
    ],
    ['POST', '/v1/claims', { users: [{ userId: HALF }], acknowledgePermanent: true }, 'users.0.userId'],
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
})
