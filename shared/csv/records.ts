import { type InfoRecord, parse } from 'csv-parse'
import { isBlank } from '../rules/text.ts'
import type { Encoding, TextFault } from './decoder.ts'
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
   * As the file has them, unquoted: as many as the row has, which may be more or fewer than the header's; without the
   * empty ones at its end. One of them has something in it.
   */
  readonly cells: string[]
  /** I3: text follows a closing quotation mark in the row; what its cells are, nobody can tell. */
  readonly fault?: 'invalid_quote'
  /** Physical line of the file, from 1, on which the row begins. */
  readonly line: number
  /** Offsets in the file's own bytes: [startByte, endByte) is the row with its line break, and parses alone. */
  readonly startByte: number
  readonly endByte: number
}

/** A row's beginning in the file. */
export interface ReadFrom {
  readonly byte: number
  readonly line: number
}

/** csv-parse looks a few bytes ahead before it ends a row; a row this near the limit isn't judged before it has ended. */
const LOOKAHEAD_BYTES = 1024

const QUOTE = 0x22

/** csv-parse, fed by hand: what it gives for one piece of the text is there when `feed` resolves, and nothing queues up. */
export class RecordParser {
  readonly #encoding: Encoding
  readonly #delimiter: Delimiter
  readonly #parser
  readonly #text = new ByteWindow()
  #records: CsvRecord[] = []
  /** Where the next row begins: offset in the text as UTF-8, offset in the file, line. */
  #next: { text: number; byte: number; line: number }
  /** csv-parse's own counts, as far as `#next` has taken them in. */
  #linesSeen = 0
  #emptyLinesSeen = 0

  constructor(dialect: { encoding: Encoding; delimiter: Delimiter }, from: ReadFrom) {
    this.#encoding = dialect.encoding
    this.#delimiter = dialect.delimiter
    this.#next = { text: 0, ...from }
    this.#parser = parse({
      ...grammar(dialect.delimiter),
      max_record_size: MAX_RECORD_BYTES,
      // The rows are taken here, with their offsets, and never enter the stream's own queue.
      on_record: (cells: string[], info) => this.#onRecord(cells, info),
    })
    // Errors are taken from the callbacks of `write` and `end`; without a listener the event would end the process.
    this.#parser.on('error', () => {})
    this.#parser.resume()
  }

  /** @returns what makes the file unreadable from here on; the rows before that can still be taken */
  async feed(utf8: Buffer): Promise<CsvError | undefined> {
    if (utf8.length === 0) return undefined
    this.#text.push(utf8)
    const error = await new Promise<Error | null | undefined>((resolve) => this.#parser.write(utf8, resolve))
    if (error) return this.#explain(error)
    if (this.#text.end - this.#next.text > MAX_RECORD_BYTES + LOOKAHEAD_BYTES) {
      this.#skipBlankLines(this.#parser.info.empty_lines)
      // csv-parse's own limit counts cells' characters: a row of nothing but delimiters would grow without end.
      if (this.#text.end - this.#next.text > MAX_RECORD_BYTES + LOOKAHEAD_BYTES) return this.#tooLong()
    }
    this.#text.dropBefore(this.#next.text)
    return undefined
  }

  /** The text is complete. @returns as `feed` */
  async end(): Promise<CsvError | undefined> {
    const error = await new Promise<Error | null | undefined>((resolve) => this.#parser.end(resolve))
    return error ? this.#explain(error) : undefined
  }

  /** The rows that were completed since the last call. */
  take(): CsvRecord[] {
    const records = this.#records
    this.#records = []
    return records
  }

  /** What comes right after the text fed so far is none. */
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
    // A row of nothing but delimiters and blanks is no row: spreadsheets leave them behind a table.
    if (!record.cells.every(isBlank)) this.#records.push({ ...record, line, startByte: byte, endByte })
    this.#next = { text: end, byte: endByte, line: line + 1 + this.#innerLineBreaks(cells, info.lines) }
    // csv-parse compares each row with its first one and builds an error, with its stack, wherever the lengths differ,
    // though nobody asked: ten times the cost of the row. A row that it takes for the first isn't compared.
    Object.assign(this.#parser.info, { records: 0 })
    return null
  }

  /**
   * csv-parse counts a CRLF within quotes as two lines, so its count only tells whether there is any break to be counted.
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

  /** Length in the file's own bytes of a part of the text. */
  #rawLength(from: number, to: number): number {
    if (this.#encoding === 'utf-8') return to - from
    const units = this.#text.slice(from, to).toString().length
    return this.#encoding === 'windows-1252' ? units : 2 * units
  }

  /**
   * Reads a row once more in which blanks or text may stand about quotation marks. A row on one line harms only itself; over
   * several, its quotation marks have taken in rows that were others.
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

/** Invisible characters, which csv-parse doesn't take for blanks, may stand before a quotation mark. */
const isQuotedBehindBlanks = (cell: string): boolean =>
  cell.charCodeAt(0) > ASCII_END && cell.includes('"') && isBlank(cell.slice(0, cell.indexOf('"')))

const mayBeQuoted = (cell: string): boolean => cell.charCodeAt(0) === QUOTE || isQuotedBehindBlanks(cell)

/** Cells at a row's end in which nothing stands are no cells; those that hold a line break still count the row's lines. */
function withoutEmptyEnd(cells: string[]): string[] {
  let length = cells.length
  while (length > 0 && isEmptyCell(cells[length - 1])) length--
  return length === cells.length ? cells : cells.slice(0, length)
}

const isEmptyCell = (cell = ''): boolean => cell === '' || (isBlank(cell) && countLineBreaks(cell) === 0)
