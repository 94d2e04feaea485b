import { type InfoRecord, parse } from 'csv-parse'
import { isBlank } from '../rules/text.ts'
import type { Encoding } from '../rules/enumerations.ts'
import type { TextFault } from './decoder.ts'
import { binaryFile, CsvError, invalidEncoding } from './errors.ts'
import {
  type Delimiter,
  endPosition,
  grammar,
  isTooLong,
  isUnclosedQuote,
  parseFirstRow,
  parseOpenRow,
  strayQuoteColumn,
  withoutBlanksAroundQuotes,
} from './grammar.ts'
import { MAX_COLUMNS, MAX_RECORD_BYTES } from './limits.ts'
import { blankLinesBytes, countLineBreaks, endsInLineBreak } from './lines.ts'
import { ByteWindow } from './window.ts'

export interface CsvRecord {
  /**
   * The cells as in the file, unquoted. There may be more or fewer than in the header. Empty cells at the end are
   * dropped, and at least one cell has content.
   */
  readonly cells: string[]
  /** I3: text follows a closing quotation mark, so what the row's cells are is ambiguous. */
  readonly fault?: 'invalid_quote'
  /** Physical line on which the row begins, from 1. */
  readonly line: number
  /** Offsets in the file's bytes: [startByte, endByte) is the row with its line break, and can be parsed by itself. */
  readonly startByte: number
  readonly endByte: number
}

/** The beginning of a row in the file. */
export interface ReadFrom {
  readonly byte: number
  readonly line: number
}

/** csv-parse looks ahead before it ends a row, so a row this close to the limit isn't judged until it has ended. */
const LOOKAHEAD_BYTES = 1024

const QUOTE = 0x22

/**
 * Drives csv-parse synchronously: when `feed` resolves, the rows of the text that was fed are available, and nothing is
 * queued.
 */
export class RecordParser {
  readonly #encoding: Encoding
  readonly #delimiter: Delimiter
  readonly #parser
  readonly #text = new ByteWindow()
  #records: CsvRecord[] = []
  /** Where the next row begins: offset in the text as UTF-8, offset in the file, line. */
  #next: { text: number; byte: number; line: number }
  /** csv-parse's counts, as far as `#next` includes them. */
  #linesSeen = 0
  #emptyLinesSeen = 0

