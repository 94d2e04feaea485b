import { describe, expect, it } from 'vitest'
import { type ClaimRow, mapClaimHeader, parseClaimRow } from '../../../shared/csv/claim-columns.ts'

const EXPORT = [
  'First Name',
  'Last Name',
  'Display Name',
  'User ID/Email (Required)',
  'User Status',
  'Source Organization',
  'Claim Type',
  'Content Loss',
  'Licenses',
]

const fields = (cells: string[]) => mapClaimHeader(cells).at

/** The row of a file that has these cells under these headers. */
const parse = (row: Record<string, string>) =>
  parseClaimRow(Object.values(row), mapClaimHeader(Object.keys(row)))

function accepted(row: Record<string, string>): ClaimRow {
  const parsed = parse(row)
  if (parsed.outcome === 'refused') throw new Error(JSON.stringify(parsed.issues))
  return parsed.row
}

function refused(row: Record<string, string>): [code: string, column: number][] {
  const parsed = parse(row)
  return parsed.outcome === 'parsed' ? [] : parsed.issues.map(({ code, column }) => [code, column])
}

describe('mapClaimHeader', () => {
  it("I1: finds the export's columns", () => {
    expect(mapClaimHeader(EXPORT)).toEqual({
      width: 9,
      at: { firstName: 0, lastName: 1, displayName: 2, address: 3, type: 6, contentLoss: 7, licenses: 8 },
    })
  })

  it('I1: finds columns in any order and ignores unknown ones', () => {
    expect(fields(['Afdeling', 'Licenses', '', 'Email', 'First Name'])).toEqual({
      licenses: 1,
      address: 3,
      firstName: 4,
    })
  })

  it('I1: understands Dutch headers', () => {
    expect(
      fields(['Voornaam', 'Achternaam', 'Weergavenaam', 'E-mailadres', 'Status', 'Type claim', 'Licenties']),
    ).toEqual({
      firstName: 0,
      lastName: 1,
      displayName: 2,
      address: 3,
      type: 5,
      licenses: 6,
    })
  })

  it.each([
    'User ID/Email (Required)',
    'Email',
    'E-mail',
    'E-mailadres',
    'EMAIL',
    ' e-mail ',
    '\ufeffEmail',
    '\u00a0Email\u00a0',
    'USER  ID/EMAIL\u00a0(required)',
  ])('I1: knows %j as the address', (name) => {
    expect(fields(['x', name])).toEqual({ address: 1 })
  })

  it('I2: refuses a file without a column of addresses', () => {
    expect(() => mapClaimHeader(['Voornaam', 'Achternaam'], 3)).toThrow(
      expect.objectContaining({
        code: 'no_address_column',
        line: 3,
        column: 1,
        message:
          'Line 3, column 1: none of the columns found (“Voornaam”, “Achternaam”) is known to hold the addresses. Name the column that does “Email” (“User ID/Email (Required)”, “User ID”, “Email address” would do as well), and upload the file again.',
      }),
    )
  })

  it('I2: refuses a file with two columns for one thing', () => {
    expect(() => mapClaimHeader(['Email', 'Naam', 'E-mailadres'], 2)).toThrow(
      expect.objectContaining({ code: 'duplicate_column', line: 2, column: 3 }),
    )
  })

  it('is plain data that can be stored', () => {
    const columns = mapClaimHeader(EXPORT)
    expect(JSON.parse(JSON.stringify(columns))).toEqual(columns)
  })
})

