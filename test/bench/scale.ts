import { mkdtemp, rm } from 'node:fs/promises'
import { freemem, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import { startDynamoDb } from '../../infra/local/aws/dynamodb/dynamodb.ts'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../infra/local/aws/names.ts'
import { encodeCursor } from '../../shared/http/cursor.ts'
import { allShards } from '../../shared/lib/shard.ts'
import { DAY_MS } from '../../shared/lib/time.ts'
import { claimSortKey } from '../../shared/rules/claims/claim-ids.ts'
import { openTable } from '../../shared/storage/client.ts'
import { auditPartition, indexKeys } from '../../shared/storage/keys.ts'
import { startApi } from '../support/api.ts'
import { givenVia } from '../support/api-given.ts'
import { startBackground } from '../support/background.ts'
import { writeInto } from '../support/bulk-items.ts'
import { meterCapacity, total } from '../support/capacity.ts'
import { sendDocumentedStatements } from '../support/documented-statements.ts'
import { type TestTable, tableProperties } from '../support/dynamo.ts'
import { claimIdOf, DOMAIN, emailOf, idOf, manyAccounts, ORG, SOURCE_ORG } from './many-accounts.ts'

/**
 * Measures what each operation of the API and each step behind it takes of DynamoDB, in a table with few accounts and
 * in one with very many: calls, read and write units, records and index entries. None may take more in the large
 * table.
 *
 *   npm run cost:scale [-- --accounts 1000000] [--few 8000]
 */
const { values } = parseArgs({ options: { accounts: { type: 'string' }, few: { type: 'string' } } })
const accounts = Number(values.accounts ?? 1_000_000)
const few = Number(values.few ?? 8_000)

/** Records have the same size in both tables, so that a page of an index contains equally many. */
const MAX_GROWTH = 1.1
/** Bytes that an account's record, address and index entries take in SQLite's file. */
const BYTES_PER_ACCOUNT = 4_000
/** The share of free memory that an in-memory table may take. */
const MEMORY_SHARE = 0.5
const ROWS = 100
const PEOPLE = 50
const START = new Date('2026-11-22T12:00:00.000Z')

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** Creates a table, in memory if it fits, otherwise on disk. */
async function table(count: number): Promise<TestTable & { readonly where: string }> {
  const fits = count * BYTES_PER_ACCOUNT < freemem() * MEMORY_SHARE
  const dir = fits ? undefined : await mkdtemp(path.join(tmpdir(), 'scale-'))
  const dynamo = await startDynamoDb({ dir })
  const name = 'scale'
  await dynamo.createTable(tableProperties(name))
  const { endpoint, databasePath } = dynamo
  const client = new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS })
  sendDocumentedStatements(client, name)
  return {
    table: openTable(name, client),
    client,
    name,
    endpoint,
    databasePath,
    faults: undefined,
    where: fits ? 'in memory' : 'on disk',
    async stop() {
      client.destroy()
      await dynamo.stop()
      if (dir !== undefined) await rm(dir, { recursive: true, force: true })
    },
  }
}

interface Taken {
  readonly calls: number
  readonly reads: number
  readonly writes: number
  readonly records: number
  readonly entries: number
}

/** The key of an entry of an index, counted from the end of its partition. */
async function entryOf(db: TestTable, index: string, key: string, partition: string, fromEnd: number) {
  const { Items = [] } = await db.table.client.send(
    new QueryCommand({
      TableName: db.name,
      IndexName: index,
      KeyConditionExpression: '#p = :p',
      ExpressionAttributeNames: { '#p': key },
      ExpressionAttributeValues: { ':p': partition },
      ScanIndexForward: false,
      Limit: fromEnd,
    }),
  )
  const last = Items.at(-1)
  if (last === undefined) throw new Error(`nothing in ${partition} of ${index}`)
  return last
}

async function auditPosition(db: TestTable, shard: string, fromStart: number): Promise<string> {
  const { Items = [] } = await db.table.client.send(
    new QueryCommand({
      TableName: db.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': auditPartition(ORG, shard) },
      Limit: fromStart,
    }),
  )
  return String(Items.at(-1)?.sk)
}

async function measured(count: number): Promise<{ taken: Map<string, Taken>; where: string }> {
  const db = await table(count)
  const { databasePath } = db
  if (databasePath === undefined) throw new Error('this takes the embedded DynamoDB')
  try {
    const begun = performance.now()
    const written = await writeInto({ databasePath, tableName: db.name }, manyAccounts(count, START))
    const seconds = (performance.now() - begun) / 1000
    print(`${count} accounts, ${written} items ${db.where}, in ${seconds.toFixed(0)} s`)
    return { taken: await everyOperation(db, count), where: db.where }
  } finally {
    await db.stop()
  }
}

