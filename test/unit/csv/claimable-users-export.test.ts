import { describe, expect, it } from 'vitest'
import { mapClaimHeader, parseClaimRow } from '../../../shared/csv/claim-columns.ts'
import { EXPORT_HEADER, type ExportedUser, exportLines } from '../../../shared/csv/claimable-users-export.ts'
import { cellsOf, readFile } from '../../support/csv.ts'

const ada: ExportedUser = {
  firstName: 'Ada',
  lastName: 'de Vries',
  displayName: 'Ada (Sales)',
  email: 'Ada@noordzee.example',
  status: 'not_verified',
  sourceOrgName: 'Personal',
  type: 'delayed',
  licenses: ['pro', 'mail'],
}

const fileOf = (...users: readonly ExportedUser[]): string => EXPORT_HEADER + exportLines(users)

/** The file's own cells, as a spreadsheet has them, and what an import makes of them. */
async function written(user: ExportedUser) {
  const [header = [], cells = []] = cellsOf(await readFile(Buffer.from(fileOf(user))))
  const parsed = parseClaimRow(cells, mapClaimHeader(header))
  if (parsed.outcome === 'refused') throw new Error(JSON.stringify(parsed.issues))
  return { cells, row: parsed.row }
}

describe('the list of claimable users as a CSV', () => {
  it('C1: has the columns of the contract in their order, a byte order mark, and CRLF', () => {
    expect(fileOf(ada, { ...ada, type: 'direct', contentLoss: 'enterprise_source', licenses: [] })).toBe(
      '\ufeffFirst Name,Last Name,Display Name,User ID/Email (Required),User Status,Source Organization,Claim Type,Content Loss,Licenses\r\n' +
        'Ada,de Vries,Ada (Sales),Ada@noordzee.example,not_verified,Personal,delayed,,pro|mail\r\n' +
        'Ada,de Vries,Ada (Sales),Ada@noordzee.example,not_verified,Personal,direct,enterprise_source,\r\n',
    )
  })

  it('I7: neutralises what a spreadsheet would run, and reads it back as what it was', async () => {
    const user = {
      ...ada,
      firstName: '=1+1',
      lastName: '@SUM(A1)',
      displayName: '-x',
      email: '+ada@noordzee.example',
      sourceOrgName: '=HYPERLINK("http://x.example")',
      licenses: ['=pro', 'mail'],
    }
    const { cells, row } = await written(user)
    for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@]/)
    expect(row).toEqual({
      ref: { email: '+ada@noordzee.example' },
      firstName: '=1+1',
      lastName: '@SUM(A1)',
      displayName: '-x',
      type: 'delayed',
      licenses: ['=pro', 'mail'],
    })
  })

  it('I8: leaves empty a name that an import would refuse, so that the account keeps its own', async () => {
    const { cells, row } = await written({ ...ada, lastName: 'x\u0007' })
    expect(cells.slice(0, 3)).toEqual(['Ada', '', 'Ada (Sales)'])
    expect(row).toMatchObject({ firstName: 'Ada', displayName: 'Ada (Sales)' })
    for (const displayName of ['x'.repeat(257), 'a\0b', 'half \ud83d'])
      expect((await written({ ...ada, displayName })).row).toEqual({
        ref: { email: ada.email },
        type: 'delayed',
        licenses: ['pro', 'mail'],
      })
  })

  it('I8, C5: leaves the licences to the template where a cell could not say them', async () => {
    for (const licenses of [['a|b'], ['a', 'a'], [' a'], ['a\nb'], ['x'.repeat(65)]])
      expect((await written({ ...ada, licenses })).row, JSON.stringify(licenses)).not.toHaveProperty(
        'licenses',
      )
  })

  it('I8: no name of an org spoils the file', async () => {
    const { cells } = await written({ ...ada, sourceOrgName: 'a\0b\r\nc"d,e' })
    expect(cells[5]).toBe('a b c"d,e')
  })

  it('T5: tells the row whose type is owed to the setting from one whose type is not', async () => {
    const direct = { ...ada, type: 'direct' as const }
    expect((await written({ ...direct, contentLoss: 'migration_off' })).row.migrationWasOff).toBe(true)
    expect((await written({ ...direct, contentLoss: 'other_region' })).row).not.toHaveProperty(
      'migrationWasOff',
    )
  })
})
