import { normalizedAddress } from '../accounts/address.ts'
import type { ClosedClaim, Decision, EndedClaim } from '../types.ts'

/** The personal data to delete from an ended claim; the claim itself stays, with its ids. */
export interface Redaction {
  readonly claimId: string
  readonly email: boolean
  readonly newEmail: boolean
}

/** The ended claim without that data. */
export function redacted({ claim, change }: EndedClaim, { email, newEmail }: Redaction): EndedClaim {
  return {
    change,
    claim: {
      ...claim,
      ...(email ? { email: '' } : {}),
      ...(newEmail && claim.decision !== undefined ? { decision: withoutNewEmail(claim.decision) } : {}),
    },
  }
}

const withoutNewEmail = ({ newEmail: _newEmail, ...decision }: Decision): Decision => decision

/** The ids of the records from which this one was split (`change_email`), nearest first. */
export function ancestorsOf(recordId: string): string[] {
  const end = recordId.lastIndexOf('~')
  if (end <= 0) return []
  const parent = recordId.slice(0, end)
  return [parent, ...ancestorsOf(parent)]
}

/**
 * Y7: the redactions of ended claims when an account is deleted.
 *
 * A claim is kept under the id of the record in which it was made. All accounts that a record held one after the
 * other belong to one person, so its claims are about that person. The exception is `change_email`, which split the
 * two: the new account took the claimed address into a record of its own, whose id is the account's
 * (`<recordId>~<ulid>`), and the claim stayed in the original's record.
 *
 * @param own ended claims made in the record
 * @param earlier ended claims made in the records it was split from
 * @returns the redactions in such an order that an interrupted deletion can find the remaining ones, by the addresses
 * in the later claims
 */
export function redactionsOf(
  { recordId, email }: { readonly recordId: string; readonly email: string },
  own: readonly ClosedClaim[],
  earlier: readonly ClosedClaim[],
): Redaction[] {
  const splits = earlier.filter(({ newUserId }) => newUserId === recordId)
  const others = earlier.filter(({ newUserId }) => newUserId !== recordId)
  const addressesUsed = [...splits, ...own.filter((claim) => !isSplit(claim))].map((claim) => claim.email)
  const addresses = new Set([email, ...addressesUsed].map(normalizedAddress))
  const isTheirs = (address: string): boolean => addresses.has(normalizedAddress(address))
  const redactions = [
    ...others.map((claim) => redaction(claim, isTheirs, isTheirs)),
    ...splits.map((claim) => redaction(claim, () => true, isTheirs)),
    // After a split, the claimed address belongs to the new account's person, and the chosen new address to this one.
    ...own.map((claim) =>
      redaction(
        claim,
        () => !isSplit(claim),
        () => true,
      ),
    ),
  ]
  return redactions.filter(({ email, newEmail }) => email || newEmail)
}

/** Whether original and new account were separated. Such a claim was completed, so it can't be revoked. */
const isSplit = ({ decision }: ClosedClaim): boolean => decision?.kind === 'change_email'

const redaction = (
  { claimId, email, decision }: ClosedClaim,
  isEmailTheirs: (address: string) => boolean,
  isNewEmailTheirs: (address: string) => boolean,
): Redaction => ({
  claimId,
  email: email !== '' && isEmailTheirs(email),
  newEmail: decision?.newEmail !== undefined && isNewEmailTheirs(decision.newEmail),
})
