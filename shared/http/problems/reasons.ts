import type { HeldBecause, ContentLossReason } from '../../rules/types.ts'
import type { AccountRowIssue } from '../../csv/account-columns.ts'
import type { ClaimRowIssue } from '../../csv/claim-columns.ts'
import type { DirectoryRowCode } from '../../csv/directory-columns.ts'
import type { CsvErrorCode } from '../../csv/errors.ts'
import type { RefusalCode } from '../../usecases/claims/claimability.ts'

/** Checks at compile time that a list has every member of a union. */
const listOf =
  <T extends string>() =>
  <const L extends readonly T[]>(list: Exclude<T, L[number]> extends never ? L : never): L =>
    list

/** Why somebody can't be claimed: the codes of `POST /v1/claims` and its preview. */
export const refusalCodes = listOf<RefusalCode>()([
  'unknown_user',
  'own_user',
  'domain_not_verified',
  'domain_claimed_by_other',
  'source_uses_sso',
  'source_uses_directory_sync',
  'claim_open',
  'directory_sync_enabled',
  'delayed_not_available',
  'stale_export',
  'invalid_address',
  'unmailable_address',
  'invalid_text',
  'busy',
])

/** Codes of rows in addition to the refusals' own: what is wrong with the row itself. */
type RowCode = ClaimRowIssue | AccountRowIssue | DirectoryRowCode | 'unknown_id' | 'invalid_quote'

/** Why a file was refused as a whole, or its processing was given up. */
type FileCode =
  | CsvErrorCode
  | 'file_replaced'
  | 'import_stalled'
  | 'sync_stalled'
  | 'unreadable_rows'
  | 'too_many_inactivations'

/** Why content is lost, or a migration is held. */
type ClaimReason = ContentLossReason | HeldBecause

export type Reason = RefusalCode | RowCode | FileCode | ClaimReason

export interface Meaning {
  readonly meaning: string
  /** What can be done about it. */
  readonly remedy?: string
}

const column = (what: string, remedy: string): Meaning => ({
  meaning: `The cell for ${what} can't be read.`,
  remedy,
})
const shorter = 'Take out line breaks and control characters, or shorten it, and upload the row again.'

/**
 * What each reason means and what can be done. Reasons that are problem codes as well are in {@link problems}, too.
 */
