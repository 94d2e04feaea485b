import { type Address, codeOfRefusal, parseAddress } from '../rules/accounts/address.ts'
import { type Columns, createHeaderReader, noAddressColumn } from './header.ts'
import { addressHeaderNames, CLAIM_HEADERS } from './header-names.ts'
import type { CsvRecord } from './records.ts'
import { RowReader } from './row.ts'

const HEADERS = { address: CLAIM_HEADERS.address } as const
type Field = keyof typeof HEADERS

export type DirectoryColumns = Columns<Field>

export type DirectoryRowCode = 'invalid_address' | 'unmailable_address' | 'too_many_cells' | 'invalid_quote'

export type DirectoryRow =
  | { readonly outcome: 'address'; readonly address: Address }
  /** Y8: a row without an address: a service account or shared mailbox. */
  | { readonly outcome: 'without_address' }
  | { readonly outcome: 'refused'; readonly code: DirectoryRowCode }

const readHeader = createHeaderReader<Field>(HEADERS)

/**
 * Maps a directory's header: the address column of the claim CSV; all other columns are ignored.
 * @param line the header's line in the file
 * @throws CsvError `no_address_column`, `duplicate_column`
 */
export function mapDirectoryHeader(cells: readonly string[], line = 1): DirectoryColumns {
  const columns = readHeader(cells, line)
  if (columns.at.address === undefined) throw noAddressColumn(cells, line, addressHeaderNames)
  return columns
}

export function parseDirectoryRow(
  { cells, fault }: Pick<CsvRecord, 'cells' | 'fault'>,
  columns: DirectoryColumns,
): DirectoryRow {
  if (fault !== undefined) return { outcome: 'refused', code: fault }
  const row = new RowReader<Field, DirectoryRowCode>(cells, columns)
  const text = row.bare('address')
  const parsed = parseAddress(text)
  if (text !== '' && parsed.outcome === 'refused')
    row.refuse('address', codeOfRefusal(parsed.reason), ({ row: texts, refused }) =>
      parsed.reason === 'not_ascii' ? refused.unmailable_address : texts.notClaimable,
    )
  const read: DirectoryRow | undefined =
    text === ''
      ? { outcome: 'without_address' }
      : parsed.outcome === 'parsed'
        ? { outcome: 'address', address: parsed.address }
        : undefined
  const result = row.result(read)
  return result.outcome === 'parsed'
    ? result.row
    : { outcome: 'refused', code: result.issues[0]?.code ?? 'invalid_address' }
}
