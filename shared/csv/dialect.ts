import type { Encoding } from '../rules/enumerations.ts'
import { createDecoder } from './decoder.ts'
import { binaryFile, CsvError, invalidEncoding, noRows } from './errors.ts'
import { type Delimiter, endPosition, parseFirstRow } from './grammar.ts'
import { isKnownHeader } from './header-names.ts'
import { countLineBreaks } from './lines.ts'

export type { Delimiter } from './grammar.ts'

/**
 * A file's encoding, delimiter and header position. Plain data: stored with the import, and used to read every range.
 */
export interface Dialect {
  readonly encoding: Encoding
  /** Length of the byte order mark. */
  readonly bomBytes: number
  readonly delimiter: Delimiter
  /** Offset of the header row in the file's bytes, after the byte order mark, a `sep=` line and blank lines. */
  readonly headerByte: number
  /** The header row's physical line, from 1. */
  readonly headerLine: number
}

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t']

/** File formats likely to be uploaded instead of a CSV, by their first bytes (in hex). */
const FORMATS = [
  { magic: '504b0304', format: 'zipped' },
  { magic: 'd0cf11e0', format: 'excel97' },
  { magic: '25504446', format: 'pdf' },
  { magic: '1f8b', format: 'compressed' },
] as const

const BYTE_ORDER_MARKS = [
  { mark: 'efbbbf', encoding: 'utf-8' },
  { mark: 'fffe', encoding: 'utf-16le' },
  { mark: 'feff', encoding: 'utf-16be' },
] as const

/** Excel's first line that names the delimiter; some tools quote it. */
const SEP_LINE = /^"?sep=(.)"?(?:\r\n|\n|\r|$)/iu

/** ASCII letters in UTF-16, by their first bytes (in hex): every other byte is NUL. */
const UTF16_UNMARKED = /^(?:(?:00(?!00)..){2}|(?:(?!00)..00){2})$/

const UTF16: ReadonlySet<Encoding> = new Set(['utf-16le', 'utf-16be'])

const START = { line: 1, column: 1 }

/**
 * Detects a file's dialect.
 * @param head the file's first `SNIFF_BYTES`, or all of it if it is shorter
 * @throws CsvError `binary_file`, `invalid_encoding`, `unknown_delimiter`, `no_rows`
 */
export function sniff(head: Uint8Array): Dialect {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length)
  const hex = bytes.toString('hex', 0, 4)
  const other = FORMATS.find(({ magic }) => hex.startsWith(magic))
  if (other) throw binaryFile(START, other.format)
  const marked = encodingOf(bytes, hex)
  const { bomBytes } = marked
  const asMarked = createDecoder(marked.encoding).decode(bytes.subarray(bomBytes))
  const isWindows1252 = bomBytes === 0 && asMarked.mayBeWindows1252 === true
  const encoding = isWindows1252 ? 'windows-1252' : marked.encoding
  const { utf8, fault } = isWindows1252 ? createDecoder(encoding).decode(bytes) : asMarked
  const text = utf8.toString()

  const sepLine = SEP_LINE.exec(text)
  const named = sepLine ? DELIMITERS.find((delimiter) => delimiter === sepLine[1]) : undefined
  if (sepLine && named === undefined) {
    throw new CsvError('unknown_delimiter', START, ({ file }) => file.delimiter)
  }
  const skipped = (sepLine?.[0].length ?? 0) + blankLength(text.slice(sepLine?.[0].length ?? 0))
  const headerLine = 1 + countLineBreaks(text.slice(0, skipped))
  if (skipped === text.length && fault === undefined) throw noRows(headerLine)
  return {
    encoding,
    bomBytes,
    delimiter: named ?? likeliestDelimiter(Buffer.from(text.slice(skipped).replace(EMPTY_ROWS, ''))),
    headerByte: bomBytes + (UTF16.has(encoding) ? 2 * skipped : Buffer.byteLength(text.slice(0, skipped))),
    headerLine,
  }
}

function encodingOf(bytes: Buffer, hex: string): { encoding: Encoding; bomBytes: number } {
  const found = BYTE_ORDER_MARKS.find(({ mark }) => hex.startsWith(mark))
  if (found) return { encoding: found.encoding, bomBytes: found.mark.length / 2 }
  if (UTF16_UNMARKED.test(hex)) throw invalidEncoding(START)
  const nul = bytes.indexOf(0)
  if (nul >= 0) {
    const text = bytes.subarray(0, nul)
    throw binaryFile(endPosition(text, likeliestDelimiter(text), START.line))
  }
  return { encoding: 'utf-8', bomBytes: 0 }
}

/** Empty rows above the header, which a spreadsheet writes when its table begins further down. */
const EMPTY_ROWS = /^(?:[\s,;"]*[\r\n])+/u

const blankLength = (text: string): number => /^[\r\n]*/.exec(text)?.[0].length ?? 0

/** The delimiter that yields the most known header names, then the most cells. */
function likeliestDelimiter(text: Buffer): Delimiter {
  const [best] = DELIMITERS.map((delimiter) => {
    const cells = parseFirstRow(text, delimiter)
    return { delimiter, known: cells.filter(isKnownHeader).length, cells: cells.length }
  }).sort((a, b) => b.known - a.known || b.cells - a.cells)
  return best?.delimiter ?? ','
}
