/**
 * Ids that the platform chooses. They can't contain `~`, which separates the parts of the ids that the service makes
 * (`claim-ids.ts`).
 */
export const USER_ID_PATTERN = /^[A-Za-z0-9._:@+-]{1,128}$/

/** Any account's id, including those that the service made for claimed accounts. */
export const ACCOUNT_ID_PATTERN = /^[A-Za-z0-9._:@+~-]{1,256}$/

/** An org's id is part of object keys (`imports/{orgId}/…`), so it can't contain `/` or be `.` or `..`. */
export const ORG_ID_PATTERN = /^(?!\.{1,2}$)[A-Za-z0-9._:@+-]{1,128}$/
