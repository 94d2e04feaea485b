import { CsvError } from './errors.ts'
import {
  type HeaderNames,
  headerIndex,
  normalizeHeader,
  READ_ONLY_HEADERS,
  REPORT_HEADERS,
} from './header-names.ts'

/** Where a file has its columns. Plain data: it is stored with the import for the workers that never see the header. */
export interface Columns<Field extends string> {
  /** Cells of the header row. */
  readonly width: number
  /** Place of each column that the file has, from 0. */
  readonly at: Readonly<Partial<Record<Field, number>>>
}

/** Columns named in one message: more than anybody reads, and fewer than a file may have. */
const MAX_NAMED_COLUMNS = 12

const silent: ReadonlySet<string> = new Set([...READ_ONLY_HEADERS, ...REPORT_HEADERS].map(normalizeHeader))

/**
 * I9: the columns of a file that nothing is read from, as the file spells them. Not among them: columns without a name,
 * and those that the service itself writes and doesn't read.
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

const quoted = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(', ')

/** I9: which columns were found, and which names would do. */
export function noAddressColumn(
  header: readonly string[],
  line: number,
  [first, ...others]: readonly string[],
): CsvError {
  const found = header.map((cell) => cell.trim()).filter((cell) => cell !== '')
  const shown = found.slice(0, MAX_NAMED_COLUMNS)
  const more = found.length > shown.length ? ` and ${found.length - shown.length} more` : ''
  const what =
    found.length === 0
      ? 'no column of the header row has a name.'
      : `none of the columns found (${quoted(shown)}${more}) is known to hold the addresses.`
  const also = others.length === 0 ? '' : ` (${quoted(others)} would do as well)`
  return new CsvError(
    'no_address_column',
    { line, column: 1 },
    `${what} Name the column that does “${first}”${also}, and upload the file again.`,
  )
}

/**
 * Reads a file's header row. Unknown columns are ignored; `ignoredColumnsBeside` names them.
 * @throws CsvError `duplicate_column`: which of the two would count, nobody could tell
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
        const problem = `column ${first + 1} is “${names[field][0]}” already. Take one of the two out.`
        throw new CsvError('duplicate_column', { line, column: index + 1 }, problem)
      }
      at[field] = index
    }
    return { width: cells.length, at }
  }
}
