import { type Options, CsvError as ParseError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import type { Position } from './errors.ts'
import { countLineBreaks, endsInLineBreak } from './lines.ts'

export type Delimiter = ',' | ';' | '\t'

/**
 * What this service takes for CSV. A row may have more or fewer cells than the first (a bad row is that row's
 * problem), blanks before a cell are nothing, and a quotation mark within an unquoted cell stands for itself.
 * `relax_quotes` allows text after a closing one too, which is how an unclosed quote swallows rows unseen:
 * `strayQuoteColumn` finds those.
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
  /** The last of them is the one in which the text breaks off. */
  readonly cells: readonly string[]
  /** The text breaks off within quotes. */
  readonly isQuoted: boolean
}

/** The last row of a piece of text that begins at a row's beginning and may break off anywhere. */
export function parseOpenRow(text: Buffer, delimiter: Delimiter): OpenRow {
  const { rows, isQuoted } = parseOpen(text, grammar(delimiter))
  return { cells: rows.at(-1) ?? [], isQuoted }
}

/** The first row; if the text breaks off within its quotes, what there is of it. */
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
 * The position right after a piece of text that begins at a row's beginning.
 * @param line the line on which the piece begins
 */
export function endPosition(text: Buffer, delimiter: Delimiter, line: number): Position {
  const { cells, isQuoted } = parseOpenRow(text, delimiter)
  const isRowStart = !isQuoted && (text.length === 0 || endsInLineBreak(text))
  return { line: line + countLineBreaks(text.toString()), column: isRowStart ? 1 : Math.max(cells.length, 1) }
}

/**
 * Where in a row text follows a closing quotation mark. Such a cell comes out of the relaxed parser with a quotation
 * mark at its beginning, so only rows that have one need to be asked about.
 * @returns the cell, from 1; `undefined` if the row's quotes are as they should be
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

/** I1: what may stand before and behind a quoted cell and is nothing: blanks, invisible characters, an old file's end. */
const AROUND_QUOTES = '\\p{Default_Ignorable_Code_Point}\\p{Cc}\\u2800'

const cellPatterns = new Map<Delimiter, RegExp>()

/** A quoted cell with what stands around it, or whatever stands there up to the next delimiter. */
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

/** A row's text without what is nothing around its quoted cells. */
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
    // A delimiter, or the line break behind a quoted cell that ends the row.
    text += row[at]
    at++
  }
}
