import { describe, expect, it } from 'vitest'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { ImportRecord, RowOutcome } from '../../../../shared/storage/items/import-item.ts'
import type { FoundClaim } from '../../../../shared/storage/stores/claims.ts'
import {
  listImportRows,
  type RowPosition,
  type RowsPorts,
  type RowsQuery,
} from '../../../../shared/usecases/imports/list-import-rows.ts'
import { claimed, importRecord, record, ULID } from '../../../support/builders.ts'
import { fakeBucket } from '../../../support/fakes.ts'
import { accountsAmong } from '../../../support/found-accounts.ts'

const CLAIMED: RowOutcome = { result: 'claimed', codes: [] }
const UNCHANGED: RowOutcome = { result: 'unchanged', codes: ['claim_open'] }
const refused = (...codes: string[]): RowOutcome => ({ result: 'refused', codes })

/** A row of the file, and what became of it; `undefined`: it isn't handled yet. */
type Row = readonly [cells: string, outcome: RowOutcome | undefined]

interface Given {
  readonly accounts?: readonly AccountRecord[]
  readonly claims?: readonly FoundClaim[]
  readonly patch?: Partial<ImportRecord>
  /** Chunks whose outcomes are read at once. */
  readonly atOnce?: number
}

/** An import of a file, chunk by chunk of its rows. */
function world(
  file: readonly (readonly Row[])[],
  { accounts = [], claims = [], patch, atOnce = 100 }: Given = {},
) {
  const bucket = fakeBucket()
  let text = 'Email,Name\n'
  let line = 2
  const ranges = file.map((rows) => {
    const startByte = Buffer.byteLength(text)
    const firstLine = line
    for (const [cells] of rows) text += `${cells}\n`
    line += rows.length
    return { startByte, endByte: Buffer.byteLength(text), firstLine, rows: rows.length }
  })
  const { key: objectKey, etag } = bucket.put('imports/noordzee/people.csv', text)
  const imported = importRecord({ objectKey, etag, header: ['Email', 'Name'], chunks: file.length, ...patch })
  const done = file.flatMap((rows, chunk) => {
    const outcomes = rows.flatMap(([, outcome]) => outcome ?? [])
    return outcomes.length === 0 ? [] : [{ chunk, outcomes }]
  })
  const asked: string[] = []
  const { byAddresses, byUserIds } = accountsAmong(accounts)
  const ports: RowsPorts = {
    imports: {
      chunkOutcomes: async (_record, from) => {
        const chunks = done.filter(({ chunk }) => chunk >= from).slice(0, atOnce)
        const last = chunks.at(-1)
        const isMore = done.some(({ chunk }) => chunk > (last?.chunk ?? Number.POSITIVE_INFINITY))
        return { chunks, next: last !== undefined && isMore ? last.chunk + 1 : undefined }
      },
      range: async (_importId, n) => ({ firstChunk: n * 100, chunks: ranges.slice(n * 100, (n + 1) * 100) }),
    },
    read: bucket.read,
    accounts: {
      byAddresses: async (addresses) => {
        asked.push(`addresses ${addresses.join(' ')}`.trim())
        return byAddresses(addresses)
      },
      byUserIds: async (ids) => {
        asked.push(`ids ${ids.join(' ')}`.trim())
        return byUserIds(ids)
      },
    },
    claims: { byId: async (claimId) => claims.find(({ claim }) => claim.claimId === claimId) },
  }
  const page = (query: Partial<RowsQuery> = {}) =>
    listImportRows(ports, {
      record: imported,
      language: 'en',
      result: undefined,
      limit: 50,
      from: { chunk: 0, row: 0 },
      ...query,
    })
  const rows = async (query: Partial<RowsQuery> = {}) => {
    const listed = await page(query)
    if (listed.outcome === 'gone') throw new Error('gone')
    return listed.items
  }
  /** The lines of each page, to the end of the list. */
  async function pages(query: Partial<RowsQuery>): Promise<number[][]> {
    const lines: number[][] = []
    for (let from: RowPosition | undefined = { chunk: 0, row: 0 }; from !== undefined; ) {
      const listed = await page({ ...query, from })
      if (listed.outcome === 'gone') throw new Error('gone')
      lines.push(listed.items.map((item) => item.line))
      from = listed.next
    }
    return lines
  }
  return { ports, bucket, asked, page, rows, pages, imported }
}

