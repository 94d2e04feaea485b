import type { MessageTexts } from './types.ts'

const quoted = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(', ')

export const en: MessageTexts = {
  refused: {
    unknown_user: 'There is no account with this address.',
    own_user: 'The account is in your organization already.',
    domain_not_verified:
      "Your organization hasn't verified the domain of this address. Verify it, then import the row again.",
    unknown_id:
      'This is no email address, and no ID of an account that your organization may claim. Give the email address instead.',
    domain_claimed_by_other: 'Another organization has claimed the domain of this address for itself.',
    source_uses_sso: "The account's organization uses single sign-on, so its accounts can't be claimed.",
    source_uses_directory_sync:
      "The account's organization synchronises its directory, so its accounts can't be claimed.",
    claim_open: 'The account is being claimed already.',
    directory_sync_enabled: "Switch your organization's directory synchronisation off while you claim users.",
    delayed_not_available:
      "The content of this account can't be migrated, so a delayed claim isn't possible. Choose direct to claim it without its content.",
    stale_export:
      'The claim type was exported before the setting for bringing conversations along was changed. Export the list again.',
    unmailable_address:
      'Email can’t be sent to this address: before the @ it has letters beyond a to z, such as é or ü.',
    invalid_address: 'This is no email address that the service can use.',
    invalid_text:
      'The text holds half a character (as of an emoji that was cut in two) or a control character, and can’t be stored.',
    busy: 'Others were changing this account at the same moment, and nothing was done. Import the row again, or ask again.',
    unknown_organization: "The organization doesn't exist.",
    cancelled: 'The import was stopped before this row was handled. Nothing was done.',
    file_replaced: 'The file was replaced or deleted while it was being imported. Upload the row again.',
  },
  row: {
    noAddress: 'The row has no user ID or email address.',
    nothingAsAddress: (text) => `“${text}” stands where the user ID or email address should be.`,
    secondHeader: 'This is another header row and names nobody. Take it out.',
    neitherAddressNorId: 'This is neither an email address nor a user ID.',
    severalAddresses: 'The cell holds more than one email address. Give each a row of its own.',
    moreThanAddress: 'The cell holds more than the email address. Leave the address alone in it.',
    notClaimable: 'This is no email address that could be claimed.',
    claimType: 'Claim Type must be direct, delayed or empty.',
    tooManyLicenses: (most) => `Licenses holds more than ${most} licenses.`,
    license: (longest) => `A license is longer than ${longest} characters or holds a control character.`,
    nameTooLong: (column, longest) => `${column} is longer than ${longest} characters.`,
    nameControl: (column) => `${column} holds a control character.`,
    tooManyCells: 'The row has more cells than the header: is a cell that holds the delimiter not quoted?',
    strayQuote:
      'Text follows a closing quotation mark ("). Write a quotation mark within a quoted cell twice ("").',
    columns: { firstName: 'First Name', lastName: 'Last Name', displayName: 'Display Name' },
  },
  file: {
    at: ({ line, column }, problem) => `Line ${line}, column ${column}: ${problem}`,
    noRows: 'the file has no rows below its header.',
    notText: 'the file is no text, so it is no CSV file.',
    formats: {
      zipped: 'the file is a spreadsheet or other zipped file. Save it as “CSV UTF-8” and upload it again.',
      excel97: 'the file is an Excel 97 workbook. Save it as “CSV UTF-8” and upload it again.',
      pdf: 'the file is a PDF. Save the list as “CSV UTF-8” and upload it again.',
      compressed: 'the file is a compressed file. Save the list as “CSV UTF-8” and upload it again.',
    },
    encoding: 'the text is not UTF-8. Save the file as “CSV UTF-8” and upload it again.',
    delimiter: 'the delimiter must be a comma, a semicolon or a tab.',
    strayQuote: 'text follows a closing quotation mark (").',
    unclosedQuote: 'a quotation mark (") is opened here and never closed.',
    rowTooLong: (longestKiB) =>
      `the row is longer than ${longestKiB} KiB; is a quotation mark (") not closed?`,
    tooManyColumns: (most) => `the row has more than ${most} columns.`,
    twice: (column, name) => `column ${column} is “${name}” already. Take one of the two out.`,
    noNames: 'no column of the header row has a name.',
    addressColumn: 'Email address',
    noAddressColumn: (shown, more) =>
      `none of the columns found (${quoted(shown)}${more > 0 ? ` and ${more} more` : ''}) is known to hold the addresses.`,
    nameIt: (name, others) =>
      `Name the column that does “${name}”${others.length === 0 ? '' : ` (${quoted(others)} would do as well)`}, and upload the file again.`,
  },
  import: {
    unknownOrganization: (orgId) => `There is no organization “${orgId}”.`,
    missed:
      'Nothing was uploaded before the upload form expired. Ask for another form and upload the file with it.',
    misplaced:
      'The file was put under no organization that exists, so nobody is told of it and nothing was imported.',
    replaced: 'The file was replaced or deleted before it was read. Nothing of it was imported.',
    stalled:
      'The file could not be read to its end, time after time. Nothing of it was imported: upload it again.',
  },
  sync: {
    replaced: 'The file was replaced or deleted before it was read. Nobody was changed.',
    stalled: 'The directory could not be compared, time after time. Nobody was changed: begin another sync.',
    noOrganization: 'The organization does not exist any more.',
    unreadableRows: (rows, lines, more) =>
      `No email address could be read in ${rows} of the rows (lines ${lines.join(', ')}${more > 0 ? ` and ${more} more` : ''}). Whoever they stand for would be made inactive, so nobody was changed.`,
  },
}
