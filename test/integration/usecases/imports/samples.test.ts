import { readFile } from 'node:fs/promises'
import { type AttributeValue, BatchWriteItemCommand, paginateScan } from '@aws-sdk/client-dynamodb'
import { describe, expect } from 'vitest'
import { inGroupsOf } from '../../../../shared/lib/concurrency.ts'
import { type ImportRecord, PLATFORM_ORG_ID } from '../../../../shared/storage/items/import-item.ts'
import { recordIdOfKey } from '../../../../shared/storage/keys.ts'
import type { Background } from '../../../support/background.ts'
import { org, sourceOrg } from '../../../support/builders.ts'
import { type CapacityMeter, meterCapacity } from '../../../support/capacity.ts'
import { readFile as readCsv, tableOf } from '../../../support/csv.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { givenDomain, givenOrgs } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'

/** One in so many accounts is claimed anew from each further file: all of them would be 6,000 writes. */
const PUT_BACK_STEP = 6
const FILE = 'people-comma.csv'
const OTHER_FILES = ['semicolon', 'utf16-tab', 'quoted', 'excel-nl'].map((name) => `people-${name}.csv`)
const PEOPLE = 1200
const noordzee = org({ settings: { licenseTemplate: ['basic'] } })

interface Expected {
  readonly result: 'delayed' | 'direct' | 'refused delayed_not_available'
  readonly contentLoss?: string
  readonly licenses: readonly string[]
}

/** What is to become of the person in this row, by the rules in the files' README and by nothing else. */
function expectedOf(row: number): Expected {
  const licenses = row % 5 === 0 ? ['messaging', 'meetings'] : ['basic']
  const wanted = row % 7 === 0 ? 'delayed' : row % 13 === 0 ? 'direct' : 'either'
  if (row % 4 !== 0)
    return wanted === 'direct'
      ? { result: 'direct', contentLoss: 'chosen_direct', licenses }
      : { result: 'delayed', licenses }
  return wanted === 'delayed'
    ? { result: 'refused delayed_not_available', licenses }
    : { result: 'direct', contentLoss: 'enterprise_source', licenses }
}

const expected = Array.from({ length: PEOPLE }, (_, row) => expectedOf(row))
const count = (result: Expected['result']): number => expected.filter((row) => row.result === result).length
const delayed = count('delayed')
const direct = count('direct')
const refused = count('refused delayed_not_available')

const isRefused = ({ result }: Expected): boolean => result.startsWith('refused')
const isPutBack = (row: number): boolean => row % PUT_BACK_STEP === 0
const recordIds = expected.map((_, row) => `acc${String(row).padStart(5, '0')}`)
const putBackRoots = new Set(recordIds.filter((_, row) => isPutBack(row)))
const claimedAnew = expected.filter((row, n) => isPutBack(n) && !isRefused(row)).length

const sample = (name: string): Promise<Buffer> =>
  readFile(new URL(`../../../../events/${name}`, import.meta.url))

/** Remembers some accounts as they are; the function it gives puts them back. */
async function rememberAccounts({ client, name }: TestTable): Promise<() => Promise<void>> {
  const items: Record<string, AttributeValue>[] = []
  for await (const { Items } of paginateScan({ client }, { TableName: name }))
    items.push(...(Items ?? []).filter(({ pk }) => putBackRoots.has(recordIdOfKey(pk?.S ?? ''))))
  return async () => {
    for (const group of inGroupsOf(items, 25))
      await client.send(
        new BatchWriteItemCommand({
          RequestItems: { [name]: group.map((Item) => ({ PutRequest: { Item } })) },
        }),
      )
  }
}