const person = (n: number): Row => [`p${n}@noordzee.example,`, refused('unknown_user')]

describe('the rows of an import', () => {
  it('I3: are listed with line, address or id, result, codes and reason', async () => {
    const { rows, asked } = world([
      [
        ['ada@noordzee.example,Ada', refused('unknown_user')],
        ['acc00042,', refused('domain_not_verified')],
        [' spaced@noordzee.example ,', refused('claim_open', 'own_user')],
      ],
      [['"",x', refused('missing_address')]],
    ])
    expect(await rows()).toEqual([
      {
        line: 2,
        email: 'ada@noordzee.example',
        result: 'refused',
        codes: ['unknown_user'],
        message: expect.stringMatching(/./),
      },
      {
        line: 3,
        userId: 'acc00042',
        result: 'refused',
        codes: ['domain_not_verified'],
        message: expect.stringContaining('This is no email address, and no ID'),
      },
      {
        line: 4,
        email: 'spaced@noordzee.example',
        result: 'refused',
        codes: ['claim_open', 'own_user'],
        message: expect.stringMatching(/./),
      },
      { line: 5, result: 'refused', codes: ['missing_address'], message: expect.stringMatching(/./) },
    ])
    expect(asked).toEqual(['addresses', 'ids', 'addresses', 'ids'])
  })

  it('I3: are those with a result and a code, where so asked', async () => {
    const { rows } = world([
      [
        ['p1@noordzee.example,', CLAIMED],
        ['p2@noordzee.example,', refused('own_user', 'claim_open')],
        ['p3@noordzee.example,', UNCHANGED],
      ],
    ])
    const lines = async (query: Partial<RowsQuery>) => (await rows(query)).map(({ line }) => line)
    expect(await lines({ result: 'refused' })).toEqual([3])
    expect(await lines({ code: 'claim_open' })).toEqual([3, 4])
    expect(await lines({ result: 'unchanged', code: 'claim_open' })).toEqual([4])
    expect(await lines({ result: 'claimed', code: 'claim_open' })).toEqual([])
  })

  it('are as many a page as asked for, each once, whatever chunk they are in', async () => {
    const { pages } = world(
      [
        [person(1), ['p2@noordzee.example,', CLAIMED], person(3)],
        [person(4)],
        [['p5@noordzee.example,', CLAIMED], person(6)],
      ],
      { atOnce: 2 },
    )
    expect(await pages({ limit: 2 })).toEqual([[2, 3], [4, 5], [6, 7], []])
    expect(await pages({ limit: 4 })).toEqual([
      [2, 3, 4, 5],
      [6, 7],
    ])
    expect(await pages({ limit: 5 })).toEqual([[2, 3, 4, 5, 6], [7]])
    expect(await pages({ limit: 1, result: 'claimed' })).toEqual([[3], [6], []])
    expect(await pages({ limit: 50 })).toEqual([[2, 3, 4, 5, 6, 7]])
  })

  it('I3: that aren’t handled yet are left out, and so is all of a file that isn’t read or isn’t claims', async () => {
    const { pages } = world([[person(1)], [['p2@noordzee.example,', undefined]], [person(3)]])
    expect(await pages({})).toEqual([[2, 4]])
    const { header: _none, ...unread } = importRecord()
    const nothing = { outcome: 'listed', items: [], next: undefined }
    const { page } = world([[person(1)]])
    expect(await page({ record: unread })).toEqual(nothing)
    expect(await page({ record: importRecord({ kind: 'accounts' }) })).toEqual(nothing)
  })

  it('are looked for in two hundred chunks a page, and go on behind them', async () => {
    const many = Array.from({ length: 250 }, (_, n) => [person(n)])
    const { page } = world(many)
    const listed = await page({ result: 'claimed' })
    expect(listed).toEqual({ outcome: 'listed', items: [], next: { chunk: 200, row: 0 } })
    expect(await page({ result: 'claimed', from: { chunk: 200, row: 0 } })).toMatchObject({ next: undefined })
    expect(await page({ limit: 1, from: { chunk: 249, row: 0 } })).toMatchObject({ items: [{ line: 251 }] })
  })

  it('are gone with the file, and only where some would be shown', async () => {
    const { page, bucket, imported } = world([[person(1)]])
    bucket.put(imported.objectKey, 'another file')
    expect(await page()).toEqual({ outcome: 'gone' })
    expect(await page({ result: 'claimed' })).toEqual({ outcome: 'listed', items: [], next: undefined })
  })

  it('are an error where the file can’t be read, or doesn’t have what was handled', async () => {
    const { ports, imported } = world([[person(1)]])
    const query = {
      record: imported,
      language: 'en',
      result: undefined,
      limit: 1,
      from: { chunk: 0, row: 0 },
    } as const
    const broken = new Error('the connection broke')
    const read = async () => {
      throw broken
    }
    await expect(listImportRows({ ...ports, read }, query)).rejects.toBe(broken)
    const imports = { ...ports.imports, range: async () => ({ firstChunk: 0, chunks: [] }) }
    await expect(listImportRows({ ...ports, imports }, query)).rejects.toThrow(
      `import ${ULID} has no range for chunk 0`,
    )
    const more = async () => ({
      chunks: [{ chunk: 0, outcomes: [refused('x'), refused('x')] }],
      next: undefined,
    })
    const longer = { ...ports, imports: { ...ports.imports, chunkOutcomes: more } }
    await expect(listImportRows(longer, { ...query, limit: 2 })).rejects.toThrow(
      `import ${ULID} has outcomes without a row`,
    )
  })
})

