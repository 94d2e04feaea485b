import { describe, expect } from 'vitest'
import {
  type ImportRow,
  listImportRows,
  type RowPosition,
  type RowsQuery,
} from '../../../../shared/usecases/imports/list-import-rows.ts'
import type { ImportRecord } from '../../../../shared/storage/items/import-item.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { type Importing, startImporting } from '../../../support/importing.ts'
import { it } from '../../../support/fixtures.ts'

describe("an import's rows (I3)", () => {
  let db: TestTable
  let world: Importing

  it.beforeAll(async ({ table }) => {
    db = table
    world = await startImporting(db)
  })

  const page = (record: ImportRecord, patch: Partial<RowsQuery> = {}) => {
    const { imports, accounts, claims } = world.stores
    const query = {
      record,
      language: 'nl',
      result: undefined,
      limit: 50,
      from: { chunk: 0, row: 0 },
    } as const
    return listImportRows({ imports, accounts, claims, read: world.bucket.read }, { ...query, ...patch })
  }
  async function all(record: ImportRecord, patch: Partial<RowsQuery> = {}): Promise<ImportRow[]> {
    const rows: ImportRow[] = []
    let from: RowPosition | undefined = { chunk: 0, row: 0 }
    while (from !== undefined) {
      const listed = await page(record, { ...patch, from })
      if (listed.outcome === 'gone') throw new Error('gone')
      rows.push(...listed.items)
      from = listed.next
    }
    return rows
  }

  it('I3: each row with its line, address or id, result, codes and message, and its claim', async () => {
    const [ada = '', bea = ''] = await world.newPeople(2)
    const cells = [ada, 'NULL', 'no-such-id', bea, ada, '"two@noordzee.example\n"', '""']
    const record = await world.imported(
      'rows.csv',
      `Email,Department\n${cells.map((cell) => `${cell},x\n`).join('')}`,
    )
    const claimId = (await world.claimOf(ada))?.claimId
    const rows = await all(record)
    expect(rows).toMatchObject([
      { line: 2, email: ada, result: 'claimed', codes: [], message: '', claimId },
      {
        line: 3,
        userId: 'NULL',
        result: 'refused',
        codes: ['missing_address'],
        message: expect.stringContaining('NULL'),
      },
      {
        line: 4,
        userId: 'no-such-id',
        codes: ['domain_not_verified'],
        message: expect.stringMatching(/^Dit is geen/),
      },
      { line: 5, email: bea, result: 'claimed', claimId: (await world.claimOf(bea))?.claimId },
      { line: 6, email: ada, result: 'unchanged', codes: ['claim_open'], claimId },
      { line: 7, email: 'two@noordzee.example', result: 'refused', codes: ['unknown_user'] },
      { line: 9, result: 'refused', codes: ['missing_address'] },
    ])
    expect(rows[1]).not.toHaveProperty('claimId')
    const linesOf = async (patch: Partial<RowsQuery>) => (await all(record, patch)).map(({ line }) => line)
    expect(await linesOf({ result: 'claimed' })).toEqual([2, 5])
    expect(await linesOf({ code: 'missing_address' })).toEqual([3, 9])
    expect(await linesOf({ result: 'refused', code: 'unknown_user' })).toEqual([7])
    expect(await linesOf({ result: 'claimed', code: 'claim_open' })).toEqual([])
    // What stands beside the result of a claimed row is its type, and no code.
    expect(await linesOf({ code: 'delayed' })).toEqual([])
  })

  it('pages through many chunks, filtered or not, without losing or repeating a row', async () => {
    const known = await world.newPeople(3)
    const emails = Array.from({ length: 1_250 }, (_, n) => `stranger${n}@noordzee.example`)
    emails.splice(99, 0, known[0] ?? '')
    emails.splice(700, 0, known[1] ?? '')
    emails.push(known[2] ?? '')
    const record = await world.imported('many.csv', world.fileOf(emails))
    expect((await all(record, { limit: 100 })).map(({ email }) => email)).toEqual(emails)
    expect((await all(record, { limit: 2, result: 'claimed' })).map(({ email }) => email)).toEqual(known)
    expect(await all(record, { limit: 100, code: 'unknown_user' })).toHaveLength(1_250)
    const first = await page(record, { limit: 100, result: 'refused' })
    expect(first).toMatchObject({ outcome: 'listed', next: { chunk: 1, row: 1 } })
  })

  it('lists nothing of a file that is not read yet, and says where it is gone', async () => {
    const asked = await world.asked()
    expect(await all(await asked.get())).toEqual([])
    const record = await world.imported('gone.csv', world.fileOf(await world.newPeople(1)))
    world.bucket.delete(record.objectKey)
    expect(await page(record)).toEqual({ outcome: 'gone' })
  })
})
