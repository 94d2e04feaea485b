import { parseAddress } from '../rules/accounts/address.ts'
import { ACCOUNT_ID_PATTERN, ORG_ID_PATTERN } from '../rules/ids.ts'
import { LOCALE_PATTERN, MAX_LOCALE_LENGTH } from '../rules/locale.ts'
import type { AccountStatus } from '../rules/types.ts'
import { CsvError } from './errors.ts'
import { type Columns, createHeaderReader, noAddressColumn } from './header.ts'
import { ACCOUNT_HEADERS } from './header-names.ts'
import { type ParsedRow, RowReader } from './row.ts'

export type AccountField = keyof typeof ACCOUNT_HEADERS
export type AccountColumns = Columns<AccountField>

export interface AccountRow {
  readonly userId: string
  readonly email: string
  /** `''` if the row has none. */
  readonly firstName: string
  readonly lastName: string
  readonly orgId: string
  readonly status: AccountStatus
  readonly paid: boolean
  readonly locale: string
}

export type AccountRowIssue =
  | 'missing_user_id'
  | 'invalid_user_id'
  | 'missing_address'
  | 'invalid_address'
  | 'unmailable_address'
  | 'invalid_first_name'
  | 'invalid_last_name'
  | 'missing_org_id'
  | 'invalid_org_id'
  | 'invalid_status'
  | 'invalid_paid'
  | 'invalid_locale'
  | 'too_many_cells'

type Row = RowReader<AccountField, AccountRowIssue>

const REQUIRED = ['userId', 'email', 'orgId'] as const satisfies readonly AccountField[]

/** An empty cell stands for the first entry. */
const STATUSES: ReadonlyMap<string, AccountStatus> = new Map([
  ['', 'active'],
  ['active', 'active'],
  ['not_verified', 'not_verified'],
  ['verified', 'verified'],
  ['inactive', 'inactive'],
])

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['', false],
  ['false', false],
  ['true', true],
])

const DEFAULT_LOCALE = 'en'

const readHeader = createHeaderReader<AccountField>(ACCOUNT_HEADERS)

/**
 * Maps the header of the platform's account CSV.
 * @param line the header's line in the file
 * @throws CsvError `no_address_column`, `missing_column`, `duplicate_column`
 */
export function mapAccountHeader(cells: readonly string[], line = 1): AccountColumns {
  const columns = readHeader(cells, line)
  const missing = REQUIRED.find((field) => columns.at[field] === undefined)
  if (missing !== undefined) {
    if (missing === 'email') throw noAddressColumn(cells, line, () => ACCOUNT_HEADERS.email)
    throw new CsvError(
      'missing_column',
      { line, column: 1 },
      () => `the header row has no column “${missing}”.`,
    )
  }
  return columns
}

/**
 * Parses and checks a row's cells; whether the org exists is checked by the load. Messages are in English only, since
 * the platform's files belong to no org with a language.
 */
export function parseAccountRow(
  cells: readonly string[],
  columns: AccountColumns,
): ParsedRow<AccountRow, AccountRowIssue> {
  const row: Row = new RowReader(cells, columns)
  const userId = readId(row, 'userId', ACCOUNT_ID_PATTERN, 'missing_user_id', 'invalid_user_id')
  const email = readEmail(row)
  const firstName = row.name('firstName', () => 'firstName', 'invalid_first_name')
  const lastName = row.name('lastName', () => 'lastName', 'invalid_last_name')
  const orgId = readId(row, 'orgId', ORG_ID_PATTERN, 'missing_org_id', 'invalid_org_id')
  const status = readOneOf(row, 'status', STATUSES, 'invalid_status')
  const paid = readOneOf(row, 'paid', BOOLEANS, 'invalid_paid')
  const locale = row.bare('locale') || DEFAULT_LOCALE
  if (!LOCALE_PATTERN.test(locale) || locale.length > MAX_LOCALE_LENGTH)
    row.refuse('locale', 'invalid_locale', () => 'locale is no language tag, such as nl or nl-BE.')
  if (email === undefined || status === undefined || paid === undefined)
    return row.result<AccountRow>(undefined)
  return row.result({ userId, email, firstName, lastName, orgId, status, paid, locale })
}

function readId(
  row: Row,
  field: 'userId' | 'orgId',
  pattern: RegExp,
  missing: AccountRowIssue,
  invalid: AccountRowIssue,
): string {
  const id = row.bare(field)
  if (id === '') row.refuse(field, missing, () => `The row has no ${field}.`)
  else if (!pattern.test(id))
    row.refuse(field, invalid, () => `${field} may hold letters, digits and . _ : @ + ~ - only.`)
  return id
}

function readEmail(row: Row): string | undefined {
  const text = row.text('email')
  const parsed = parseAddress(text)
  if (parsed.outcome === 'parsed') return parsed.address.email
  if (text === '') row.refuse('email', 'missing_address', () => 'The row has no email address.')
  else if (parsed.reason === 'not_ascii')
    row.refuse('email', 'unmailable_address', ({ refused }) => refused.unmailable_address)
  else row.refuse('email', 'invalid_address', () => 'This is no email address that an account could have.')
  return undefined
}

function readOneOf<Value>(
  row: Row,
  field: 'status' | 'paid',
  values: ReadonlyMap<string, Value>,
  code: AccountRowIssue,
): Value | undefined {
  const value = values.get(row.bare(field).toLowerCase())
  const names = [...values.keys()].filter((name) => name !== '')
  if (value === undefined) row.refuse(field, code, () => `${field} must be one of ${names.join(', ')}.`)
  return value
}
