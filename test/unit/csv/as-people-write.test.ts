import { describe, expect, it } from 'vitest'
import { mapAccountHeader } from '../../../shared/csv/account-columns.ts'
import { mapClaimHeader, parseClaimRow } from '../../../shared/csv/claim-columns.ts'
import { ignoredColumnsBeside } from '../../../shared/csv/header.ts'
import { CLAIM_HEADERS, isKnownHeader } from '../../../shared/csv/header-names.ts'
import { readFile, sniffFile, utf16 } from '../../support/csv.ts'

const cellsOf = async (file: Buffer | string) =>
  (await readFile(typeof file === 'string' ? Buffer.from(file) : file)).map(({ cells }) => cells)

/** The rows of a file, as the import takes them. */
async function claimsOf(file: Buffer | string) {
  const [header, ...rows] = await readFile(typeof file === 'string' ? Buffer.from(file) : file)
  const columns = mapClaimHeader(header?.cells ?? [])
  return rows.map(({ cells, fault }) => {
    if (fault !== undefined) return fault
    const parsed = parseClaimRow(cells, columns)
    return parsed.outcome === 'parsed' ? parsed.row : parsed.issues.map(({ code }) => code).join(' ')
  })
}

const codePoints = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index))

/** Every blank and every invisible character that Unicode has, line breaks aside. */
const unseen = [...codePoints(0x80, 0xffff), ...codePoints(0x1bca0, 0x1bca3), ...codePoints(0xe0000, 0xe0fff)]
  .filter((char) => !/[\ud800-\udfff]/u.test(char))
  .filter((char) => /[\p{White_Space}\p{Default_Ignorable_Code_Point}]/u.test(char))

describe('a cell with what copying brings along', () => {
  it('I1: no blank and no invisible character about an address makes a difference, whichever it is', async () => {
    expect(unseen.length).toBeGreaterThan(4000)
    const failing = unseen.filter((char) => {
      const parsed = parseClaimRow([`${char}ada@acme.example${char}`], mapClaimHeader(['Email']))
      return parsed.outcome === 'refused' || JSON.stringify(parsed.row.ref) !== '{"email":"ada@acme.example"}'
    })
    expect(failing.map((char) => char.codePointAt(0)?.toString(16))).toEqual([])
  })

  it('I1: nor one about a header', () => {
    const failing = unseen.filter((char) => mapClaimHeader([`${char}Email${char}`, 'x']).at.address !== 0)
    expect(failing).toEqual([])
  })

  it.each([
    ['zero-width space', '\u200bp4@acme.example'],
    ['mark of direction', 'p4@acme.example\u200e'],
    ['embedding of a direction', '\u202ap4@acme.example\u202c'],
    ['soft hyphen', 'p4\u00ad@acme.example'],
    ['no-break space', '\u00a0p4@acme.example\u00a0'],
  ])('I1: an address pasted with a %s is the address', async (_what, cell) => {
    expect(await claimsOf(`Email\n${cell}\n`)).toEqual([{ ref: { email: 'p4@acme.example' } }])
  })

  it('I1: nor does one about a claim type, while a name keeps its joiners', async () => {
    expect(
      await claimsOf('Email,Claim Type,First Name\na@acme.example,\u200bDirect\u00a0,نمی\u200cخواهم\n'),
    ).toEqual([{ ref: { email: 'a@acme.example' }, type: 'direct', firstName: 'نمی\u200cخواهم' }])
  })
})

