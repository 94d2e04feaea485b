import { describe, expect, it } from 'vitest'
import { sniff } from '../../../shared/csv/dialect.ts'
import { CsvError } from '../../../shared/csv/errors.ts'
import { utf16 } from '../../support/csv.ts'

const file = (text: string): Buffer => Buffer.from(text)

function refusal(head: Uint8Array): { code: string; line: number; column: number; message: string } {
  try {
    sniff(head)
  } catch (error) {
    if (error instanceof CsvError) return error
    throw error
  }
  throw new Error('the head was accepted')
}

describe('sniff', () => {
  it('I1: takes text without a byte order mark for UTF-8', () => {
    expect(sniff(file('Email,Voornaam\nada@noordzee.example,Zoë\n'))).toEqual({
      encoding: 'utf-8',
      bomBytes: 0,
      delimiter: ',',
      headerByte: 0,
      headerLine: 1,
    })
  })

  it('I1: knows UTF-8 and both kinds of UTF-16 by their byte order marks', () => {
    const text = 'Email\tVoornaam\n'
    expect(sniff(file(`\ufeff${text}`))).toMatchObject({
      encoding: 'utf-8',
      bomBytes: 3,
      headerByte: 3,
      delimiter: '\t',
    })
    expect(sniff(utf16(text, 'le'))).toMatchObject({
      encoding: 'utf-16le',
      bomBytes: 2,
      headerByte: 2,
      delimiter: '\t',
    })
    expect(sniff(utf16(text, 'be'))).toMatchObject({
      encoding: 'utf-16be',
      bomBytes: 2,
      headerByte: 2,
      delimiter: '\t',
    })
  })

  it.each([',', ';', '\t'])('I1: finds the delimiter %j from the header row', (delimiter) => {
    const head = file(['First Name', 'Email', 'Claim Type'].join(delimiter))
    expect(sniff(head).delimiter).toBe(delimiter)
  })

  it('I1: is not misled by delimiters in the rows, within quotes or in an unknown column’s name', () => {
    expect(sniff(file('Email;Voornaam\na,b,c,d,e,f;x')).delimiter).toBe(';')
    expect(sniff(file('"Remarks, if any, or\nnone, at all";Email\n')).delimiter).toBe(';')
    expect(sniff(file('Remarks, if any, or none;Email\n')).delimiter).toBe(';')
    expect(sniff(file('Naam; of, anders, nummer,E-mailadres\n')).delimiter).toBe(',')
  })

  it('I1: takes a comma where the header is one column', () => {
    expect(sniff(file('User ID/Email (Required)\r\n')).delimiter).toBe(',')
  })

  it.each([
    ['sep=;\r\nEmail,x\r\n', ';', 7],
    ['SEP=,\nEmail;x', ',', 6],
    ['"sep=\t"\rEmail', '\t', 8],
    ['\ufeffsep=;\r\nEmail', ';', 10],
  ] as const)('I1: believes the sep= line of %j', (text, delimiter, headerByte) => {
    expect(sniff(file(text))).toMatchObject({ delimiter, headerByte, headerLine: 2 })
  })

  it('I1: believes the sep= line of UTF-16 and counts its bytes', () => {
    expect(sniff(utf16('sep=;\r\nEmail', 'le'))).toMatchObject({
      delimiter: ';',
      headerByte: 16,
      headerLine: 2,
    })
  })

  it('I1: finds the header behind blank lines', () => {
    expect(sniff(file('\r\n\r\nEmail;x'))).toMatchObject({ delimiter: ';', headerByte: 4, headerLine: 3 })
    expect(sniff(utf16('sep=;\n\nEmail', 'be'))).toMatchObject({ headerByte: 16, headerLine: 3 })
  })

  it('I1: decides from a head that breaks off within a character or within quotes', () => {
    expect(sniff(file('Email;Zoë').subarray(0, -1)).delimiter).toBe(';')
    expect(sniff(utf16('Email;Zoë', 'le').subarray(0, -1)).delimiter).toBe(';')
    expect(sniff(file('Email;"Remarks')).delimiter).toBe(';')
  })

  it('is plain data that can be stored', () => {
    const dialect = sniff(file('\ufeffsep=;\r\nEmail'))
    expect(JSON.parse(JSON.stringify(dialect))).toEqual(dialect)
  })

  it.each([
    ['a zipped spreadsheet', '504b030414000600', 'binary_file'],
    ['an old Excel workbook', 'd0cf11e0a1b11ae1', 'binary_file'],
    ['a PDF', '255044462d312e37', 'binary_file'],
    ['a gzip file', '1f8b0800', 'binary_file'],
    ['a PNG', '89504e470d0a1a0a0000000d49484452', 'binary_file'],
    ['UTF-16LE without a byte order mark', '45006d00610069006c00', 'invalid_encoding'],
    ['UTF-16BE without a byte order mark', '0045006d00610069006c', 'invalid_encoding'],
    ['nothing', '', 'no_rows'],
    ['a byte order mark', 'efbbbf', 'no_rows'],
    ['a byte order mark of UTF-16', 'fffe', 'no_rows'],
    ['line breaks', '0d0a0d0a', 'no_rows'],
  ])('I2: refuses %s', (_, hex, code) => {
    expect(refusal(Buffer.from(hex, 'hex')).code).toBe(code)
  })

  it('I2: says where a text turns binary', () => {
    const error = refusal(file('Email;Name\na;b\nc;"d\ne\0f"\n'))
    expect(error).toMatchObject({ code: 'binary_file', line: 4, column: 2 })
    expect(error.message).toBe('Line 4, column 2: the file is no text, so it is no CSV file.')
  })

  it('I2: refuses a delimiter that it could not tell from the text', () => {
    expect(refusal(file('sep=|\r\nEmail|Name'))).toMatchObject({
      code: 'unknown_delimiter',
      line: 1,
      column: 1,
    })
  })

  it('I2: says in one sentence how to save a file that is none', () => {
    expect(refusal(Buffer.from('504b0304', 'hex')).message).toBe(
      'Line 1, column 1: the file is a spreadsheet or other zipped file. Save it as “CSV UTF-8” and upload it again.',
    )
  })
})
