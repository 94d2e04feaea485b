import { ignoredColumnsBeside } from './header.ts'
import { ACCOUNT_HEADERS, CLAIM_HEADERS } from './header-names.ts'

/** I9: by kind of import, made once: a list shows a hundred of them. */
export const ignoredColumnsOf = {
  claims: ignoredColumnsBeside(CLAIM_HEADERS),
  accounts: ignoredColumnsBeside(ACCOUNT_HEADERS),
} as const