describe('a header as people write it', () => {
  it.each([
    'claim_type',
    'Claim Type*',
    '“Claim Type”',
    ' CLAIM  TYPE ',
    '*claim-type*',
    '"Claim Type"',
    'ClaimType',
    '\u200bClaim\u00a0Type\ufeff',
    'Ｃｌａｉｍ Ｔｙｐｅ',
  ])('I1: %s is the claim type', (name) => {
    expect(mapClaimHeader(['Email', name]).at).toEqual({ address: 0, type: 1 })
  })

  it.each([
    ['de', 'E-Mail-Adresse', 'Vorname', 'Nachname', 'Lizenzen'],
    ['fr', 'Adresse électronique', 'PRENOM', 'Nom de famille', 'Licences'],
    ['es', 'Correo electronico', 'Nombre', 'Apellidos', 'Licencias'],
    ['nl', 'E-mailadres', 'Voornaam', 'Achternaam', 'Licenties'],
  ])('I1: headers are understood in %s, with their accents and without', (_language, ...names) => {
    expect(mapClaimHeader(names).at).toEqual({ address: 0, firstName: 1, lastName: 2, licenses: 3 })
  })

  it('I1: no name stands for two columns', () => {
    const all = Object.values(CLAIM_HEADERS).flatMap((names) => [...names])
    for (const [field, names] of Object.entries(CLAIM_HEADERS))
      for (const name of names)
        expect(Object.keys(mapClaimHeader(field === 'address' ? [name] : ['Email', name]).at)).toContain(
          field,
        )
    expect(all.every(isKnownHeader)).toBe(true)
  })

  it('I9: the columns that nothing is read from are named, and those that the service writes are not', () => {
    const header = [
      'Email',
      'Department',
      '',
      'User Status',
      'Line',
      'Result',
      'Code',
      'Message',
      ' Cost centre ',
    ]
    expect(ignoredColumnsBeside(CLAIM_HEADERS)(header)).toEqual(['Department', 'Cost centre'])
  })

  it.each([
    ['Active Directory', ['DN', 'mail', 'givenName'], '“DN”, “mail”, “givenName”'],
    ['Entra’s bulk template', ['version:v1.0'], '“version:v1.0”'],
    [
      'Google’s transfer tool',
      ['User email', '(Re) Send transfer requests'],
      '“User email”, “(Re) Send transfer requests”',
    ],
  ])(
    'I9: the list of %s is refused with the columns that were found and the names that would do',
    (_what, header, found) => {
      const told = `none of the columns found (${found}) is known to hold the addresses. Name the column that does “Email”`
      expect(() => mapClaimHeader(header)).toThrow(told)
      expect(() => mapAccountHeader(['userId', 'orgId', 'x'])).toThrow('Name the column that does “email”')
    },
  )
})

