/** The messages about a file, a row or an import in one language: what is wrong, and what to do about it. */

/** A cell's position: physical line of the file and number of the cell, each from 1. */
export interface FilePosition {
  readonly line: number
  readonly column: number
}

/** Codes with which a row, or a user of a request, is refused because of what the service found. */
export type RefusalMessage =
  | 'unknown_user'
  | 'own_user'
  | 'domain_not_verified'
  | 'unknown_id'
  | 'domain_claimed_by_other'
  | 'source_uses_sso'
  | 'source_uses_directory_sync'
  | 'claim_open'
  | 'directory_sync_enabled'
  | 'delayed_not_available'
  | 'stale_export'
  | 'invalid_address'
  | 'unmailable_address'
  | 'invalid_text'
  | 'busy'
  | 'unknown_organization'
  | 'file_replaced'
  | 'cancelled'

export interface MessageTexts {
  readonly refused: Readonly<Record<RefusalMessage, string>>
  /** Problems of a row's cells. */
  readonly row: {
    readonly noAddress: string
    /** @param text what tools write for an empty value, like `NULL` */
    readonly nothingAsAddress: (text: string) => string
    readonly secondHeader: string
    readonly neitherAddressNorId: string
    readonly severalAddresses: string
    readonly moreThanAddress: string
    readonly notClaimable: string
    readonly claimType: string
    readonly tooManyLicenses: (most: number) => string
    readonly license: (longest: number) => string
    readonly nameTooLong: (column: string, longest: number) => string
    readonly nameControl: (column: string) => string
    readonly tooManyCells: string
    readonly strayQuote: string
    /** The column's name in the headers of this language. */
    readonly columns: Readonly<Record<'firstName' | 'lastName' | 'displayName', string>>
  }
  /**
   * Why a file is refused as a whole. Each text follows `at`, so it begins in lower case where the language does so.
   */
  readonly file: {
    readonly at: (place: FilePosition, problem: string) => string
    readonly noRows: string
    readonly notText: string
    readonly formats: Readonly<Record<FileFormat, string>>
    readonly encoding: string
    readonly delimiter: string
    readonly strayQuote: string
    readonly unclosedQuote: string
    readonly rowTooLong: (longestKiB: number) => string
    readonly tooManyColumns: (most: number) => string
    readonly twice: (column: number, name: string) => string
    readonly noNames: string
    /** A name of the address column in this language. */
    readonly addressColumn: string
    /**
     * @param shown quoted names of columns @param more how many there are besides
     */
    readonly noAddressColumn: (shown: readonly string[], more: number) => string
    readonly nameIt: (name: string, others: readonly string[]) => string
  }
  readonly import: {
    readonly unknownOrganization: (orgId: string) => string
    readonly missed: string
    readonly misplaced: string
    readonly replaced: string
    readonly stalled: string
  }
  /** Problems of a directory. */
  readonly sync: {
    readonly replaced: string
    readonly stalled: string
    readonly noOrganization: string
    /**
     * @param lines the lines of some of them @param more how many there are besides
     */
    readonly unreadableRows: (rows: number, lines: readonly number[], more: number) => string
  }
}

/** File formats likely to be uploaded instead of a CSV. */
export type FileFormat = 'zipped' | 'excel97' | 'pdf' | 'compressed'

/** A message that can be given in any language. */
export type Say = (texts: MessageTexts) => string