async function everyOperation(db: TestTable, count: number): Promise<Map<string, Taken>> {
  const world = await startBackground(db)
  const api = startApi(db, world.bucket)
  const given = givenVia(api)
  const follow = (ms: number): void => {
    api.clock.advance(ms)
    world.clock.set(api.clock.now())
  }
  follow(0)
  api.hooks.whileWaiting = () => world.settle()
  await given.org(SOURCE_ORG, { kind: 'consumer' })
  await given.org(ORG, { adminEmails: [`it@${DOMAIN}`] })
  await given.org('dunes', { directorySync: true })
  await given.verifiedDomain(ORG, DOMAIN)
  const people = Array.from({ length: PEOPLE }, (_, n) => `probe${n}`)
  for (const id of people) await given.user(id, { email: emailOf(id) })
  for (const id of people) await given.user(`staff-${id}`, { email: `${id}@dunes.example`, orgId: 'dunes' })
  await world.settle()

  const meter = meterCapacity(db.client)
  const taken = new Map<string, Taken>()
  const measure = async <T>(name: string, run: () => Promise<T>): Promise<T> => {
    meter.take()
    const result = await run()
    if (taken.has(name)) throw new Error(`${name} is measured twice`)
    const { calls, reads, writes, records } = meter.take()
    const { table: found = 0, ...entries } = records
    taken.set(name, {
      calls: calls.length,
      reads: total(reads),
      writes: total(writes),
      records: found,
      entries: total(entries),
    })
    return result
  }
  const admin = api.admin(ORG)
  const ok = async (answer: ReturnType<typeof admin.get>) => {
    const { status, text, body } = await answer
    if (status >= 300) throw new Error(`${status} ${text} ${JSON.stringify(api.lines.slice(-3))}`)
    return body
  }
  const get = (name: string, url: string) => measure(name, () => ok(admin.get(url)))
  const settled = (name: string) => measure(`  ${name}`, () => world.settle())

  // Lists: the first page, one in the middle, and the last ones.
  const page = async (name: string, url: string, binding: object, position: unknown) => {
    const cursor = encodeCursor({ orgId: ORG, operation: '', ...binding }, position)
    await get(name, `${url}${url.includes('?') ? '&' : '?'}limit=50&cursor=${cursor}`)
  }
  const claimed = Math.floor(count / 4)
  const users = { operation: 'listUsers' }
  const claims = { operation: 'listClaims' }
  const claimable = { operation: 'listClaimableUsers' }
  const audit = { operation: 'listAudit' }
  const sortKey = (n: number): string => claimSortKey(claimIdOf(n, START))
  await get('list claims: first page', '/v1/claims?limit=50')
  await page('list claims: middle page', '/v1/claims', claims, { at: sortKey(Math.floor(claimed / 2)) })
  await page('list claims: last page', '/v1/claims', claims, { at: sortKey(40) })
  await get('list claims: status=revoked, none', '/v1/claims?status=revoked')
  await get('list claims: revocable=true', '/v1/claims?revocable=true')
  await get('find claims: the beginning of an address', '/v1/claims?email=nobody')
  await get('find claims: an address', `/v1/claims?email=${emailOf(idOf('was', 7))}`)
  await get('list users: first page', '/v1/users?limit=50')
  const half = allShards.length / 2
  await page('list users: middle page', '/v1/users', users, { at: { partition: half } })
  const lastShard = allShards.at(-1) ?? ''
  const lastUser = await entryOf(db, 'claimsByOrg', 'claimShard', indexKeys.claimShard(ORG, lastShard), 10)
  const end = { partition: 2 * allShards.length - 1, after: lastUser }
  await page('list users: last page', '/v1/users', users, { at: end })
  await get('list users: status=inactive, none', '/v1/users?status=inactive')
  await get('find users: an address', `/v1/users?email=${emailOf(idOf('own', 7))}`)
  await get('list claimable users: the first 250', '/v1/claimable-users')
  await get('list claimable users: first page', '/v1/claimable-users?limit=50')
  await page('list claimable users: middle page', '/v1/claimable-users', claimable, {
    domain: DOMAIN,
    at: { partition: half },
  })
  const domainShard = indexKeys.domainShard(DOMAIN, lastShard)
  const lastOne = await entryOf(db, 'accountsByDomain', 'domainShard', domainShard, 10)
  await page('list claimable users: last page', '/v1/claimable-users', claimable, {
    domain: DOMAIN,
    at: { partition: allShards.length - 1, after: lastOne },
  })
  await get('list audit: first page', '/v1/audit?limit=50')
  await page('list audit: middle page', '/v1/audit', audit, await auditPosition(db, '07', 1_000))
  await page('list audit: last page', '/v1/audit', audit, await auditPosition(db, '07', 2))
  await get('list audit: what=claim.revoked, none', '/v1/audit?what=claim.revoked')
  await get('list domains', '/v1/domains')
  await get('list imports', '/v1/imports')
  await get('list syncs', '/v1/directory/syncs')
  await get('list outgoing claims', '/v1/outgoing-claims')
  await measure('list organizations', () => ok(api.platform.get('/v1/platform/organizations')))

  // Single operations, with their effects.
  const one = { users: [{ email: emailOf('probe0') }], acknowledgePermanent: true }
  const twenty = {
    users: people.slice(20, 40).map((id) => ({ email: emailOf(id) })),
    acknowledgePermanent: true,
  }
  await measure('preview 20', () => ok(admin.post('/v1/claims/preview', twenty)))
  await measure('claim 1', () => ok(admin.post('/v1/claims', one)))
  await settled('its audit entry, event and mail')
  await measure('claim 20', () => ok(admin.post('/v1/claims', twenty)))
  await settled('their audit entries, events and mails')
  await measure('claim a second time', () => ok(admin.post('/v1/claims', one)))
  const open = await api.stores.accounts.byRecordIds(people.slice(20, 40))
  const claimIdAt = (n: number): string => {
    const claimId = open.get(`probe${n}`)?.claim?.claimId
    if (claimId === undefined) throw new Error(`probe${n} isn't claimed`)
    return encodeURIComponent(claimId)
  }
  await get('get a claim', `/v1/claims/${claimIdAt(20)}`)
  await get('get a user', `/v1/users/${idOf('own', 7)}`)
  await get('get a claim’s audit trail', `/v1/audit?claimId=${claimIdAt(20)}`)
  await measure('revoke a claim', () => ok(admin.post(`/v1/claims/${claimIdAt(20)}/revoke`)))
  await settled('its audit entry, event and mail to whom it was revoked')
  await measure('mail again', () => ok(admin.post(`/v1/claims/${claimIdAt(21)}/notify`)))
  await settled('its mail')
  const signedIn = await measure('sign in', () =>
    ok(api.platform.post('/v1/platform/sign-ins', { email: emailOf('probe22') })),
  )
  const { decisionUrl = '' } = signedIn as { decisionUrl?: string }
  const decisionPath = new URL(decisionUrl).pathname
  await measure('show the decision', () => ok(api.anyone.get(decisionPath)))
  await measure('decide', () => ok(api.anyone.post(decisionPath, { decision: 'transfer_content' })))
  await settled('its migration')
  await measure('update a user', () =>
    ok(admin.patch(`/v1/users/${idOf('own', 8)}`, { displayName: 'Per S.' })),
  )
  await measure('put a user', () => given.user('probe-new', { email: emailOf('probe-new') }))
  await measure('delete a user', () => ok(admin.delete(`/v1/users/${idOf('own', 9)}`)))
  await settled('its deletion')

  // An import, with its rows, report and effects.
  const rows = Array.from({ length: ROWS }, (_, n) => emailOf(idOf('free', n)))
  await measure('import 100 rows: read, claimed, reported, told, mailed', async () => {
    world.upload(`imports/${ORG}/people.csv`, `Email\n${rows.join('\n')}\n`)
    await world.settle()
  })
  const list = { mode: 'full', emails: people.slice(1).map((id) => `${id}@dunes.example`) }
  await measure('sync of 50 users, one of whom is missing', () =>
    ok(api.admin('dunes').post('/v1/directory/syncs', list)),
  )

  // Work that falls due.
  await measure('sweep with nothing to do', async () => {
    world.queues.due.send([{ kind: 'sweep' }])
    await world.settle()
  })
  follow(14 * DAY_MS + 60_000)
  await measure('sweep when the claims’ 14 days are over: all are migrated', async () => {
    world.queues.due.send([{ kind: 'sweep' }])
    await world.settle()
  })
  return taken
}

const [small, large] = [await measured(few), await measured(accounts)]
print('')
print('| | calls | read units | write units | records | index entries | |')
print('| --- | ---: | ---: | ---: | ---: | ---: | ---: |')
let grown = 0
for (const [name, inLarge] of large.taken) {
  const inSmall = small.taken.get(name)
  if (inSmall === undefined) throw new Error(`${name} wasn't measured in the small table`)
  const columns = ['calls', 'reads', 'writes', 'records', 'entries'] as const
  const cells = columns.map((column) => {
    const [a, b] = [inSmall[column], inLarge[column]]
    return a === b ? String(b) : `${a} → ${b}`
  })
  const units = (each: Taken): number => each.reads + each.writes
  const ratio = units(inLarge) / Math.max(1, units(inSmall))
  const hasGrown = columns.some((column) => inLarge[column] > inSmall[column] * MAX_GROWTH + 1)
  if (hasGrown) grown++
  print(`| ${name} | ${cells.join(' | ')} | ${hasGrown ? 'GREW ' : ''}${ratio.toFixed(2)} |`)
}
if (grown > 0) process.exitCode = 1
print(grown === 0 ? 'None has grown.' : `${grown} have grown.`)
