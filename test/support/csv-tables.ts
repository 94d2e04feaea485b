import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { utf16 } from './csv.ts'

export type Row = readonly string[]

export type Encoding = 'utf-8' | 'utf-8 with mark' | 'utf-16le' | 'utf-16be'

export interface Written {
  readonly rows: readonly Row[]
  readonly text: string
  readonly delimiter: ',' | ';' | '\t'
  readonly encoding: Encoding
  /** The length of each row with its line break, in UTF-8 bytes. */
  readonly rowBytes: readonly number[]
  /** The sizes in bytes of the pieces in which the file is read, used in turn. */
  readonly sizes: readonly number[]
}

/**
 * Arbitrary tables as programs write them: in every dialect that is accepted (I1), with a header of two columns.
 * @param sizes of the pieces in which a file is read
 */
export const writtenTables = (
  rows: fc.Arbitrary<readonly Row[]>,
  sizes: fc.Arbitrary<readonly number[]>,
): fc.Arbitrary<Written> =>
  fc
    .record({
      rows,
      delimiter: fc.constantFrom(',' as const, ';' as const, '\t' as const),
      lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
      isQuoted: fc.boolean(),
      endsInLineEnd: fc.boolean(),
      encoding: fc.constantFrom<Encoding>('utf-8', 'utf-8 with mark', 'utf-16le', 'utf-16be'),
      sepLine: fc.boolean(),
      blankLines: fc.nat({ max: 2 }),
      sizes,
    })
    .map(({ rows, delimiter, lineEnd, isQuoted, endsInLineEnd, encoding, sepLine, blankLines, sizes }) => {
      const all = [['Email', 'Voornaam'], ...rows]
      const lines = all.map((cells) =>
        stringify([[...cells]], {
          delimiter,
          record_delimiter: lineEnd,
          quote_record_delimiter: true,
          quoted: isQuoted,
          // Blanks before an unquoted cell are ignored (I1).
          quoted_match: /^\s/u,
          quoted_empty: isQuoted || cells.length === 1,
        }),
      )
      const body = lines.join(lineEnd.repeat(blankLines))
      const text =
        (sepLine ? `sep=${delimiter}${lineEnd}` : '') +
        (endsInLineEnd ? body : body.slice(0, -lineEnd.length))
      const rowBytes = lines.map((line, index) => {
        const bytes = Buffer.byteLength(line)
        return endsInLineEnd || index < lines.length - 1 ? bytes : bytes - lineEnd.length
      })
      return { rows: all, text, delimiter, encoding, rowBytes, sizes }
    })

export function encode(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text)
    case 'utf-8 with mark':
      return Buffer.from(`\ufeff${text}`)
    case 'utf-16le':
      return utf16(text, 'le')
    case 'utf-16be':
      return utf16(text, 'be')
  }
}

/** Whether the text has any visible character. */
export const shows = (cell: string): boolean =>
  !/^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffc]*$/u.test(cell)

/** I1, I3: drops cells without visible text at the end of a row, and rows that consist of such cells. */
export const asRead = (rows: readonly Row[]): string[][] =>
  rows
    .filter((cells) => cells.some(shows))
    .map((cells) => cells.slice(0, cells.findLastIndex((cell) => shows(cell) || /[\r\n]/.test(cell)) + 1))
