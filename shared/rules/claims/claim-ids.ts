/**
 * The ids the service makes itself carry the record they belong to, so that finding a claim or a new account by its
 * id takes a read and no index: `<recordId>~<ulid>` for the account, `clm~<recordId>~<ulid>` for the claim. The platform's own
 * ids never hold a `~` (`USER_ID_PATTERN`), so the parts can't be mistaken.
 */
const SEPARATOR = '~'
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

/** The record in which a claim is kept while it is open; `undefined` for what is no claim's id. */
export function recordIdOfClaim(claimId: string): string | undefined {
  if (!claimId.startsWith(CLAIM_PREFIX)) return undefined
  const newUserId = claimId.slice(CLAIM_PREFIX.length)
  const end = newUserId.lastIndexOf(SEPARATOR)
  return end > 0 ? newUserId.slice(0, end) : undefined
}

/** The claim that made an account; `undefined`: none did, or it is no account's id. */
export function claimIdOfNewUser(userId: string): string | undefined {
  return NEW_USER_ID.test(userId) ? `${CLAIM_PREFIX}${userId}` : undefined
}

/** The account that a claim makes. */
export function newUserIdOf(claimId: string): string {
  return claimId.slice(CLAIM_PREFIX.length)
}

/**
 * The records in which an account of this id can stand, likeliest first. An account that came to be by a claim stands in
 * the record of its original, or, after that one went its own way with another address, in one of its own.
 */
export function recordIdsOfUser(userId: string): string[] {
  const end = userId.lastIndexOf(SEPARATOR)
  return end > 0 ? [userId.slice(0, end), userId] : [userId]
}

/** Whether an account came to be by a claim, whatever became of that since. */
export function cameByClaim(userId: string): boolean {
  return userId.includes(SEPARATOR)
}

/** Digits of a ULID's instant, and what they are written with. */
const ULID_TIME_LENGTH = 10
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Sorts behind the claims that were made before an instant, and before all others: `claimSortKey`'s counterpart. */
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
