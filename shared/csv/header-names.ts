/** Names under which the claim CSV's columns go: the export's own first, then what else is understood. */
export const CLAIM_HEADERS = {
  address: [
    'User ID/Email (Required)',
    'User ID/Email',
    'User ID',
    'Email',
    'E-mail',
    'Email address',
    'E-mail address',
    'E-mailadres',
    'E-mail adres',
    'Gebruikers-ID/E-mail (verplicht)',
    'Gebruikers-ID/E-mail',
    'Gebruikers-ID',
  ],
  firstName: ['First Name', 'Voornaam'],
  lastName: ['Last Name', 'Achternaam'],
  displayName: ['Display Name', 'Weergavenaam'],
  type: ['Claim Type', 'Type claim', 'Claimtype'],
  contentLoss: ['Content Loss'],
  licenses: ['Licenses', 'Licences', 'License', 'Licence', 'Licenties', 'Licentie'],
} as const satisfies Record<string, readonly string[]>

export const ACCOUNT_HEADERS = {
  userId: ['userId'],
  email: ['email'],
  firstName: ['firstName'],
  lastName: ['lastName'],
  orgId: ['orgId'],
  status: ['status'],
  paid: ['paid'],
  locale: ['locale'],
} as const satisfies Record<string, readonly string[]>

/** What the report adds to the file's own columns, in this order (I4). */
export const REPORT_HEADERS = ['Line', 'Result', 'Code', 'Message'] as const

export type HeaderNames<Field extends string> = Readonly<Record<Field, readonly string[]>>

/**
 * What two spellings of one header have in common: case, blanks (no-break ones too), a byte order mark that another tool
 * left there, and full-width letters make no difference.
 */
export const normalizeHeader = (cell: string): string =>
  cell
    .normalize('NFKC')
    .replace(/[\u200b\ufeff]/g, '')
    .trim()
    .replace(/\s+/g, ' ')
    .toLowerCase()

/** Normalized header → field. */
export const headerIndex = <Field extends string>(names: HeaderNames<Field>): ReadonlyMap<string, Field> => {
  const index = new Map<string, Field>()
  for (const field in names) for (const name of names[field]) index.set(normalizeHeader(name), field)
  return index
}

const known: ReadonlySet<string> = new Set([
  ...headerIndex(CLAIM_HEADERS).keys(),
  ...headerIndex(ACCOUNT_HEADERS).keys(),
  ...REPORT_HEADERS.map(normalizeHeader),
])

/** In either of the CSVs. */
export const isKnownHeader = (cell: string): boolean => known.has(normalizeHeader(cell))