  constructor(dialect: { encoding: Encoding; delimiter: Delimiter }, from: ReadFrom) {
    this.#encoding = dialect.encoding
    this.#delimiter = dialect.delimiter
    this.#next = { text: 0, ...from }
    this.#parser = parse({
      ...grammar(dialect.delimiter),
      max_record_size: MAX_RECORD_BYTES,
      // Rows are taken here, with their offsets, and never enter the stream's queue.
      on_record: (cells: string[], info) => this.#onRecord(cells, info),
    })
    // Errors are taken from the callbacks of `write` and `end`; without a listener, the event would end the process.
    this.#parser.on('error', () => {})
    this.#parser.resume()
  }

  /** @returns the error that makes the file unreadable from here on; the rows before it can still be taken */
  async feed(utf8: Buffer): Promise<CsvError | undefined> {
    if (utf8.length === 0) return undefined
    this.#text.push(utf8)
    const error = await new Promise<Error | null | undefined>((resolve) => this.#parser.write(utf8, resolve))
    if (error) return this.#explain(error)
    if (this.#text.end - this.#next.text > MAX_RECORD_BYTES + LOOKAHEAD_BYTES) {
      this.#skipBlankLines(this.#parser.info.empty_lines)
      // csv-parse's limit counts characters of cells, so a row of delimiters only would grow without bound.
      if (this.#text.end - this.#next.text > MAX_RECORD_BYTES + LOOKAHEAD_BYTES) return this.#tooLong()
    }
    this.#text.dropBefore(this.#next.text)
    return undefined
  }

  /** Ends the text. @returns as `feed` */
  async end(): Promise<CsvError | undefined> {
    const error = await new Promise<Error | null | undefined>((resolve) => this.#parser.end(resolve))
    return error ? this.#explain(error) : undefined
  }

  /** The rows completed since the last call. */
  take(): CsvRecord[] {
    const records = this.#records
    this.#records = []
    return records
  }

  /** Reports that what follows the text fed so far isn't text. */
  textFault(fault: TextFault): CsvError {
    const at = endPosition(this.#text.slice(this.#next.text), this.#delimiter, this.#next.line)
    return fault === 'binary_file' ? binaryFile(at) : invalidEncoding(at)
  }

  destroy(): void {
    this.#parser.destroy()
  }

  #onRecord(cells: string[], info: InfoRecord): null {
    this.#skipBlankLines(info.empty_lines)
    const { text, byte, line } = this.#next
    const end = info.bytes
    if (end - text > MAX_RECORD_BYTES) throw this.#tooLong()
    const read = cells.some(mayBeQuoted) ? this.#checkQuotes(cells, end) : { cells }
    const record = { ...read, cells: withoutEmptyEnd(read.cells) }
    if (record.cells.length > MAX_COLUMNS) throw this.#tooManyColumns()
    const endByte = byte + this.#rawLength(text, end)
    // A row of delimiters and blanks only is no row: spreadsheets leave them below a table.
    if (!record.cells.every(isBlank)) this.#records.push({ ...record, line, startByte: byte, endByte })
    this.#next = { text: end, byte: endByte, line: line + 1 + this.#innerLineBreaks(cells, info.lines) }
    // csv-parse compares each row with its first one, and where lengths differ it builds an error with its stack, which
    // costs ten times the row. It doesn't compare a row that it believes to be the first.
    Object.assign(this.#parser.info, { records: 0 })
    return null
  }

  /**
   * csv-parse counts a CRLF inside quotes as two lines, so its count only says whether there are line breaks to count.
   */
  #innerLineBreaks(cells: readonly string[], lines: number): number {
    const isOneLine = lines === this.#linesSeen + 1
    this.#linesSeen = lines
    return isOneLine ? 0 : cells.reduce((sum, cell) => sum + countLineBreaks(cell), 0)
  }

  #skipBlankLines(emptyLines: number): void {
    const blank = emptyLines - this.#emptyLinesSeen
    if (blank === 0) return
    this.#emptyLinesSeen = emptyLines
    this.#linesSeen += blank
    const ahead = this.#text.slice(this.#next.text)
    const length = blankLinesBytes(ahead, this.#delimiter)
    this.#next = {
      text: this.#next.text + length,
      byte: this.#next.byte + this.#rawLength(this.#next.text, this.#next.text + length),
      line: this.#next.line + countLineBreaks(ahead.toString('latin1', 0, length)),
    }
  }

  /** Length of a part of the text in the file's bytes. */
  #rawLength(from: number, to: number): number {
    if (this.#encoding === 'utf-8') return to - from
    const units = this.#text.slice(from, to).toString().length
    return this.#encoding === 'windows-1252' ? units : 2 * units
  }

  /**
   * Parses a row again in which blanks or text may surround quotation marks. In a row on one line that harms the row
   * only; over several lines, its quotation marks have swallowed other rows.
   * @throws CsvError `invalid_quote`
   */
  #checkQuotes(cells: string[], end: number): Pick<CsvRecord, 'cells' | 'fault'> {
    const row = this.#text.slice(this.#next.text, end)
    const column = strayQuoteColumn(row, this.#delimiter)
    if (column === undefined && !cells.some(isQuotedBehindBlanks)) return { cells }
    const clean = Buffer.from(withoutBlanksAroundQuotes(row.toString(), this.#delimiter))
    if (strayQuoteColumn(clean, this.#delimiter) === undefined)
      return { cells: [...parseFirstRow(clean, this.#delimiter)] }
    const breaks = countLineBreaks(row.toString('latin1')) - (endsInLineBreak(row) ? 1 : 0)
    if (breaks === 0) return { cells, fault: 'invalid_quote' }
    const at = { line: this.#lineOfCell(cells, column ?? 1), column: column ?? 1 }
    throw new CsvError('invalid_quote', at, ({ file }) => file.strayQuote)
  }

  #lineOfCell(cells: readonly string[], column: number): number {
    return cells.slice(0, column - 1).reduce((line, cell) => line + countLineBreaks(cell), this.#next.line)
  }

  #explain(error: Error): CsvError {
    if (error instanceof CsvError) return error
    this.#skipBlankLines(this.#parser.info.empty_lines)
    if (isTooLong(error)) return this.#tooLong()
    if (!isUnclosedQuote(error)) throw error
    const { cells } = parseOpenRow(this.#text.slice(this.#next.text), this.#delimiter)
    const at = { line: this.#lineOfCell(cells, cells.length), column: cells.length }
    return new CsvError('unclosed_quote', at, ({ file }) => file.unclosedQuote)
  }

  #tooLong(): CsvError {
    const { text, line } = this.#next
    const { cells } = parseOpenRow(this.#text.slice(text, text + MAX_RECORD_BYTES), this.#delimiter)
    if (cells.length > MAX_COLUMNS) return this.#tooManyColumns()
    return new CsvError('row_too_long', { line, column: cells.length }, ({ file }) =>
      file.rowTooLong(MAX_RECORD_BYTES / 1024),
    )
  }

  #tooManyColumns(): CsvError {
    const at = { line: this.#next.line, column: MAX_COLUMNS + 1 }
    return new CsvError('too_many_columns', at, ({ file }) => file.tooManyColumns(MAX_COLUMNS))
  }
}

const ASCII_END = 0x7f

/** Whether a quotation mark follows invisible characters, which csv-parse doesn't treat as blanks. */
const isQuotedBehindBlanks = (cell: string): boolean =>
  cell.charCodeAt(0) > ASCII_END && cell.includes('"') && isBlank(cell.slice(0, cell.indexOf('"')))

const mayBeQuoted = (cell: string): boolean => cell.charCodeAt(0) === QUOTE || isQuotedBehindBlanks(cell)

/** Drops empty cells at a row's end. Those that hold a line break are kept, since they count for the row's lines. */
function withoutEmptyEnd(cells: string[]): string[] {
  let length = cells.length
  while (length > 0 && isEmptyCell(cells[length - 1])) length--
  return length === cells.length ? cells : cells.slice(0, length)
}

const isEmptyCell = (cell = ''): boolean => cell === '' || (isBlank(cell) && countLineBreaks(cell) === 0)
