import { describe, expect } from 'vitest'
import * as z from 'zod'
import { createdImport, importView, MAX_IMPORT_BYTES } from '../../../shared/http/schemas/import.ts'
import type { ImportRecord } from '../../../shared/storage/items/import-item.ts'
import { codeOf, startApi, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { fakeBucket } from '../../support/fakes.ts'
import { it } from '../../support/fixtures.ts'

const policySchema = z.object({
  expiration: z.string(),
  conditions: z.array(
    z.union([z.record(z.string(), z.string()), z.array(z.union([z.string(), z.number()]))]),
  ),
})

describe('/v1/imports', () => {
  let db: TestTable
  let api: TestApi
  const bucket = fakeBucket()

  it.beforeAll(async ({ table }) => {
    db = table
    api = startApi(db, bucket)
    for (const orgId of ['dunes', 'harbour', 'many']) await givenVia(api).org(orgId)
  })

  const create = async (orgId: string, fileName = 'people.csv', sizeBytes = 1_000) =>
    createdImport.parse((await api.admin(orgId).post('/v1/imports', { fileName, sizeBytes })).body)
  const read = async (orgId: string, importId: string) =>
    importView.parse((await api.admin(orgId).get(`/v1/imports/${importId}`)).body)
  const recordOf = async (orgId: string, importId: string): Promise<ImportRecord> => {
    const record = await api.stores.imports.get(orgId, importId)
    if (record === undefined) throw new Error('no import')
    return record
  }

  it('I: gives leave to upload one object under one key, no longer than said, for 15 minutes', async () => {
    const { importId, status, upload } = await create('dunes', 'people.csv', 48_213)
    expect(status).toBe('waiting')
    expect(upload.fields.key).toBe(`imports/dunes/${importId}.csv`)
    const policy = policySchema.parse(
      JSON.parse(Buffer.from(upload.fields.Policy ?? '', 'base64').toString()),
    )
    expect(policy.conditions).toContainEqual(['content-length-range', 1, 48_213])
    expect(policy.conditions).toContainEqual({ key: `imports/dunes/${importId}.csv` })
    expect(policy.conditions).toContainEqual({ bucket: 'bucket' })
    expect(policy.conditions.flat()).not.toContain('$key')
    expect(await read('dunes', importId)).toEqual({
      importId,
      fileName: 'people.csv',
      status: 'waiting',
      sizeBytes: 48_213,
      createdAt: api.clock.now().toISOString(),
      rowsRead: 0,
      claimed: 0,
      refused: 0,
      unchanged: 0,
      percent: 0,
      createdBy: 'admin:ada',
      ignoredColumns: [],
      codes: {},
      contentLoss: {},
    })
  })

  it.each([
    [{ fileName: 'a.csv' }, 'sizeBytes'],
    [{ fileName: 'a.csv', sizeBytes: 0 }, 'sizeBytes'],
    [{ fileName: 'a.csv', sizeBytes: MAX_IMPORT_BYTES + 1 }, 'sizeBytes'],
    [{ fileName: ' ', sizeBytes: 1 }, 'fileName'],
    [{ fileName: 'a.csv', sizeBytes: 1, orgId: 'harbour' }, 'orgId'],
  ])('refuses %j', async (body, path) => {
    expect((await api.admin('dunes').post('/v1/imports', body)).body).toMatchObject({
      code: 'invalid_request',
      errors: [{ path }],
    })
  })

  it('I5: shows how far it has got, and never 100 before all is done', async () => {
    const { importId } = await create('dunes')
    const by = 'admin:ada' as const
    const { imports } = api.stores
    await imports.start(
      await recordOf('dunes', importId),
      { etag: 'e', sizeBytes: 1_000 },
      by,
      api.clock.now(),
    )
    await imports.setDialect(await recordOf('dunes', importId), {
      dialect: { encoding: 'utf-8', bomBytes: 0, delimiter: ',', headerByte: 0, headerLine: 1 },
      header: ['Email', 'Department'],
      bytesRead: 20,
      nextLine: 2,
    })
    const chunks = [
      { startByte: 0, endByte: 500, firstLine: 2, rows: 2 },
      { startByte: 500, endByte: 1_000, firstLine: 4, rows: 2 },
    ]
    const progress = { bytesRead: 1_000, rowsRead: 4, nextLine: 6 }
    await imports.checkpoint(await recordOf('dunes', importId), chunks, progress)
    expect(await read('dunes', importId)).toMatchObject({ status: 'reading', rowsRead: 4, percent: 10 })
    await imports.run(await recordOf('dunes', importId))
    await imports.recordChunk({ ...(await recordOf('dunes', importId)), chunk: 0 }, [
      { result: 'claimed', codes: [] },
      { result: 'refused', codes: ['unknown_user'] },
    ])
    expect(await read('dunes', importId)).toMatchObject({
      status: 'running',
      claimed: 1,
      refused: 1,
      unchanged: 0,
      percent: 55,
    })
    await imports.recordChunk({ ...(await recordOf('dunes', importId)), chunk: 1 }, [
      { result: 'unchanged', codes: [] },
      { result: 'claimed', codes: [] },
    ])
    expect(await read('dunes', importId)).toMatchObject({ status: 'running', percent: 99 })
    const reportKey = `reports/dunes/${importId}.csv`
    await imports.complete(
      await recordOf('dunes', importId),
      { reportKey, codes: { unknown_user: 2 }, contentLoss: { enterprise_source: 1 } },
      by,
      api.clock.now(),
    )
    const done = await read('dunes', importId)
    expect(done).toMatchObject({ status: 'completed', claimed: 2, unchanged: 1, percent: 100 })
    expect(done).toMatchObject({ codes: { unknown_user: 2 }, contentLoss: { enterprise_source: 1 } })
    expect(done).toMatchObject({
      createdBy: 'admin:ada',
      encoding: 'utf-8',
      ignoredColumns: ['Department'],
    })
    const url = new URL(done.reportUrl ?? '')
    expect(url.pathname).toContain(reportKey)
    expect(url.searchParams.get('X-Amz-Expires')).toBe('900')
    expect(url.searchParams.get('response-content-disposition')).toBe(
      'attachment; filename="people-report.csv"',
    )
  })

  it('I2: a file that was refused as a whole says why and where', async () => {
    const { importId } = await create('dunes')
    const error = { code: 'no_address_column', message: 'No column holds addresses.', line: 1, column: 1 }
    await api.stores.imports.fail(await recordOf('dunes', importId), error, 'admin:ada', api.clock.now())
    expect(await read('dunes', importId)).toMatchObject({ status: 'failed', error, claimed: 0 })
    expect(await read('dunes', importId)).not.toHaveProperty('reportUrl')
  })

  const chunk = { startByte: 6, endByte: 22, firstLine: 2, rows: 1 }
  async function previewed() {
    const body = { fileName: 'people.csv', sizeBytes: 9, preview: true }
    const { importId } = createdImport.parse((await api.admin('dunes').post('/v1/imports', body)).body)
    const { imports } = api.stores
    const key = `imports/dunes/${importId}.csv`
    const { etag } = bucket.put(key, 'Email\na@dunes.example\n')
    const by = 'admin:ada' as const
    await imports.start(await recordOf('dunes', importId), { etag, sizeBytes: 9 }, by, api.clock.now())
    const progress = { bytesRead: 9, rowsRead: 1, nextLine: 3 }
    await imports.setDialect(await recordOf('dunes', importId), {
      dialect: { encoding: 'utf-8', bomBytes: 0, delimiter: ',', headerByte: 0, headerLine: 1 },
      header: ['Email'],
      bytesRead: 6,
      nextLine: 2,
    })
    await imports.checkpoint(await recordOf('dunes', importId), [chunk], progress)
    await imports.run(await recordOf('dunes', importId))
    await imports.recordChunk({ ...(await recordOf('dunes', importId)), chunk: 0 }, [
      { result: 'claimable', codes: [], made: { type: 'delayed' } },
    ])
    const done = { reportKey: `reports/dunes/${importId}.csv`, codes: {}, contentLoss: {} }
    await imports.complete(await recordOf('dunes', importId), done, by, api.clock.now())
    return { importId, key }
  }

  it('P1: a preview is shown as such, and confirmed with the acknowledgement alone (T6)', async () => {
    const { importId } = await previewed()
    expect(await read('dunes', importId)).toMatchObject({
      status: 'previewed',
      preview: true,
      claimed: 0,
      claimable: 1,
      percent: 100,
      reportUrl: expect.stringContaining(importId),
    })
    const confirm = (body: unknown) => api.admin('dunes', 'bob').post(`/v1/imports/${importId}/confirm`, body)
    for (const body of [{}, { acknowledgePermanent: false }])
      expect(codeOf(await confirm(body))).toBe('acknowledgement_required')
    expect(await read('dunes', importId)).toMatchObject({ status: 'previewed' })
    const confirmed = await confirm({ acknowledgePermanent: true })
    expect(confirmed.status).toBe(202)
    expect(confirmed.body).toMatchObject({
      importId,
      status: 'running',
      claimed: 0,
      confirmedAt: expect.any(String),
    })
    expect(confirmed.body).not.toHaveProperty('claimable')
    expect((await confirm({ acknowledgePermanent: true })).status).toBe(202)
  })

  it.each([
    [{}, undefined],
    [{ sendInvitations: true }, undefined],
    [{ sendInvitations: false }, true],
  ])('N3: %j is kept with a confirmed import, for its claims', async (more, noInvitations) => {
    const { importId } = await previewed()
    const body = { acknowledgePermanent: true, ...more }
    const url = `/v1/imports/${importId}/confirm`
    expect((await api.admin('dunes').post(url, body)).status).toBe(202)
    expect((await recordOf('dunes', importId)).noInvitations).toBe(noInvitations)
  })

  it('P1: a file that was replaced since its preview is not imported', async () => {
    const { importId, key } = await previewed()
    bucket.put(key, 'Email\nb@dunes.example\n')
    const url = `/v1/imports/${importId}/confirm`
    expect(codeOf(await api.admin('dunes').post(url, { acknowledgePermanent: true }))).toBe('file_replaced')
  })

  it('P1, I12: what is no preview, is over, or is another’s, is neither confirmed nor cancelled', async () => {
    const { importId } = await create('dunes')
    const confirm = (orgId: string, id: string) =>
      api.admin(orgId).post(`/v1/imports/${id}/confirm`, { acknowledgePermanent: true })
    expect(codeOf(await confirm('dunes', importId))).toBe('not_previewed')
    for (const [orgId, id] of [
      ['harbour', importId],
      ['dunes', 'nothing'],
    ] as const) {
      expect(codeOf(await confirm(orgId, id))).toBe('not_found')
      expect(codeOf(await api.admin(orgId).post(`/v1/imports/${id}/cancel`))).toBe('not_found')
    }
    const error = { code: 'no_rows', message: 'No rows.' }
    await api.stores.imports.fail(await recordOf('dunes', importId), error, 'admin:ada', api.clock.now())
    expect(codeOf(await api.admin('dunes').post(`/v1/imports/${importId}/cancel`))).toBe('import_over')
    expect(codeOf(await api.reader('dunes').post(`/v1/imports/${importId}/cancel`))).toBe('forbidden')
  })

  it('I3: the rows of an import are listed, by result, to nobody but its org', async () => {
    const { importId } = await previewed()
    const list = (query = '') => api.reader('dunes').get(`/v1/imports/${importId}/rows${query}`)
    expect((await list()).body).toEqual({
      items: [{ line: 2, email: 'a@dunes.example', result: 'claimable', codes: [], message: '' }],
    })
    expect((await list('?result=refused')).body).toEqual({ items: [] })
    expect(codeOf(await list('?result=nothing'))).toBe('invalid_request')
    expect((await list('?code=unknown_user')).body).toEqual({ items: [] })
    expect(codeOf(await list('?code=Unknown%20User'))).toBe('invalid_request')
    expect(codeOf(await list('?cursor=abc'))).toBe('invalid_cursor')
    expect(codeOf(await api.reader('harbour').get(`/v1/imports/${importId}/rows`))).toBe('not_found')
    bucket.delete(`imports/dunes/${importId}.csv`)
    expect(codeOf(await list())).toBe('file_gone')
  })

  it('I12: an import is cancelled, and stays so', async () => {
    const { importId } = await create('dunes')
    for (let time = 0; time < 2; time++) {
      const answer = await api.admin('dunes').post(`/v1/imports/${importId}/cancel`)
      expect(answer.status).toBe(202)
      expect(answer.body).toMatchObject({ status: 'completed', cancelledAt: api.clock.now().toISOString() })
    }
  })

  it("lists an org's own, newest first, and shows nobody another's", async () => {
    const ids: string[] = []
    for (let n = 0; n < 3; n++) {
      ids.unshift((await create('many', `${n}.csv`)).importId)
      api.clock.advance(1_000)
    }
    const page = z.object({ items: z.array(importView), nextCursor: z.string().optional() })
    const first = page.parse((await api.reader('many').get('/v1/imports?limit=2')).body)
    const second = page.parse(
      (await api.reader('many').get(`/v1/imports?limit=2&cursor=${first.nextCursor}`)).body,
    )
    expect([...first.items, ...second.items].map(({ importId }) => importId)).toEqual(ids)
    expect(codeOf(await api.admin('harbour').get(`/v1/imports/${ids[0]}`))).toBe('not_found')
    expect(codeOf(await api.admin('nowhere').post('/v1/imports', { fileName: 'a.csv', sizeBytes: 1 }))).toBe(
      'organization_not_found',
    )
  })
})
