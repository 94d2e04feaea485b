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
  /** UTF-8 bytes of each row with its line break. */
  readonly rowBytes: readonly number[]
  /** Sizes in bytes of the pieces in which the file is read, in turn. */
  readonly sizes: readonly number[]
}

/**
 * Tables as some program would write them: every dialect that is taken (I1), below a header of two columns.
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
          // Blanks before an unquoted cell are nothing (I1).
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

/** Whether there is anything to be seen in it. */
export const shows = (cell: string): boolean =>
  !/^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffc]*$/u.test(cell)

/** I1, I3: cells at a row's end in which nothing shows are no cells, and a row of such cells is no row. */
export const asRead = (rows: readonly Row[]): string[][] =>
  rows
    .filter((cells) => cells.some(shows))
    .map((cells) => cells.slice(0, cells.findLastIndex((cell) => shows(cell) || /[\r\n]/.test(cell)) + 1))