describe('the sample files', () => {
  let db: TestTable
  let world: Background
  let meter: CapacityMeter
  let putBack: () => Promise<void>
  let claimsByFirstFile: Map<string, object | undefined>

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    const { stores } = world
    await givenOrgs(
      stores,
      noordzee,
      sourceOrg({ orgId: 'personal' }),
      org({ orgId: 'dunes-bv' }),
      org({ orgId: 'harbour-gmbh' }),
    )
    await givenDomain(stores, noordzee.orgId, 'noordzee.example')
    world.upload('accounts/accounts.csv', await sample('accounts.csv'))
    await world.drain('imports', 'rows')
    putBack = await rememberAccounts(db)
    meter = meterCapacity(db.client)
  })
  async function latestImport(orgId: string) {
    const [record] = (await world.stores.imports.list(orgId, 1)).items
    if (record === undefined) throw new Error('no import')
    return record
  }

  /** Up to its last row; `finish` then has its effects started and its report written. */
  async function importRows(name: string, content?: Uint8Array) {
    // A ULID sorts by its millisecond: later imports are later ones.
    world.clock.advance(1)
    world.upload(`imports/${noordzee.orgId}/${name}`, content ?? (await sample(name)))
    await world.drain('imports', 'rows')
    return { record: await latestImport(noordzee.orgId), ...meter.take() }
  }

  function reportOf({ reportKey = '' }: ImportRecord): Buffer {
    const stored = world.bucket.get(reportKey)
    if (stored === undefined) throw new Error('no report')
    return stored.bytes
  }

  async function finish() {
    await world.takeEffects()
    await world.drain('reports')
    await world.takeEffects()
    return latestImport(noordzee.orgId)
  }

  /** By account, what was made of it, without what differs from one import to the next. */
  async function claimsOf(recordIds: readonly string[]): Promise<Map<string, object | undefined>> {
    const records = await world.stores.accounts.byRecordIds(recordIds)
    return new Map<string, object | undefined>(
      recordIds.map((recordId) => {
        const record = records.get(recordId)
        if (record?.claim === undefined) return [recordId, record]
        const {
          claimId: _id,
          newUserId: _user,
          origin: _row,
          createdAt,
          auditKeys: _trail,
          ...claim
        } = record.claim
        return [recordId, { ...record, claim, change: { ...record.change, at: createdAt, by: undefined } }]
      }),
    )
  }

  it('the platform’s accounts are loaded by the same pipeline', async () => {
    expect(await latestImport(PLATFORM_ORG_ID)).toMatchObject({
      kind: 'accounts',
      status: 'running',
      rowsRead: PEOPLE,
      chunks: PEOPLE / 100,
      accepted: PEOPLE,
      refused: 0,
    })
  })

  it('I3: by the rules 841 are to be claimed delayed and 316 directly, and 43 to be refused', () => {
    expect({ delayed, direct, refused }).toEqual({ delayed: 841, direct: 316, refused: 43 })
  })

  const claimsAsExpected = expected.map((row) => {
    const { result: type, contentLoss, licenses } = row
    return isRefused(row)
      ? { revision: 1 }
      : { revision: 2, claim: { type, status: 'open', licenses, ...(contentLoss && { contentLoss }) } }
  })

  it(`I1, I3: ${FILE} claims and refuses who it should, and accounts for every row`, async () => {
    meter.take()
    const { record, writes, calls } = await importRows(FILE)
    expect(record).toMatchObject({
      status: 'running',
      rowsRead: PEOPLE,
      accepted: delayed + direct,
      refused,
      unchanged: 0,
      chunksDone: PEOPLE / 100,
    })
    // 3 units a delayed claim and 2 a direct one, of every one of these people: no record is over 1 KB.
    // One more in the due index: the import's own lease.
    expect(writes).toMatchObject({ claimsByOrg: delayed + direct, dueWork: delayed + 1 })
    const batches = calls.filter(({ command }) => command === 'BatchExecuteStatement')
    expect(batches.reduce((sum, { units }) => sum + units, 0)).toBe(delayed + direct)
    const claims = await claimsOf(recordIds)
    claimsByFirstFile = new Map([...claims].filter(([recordId]) => putBackRoots.has(recordId)))
    expect([...claims.values()]).toMatchObject(claimsAsExpected)
  })

  it.each(OTHER_FILES)(
    'I1, I3: %s finds each account that the first file claimed, and claims alike',
    async (name) => {
      await putBack()
      const { record } = await importRows(name)
      expect(record).toMatchObject({
        rowsRead: PEOPLE,
        accepted: claimedAnew,
        refused,
        unchanged: delayed + direct - claimedAnew,
        chunksDone: PEOPLE / 100,
      })
      expect(await claimsOf([...putBackRoots])).toEqual(claimsByFirstFile)
    },
  )

  it('C6: with the event twice and every chunk twice, the counts and claims are the same', async () => {
    await putBack()
    await world.ignoreEffects()
    world.queues.imports.deliverTwice = true
    world.queues.rows.deliverTwice = true
    const { record } = await importRows(FILE)
    expect(record).toMatchObject({
      rowsRead: PEOPLE,
      accepted: claimedAnew,
      refused,
      chunksDone: PEOPLE / 100,
    })
    expect(record.unchanged).toBe(delayed + direct - claimedAnew)
    expect(await claimsOf([...putBackRoots])).toEqual(claimsByFirstFile)
    expect((await world.stores.imports.list(noordzee.orgId, 10)).items).toHaveLength(OTHER_FILES.length + 2)
  })

  it('I4: the report has the file’s own columns and each row’s result', async () => {
    const record = await finish()
    expect(record).toMatchObject({ status: 'completed', accepted: claimedAnew, refused })
    const { sent } = world.queues.mails
    const kinds = sent.map((mail) =>
      typeof mail === 'object' && mail !== null && 'kind' in mail ? mail.kind : '',
    )
    expect(kinds.filter((kind) => kind === 'claimed')).toHaveLength(claimedAnew)
    // Of this file and of each before it.
    expect(kinds.filter((kind) => kind === 'import')).toHaveLength(sent.length - claimedAnew)
    expect(new Set(sent.map((mail) => JSON.stringify(mail))).size).toBe(sent.length)

    const file = await readCsv(await sample(FILE))
    const [ownHeader = [], ...own] = await tableOf(await sample(FILE))
    const [header = [], ...rows] = await tableOf(reportOf(record))
    expect(header).toEqual([...ownHeader, 'Content Loss', 'Line', 'Result', 'Code', 'Message'])
    // I10: a claimed row has the claim type that was made of it.
    const typeAt = ownHeader.indexOf('Claim Type')
    const withoutType = (cells: readonly string[]) =>
      cells.slice(0, ownHeader.length).filter((_, n) => n !== typeAt)
    expect(rows.map(withoutType)).toEqual(own.map(withoutType))
    const lineAt = ownHeader.length + 1
    for (const [n, cells] of rows.entries())
      expect(cells[typeAt]).toMatch(
        cells[lineAt + 1] === 'claimed' ? /^(direct|delayed)$/ : (own[n]?.[typeAt] ?? ''),
      )
    expect(rows.map((cells) => cells[lineAt])).toEqual(file.slice(1).map(({ line }) => String(line)))
    expect(
      rows.map((cells) =>
        cells
          .slice(lineAt + 1, -1)
          .join(' ')
          .trim(),
      ),
    ).toEqual(
      expected.map((row, n) =>
        isRefused(row) ? row.result : isPutBack(n) ? 'claimed' : 'unchanged claim_open',
      ),
    )
  })

  it('I4, C6: the report can be imported as it is: who is claimed stays so, and nobody is mailed again', async () => {
    world.queues.mails.sent.length = 0
    meter.take()
    const first = await latestImport(noordzee.orgId)
    const { writes } = await importRows('corrected.csv', reportOf(first))
    expect(writes.claimsByOrg).toBeUndefined()
    const again = await finish()
    expect(again).toMatchObject({ status: 'completed', rowsRead: PEOPLE, accepted: 0, refused })
    expect(again.unchanged).toBe(delayed + direct)
    expect(world.queues.mails.sent).toEqual([expect.objectContaining({ kind: 'import' })])
    const header = async (record: ImportRecord) => (await tableOf(reportOf(record)))[0]
    expect(await header(again)).toEqual(await header(first))
  })
})
