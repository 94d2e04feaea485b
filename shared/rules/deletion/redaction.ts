import { normalizedAddress } from '../accounts/address.ts'
import type { ClosedClaim, Decision, EndedClaim } from '../types.ts'

/** What goes of an ended claim; the claim itself stays, with its ids. */
export interface Redaction {
  readonly claimId: string
  readonly email: boolean
  readonly newEmail: boolean
}

/** What is left of an ended claim that still stands in a record. */
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

/** The records from which this one was parted, nearest first: their roots. */
export function ancestorsOf(recordId: string): string[] {
  const end = recordId.lastIndexOf('~')
  if (end <= 0) return []
  const parent = recordId.slice(0, end)
  return [parent, ...ancestorsOf(parent)]
}

/**
 * Y7: what goes of the ended claims when the account that stands in a record is removed. A claim is kept with the id of
 * the record that it was made in, and a record outlives the accounts that stood in it one after the other, so its claims
 * are about the one person at its address. But where `change_email` parted the two, the new account took the claimed
 * address into a record of its own, whose id is the account's (`<recordId>~<ulid>`), while the claim stayed behind.
 *
 * @param own ended claims made in the record  @param earlier those made in its ancestors
 * @returns in an order in which a removal that was cut off finds the rest again: by the addresses that the later ones tell
 */
export function redactionsOf(
  { recordId, email }: { readonly recordId: string; readonly email: string },
  own: readonly ClosedClaim[],
  earlier: readonly ClosedClaim[],
): Redaction[] {
  const parting = earlier.filter(({ newUserId }) => newUserId === recordId)
  const others = earlier.filter(({ newUserId }) => newUserId !== recordId)
  const told = [...parting, ...own.filter((claim) => !parted(claim))].map((claim) => claim.email)
  const addresses = new Set([email, ...told].filter((text) => text !== '').map(normalizedAddress))
  const names = (text = ''): boolean => addresses.has(normalizedAddress(text))
  const redactions = [
    ...others.map((claim) => redaction(claim, names(claim.email), names(claim.decision?.newEmail))),
    ...parting.map((claim) => redaction(claim, true, names(claim.decision?.newEmail))),
    // The claimed address of a claim that parted them is the other one's; the new one that was chosen is this one's.
    ...own.map((claim) => redaction(claim, !parted(claim), true)),
  ]
  return redactions.filter(({ email, newEmail }) => email || newEmail)
}

const parted = ({ status, decision }: ClosedClaim): boolean =>
  status === 'completed' && decision?.kind === 'change_email'

const redaction = (
  { claimId, email, decision }: ClosedClaim,
  ofEmail: boolean,
  ofNewEmail: boolean,
): Redaction => ({
  claimId,
  email: ofEmail && email !== '',
  newEmail: ofNewEmail && decision?.newEmail !== undefined,
})
