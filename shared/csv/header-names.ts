import type { MessageTexts } from '../messages/types.ts'
import { bareText } from '../rules/text.ts'

/**
 * The names of the claim CSV's columns (I1): the export's own first, then what people and tools write in the five
 * languages. One spelling each: `normalizeHeader` unifies the others.
 */
export const CLAIM_HEADERS = {
  address: [
    'User ID/Email (Required)',
    'User ID/Email',
    'User ID',
    'Email',
    'Email address',
    'E-mailadres',
    'Gebruikers-ID/E-mail (verplicht)',
    'Gebruikers-ID/E-mail',
    'Gebruikers-ID',
    'E-Mail-Adresse',
    'Benutzer-ID/E-Mail (erforderlich)',
    'Benutzer-ID/E-Mail',
    'Benutzer-ID',
    'Adresse e-mail',
    'Adresse électronique',
    'Courriel',
    'ID utilisateur/e-mail (obligatoire)',
    'ID utilisateur/e-mail',
    'ID utilisateur',
    'Correo electrónico',
    'Dirección de correo electrónico',
    'ID de usuario/correo electrónico (obligatorio)',
    'ID de usuario/correo electrónico',
    'ID de usuario',
  ],
  firstName: ['First Name', 'Voornaam', 'Vorname', 'Prénom', 'Nombre'],
  lastName: ['Last Name', 'Achternaam', 'Nachname', 'Nom', 'Nom de famille', 'Apellido', 'Apellidos'],
  displayName: ['Display Name', 'Weergavenaam', 'Anzeigename', "Nom d'affichage", 'Nombre para mostrar'],
  type: [
    'Claim Type',
    'Type claim',
    'Claimtype',
    'Art der Übernahme',
    'Type de revendication',
    'Tipo de reclamación',
  ],
  contentLoss: ['Content Loss'],
  licenses: [
    'Licenses',
    'Licences',
    'License',
    'Licence',
    'Licenties',
    'Licentie',
    'Lizenzen',
    'Lizenz',
    'Licencias',
    'Licencia',
  ],
} as const satisfies Record<string, readonly string[]>

/**
 * I9: the names of the address column that a message suggests: the shortest, the export's own, and one in the reader's
 * language.
 */
export const addressHeaderNames = ({ file }: MessageTexts): readonly string[] => [
  'Email',
  'User ID/Email (Required)',
  'User ID',
  file.addressColumn,
]

/** Columns of the export and of a preview's report that an import ignores. */
export const READ_ONLY_HEADERS = ['User Status', 'Source Organization', 'Allowed Decisions', 'Mails'] as const

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
 * Characters of a header that make no difference: accents, blanks, underscores, hyphens, asterisks, quotation marks.
 */
const NO_PART_OF_A_NAME = /[\p{M}\s_*\p{Pd}\p{Pi}\p{Pf}"'`´„‚′″]/gu

/**
 * The common form of a header's spellings (I1): ignores case, accents, width, blanks, underscores, hyphens, asterisks,
 * quotation marks and invisible characters.
 */
export const normalizeHeader = (cell: string): string =>
  bareText(cell).normalize('NFKD').replace(NO_PART_OF_A_NAME, '').toLowerCase()

/** Normalized header → field. */
export const headerIndex = <Field extends string>(names: HeaderNames<Field>): ReadonlyMap<string, Field> => {
  const index = new Map<string, Field>()
  for (const field in names) for (const name of names[field]) index.set(normalizeHeader(name), field)
  return index
}

const known: ReadonlySet<string> = new Set([
  ...headerIndex(CLAIM_HEADERS).keys(),
  ...headerIndex(ACCOUNT_HEADERS).keys(),
  ...[...READ_ONLY_HEADERS, ...REPORT_HEADERS].map(normalizeHeader),
])

/** Whether it names a column of either CSV. */
export const isKnownHeader = (cell: string): boolean => known.has(normalizeHeader(cell))
