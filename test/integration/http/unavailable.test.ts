import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenEndpoint } from '../../../infra/local/aws/dynamodb/dynamodb.ts'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../infra/local/aws/names.ts'
import { openTable } from '../../../shared/storage/client.ts'
import { startApi, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { sendDocumentedStatements } from '../../support/documented-statements.ts'
import { startTable, type TestTable } from '../../support/dynamo.ts'
import { dump } from '../../support/given.ts'
import { faultyWrites, impatientRetries, type WriteFault } from '../../support/write-faults.ts'

describe('a request, while DynamoDB does not take writes,', () => {
  let db: TestTable
  let api: TestApi
  let client: DynamoDBClient
  let dynamo: ReturnType<typeof faultyWrites>

  beforeAll(async () => {
    db = await startTable()
    const { endpoint } = db
    client = new DynamoDBClient({
      endpoint,
      region: LOCAL_REGION,
      credentials: LOCAL_CREDENTIALS,
      retryStrategy: impatientRetries,
    })
    if (givenEndpoint() === undefined) sendDocumentedStatements(client, db.name)
    dynamo = faultyWrites(client)
    api = startApi({ ...db, table: openTable(db.name, client, async () => {}) })
    const given = givenVia(api)
    await given.company('noordzee', 'noordzee.example')
    await given.user('ada', { email: 'ada@noordzee.example' })
    await given.user('bob', { email: 'bob@noordzee.example' })
    await given.claim('noordzee', 'bob@noordzee.example')
  })
  afterAll(async () => {
    client.destroy()
    await db.stop()
  })

  const requests: Readonly<Record<string, () => ReturnType<ReturnType<TestApi['admin']>['get']>>> = {
    'PATCH /v1/organization': () => api.admin('noordzee').patch('/v1/organization', { retentionDays: 30 }),
    'POST /v1/domains': () => api.admin('noordzee').post('/v1/domains', { domain: 'other.example' }),
    'POST /v1/domains/…/claim': () => api.admin('noordzee').post('/v1/domains/noordzee.example/claim'),
    'PATCH /v1/users/…': () => api.admin('personal').patch('/v1/users/ada', { firstName: 'Eva' }),
    'DELETE /v1/users/…': () => api.admin('personal').delete('/v1/users/ada'),
    'POST /v1/claims with an Idempotency-Key': () =>
      api
        .admin('noordzee')
        .post(
          '/v1/claims',
          { users: [{ email: 'ada@noordzee.example' }], acknowledgePermanent: true },
          { 'idempotency-key': 'key' },
        ),
    'PUT /v1/platform/users/…': () =>
      api.platform.put('/v1/platform/users/eve', { email: 'eve@noordzee.example', orgId: 'personal' }),
    'PUT /v1/platform/organizations/…': () =>
      api.platform.put('/v1/platform/organizations/new', { name: 'New', kind: 'enterprise', region: 'eu' }),
    'POST /v1/platform/sign-ins': () =>
      api.platform.post('/v1/platform/sign-ins', { email: 'bob@noordzee.example' }),
    'POST /v1/imports': () => api.admin('noordzee').post('/v1/imports', { fileName: 'a.csv', sizeBytes: 10 }),
    'POST /v1/claimable-users/exports': () => api.admin('noordzee').post('/v1/claimable-users/exports'),
    'POST /v1/directory/syncs': () =>
      api.admin('noordzee').post('/v1/directory/syncs', { mode: 'dry_run', emails: ['a@noordzee.example'] }),
  }

  async function under(fault: WriteFault, request: () => Promise<unknown>) {
    const before = await dump(db)
    dynamo.arm(fault, Number.POSITIVE_INFINITY)
    try {
      return await request()
    } finally {
      dynamo.disarm()
      expect(await dump(db)).toEqual(before)
    }
  }

  describe.each(Object.entries(requests))('%s', (_, request) => {
    it.each(['throttled', 'internal', 'conflict'] as const)(
      'is answered 503 with Retry-After where it stays %s, and nothing is half done',
      async (fault) => {
        expect(await under(fault, request)).toMatchObject({
          status: 503,
          headers: {
            'content-type': 'application/problem+json; charset=utf-8',
            'retry-after': expect.stringMatching(/^[1-9]\d*$/),
          },
          body: { code: expect.stringMatching(/^(?:busy|service_unavailable)$/) },
        })
      },
    )
  })

  it('C8: of users that are claimed is told who could not be, and may be asked for again', async () => {
    const claim = () =>
      api
        .admin('noordzee')
        .post('/v1/claims', { users: [{ email: 'ada@noordzee.example' }], acknowledgePermanent: true })
    expect(await under('throttled', claim)).toMatchObject({
      status: 200,
      body: { results: [{ result: 'refused', codes: ['busy'] }] },
    })
    expect(await claim()).toMatchObject({ status: 200, body: { results: [{ result: 'claimed' }] } })
  })

  it('C6: what was carried out is answered, though it could not be remembered', async () => {
    const add = () =>
      api.admin('noordzee').post('/v1/domains', { domain: 'kept.example' }, { 'idempotency-key': 'kept' })
    dynamo.arm('throttled', Number.POSITIVE_INFINITY, 'UpdateItem')
    expect(await add()).toMatchObject({ status: 201 })
    dynamo.disarm()
    expect(await add()).toMatchObject({ status: 409, body: { code: 'idempotency_in_flight' } })
  })
})