describe('the claim that a row made or found', () => {
  const email = 'p1@noordzee.example'
  const own = claimed({}, { userId: 'acc1', email })
  const rowsOf = (row: Row, given: Given) => world([[row]], given).rows()

  it('I3: is the open one of the org, found by the address in whichever case, or by the id', async () => {
    const given = { accounts: [own] }
    const { claimId } = own.claim
    expect(await rowsOf([email.toUpperCase(), CLAIMED], given)).toMatchObject([{ claimId }])
    expect(await rowsOf(['acc1', UNCHANGED], given)).toMatchObject([{ claimId }])
    const { rows, asked } = world(
      [
        [
          [email, CLAIMED],
          [email.toUpperCase(), UNCHANGED],
          ['acc1', UNCHANGED],
          ['acc1', UNCHANGED],
          [email, refused('claim_open')],
        ],
      ],
      given,
    )
    expect((await rows()).map((row) => row.claimId)).toEqual([...Array(4).fill(claimId), undefined])
    expect(asked).toEqual([`addresses ${email}`, 'ids acc1'])
  })

  it('I3: is none of a row that was refused, or whose account is gone or claimed by another org', async () => {
    for (const [row, given] of [
      [[email, refused('claim_open')], { accounts: [own] }],
      [[email, CLAIMED], {}],
      [['acc1', CLAIMED], {}],
      [['two words', CLAIMED], { accounts: [own] }],
      [[email, CLAIMED], { accounts: [record({ userId: 'acc1', email })] }],
      [[email, CLAIMED], { accounts: [claimed({ claimingOrgId: 'another' }, { userId: 'acc1', email })] }],
    ] as const)
      expect((await rowsOf(row, given))[0]).not.toHaveProperty('claimId')
  })

  it('C10: is the one that made the present account, where this row made it', async () => {
    const made = claimed({ origin: `i:${ULID}:2` }, { userId: 'acc1', email })
    const now = record({ userId: made.claim.newUserId, email })
    const given = (claim: FoundClaim) => ({ accounts: [now], claims: [claim] })
    expect(await rowsOf([email, CLAIMED], given({ claim: made.claim }))).toMatchObject([
      { claimId: made.claim.claimId },
    ])
    const otherRow = { ...made.claim, origin: `i:${ULID}:3` }
    const otherOrg = { ...made.claim, claimingOrgId: 'another' }
    for (const claim of [otherRow, otherOrg])
      expect((await rowsOf([email, CLAIMED], given({ claim })))[0]).not.toHaveProperty('claimId')
    expect((await rowsOf([email, CLAIMED], { accounts: [now] }))[0]).not.toHaveProperty('claimId')
  })
})
