import { describe, expect, it } from 'vitest'
import { mapClaimHeader, parseClaimRow } from '../../../shared/csv/claim-columns.ts'
import { type ReportedOutcome, reportWriter } from '../../../shared/csv/report.ts'
import { csvLine, csvLines } from '../../../shared/csv/writer.ts'
import { cellsOf, readFile, sniffFile } from '../../support/csv.ts'

const REFUSED: ReportedOutcome = {
  line: 7,
  result: 'refused',
  codes: ['claim_open', 'own_user'],
  message: 'Refused.',
}
const CLAIMED: ReportedOutcome = { line: 8, result: 'claimed', codes: [], message: '' }

describe('csvLine', () => {
  it('I1: quotes what needs it and ends with CRLF', () => {
    expect(csvLine(['a', 'b;c', 'd"e', 'f\ng', 'h\ri', '', ' j ', 'k,l'], ';')).toBe(
      'a;"b;c";"d""e";"f\ng";"h\ri";; j ;k,l\r\n',
    )
  })

  it('I3: writes a row of one empty cell as a row', () => {
    expect(csvLines([[''], ['a']], ',')).toBe('""\r\na\r\n')
  })
})

describe('reportWriter', () => {
  it('I4: adds line, result, code and message to the columns of the file', () => {
    const report = reportWriter(['Email', 'Naam'], ';')
    expect(report.header).toBe('\ufeffEmail;Naam;Line;Result;Code;Message\r\n')
    expect(
      report.lines([
        { cells: ['a', 'Jansen; Jan'], outcome: REFUSED },
        { cells: ['b', 'Piet'], outcome: CLAIMED },
      ]),
    ).toBe('a;"Jansen; Jan";7;refused;claim_open|own_user;Refused.\r\nb;Piet;8;claimed;;\r\n')
  })

  it('I4: keeps its columns in place under short rows, and loses no cell of long ones', () => {
    const report = reportWriter(['Email', 'Naam'], ',')
    expect(report.lines([{ cells: ['a'], outcome: CLAIMED }])).toBe('a,,8,claimed,,\r\n')
    expect(report.lines([{ cells: ['a', 'b', 'c', '=d'], outcome: CLAIMED }])).toBe(
      "a,b,8,claimed,,,c,'=d\r\n",
    )
  })

  it('I4: replaces the columns of the report that was corrected', () => {
    const report = reportWriter(['Email', 'line', 'RESULT', 'Code', 'Message', 'Naam'], ',')
    expect(report.header).toBe('\ufeffEmail,Naam,Line,Result,Code,Message\r\n')
    expect(
      report.lines([{ cells: ['a', '3', 'refused', 'own_user', 'Old.', 'Jan'], outcome: REFUSED }]),
    ).toBe('a,Jan,7,refused,claim_open|own_user,Refused.\r\n')
  })

  it('I4: keeps a column of the file that only happens to be called Code', () => {
    expect(reportWriter(['Code', 'Email'], ',').header).toBe('\ufeffCode,Email,Line,Result,Code,Message\r\n')
  })

  it('I7: neutralises a message', () => {
    const report = reportWriter(['Email'], ',')
    const outcome = { ...CLAIMED, message: '-' }
    expect(report.lines([{ cells: ['a'], outcome }])).toBe("a,8,claimed,,'-\r\n")
  })

  it('I7: neutralises the own cells once, however often the report goes round', async () => {
    const cells = ["'t Hooft", '=1+1', "'-x", '+ada@noordzee.example']
    let header = ['Last Name', 'First Name', 'Display Name', 'Email']
    let row = cells
    for (let round = 0; round < 3; round++) {
      const report = reportWriter(header, ';')
      const file = Buffer.from(report.header + report.lines([{ cells: row, outcome: REFUSED }]))
      expect(sniffFile(file)).toMatchObject({ encoding: 'utf-8', bomBytes: 3, delimiter: ';' })
      const [readHeader = [], readRow = []] = cellsOf(await readFile(file))
      expect(readRow.slice(0, 4)).toEqual(["'t Hooft", "'=1+1", "'-x", "'+ada@noordzee.example"])
      expect(parseClaimRow(readRow, mapClaimHeader(readHeader))).toEqual(
        parseClaimRow(cells, mapClaimHeader(header)),
      )
      header = readHeader
      row = readRow
    }
    expect(header).toEqual([
      'Last Name',
      'First Name',
      'Display Name',
      'Email',
      'Line',
      'Result',
      'Code',
      'Message',
    ])
  })
})
