import { parseAddress } from '../rules/accounts/address.ts'
import { ACCOUNT_ID_PATTERN } from '../rules/ids.ts'
import { MAX_LICENSE_LENGTH, MAX_LICENSES } from '../rules/limits.ts'
import type { MessageTexts } from '../messages/types.ts'
import type { ClaimType, ContentLossReason } from '../rules/types.ts'
import { neutralise } from './formula.ts'
import { type Columns, createHeaderReader, noAddressColumn } from './header.ts'
import { addressHeaderNames, CLAIM_HEADERS, headerIndex, normalizeHeader } from './header-names.ts'
import { type ParsedRow, RowReader } from './row.ts'

export type ClaimField = keyof typeof CLAIM_HEADERS
export type ClaimColumns = Columns<ClaimField>

export interface ClaimRow {
  readonly ref: { readonly userId: string } | { readonly email: string }
  readonly firstName?: string
  readonly lastName?: string
  readonly displayName?: string
  /** Absent: the default of T2. */
  readonly type?: ClaimType
  /**
   * T5: the file was exported while the org had content migration switched off. Other values of Content Loss are
   * ignored.
   */
  readonly migrationWasOff?: true
  /** At least one; absent: the org's template (C5). */
  readonly licenses?: readonly string[]
}

export type ClaimRowIssue =
  | 'missing_address'
  | 'header_row'
  | 'several_addresses'
  | 'invalid_address'
  | 'unmailable_address'
  | 'invalid_first_name'
  | 'invalid_last_name'
  | 'invalid_display_name'
  | 'invalid_claim_type'
  | 'invalid_licenses'
  | 'too_many_cells'

type Row = RowReader<ClaimField, ClaimRowIssue>

const CLAIM_TYPES: ReadonlyMap<string, ClaimType> = new Map([
  ['direct', 'direct'],
  ['delayed', 'delayed'],
  ['uitgesteld', 'delayed'],
])

const MIGRATION_OFF: ContentLossReason = 'migration_off'
const LICENSE_SEPARATOR = '|'
const CONTROL = /\p{Cc}/u

const readHeader = createHeaderReader<ClaimField>(CLAIM_HEADERS)

/**
 * Maps the header of the claim CSV.
 * @param line the header's line in the file
 * @throws CsvError `no_address_column`, `duplicate_column`
 */
export function mapClaimHeader(cells: readonly string[], line = 1): ClaimColumns {
  const columns = readHeader(cells, line)
  if (columns.at.address === undefined) throw noAddressColumn(cells, line, addressHeaderNames)
  return columns
}

/** Parses and checks a row's cells; whether the account exists and can be claimed is checked by the claim. */
export function parseClaimRow(
  cells: readonly string[],
  columns: ClaimColumns,
): ParsedRow<ClaimRow, ClaimRowIssue> {
  const row: Row = new RowReader(cells, columns)
  const ref = readRef(row)
  const firstName = row.name('firstName', (texts) => texts.row.columns.firstName, 'invalid_first_name')
  const lastName = row.name('lastName', (texts) => texts.row.columns.lastName, 'invalid_last_name')
  const displayName = row.name(
    'displayName',
    (texts) => texts.row.columns.displayName,
    'invalid_display_name',
  )
  const type = readType(row)
  const migrationWasOff = row.bare('contentLoss').toLowerCase() === MIGRATION_OFF
  const licenses = readLicenses(row)
  return row.result(
    ref && {
      ref,
      ...(firstName !== '' && { firstName }),
      ...(lastName !== '' && { lastName }),
      ...(displayName !== '' && { displayName }),
      ...(type !== undefined && { type }),
      ...(migrationWasOff && { migrationWasOff }),
      ...(licenses.length > 0 && { licenses }),
    },
  )
}

/** Texts that tools write for an empty value. */
const NOTHING: ReadonlySet<string> = new Set([
  'null',
  'n/a',
  '#n/a',
  'none',
  'nil',
  'undefined',
  '-',
  '(null)',
])

const addressNames = headerIndex({ address: CLAIM_HEADERS.address })

/** Reads the address or id. I3: for a cell that is neither, says what it looks like. */
function readRef(row: Row): ClaimRow['ref'] | undefined {
  const text = row.bare('address')
  const refuse = (code: ClaimRowIssue, say: (texts: MessageTexts['row']) => string) => {
    row.refuse('address', code, (texts) => say(texts.row))
    return undefined
  }
  if (text === '') return refuse('missing_address', (texts) => texts.noAddress)
  if (NOTHING.has(text.toLowerCase()))
    return refuse('missing_address', (texts) => texts.nothingAsAddress(text))
  if (addressNames.has(normalizeHeader(text))) return refuse('header_row', (texts) => texts.secondHeader)
  if (!text.includes('@')) {
    if (ACCOUNT_ID_PATTERN.test(text)) return { userId: text }
    return refuse('invalid_address', (texts) => texts.neitherAddressNorId)
  }
  const parsed = parseAddress(text)
  if (parsed.outcome === 'parsed') return { email: parsed.address.email }
  if (text.split('@').length > 2) return refuse('several_addresses', (texts) => texts.severalAddresses)
  if (/[<>]/.test(text)) return refuse('invalid_address', (texts) => texts.moreThanAddress)
  if (parsed.reason === 'not_ascii') {
    row.refuse('address', 'unmailable_address', ({ refused }) => refused.unmailable_address)
    return undefined
  }
  return refuse('invalid_address', (texts) => texts.notClaimable)
}

function readType(row: Row): ClaimType | undefined {
  const text = row.bare('type').toLowerCase()
  const type = CLAIM_TYPES.get(text)
  if (type === undefined && text !== '')
    row.refuse('type', 'invalid_claim_type', (texts) => texts.row.claimType)
  return type
}

function splitLicenses(text: string): string[] {
  const names = text.split(LICENSE_SEPARATOR).map((name) => name.trim())
  return [...new Set(names.filter((name) => name !== ''))]
}

const isLicense = (name: string): boolean => name.length <= MAX_LICENSE_LENGTH && !CONTROL.test(name)

/**
 * The licences cell for the org's template. Empty, which also stands for the template, if a name couldn't be read back
 * because it contains the separator.
 */
export function licensesCell(template: readonly string[]): string {
  const cell = template.join(LICENSE_SEPARATOR)
  const readable = template.every((name) => isLicense(name) && name.isWellFormed())
  return readable && splitLicenses(cell).join('\0') === template.join('\0') ? neutralise(cell) : ''
}

function readLicenses(row: Row): readonly string[] {
  const licenses = splitLicenses(row.text('licenses'))
  if (licenses.length > MAX_LICENSES)
    row.refuse('licenses', 'invalid_licenses', (texts) => texts.row.tooManyLicenses(MAX_LICENSES))
  else if (!licenses.every(isLicense))
    row.refuse('licenses', 'invalid_licenses', (texts) => texts.row.license(MAX_LICENSE_LENGTH))
  return licenses
}
