import type { Clock } from '../../lib/time.ts'
import type { Feedback } from '../../mail/feedback.ts'
import { normalizedAddress } from '../../rules/accounts/address.ts'
import { newAccountOf } from '../../rules/claims/ending.ts'
import { type MailFailure, mailFailed } from '../../rules/claims/notification.ts'
import type { AccountRecord, Actor } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { ClaimStore } from '../../storage/stores/claims.ts'
import type { SuppressionStore } from '../../storage/stores/suppressions.ts'
import { changeOpenClaim } from '../claims/claim-changes.ts'

export interface FailurePorts {
  readonly accounts: Pick<AccountStore, 'write'>
  readonly claims: Pick<ClaimStore, 'byId'>
  readonly now: Clock
}

export interface FeedbackPorts extends FailurePorts {
  readonly suppressions: Pick<SuppressionStore, 'add'>
}

export interface FailureOutcome {
  /** `unchanged`: the claim is over, shows already that its mails don't arrive, or is mailed elsewhere by now (C9). */
  readonly outcome: 'recorded' | 'unchanged'
}

export type FeedbackOutcome =
  | FailureOutcome
  /** The mail was about no claim: its addresses are suppressed, and that is all. */
  | { readonly outcome: 'suppressed' }
  /** It may be any of several: nobody is stopped. */
  | { readonly outcome: 'unsure' }
  /** Not a lasting failure: nothing is done about it. */
  | { readonly outcome: 'transient' }

/** N4: a bounce or a complaint, however often it is told. */
export async function recordFeedback(
  ports: FeedbackPorts,
  { kind, sesMessageId, claimId, recipients }: Feedback,
): Promise<FeedbackOutcome> {
  if (kind === 'transient') return { outcome: 'transient' }
  if (recipients.length === 0) return { outcome: 'unsure' }
  // Before the claim is marked: a mail that is on its way to be sent must not slip through between the two.
  for (const address of recipients) await ports.suppressions.add(address, ports.now())
  return claimId === undefined
    ? { outcome: 'suppressed' }
    : recordFailure(ports, claimId, { failure: kind, recipients, by: `mail:${sesMessageId}` })
}

/** What is told of a mail about a claim. */
export interface ClaimMailFailure {
  readonly failure: MailFailure
  /** Where it went. */
  readonly recipients: readonly string[]
  readonly by: Actor
}

/**
 * The claim shows that its mails don't arrive, and its reminders are dropped. Of a claim that has ended nothing changes, nor of
 * one whose account has another address since that mail left (C9): the next one may well arrive.
 * @param known what was read before, to be tried first
 */
export async function recordFailure(
  ports: FailurePorts,
  claimId: string,
  { failure, recipients, by }: ClaimMailFailure,
  known?: AccountRecord,
): Promise<FailureOutcome> {
  const failed = new Set(recipients.map(normalizedAddress))
  const changed = await changeOpenClaim(
    ports,
    claimId,
    (record, claim) => {
      const isMailedThere = failed.has(normalizedAddress(newAccountOf(record, claim).email))
      if (record.deletion !== undefined || !isMailedThere) return undefined
      return mailFailed(record, claim, failure, { now: ports.now(), by })
    },
    known,
  )
  return { outcome: changed.outcome === 'changed' ? 'recorded' : 'unchanged' }
}
