import { describe, expect } from 'vitest'
import * as z from 'zod'
import { openApiDocument } from '../../../shared/http/documents/openapi.ts'
import { MAX_PAGE_SIZE } from '../../../shared/http/schemas/common.ts'
import { routes } from '../../../shared/http/routes.ts'
import { createClaim } from '../../../shared/rules/claims/creation.ts'
import { accountToItem } from '../../../shared/storage/items/account-item.ts'
import { addressItem } from '../../../shared/storage/stores/accounts.ts'
import { auditItem } from '../../../shared/storage/stores/audit.ts'
import { keys } from '../../../shared/storage/keys.ts'
import { batchGet, batchPut } from '../../../shared/storage/writes/batch.ts'
import { MAX_RECORDS_READ } from '../../../shared/usecases/lists/fill-page.ts'
import { seededUlid } from '../../../shared/lib/seeded-ulid.ts'
import type { Key } from '../../../shared/storage/keys.ts'
import { startApi, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { ADMIN, claimRequest, record, T0 } from '../../support/builders.ts'
import { writeInto } from '../../support/bulk-items.ts'
import { type CapacityMeter, meterCapacity, total } from '../../support/capacity.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { fakeBucket } from '../../support/fakes.ts'
import { it } from '../../support/fixtures.ts'
import { dialect } from '../../support/sync-writes.ts'

/*
 * Every list of openapi.json against a table in which each record that is looked at takes as many others as it can: its
 * own domain, its own organization, its own chunk of a file; and in which a filter fits nothing, or hardly anything.
 */

const ORG = 'large'
const MANY = 1_200
/** Entries of an index hold keys alone, some eight to a record's read unit. */
const MAX_ENTRIES_READ = 4 * MAX_RECORDS_READ
const CHUNKS = 250

type Item = Record<string, unknown>

/** The item once more under other names: whatever is spelled like `name` in it. */
const copies = (items: readonly Item[], name: string, count: number, as: (n: number) => string): Item[] =>
  Array.from({ length: count }, (_, n) =>
    items.map((item): Item => JSON.parse(JSON.stringify(item).replaceAll(name, as(n)))),
  ).flat()

const numbered = (name: string) => (n: number) => `${name}${String(n).padStart(5, '0')}`

function accountsAndClaims(): Item[] {
  const own = Array.from({ length: MANY }, (_, n) =>
    record({ userId: `own${n}`, email: `own${n}@d${n}.example`, orgId: ORG }),
  )
  const claimedBy = (claimingOrgId: string, sourceOrgId: string, n: number) => {
    const now = new Date(T0.getTime() + n * 1_000)
    const given = record({
      userId: `${claimingOrgId}-of${n}`,
      email: `c${n}@d${numbered('')(n)}.example`,
      orgId: sourceOrgId,
    })
    const request = claimRequest({ claimingOrgId, ulid: seededUlid(now, given.recordId) })
    return createClaim(given, request, { now, by: ADMIN })
  }
  const claimed = Array.from({ length: MANY }, (_, n) => claimedBy(ORG, `source${n}`, n))
  const outgoing = Array.from({ length: MANY }, (_, n) => claimedBy(`rival${n}`, ORG, n))
  // On the first domain of its own: none can be claimed, which only their organizations tell.
  const elsewhere = Array.from({ length: MANY }, (_, n) =>
    record({ userId: `sso${n}`, email: `sso${n}@d00000.example`, orgId: numbered('source')(n) }),
  )
  return [...own, ...claimed, ...outgoing, ...elsewhere].flatMap((each) => [
    accountToItem(each),
    addressItem(each.recordId, each.account.email),
  ])
}

const auditEntries = (): Item[] =>
  Array.from({ length: 2 * MANY }, (_, n) =>
    auditItem({
      orgId: ORG,
      subject: `user${n}`,
      change: {
        what: n === 0 ? 'user.removing' : 'user.updated',
        at: new Date(T0.getTime() + n * 1_000).toISOString(),
        by: ADMIN,
        n: 1,
      },
    }),
  )

async function importWithRows(
  api: TestApi,
  put: (key: string, text: string) => { etag: string },
): Promise<string> {
  const { imports } = api.stores
  const importId = '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7'
  const row = 'own0@d0.example\n'
  const header = 'Email\n'
  const objectKey = `imports/${ORG}/${importId}.csv`
  const text = `${header}${row.repeat(2 * CHUNKS)}`
  const { etag } = put(objectKey, text)
  const now = api.clock.now()
  const common = {
    importId,
    orgId: ORG,
    kind: 'claims',
    fileName: 'rows.csv',
    objectKey,
    createdBy: ADMIN,
  } as const
  await imports.create({ ...common, status: 'waiting', sizeBytes: text.length }, now)
  const get = async () => {
    const found = await imports.get(ORG, importId)
    if (found === undefined) throw new Error('no import')
    return found
  }
  await imports.start(await get(), { etag, sizeBytes: text.length }, ADMIN, now)
  await imports.setDialect(await get(), {
    dialect,
    header: ['Email'],
    bytesRead: header.length,
    nextLine: 2,
  })
  for (let range = 0; range * 100 < CHUNKS; range++) {
    const chunks = Array.from({ length: Math.min(100, CHUNKS - range * 100) }, (_, n) => {
      const startByte = header.length + (range * 100 + n) * 2 * row.length
      return { startByte, endByte: startByte + 2 * row.length, firstLine: 2 + (range * 100 + n) * 2, rows: 2 }
    })
    const bytesRead = chunks.at(-1)?.endByte ?? 0
    await imports.checkpoint(await get(), chunks, {
      bytesRead,
      rowsRead: 2 * CHUNKS,
      nextLine: 2 * CHUNKS + 2,
    })
  }
  await imports.run(await get())
  const running = await get()
  for (let chunk = 0; chunk < CHUNKS; chunk++)
    await imports.recordChunk({ ...running, chunk }, [
      { result: 'claimed', codes: [] },
      { result: 'refused', codes: ['unknown_user'] },
    ])
  return importId
}

async function fill(table: TestTable, api: TestApi, put: (key: string, text: string) => { etag: string }) {
  const given = givenVia(api)
  await given.company(ORG, 'proto.example')
  await api.admin(ORG).post('/v1/domains/proto.example/claim')
  await given.org('proto-org', { sso: true })
  await given.user('talker', { email: 'talker@elsewhere.example' })
  await given.conversation('talker', 'proto-talk', T0.toISOString())
  const sync = z
    .object({ syncId: z.string() })
    .parse(
      (await api.admin(ORG).post('/v1/directory/syncs', { mode: 'dry_run', emails: ['a@b.example'] })).body,
    )
  const created = z
    .object({ importId: z.string() })
    .parse((await api.admin(ORG).post('/v1/imports', { fileName: 'a.csv', sizeBytes: 10 })).body)
  const itemsOf = async (...wanted: Key[]): Promise<Item[]> => {
    const found = await batchGet(table.table, wanted)
    return wanted.map((key) => {
      const item = found.get(key)
      if (item === undefined) throw new Error(`nothing at ${key.pk} ${key.sk}`)
      return { ...item }
    })
  }
  const domains = await itemsOf(keys.orgDomain(ORG, 'proto.example'), keys.domainClaim('proto.example'))
  const org = await itemsOf(keys.org('proto-org'))
  const imported = await itemsOf(keys.import(ORG, created.importId))
  const platformImport = imported.map(
    (item): Item => JSON.parse(JSON.stringify(item).replaceAll(`"${ORG}"`, '"~platform"')),
  )
  const platformKey = keys.import('~platform', created.importId)
  const items = [
    ...accountsAndClaims(),
    ...auditEntries(),
    ...copies(domains, 'proto.example', MANY, (n) => `${numbered('d')(n)}.example`),
    ...copies(org, 'proto-org', MANY, numbered('source')),
    ...copies(org, 'proto-org', MANY, numbered('rival')),
    ...copies(imported, created.importId, MANY, numbered('01KAPEG9Q0Z7Z7Z7Z7Z7Z')),
    ...copies(
      platformImport.map((item) => ({ ...item, ...platformKey })),
      created.importId,
      MANY,
      numbered('01KAPEG9Q0Z7Z7Z7Z7Z7Z'),
    ),
    ...copies(
      await itemsOf(keys.sync(ORG, sync.syncId)),
      sync.syncId,
      MANY,
      numbered('01KAPEG9Q0Z7Z7Z7Z7Z7Z'),
    ),
    ...copies(await itemsOf(keys.conversation('talker', 'proto-talk')), 'proto-talk', MANY, numbered('talk')),
  ]
  if (table.databasePath === undefined) await batchPut(table.table, items)
  else await writeInto({ databasePath: table.databasePath, tableName: table.name }, items)
  return { syncId: sync.syncId, importId: await importWithRows(api, put) }
}

const parameter = z.object({
  name: z.string(),
  in: z.enum(['query', 'path', 'header']),
  schema: z.looseObject({ enum: z.array(z.string()).optional() }),
})
const operationSchema = z.looseObject({
  parameters: z.array(parameter).default([]),
  responses: z.record(z.string(), z.unknown()),
})

interface List {
  readonly path: string
  readonly filters: readonly z.output<typeof parameter>[]
}

const described = z
  .looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
  .parse(JSON.parse(JSON.stringify(openApiDocument('test'))))

/** What stands where a `$ref` leads. */
const at = (ref: string): unknown =>
  ref
    .split('/')
    .slice(1)
    .reduce<unknown>((value, name) => z.looseObject({}).parse(value)[name], described)

const mentionsCursor = (response: unknown): boolean =>
  JSON.stringify(response, (_, value: unknown) => {
    const ref = z.object({ $ref: z.string() }).safeParse(value).data?.$ref
    return ref?.includes('/schemas/') ? at(ref) : value
  }).includes('"nextCursor"')

const lists: readonly List[] = routes
  .filter(({ method }) => method === 'GET')
  .flatMap(({ path }): List[] => {
    const { parameters, responses } = operationSchema.parse(described.paths[path]?.get)
    if (!mentionsCursor(responses['200'])) return []
    const filters = parameters.filter(
      (each) => each.in === 'query' && !['limit', 'cursor'].includes(each.name),
    )
    return [{ path, filters }]
  })

/** C1: asked without a limit, they are counted besides: up to 10,000 accounts. */
const countsToo: readonly string[] = ['/v1/claimable-users']

const answer = z.looseObject({ nextCursor: z.string().optional() })

describe('R3: how much one request for a list reads', () => {
  let api: TestApi
  let meter: CapacityMeter
  /** What stands for a path's parameter, or is a filter's value that isn't one of few. */
  let values: Readonly<Record<string, string>>

  it.beforeAll(async ({ table }) => {
    const bucket = fakeBucket()
    api = startApi(table, bucket)
    const { importId, syncId } = await fill(table, api, bucket.put)
    const page = z
      .object({ items: z.array(z.object({ claimId: z.string() })) })
      .parse((await api.admin(ORG).get('/v1/claims?limit=1')).body)
    values = {
      userId: 'talker',
      importId,
      syncId,
      claimId: page.items[0]?.claimId ?? '',
      endsBefore: '2030-01-01T00:00:00Z',
      since: '2020-01-01T00:00:00Z',
      email: 'nobody',
      code: 'unknown_user',
      held: 'true',
    }
    meter = meterCapacity(table.client)
  })

  const sampleOf = (name: string): string => {
    const value = values[name]
    if (value === undefined) throw new Error(`${name} is new: give it a value that few records or none have`)
    return encodeURIComponent(value)
  }

  /** Each filter by itself; of few values the first and the last, and a beginning and a whole address. */
  const queriesOf = ({ filters }: List): readonly string[] => [
    '',
    ...filters.flatMap(({ name, schema }) =>
      schema.enum === undefined
        ? [`&${name}=${sampleOf(name)}`]
        : [schema.enum[0], schema.enum.at(-1)].map((value) => `&${name}=${value}`),
    ),
  ]

  const readBy = async (url: string) => {
    const client = url.startsWith('/v1/platform') ? api.platform : api.admin(ORG)
    meter.take()
    const response = await client.get(url)
    expect(response.status, `${url} ${response.text}`).toBe(200)
    const { records } = meter.take()
    const { table = 0, ...indexes } = records
    return { page: answer.parse(response.body), records: table, entries: total(indexes) }
  }

  it('R3: a new list is among them by itself: they are those of openapi.json', () => {
    expect(lists.map(({ path }) => path)).toContain('/v1/audit')
    expect(lists.length).toBeGreaterThan(10)
  })

  for (const list of lists)
    it(`R3: ${list.path} reads 1,000 records at most, whatever it is filtered by`, async () => {
      const path = list.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => sampleOf(name))
      const urls = [
        ...(countsToo.includes(list.path) ? [] : [path]),
        `${path}?limit=1`,
        ...queriesOf(list).map((query) => `${path}?limit=${MAX_PAGE_SIZE}${query}`),
      ]
      for (const url of urls) {
        const { page, records, entries } = await readBy(url)
        expect(records, url).toBeLessThanOrEqual(MAX_RECORDS_READ)
        expect(entries, url).toBeLessThanOrEqual(MAX_ENTRIES_READ)
        if (page.nextCursor === undefined) continue
        const separator = url.includes('?') ? '&' : '?'
        const further = await readBy(`${url}${separator}cursor=${encodeURIComponent(page.nextCursor)}`)
        expect(further.records, `${url}, further on`).toBeLessThanOrEqual(MAX_RECORDS_READ)
      }
    })

  it('A1: whoever goes on after pages with nothing finds the one change of its kind, and the end', async () => {
    let cursor = ''
    const sizes: number[] = []
    for (;;) {
      const { page, records } = await readBy(`/v1/audit?what=user.removing${cursor}`)
      expect(records).toBeLessThanOrEqual(MAX_RECORDS_READ)
      sizes.push(z.array(z.unknown()).parse(page.items).length)
      if (page.nextCursor === undefined) break
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`
    }
    expect(sizes.length).toBeGreaterThan(2)
    expect(sizes.length).toBeLessThan(10)
    expect(sizes.reduce((sum, each) => sum + each, 0)).toBe(1)
  })
})
