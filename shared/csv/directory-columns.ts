import { type Address, parseAddress } from '../claims/address.ts'
import { CsvError } from './errors.ts'
import { type Columns, createHeaderReader } from './header.ts'
import { CLAIM_HEADERS } from './header-names.ts'
import { RowReader } from './row.ts'

const HEADERS = { address: CLAIM_HEADERS.address } as const
type Field = keyof typeof HEADERS

export type DirectoryColumns = Columns<Field>

export type DirectoryRowCode = 'missing_address' | 'invalid_address' | 'too_many_cells'

export type DirectoryRow =
  | { readonly kind: 'address'; readonly address: Address }
  /** Nothing stands in it, so it names nobody: spreadsheets leave such rows at the end. */
  | { readonly kind: 'blank' }
  | { readonly kind: 'refused'; readonly code: DirectoryRowCode }

const readHeader = createHeaderReader<Field>(HEADERS)

/**
 * A directory's header: the address column of the claim CSV; all others are ignored.
 * @param line the header's line in the file
 * @throws CsvError `no_address_column`, `duplicate_column`
 */
export function mapDirectoryHeader(cells: readonly string[], line = 1): DirectoryColumns {
  const columns = readHeader(cells, line)
  if (columns.at.address === undefined) {
    const problem = `the header row has no column “${CLAIM_HEADERS.address[0]}”.`
    throw new CsvError('no_address_column', { line, column: 1 }, problem)
  }
  return columns
}

export function parseDirectoryRow(cells: readonly string[], columns: DirectoryColumns): DirectoryRow {
  if (cells.every((cell) => cell.trim() === '')) return { kind: 'blank' }
  const row = new RowReader<Field, DirectoryRowCode>(cells, columns)
  const text = row.text('address')
  const parsed = parseAddress(text)
  if (text === '') row.refuse('address', 'missing_address', 'The row has no e-mail address.')
  else if (!parsed.ok) row.refuse('address', 'invalid_address', 'This is no e-mail address.')
  const result = row.result(parsed.ok ? parsed.address : undefined)
  return result.ok
    ? { kind: 'address', address: result.row }
    : { kind: 'refused', code: result.issues[0]?.code ?? 'invalid_address' }
}
