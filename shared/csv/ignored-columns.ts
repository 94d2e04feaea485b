import { ignoredColumnsBeside } from './header.ts'
import { ACCOUNT_HEADERS, CLAIM_HEADERS } from './header-names.ts'

/**
 * I9: the ignored columns of a header, by kind of import. The functions are made once, since a list shows a hundred
 * imports.
 */
export const ignoredColumnsOf = {
  claims: ignoredColumnsBeside(CLAIM_HEADERS),
  accounts: ignoredColumnsBeside(ACCOUNT_HEADERS),
} as const