describe('rows as people leave them', () => {
  it('I1: a blank before or behind a quoted cell is nothing, be there a delimiter or a line break in it', async () => {
    expect(await cellsOf('"Email" ,"First Name"\n "p13@acme.example" , "An\nn, B"\t\n')).toEqual([
      ['Email', 'First Name'],
      ['p13@acme.example', 'An\nn, B'],
    ])
    expect(await claimsOf('Email, "Claim Type", "Licenses"\np1@acme.example, "direct", "pro"\n')).toEqual([
      { ref: { email: 'p1@acme.example' }, type: 'direct', licenses: ['pro'] },
    ])
    expect(await cellsOf('a,b\n\u200b"1, ""x"" , 2"\u00a0,3\n')).toEqual([
      ['a', 'b'],
      ['1, "x" , 2', '3'],
    ])
  })

  it('I1: with tabs as the delimiter, blanks are still nothing and tabs still delimit', async () => {
    expect(await cellsOf('Email\tVoornaam\tb\n\t "x" \t\ty\n')).toEqual([
      ['Email', 'Voornaam', 'b'],
      ['', 'x', '', 'y'],
    ])
  })

  it('I3: a stray quotation mark spoils its own row alone', async () => {
    expect(
      await claimsOf(
        'Email,First Name\np14@acme.example,Ann\np15@acme.example,"Ann "Boss" B"\np16@acme.example,Cy\n',
      ),
    ).toEqual([
      { ref: { email: 'p14@acme.example' }, firstName: 'Ann' },
      'invalid_quote',
      { ref: { email: 'p16@acme.example' }, firstName: 'Cy' },
    ])
  })

  it('I3: rows of nothing but separators, blanks and empty quotes are no rows, above the table, in it and below', async () => {
    const file =
      ';;\r\n ; ;\r\nVoornaam;Achternaam;E-mailadres\r\n;;\r\nAnn;B;p9@acme.example\r\n \u200b; ;\r\n"";"";""\r\n;;;;;;;\r\n'
    expect(await cellsOf(file)).toEqual([
      ['Voornaam', 'Achternaam', 'E-mailadres'],
      ['Ann', 'B', 'p9@acme.example'],
    ])
    expect((await readFile(Buffer.from(file))).map(({ line }) => line)).toEqual([3, 5])
  })

  it('I1: empty cells at the end of a row are nothing, however many', async () => {
    const padding = ','.repeat(500)
    expect(await claimsOf(`Email${padding}\np9@acme.example${padding}\n${padding}\n`)).toEqual([
      { ref: { email: 'p9@acme.example' } },
    ])
  })

  it('I1: a final Ctrl-Z is nothing, alone or behind the last cell', async () => {
    for (const end of ['\n\u001a', '\u001a', '\n\u001a\n'])
      expect(await claimsOf(`Email,First Name\na@acme.example,Ann${end}`)).toEqual([
        { ref: { email: 'a@acme.example' }, firstName: 'Ann' },
      ])
  })

  it('I1: in files put together, byte order marks are nothing and further headers are told as such', async () => {
    expect(
      await claimsOf(
        '\ufeffEmail,First Name\na@acme.example,A\n\ufeffEmail,First Name\n\ufeff"b@acme.example",B\n',
      ),
    ).toEqual([
      { ref: { email: 'a@acme.example' }, firstName: 'A' },
      'header_row',
      { ref: { email: 'b@acme.example' }, firstName: 'B' },
    ])
  })

  it.each([
    ['', 'missing_address'],
    ['NULL', 'missing_address'],
    ['n/a', 'missing_address'],
    ['E-Mail', 'header_row'],
    ['User ID/Email (Required)', 'header_row'],
    ['a@acme.example; b@acme.example', 'several_addresses'],
    ['a@acme.example b@acme.example', 'several_addresses'],
    ['Ann <a@acme.example>', 'invalid_address'],
    ['Ann Boss', 'invalid_address'],
  ])('I3: %j in the address column is refused for what it is', async (cell, code) => {
    const quoted = `"${cell}"`
    expect(await claimsOf(`Email,First Name\n${quoted},Ann\n`)).toEqual([code])
  })
})

describe('the encoding', () => {
  const latin = (text: string): Buffer => Buffer.from(text, 'latin1')

  it('I1: what can’t be UTF-8 is Windows-1252, as Excel’s plain CSV is', async () => {
    const file = latin(
      'E-mailadres;Voornaam\r\na@acme.example;Zo\xeb\r\nb@acme.example;\x80uro \x93quoted\x94\r\n',
    )
    expect(sniffFile(file)).toMatchObject({ encoding: 'windows-1252', delimiter: ';', bomBytes: 0 })
    expect(await cellsOf(file)).toEqual([
      ['E-mailadres', 'Voornaam'],
      ['a@acme.example', 'Zoë'],
      ['b@acme.example', '€uro “quoted”'],
    ])
    const records = await readFile(file)
    expect(records.map(({ startByte }) => file.toString('latin1', startByte, startByte + 2))).toEqual([
      'E-',
      'a@',
      'b@',
    ])
    expect(records.at(-1)?.endByte).toBe(file.length)
  })

  it('I1: an umlaut in the header, which may be of another alphabet than the rows, does no harm', async () => {
    expect(await cellsOf(latin('Correo electr\xf3nico\r\na@acme.example\r\n'))).toEqual([
      ['Correo electrónico'],
      ['a@acme.example'],
    ])
  })

  it('I2: UTF-8 that was damaged is not taken for Windows-1252, which would garble its names', () => {
    for (const file of [latin('a;b\nZo\xc3\xab;Zo\xeb\n'), Buffer.from('613b620a63eda0800a', 'hex')])
      expect(sniffFile(file).encoding).toBe('utf-8')
  })

  it('I1: UTF-16 with a byte order mark is read as before', async () => {
    expect(await cellsOf(utf16('Email\tVoornaam\na@acme.example\tZoë\n', 'le'))).toHaveLength(2)
  })
})
