import { type Options, CsvError as ParseError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import type { Position } from './errors.ts'
import { countLineBreaks, endsInLineBreak } from './lines.ts'

export type Delimiter = ',' | ';' | '\t'

/**
 * The parser's options for the CSV that this service accepts. A row may have more or fewer cells than the first (that
 * row is refused by itself), blanks before a cell are ignored, and a quotation mark inside an unquoted cell stands for
 * itself. `relax_quotes` also allows text after a closing quotation mark, by which an unclosed quote can swallow rows
 * unnoticed; `strayQuoteColumn` finds those.
 */
export const grammar = (delimiter: Delimiter) =>
  ({
    delimiter,
    bom: false,
    ltrim: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  }) satisfies Options

export const isUnclosedQuote = (error: unknown): boolean =>
  error instanceof ParseError && error.code === 'CSV_QUOTE_NOT_CLOSED'

export const isTooLong = (error: unknown): boolean =>
  error instanceof ParseError && error.code === 'CSV_MAX_RECORD_SIZE'

export interface OpenRow {
  /** The last cell is the one in which the text ends. */
  readonly cells: readonly string[]
  /** Whether the text ends inside quotes. */
  readonly isQuoted: boolean
}

/** The last row of a text that starts at the beginning of a row and may end anywhere. */
export function parseOpenRow(text: Buffer, delimiter: Delimiter): OpenRow {
  const { rows, isQuoted } = parseOpen(text, grammar(delimiter))
  return { cells: rows.at(-1) ?? [], isQuoted }
}

/** The first row, or what there is of it if the text ends inside its quotes. */
export const parseFirstRow = (text: Buffer, delimiter: Delimiter): readonly string[] =>
  parseOpen(text, { ...grammar(delimiter), to: 1 }).rows.at(0) ?? []

function parseOpen(text: Buffer, options: Options): { rows: string[][]; isQuoted: boolean } {
  try {
    return { rows: parse(text, options), isQuoted: false }
  } catch (error) {
    if (!isUnclosedQuote(error)) throw error
    return { rows: parse(Buffer.concat([text, Buffer.from('"')]), options), isQuoted: true }
  }
}

/**
 * The position right after a text that starts at the beginning of a row.
 * @param line the line on which the text starts
 */
export function endPosition(text: Buffer, delimiter: Delimiter, line: number): Position {
  const { cells, isQuoted } = parseOpenRow(text, delimiter)
  const isRowStart = !isQuoted && (text.length === 0 || endsInLineBreak(text))
  return { line: line + countLineBreaks(text.toString()), column: isRowStart ? 1 : Math.max(cells.length, 1) }
}

/**
 * Finds a cell with text after its closing quotation mark. The relaxed parser returns such a cell with a leading
 * quotation mark, so only rows that have one need to be checked.
 * @returns the cell's number, from 1; `undefined` if all quotes are well placed
 */
export function strayQuoteColumn(row: Buffer, delimiter: Delimiter): number | undefined {
  let column: number | undefined
  parse(row, {
    ...grammar(delimiter),
    relax_quotes: false,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error?.code !== 'CSV_INVALID_CLOSING_QUOTE') return
      column ??= typeof error.column === 'number' ? error.column + 1 : 1
    },
  })
  return column
}

/** I1: characters around a quoted cell that are ignored: blanks, invisible characters, a final Ctrl-Z. */
const AROUND_QUOTES = '\\p{Default_Ignorable_Code_Point}\\p{Cc}\\u2800'

const cellPatterns = new Map<Delimiter, RegExp>()

/** Matches a quoted cell with the ignorable characters around it, or else everything up to the next delimiter. */
function cellPattern(delimiter: Delimiter): RegExp {
  const known = cellPatterns.get(delimiter)
  if (known !== undefined) return known
  const blank = `(?:(?![\\r\\n${delimiter}])[\\s${AROUND_QUOTES}])*`
  const pattern = new RegExp(
    `${blank}("(?:[^"]|"")*")${blank}(?=[${delimiter}\\r\\n]|$)|[^${delimiter}]*`,
    'uy',
  )
  cellPatterns.set(delimiter, pattern)
  return pattern
}

/** Removes the ignorable characters around a row's quoted cells. */
export function withoutBlanksAroundQuotes(row: string, delimiter: Delimiter): string {
  const pattern = cellPattern(delimiter)
  let text = ''
  let at = 0
  for (;;) {
    pattern.lastIndex = at
    const [whole, quoted] = pattern.exec(row) ?? ['']
    at += whole.length
    text += quoted ?? whole
    if (at >= row.length) return text
    // A delimiter, or the line break after the row's last, quoted cell.
    text += row[at]
    at++
  }
}
