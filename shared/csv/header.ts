import { CsvError } from './errors.ts'
import { type HeaderNames, headerIndex, normalizeHeader } from './header-names.ts'

/** Where a file has its columns. Plain data: it is stored with the import for the workers that never see the header. */
export interface Columns<Field extends string> {
  /** Cells of the header row. */
  readonly width: number
  /** Place of each column that the file has, from 0. */
  readonly at: Readonly<Partial<Record<Field, number>>>
}

/**
 * Reads a file's header row. Unknown columns are ignored.
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
