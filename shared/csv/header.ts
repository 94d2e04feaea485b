import type { MessageTexts } from '../messages/types.ts'
import { CsvError } from './errors.ts'
import {
  type HeaderNames,
  headerIndex,
  normalizeHeader,
  READ_ONLY_HEADERS,
  REPORT_HEADERS,
} from './header-names.ts'

/** The position of each column in a file. Plain data: stored with the import, for workers that never see the header. */
export interface Columns<Field extends string> {
  /** Number of cells of the header row. */
  readonly width: number
  /** Index of each column that the file has, from 0. */
  readonly at: Readonly<Partial<Record<Field, number>>>
}

/** Columns named in one message: more than anybody reads, and fewer than a file may have. */
const MAX_NAMED_COLUMNS = 12

const silent: ReadonlySet<string> = new Set([...READ_ONLY_HEADERS, ...REPORT_HEADERS].map(normalizeHeader))

/**
 * I9: the ignored columns of a file, as the file spells them. Columns without a name, and those that the service itself
 * writes but doesn't read, don't count.
 */
export function ignoredColumnsBeside(names: HeaderNames<string>): (header: readonly string[]) => string[] {
  const fields = headerIndex(names)
  return (header) =>
    header
      .map((cell) => cell.trim())
      .filter((cell) => {
        const name = normalizeHeader(cell)
        return name !== '' && !fields.has(name) && !silent.has(name)
      })
}

/** The error for a file without an address column. I9: says which columns were found and which names would do. */
export function noAddressColumn(
  header: readonly string[],
  line: number,
  names: (texts: MessageTexts) => readonly string[],
): CsvError {
  const found = header.map((cell) => cell.trim()).filter((cell) => cell !== '')
  const shown = found.slice(0, MAX_NAMED_COLUMNS)
  return new CsvError('no_address_column', { line, column: 1 }, (texts) => {
    const { file } = texts
    const [first = '', ...others] = names(texts)
    const what = found.length === 0 ? file.noNames : file.noAddressColumn(shown, found.length - shown.length)
    return `${what} ${file.nameIt(first, others)}`
  })
}

/**
 * Makes a reader of header rows. Unknown columns are ignored; `ignoredColumnsBeside` names them.
 * @throws CsvError `duplicate_column`: which of the two counts would be ambiguous
 */
export function createHeaderReader<Field extends string>(
  names: HeaderNames<Field>,
): (cells: readonly string[], line: number) => Columns<Field> {
  const fields = headerIndex(names)
  return (cells, line) => {
    const at: Partial<Record<Field, number>> = {}
    for (const [index, cell] of cells.entries()) {
      const field = fields.get(normalizeHeader(cell))
      if (field === undefined) continue
      const first = at[field]
      if (first !== undefined) {
        const [name = ''] = names[field]
        throw new CsvError('duplicate_column', { line, column: index + 1 }, ({ file }) =>
          file.twice(first + 1, name),
        )
      }
      at[field] = index
    }
    return { width: cells.length, at }
  }
}
