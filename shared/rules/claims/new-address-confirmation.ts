import { Buffer } from 'node:buffer'
import { isoSecond } from '../../lib/time.ts'
import { normalizedAddress } from '../accounts/address.ts'
import { CONFIRMATION_LIFETIME_MS, MAX_CONFIRMATIONS, SAME_CONFIRMATION_MS } from '../limits.ts'
import type { AccountRecord, Claim, OpenClaim, PendingEmail } from '../types.ts'
import { linkHash } from './decision-link.ts'
import { awaitsDecision, migrationAt } from './migration-hold.ts'
import { type ChangedBy, isOpen, withClaim } from './transition.ts'

/** U2: why a confirmed address isn't used after all. */
export type ConfirmationRefusal = 'email_taken' | 'email_on_claimed_domain' | 'busy'

/** Link hashes kept for a confirmation: each retry of its mail makes another secret. */
const MAX_KEPT_LINKS = 8

/** The hash of a link's secret as text, as stored with the pending address. */
export const confirmationHash = (secret: Uint8Array): string =>
  Buffer.from(linkHash(secret)).toString('base64url')

/** U2: the address that waits to be confirmed at `now`, if any. */
export function pendingAt(claim: Claim, now: Date): PendingEmail | undefined {
  const pending = isOpen(claim) && claim.decision === undefined ? claim.pendingEmail : undefined
  return pending !== undefined && now < new Date(pending.expiresAt) ? pending : undefined
}

export type ConfirmationRequest =
  | {
      readonly outcome: 'requested'
      readonly record: AccountRecord
      readonly claim: OpenClaim
      readonly pending: PendingEmail
    }
  /** Requested just before: its mail is on its way, and nothing is written. */
  | { readonly outcome: 'requested_before'; readonly pending: PendingEmail }
  /** The limit of confirmations is reached. */
  | { readonly outcome: 'too_many'; readonly allowedAt: Date }
  /** The migration is due, and has been held once already. */
  | { readonly outcome: 'too_late' }

/**
 * U2: requests the confirmation of a new address for the original account. The mail with its link follows from the
 * change. A confirmation of another address ends; links for the same address keep working, and asking for it again
 * right away writes nothing. If the migration would come before the link expires, it is held until then, once in a
 * claim's life; a later confirmation expires with the migration.
 */
export function requestConfirmation(
  record: AccountRecord,
  claim: OpenClaim,
  newEmail: string,
  changedBy: ChangedBy,
): ConfirmationRequest {
  const { now } = changedBy
  const since = new Date(now.getTime() - CONFIRMATION_LIFETIME_MS)
  const recent = claim.confirmations?.filter((at) => new Date(at) > since) ?? []
  const older = pendingAt(claim, now)
  const same =
    older !== undefined && normalizedAddress(older.newEmail) === normalizedAddress(newEmail)
      ? older
      : undefined
  if (same !== undefined && isJustNow(recent.at(-1), now))
    return { outcome: 'requested_before', pending: same }
  const lastButMost = recent.at(-MAX_CONFIRMATIONS)
  if (lastButMost !== undefined)
    return {
      outcome: 'too_many',
      allowedAt: new Date(new Date(lastButMost).getTime() + CONFIRMATION_LIFETIME_MS),
    }
  const wanted = new Date(now.getTime() + CONFIRMATION_LIFETIME_MS)
  const migration = (awaitsDecision(claim) ? migrationAt(claim) : undefined) ?? wanted
  const endsEarlier = migration < wanted
  const holds = endsEarlier && claim.heldUntil === undefined
  const until = endsEarlier && !holds ? migration : wanted
  if (until <= now) return { outcome: 'too_late' }
  const links = same?.links ?? []
  const pending = { newEmail, expiresAt: isoSecond(until), changeNumber: record.revision + 1, links }
  const next = withClaim(record, claim, 'claim.confirmation_requested', changedBy, {
    pendingEmail: pending,
    confirmations: [...recent, isoSecond(now)],
    ...(holds ? { heldUntil: isoSecond(until) } : {}),
  })
  return { outcome: 'requested', record: next, claim: next.claim, pending }
}

const isJustNow = (at: string | undefined, now: Date): boolean =>
  now.getTime() - new Date(at ?? Number.NaN).getTime() < SAME_CONFIRMATION_MS

/** U2: stores a link's hash before its mail is sent. `undefined`: the confirmation is no longer pending. */
export function linkConfirmation(
  record: AccountRecord,
  claim: OpenClaim,
  { n, link, now }: { readonly n: number; readonly link: string; readonly now: Date },
): AccountRecord | undefined {
  const pending = pendingAt(claim, now)
  if (pending?.changeNumber !== n || pending.links.includes(link)) return undefined
  const links = [...pending.links, link].slice(-MAX_KEPT_LINKS)
  return {
    ...record,
    revision: record.revision + 1,
    claim: { ...claim, pendingEmail: { ...pending, links } },
  }
}