export const reasons: Readonly<Record<Reason, Meaning>> = {
  // E, T, C8: why somebody can't be claimed.
  unknown_user: {
    meaning: 'There is no account with this address, so there is nothing to claim.',
    remedy: 'Check the spelling. People who have no account yet are invited instead of claimed.',
  },
  own_user: { meaning: 'The account is in your organization already.', remedy: 'There is nothing to do.' },
  domain_not_verified: {
    meaning:
      "Your organization hasn't verified the domain of this address. Whether such an account exists isn't disclosed.",
    remedy: 'Add the domain, set its TXT record, verify it, and try again.',
  },
  domain_claimed_by_other: {
    meaning: 'Another organization has claimed the domain of this address for itself.',
    remedy: 'Agree with that organization: it can release the domain.',
  },
  source_uses_sso: {
    meaning: "The account's organization uses single sign-on, so its accounts can't be claimed.",
    remedy: 'Ask the organization that has the account.',
  },
  source_uses_directory_sync: {
    meaning: "The account's organization synchronises its directory, so its accounts can't be claimed.",
    remedy: 'Ask the organization that has the account.',
  },
  claim_open: {
    meaning: 'The account is being claimed already, by your organization or another one.',
    remedy: 'Wait until that claim has ended.',
  },
  directory_sync_enabled: {
    meaning: "Nobody can be claimed while your organization's directory synchronisation is on.",
    remedy: 'Switch `directorySync` off, claim, make a dry run of a sync, and switch it on again.',
  },
  delayed_not_available: {
    meaning: "The content of this account can't be migrated, so a delayed claim isn't possible.",
    remedy: 'Ask for a direct claim to have the account without its content.',
  },
  stale_export: {
    meaning: 'The list was exported before the setting for bringing conversations along was changed.',
    remedy: 'Export the list again, and import the new one.',
  },
  unmailable_address: {
    meaning:
      'The part before the @ has letters other than a to z, such as é or ü, or characters that only look like them. Mail can’t be sent to it, and everyone who is claimed gets a mail.',
    remedy: 'Use another address of the person. If the letters look plain, type them again.',
  },
  invalid_address: {
    meaning: 'This is not an e-mail address that the service can use.',
    remedy: 'Write one address, as name@domain.example.',
  },
  invalid_text: {
    meaning:
      'The text contains a control character or half a character (of an emoji that was cut in two, for example) and can’t be stored.',
    remedy: 'Type it again.',
  },
  busy: {
    meaning: 'Others were changing the same thing at the same moment, and nothing was done.',
    remedy: 'Try again in a moment.',
  },
  // I3: what is wrong with a row.
  unknown_id: {
    meaning: 'This is neither an e-mail address nor the ID of an account that your organization can claim.',
    remedy: 'Use the e-mail address.',
  },
  missing_address: {
    meaning: 'The row names nobody.',
    remedy: 'Fill in the column with the e-mail address.',
  },
  header_row: {
    meaning: 'The row repeats the header, which happens when files are concatenated.',
    remedy: 'There is nothing to do: it names nobody.',
  },
  several_addresses: {
    meaning: 'The cell contains more than one address.',
    remedy: 'Give each person a row of their own.',
  },
  invalid_first_name: column('the first name', shorter),
  invalid_last_name: column('the last name', shorter),
  invalid_display_name: column('the display name', shorter),
  invalid_claim_type: column('the claim type', 'Write direct or delayed, or leave it empty.'),
  invalid_licenses: column('the licences', 'Separate them by |, for example mail|pro, or leave it empty.'),
  too_many_cells: {
    meaning: 'The row has more cells than the header, so it is unclear which cell belongs to which column.',
    remedy: 'Put cells that contain the separator in quotation marks.',
  },
  invalid_quote: {
    meaning: 'Text follows a closing quotation mark (").',
    remedy: 'Write a quotation mark inside a quoted cell twice ("").',
  },
  missing_user_id: { meaning: 'The row has no user id.', remedy: 'Fill in the column userId.' },
  invalid_user_id: column('the user id', 'Use letters, digits and . _ : @ + -'),
  missing_org_id: { meaning: 'The row has no organization.', remedy: 'Fill in the column orgId.' },
  invalid_org_id: column('the organization', 'Use the id of an existing organization.'),
  invalid_status: column(
    'the status',
    'Write active, not_verified, verified or inactive, or leave it empty.',
  ),
  invalid_paid: column('whether the account is paid', 'Write true or false, or leave it empty.'),
  invalid_locale: column('the language', 'Write a language tag, such as nl or nl-BE, or leave it empty.'),
  // I2: why a file was refused as a whole.
  binary_file: {
    meaning: 'The file is not text, so it is not a CSV file.',
    remedy: 'Save the spreadsheet as “CSV UTF-8” and upload that.',
  },
  invalid_encoding: {
    meaning: "The file's text can't be decoded: it is not in the encoding that it appears to be in.",
    remedy: 'Save the file as “CSV UTF-8” and upload it again.',
  },
  unknown_delimiter: {
    meaning: 'The file names a separator other than a comma, a semicolon or a tab.',
    remedy: 'Remove the line that begins with sep=, or use one of the three.',
  },
  unclosed_quote: {
    meaning: 'A quotation mark (") is never closed, so it is unclear where the cells end.',
    remedy: 'Close it at the line that the message names.',
  },
  row_too_long: {
    meaning: 'A row is longer than 64 KiB, often because a quotation mark is never closed.',
    remedy: 'Look at the line that the message names.',
  },
  too_many_columns: {
    meaning: 'A row has more columns than the service reads.',
    remedy: 'Remove the columns that are not needed.',
  },
  no_rows: { meaning: 'The file has no rows below its header.', remedy: 'Upload a file with at least one.' },
  no_address_column: {
    meaning: 'The header has no column for e-mail addresses.',
    remedy: 'Name it “Email”.',
  },
  missing_column: {
    meaning: 'A required column is missing.',
    remedy: 'Add the column that the message names.',
  },
  duplicate_column: {
    meaning: 'Two columns of the header mean the same, so it is unclear which one counts.',
    remedy: 'Remove one of them.',
  },
  file_replaced: {
    meaning: 'The file was replaced or deleted while it was being read.',
    remedy: 'Upload it again.',
  },
  import_stalled: {
    meaning: 'The import could not be finished.',
    remedy: 'Upload the file again: nobody is claimed twice.',
  },
  sync_stalled: { meaning: 'The sync could not be finished.', remedy: 'Start it again.' },
  unreadable_rows: {
    meaning: 'Some rows of the directory have addresses that can’t be read, so nobody was made inactive.',
    remedy: 'Correct the rows that the sync names, and upload the directory again.',
  },
  too_many_inactivations: {
    meaning:
      'The sync would make so many users inactive that it may be a mistake, such as a truncated directory.',
    remedy: 'Check whom it would make inactive; then confirm it, or upload the complete directory.',
  },
  // T3: whose content is lost.
  migration_off: {
    meaning:
      "The content stays behind: your organization doesn't let users bring their conversations with them.",
    remedy: 'Switch `allowContentMigration` on before claiming.',
  },
  chosen_direct: {
    meaning: 'The content stays behind, since a direct claim was asked for.',
    remedy: 'Ask for a delayed claim, or leave the type out.',
  },
  enterprise_source: {
    meaning: "The content stays behind: it belongs to the company that the account is in, and can't migrate.",
  },
  created_after_cutoff: {
    meaning:
      "The content stays behind: the account's organization was created after the date up to which content can migrate.",
  },
  other_region: {
    meaning: "The content stays behind: the account's organization is in another region than yours.",
  },
  source_deleted: {
    meaning: 'The content is lost: the organization that the account was in has been deleted.',
  },
  // M5, U2: why a migration waits.
  mail_not_sent: {
    meaning: 'The migration waits until seven days after a mail about the claim has left.',
    remedy: 'Check whether mail to the address bounces, and send it again.',
  },
  confirmation_pending: {
    meaning: 'The migration waits until the user has confirmed the new address, 24 hours at most.',
    remedy: 'There is nothing to do.',
  },
}
