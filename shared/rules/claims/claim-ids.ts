/**
 * The ids that the service makes contain the id of the record they belong to, so that a claim or new account is found
 * by one read and without an index: `<recordId>~<ulid>` for the account, `clm~<recordId>~<ulid>` for the claim. The
 * platform's ids never contain `~` (`USER_ID_PATTERN`), so they can't be confused.
 */
const SEPARATOR = '~'

/**
 * An id that no account, organization or domain has. It is looked up instead of something that isn't there, so that
 * the answer takes as long (E).
 */
export const NOBODY = '~nobody'

const CLAIM_PREFIX = `clm${SEPARATOR}`
const NEW_USER_ID = /^[A-Za-z0-9._:@+~-]{1,256}~[A-Za-z0-9]{1,32}$/

export interface ClaimIds {
  readonly claimId: string
  readonly newUserId: string
}

export function claimIds(recordId: string, ulid: string): ClaimIds {
  const newUserId = `${recordId}${SEPARATOR}${ulid}`
  return { claimId: `${CLAIM_PREFIX}${newUserId}`, newUserId }
}

/** The id of the record in which the claim was made and is kept while open; `undefined` if it isn't a claim's id. */
export function recordIdOfClaim(claimId: string): string | undefined {
  if (!claimId.startsWith(CLAIM_PREFIX)) return undefined
  const newUserId = claimId.slice(CLAIM_PREFIX.length)
  const end = newUserId.lastIndexOf(SEPARATOR)
  // The id may come from a caller, and keys can’t be empty.
  return end > 0 && end < newUserId.length - 1 ? newUserId.slice(0, end) : undefined
}

/** The claim that made this account; `undefined` if no claim did. */
export function claimIdOfNewUser(userId: string): string | undefined {
  return NEW_USER_ID.test(userId) ? `${CLAIM_PREFIX}${userId}` : undefined
}

/** The new account of a claim. */
export function newUserIdOf(claimId: string): string {
  return claimId.slice(CLAIM_PREFIX.length)
}

/**
 * The records that may hold this account, likeliest first. An account made by a claim is in its original's record or,
 * after the original took another address, in a record of its own.
 */
export function recordIdsOfUser(userId: string): string[] {
  const end = userId.lastIndexOf(SEPARATOR)
  return end > 0 ? [userId.slice(0, end), userId] : [userId]
}

/** Whether a claim made this account, whatever became of it since. */
export function cameByClaim(userId: string): boolean {
  return userId.includes(SEPARATOR)
}

/** The digits of a ULID's time part, and their alphabet. */
const ULID_TIME_LENGTH = 10
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A sort key after those of all claims made before an instant, and before all others. */
export function claimSortKeyAt(instant: Date): string {
  let rest = Math.max(0, instant.getTime())
  let digits = ''
  for (let n = 0; n < ULID_TIME_LENGTH; n++) {
    digits = `${CROCKFORD[rest % CROCKFORD.length]}${digits}`
    rest = Math.floor(rest / CROCKFORD.length)
  }
  return digits
}

/** The part of a claim's id that sorts by time of creation. */
export function claimSortKey(claimId: string): string {
  return claimId.slice(claimId.lastIndexOf(SEPARATOR) + 1)
}
