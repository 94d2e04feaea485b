import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { mapAccountHeader, parseAccountRow } from '../../../shared/csv/account-columns.ts'
import { chunkRecords } from '../../../shared/csv/chunks.ts'
import { type ClaimRow, mapClaimHeader, parseClaimRow } from '../../../shared/csv/claim-columns.ts'
import { readRecords } from '../../../shared/csv/reader.ts'
import { collect, headerStart, inChunks, readFile, readPart, sniffFile } from '../../support/csv.ts'

const event = (name: string): Buffer => readFileSync(new URL(`../../../events/${name}.csv`, import.meta.url))

async function claimRows(file: Buffer): Promise<ClaimRow[]> {
  const [header, ...records] = await readFile(file)
  const columns = mapClaimHeader(header?.cells ?? [], header?.line)
  return records.map(({ cells }) => {
    const parsed = parseClaimRow(cells, columns)
    if (parsed.outcome === 'refused') throw new Error(JSON.stringify(parsed.issues))
    return parsed.row
  })
}

const NAMES = ['people-comma', 'people-semicolon', 'people-utf16-tab', 'people-quoted', 'people-excel-nl']

describe("the samples of people's tools", () => {
  it.each(NAMES)('I1: %s.csv gives the same 1,200 rows as the others', async (name) => {
    const rows = await claimRows(event(name))
    expect(rows).toHaveLength(1200)
    expect(rows).toEqual(await claimRows(event('people-comma')))
    expect(rows[0]).toEqual({
      ref: { email: 'umit.garcia.marquez0@noordzee.example' },
      firstName: 'Ümit',
      lastName: 'García Márquez',
      displayName: 'Ümit "Ü."\nGarcía Márquez',
      type: 'delayed',
      licenses: ['messaging', 'meetings'],
    })
    expect(rows[1]).toEqual({
      ref: { email: 'zoe.van.den.berg1@noordzee.example' },
      firstName: 'Zoë',
      lastName: 'van den Berg',
      displayName: 'Zoë van den Berg',
    })
  })

  it('I1: says where each row begins as an editor would, though cells hold line breaks of one or two bytes', async () => {
    for (const name of NAMES) {
      const file = event(name)
      const { encoding, bomBytes } = sniffFile(file)
      const text = file.subarray(bomBytes).toString(encoding === 'utf-8' ? 'utf8' : 'utf16le')
      const lines = text.split(/\r\n|\n/)
      for (const { cells, line } of await readFile(file)) {
        expect(lines[line - 1]?.replaceAll('"', ''), `${name}:${line}`).toMatch(
          new RegExp(`^${cells[0]}[,;\t]`),
        )
      }
    }
  })

  it.each(NAMES)('I6: %s.csv cut into ranges, each read alone, gives the same rows', async (name) => {
    const file = event(name)
    const dialect = sniffFile(file)
    const [header, ...rows] = await readFile(file)
    const from = { byte: header?.endByte ?? 0, line: (header?.line ?? 0) + 1 }
    const rest = readRecords(inChunks(file.subarray(from.byte)), dialect, from)
    const ranges = await collect(chunkRecords(rest, { maxRows: 100, maxBytes: 8 * 1024 }))
    expect(ranges.length).toBeGreaterThan(11)
    expect(ranges.reduce((sum, range) => sum + range.rows, 0)).toBe(1200)

    const parts = []
    for (const { startByte, endByte, firstLine } of ranges) {
      parts.push(...(await readPart(file, dialect, { byte: startByte, line: firstLine }, endByte, 777)))
    }
    expect(parts).toEqual(rows)
    expect(headerStart(dialect).byte).toBe(header?.startByte)
  })

  it('E: accounts.csv gives the same people’s accounts', async () => {
    const [header, ...records] = await readFile(event('accounts'))
    const columns = mapAccountHeader(header?.cells ?? [])
    const accounts = records.map(({ cells }) => parseAccountRow(cells, columns))
    expect(accounts.every(({ outcome }) => outcome === 'parsed')).toBe(true)
    expect(accounts).toHaveLength(1200)
    expect(accounts[4]).toEqual({
      outcome: 'parsed',
      row: {
        userId: 'acc00004',
        email: 'dirk.user4@noordzee.example',
        firstName: 'Dirk',
        lastName: 'Παπαδόπουλος',
        orgId: 'harbour-gmbh',
        status: 'not_verified',
        paid: false,
        locale: 'es',
      },
    })
    const people = await claimRows(event('people-comma'))
    const emails = accounts.map((account) =>
      account.outcome === 'parsed' ? { email: account.row.email } : undefined,
    )
    expect(emails).toEqual(people.map(({ ref }) => ref))
  })
})