describe('parseClaimRow', () => {
  it('I1: needs nothing but the address', () => {
    expect(accepted({ Email: ' Ada@noordzee.example\u00a0' })).toEqual({
      ref: { email: 'Ada@noordzee.example' },
    })
    const columns = mapClaimHeader(EXPORT)
    expect(parseClaimRow(['', '', '', 'acc00001'], columns)).toEqual({
      outcome: 'parsed',
      row: { ref: { userId: 'acc00001' } },
    })
  })

  it('C1: takes what holds an @ for an address and all else for a user id, a claimed account’s own too', () => {
    expect(accepted({ Email: 'acc00001' }).ref).toEqual({ userId: 'acc00001' })
    expect(accepted({ Email: 'acc00001~01JD0000000000000000000000' }).ref).toEqual({
      userId: 'acc00001~01JD0000000000000000000000',
    })
  })

  it('C5: reads licenses, and takes an empty column for the template', () => {
    expect(accepted({ Email: 'a', Licenses: ' messaging | meetings||messaging' }).licenses).toEqual([
      'messaging',
      'meetings',
    ])
    expect(accepted({ Email: 'a', Licenses: ' | ' })).not.toHaveProperty('licenses')
    expect(accepted({ Email: 'a', Licenses: '' })).not.toHaveProperty('licenses')
  })

  it('T2: reads the claim type in any case and in Dutch, and takes an empty one for the default', () => {
    expect(accepted({ Email: 'a', 'Claim Type': 'Direct ' }).type).toBe('direct')
    expect(accepted({ Email: 'a', 'Claim Type': 'DELAYED' }).type).toBe('delayed')
    expect(accepted({ Email: 'a', 'Type claim': 'Uitgesteld' }).type).toBe('delayed')
    expect(accepted({ Email: 'a', 'Claim Type': ' ' })).not.toHaveProperty('type')
  })

  it('T5: of Content Loss it reads that no content could migrate when the file was exported, and nothing else', () => {
    expect(accepted({ Email: 'a', 'Content Loss': ' Migration_off ' }).migrationWasOff).toBe(true)
    for (const cell of ['', 'enterprise_source', 'anything', 'chosen_direct'])
      expect(accepted({ Email: 'a', 'Content Loss': cell })).not.toHaveProperty('migrationWasOff')
  })

  it('I1: keeps names as they are, of several lines too, whichever line breaks the tool writes', () => {
    expect(accepted({ Email: 'a', 'Display Name': '  Zoë "Z."\r\n\tvan \'t Hof\n' }).displayName).toBe(
      'Zoë "Z."\n\tvan \'t Hof',
    )
    expect(accepted({ Email: 'a', 'Last Name': ' ' })).not.toHaveProperty('lastName')
  })

  it("I7: reads a neutralised cell as what it was, and leaves 't Hooft alone", () => {
    const row = accepted({
      Email: "'+ada@noordzee.example",
      'First Name': "'=1+1",
      'Last Name': "'t Hooft",
      'Display Name': "''-x",
    })
    expect(row).toEqual({
      ref: { email: '+ada@noordzee.example' },
      firstName: '=1+1',
      lastName: "'t Hooft",
      displayName: "'-x",
    })
  })

  it('I3: refuses a row with its codes and columns', () => {
    expect(refused({ 'First Name': 'Ada', Email: ' ' })).toEqual([['missing_address', 2]])
    expect(refused({ Email: 'ada@noordzee' })).toEqual([['invalid_address', 1]])
    expect(refused({ Email: 'Ada Lovelace' })).toEqual([['invalid_address', 1]])
    expect(refused({ Email: 'ada@noordzee.example.convert-user.local' })).toEqual([['invalid_address', 1]])
    expect(refused({ Email: 'a', 'Claim Type': 'later' })).toEqual([['invalid_claim_type', 2]])
    expect(refused({ Email: 'a', 'First Name': 'x'.repeat(257) })).toEqual([['invalid_first_name', 2]])
    expect(refused({ Email: 'a', 'Last Name': 'x\u0007' })).toEqual([['invalid_last_name', 2]])
    expect(refused({ Email: 'a', 'Display Name': 'x\u009b' })).toEqual([['invalid_display_name', 2]])
    expect(refused({ Email: 'a', Licenses: 'x'.repeat(65) })).toEqual([['invalid_licenses', 2]])
    expect(refused({ Email: 'a', Licenses: 'a\nb' })).toEqual([['invalid_licenses', 2]])
    expect(refused({ Email: 'a', Licenses: Array.from({ length: 21 }, (_, n) => n).join('|') })).toEqual([
      ['invalid_licenses', 2],
    ])
  })

  it('I3: says everything that is wrong with a row at once', () => {
    expect(refused({ Licenses: 'a\0', 'Claim Type': '?', Email: '', 'First Name': '\0' })).toEqual([
      ['missing_address', 3],
      ['invalid_first_name', 4],
      ['invalid_claim_type', 2],
      ['invalid_licenses', 1],
    ])
  })

  it('I3: refuses a row that has more cells than the header, unless they are empty', () => {
    const columns = mapClaimHeader(['Display Name', 'Email'])
    expect(parseClaimRow(['Jan', 'jan@noordzee.example', '', ' '], columns)).toMatchObject({
      outcome: 'parsed',
    })
    expect(parseClaimRow(['Jansen', 'jan@noordzee.example', 'piet@noordzee.example'], columns)).toMatchObject(
      {
        outcome: 'refused',
        issues: [{ code: 'too_many_cells', column: 3 }],
      },
    )
  })

  it('A: repeats no cell in a message', () => {
    const parsed = parse({ Email: 'ada lovelace@noordzee.example', 'Claim Type': 'secret' })
    expect(JSON.stringify(parsed)).not.toMatch(/ada|secret/)
  })
})
