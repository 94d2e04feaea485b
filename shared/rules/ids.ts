/**
 * The ids that come from the platform. `~` is left out: it separates the parts of the ids that the service makes
 * itself (`claim-ids.ts`), which could otherwise be mistaken for the platform's.
 */
export const USER_ID_PATTERN = /^[A-Za-z0-9._:@+-]{1,128}$/

/** An account's id where it is only referred to: the service's own, of an account that came to be by a claim, too. */
export const ACCOUNT_ID_PATTERN = /^[A-Za-z0-9._:@+~-]{1,256}$/

/** An org's id stands in object keys (`imports/{orgId}/…`) too: no `/`, and it can't be `.` or `..`. */
export const ORG_ID_PATTERN = /^(?!\.{1,2}$)[A-Za-z0-9._:@+-]{1,128}$/
