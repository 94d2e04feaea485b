import type { Clock } from '../../lib/time.ts'
import type { Feedback } from '../../mail/feedback.ts'
import { normalizedAddress } from '../../rules/accounts/address.ts'
import { newAccountOf } from '../../rules/claims/ending.ts'
import { type MailFailure, mailFailed } from '../../rules/mail/notification.ts'
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
  /** `unchanged`: the claim is over, is marked already, or its account has another address by now (C9). */
  readonly outcome: 'recorded' | 'unchanged'
}

export type FeedbackOutcome =
  | FailureOutcome
  /** The mail was about no claim: its addresses are suppressed, nothing else. */
  | { readonly outcome: 'suppressed' }
  /** The report doesn't say which recipient it is about, so none is suppressed. */
  | { readonly outcome: 'unsure' }
  /** A temporary failure: nothing is done. */
  | { readonly outcome: 'transient' }

/** N4: records a bounce or complaint; a repeated report changes nothing. */
export async function recordFeedback(
  ports: FeedbackPorts,
  { kind, sesMessageId, claimId, recipients }: Feedback,
): Promise<FeedbackOutcome> {
  if (kind === 'transient') return { outcome: 'transient' }
  if (recipients.length === 0) return { outcome: 'unsure' }
  // Suppressed before the claim is marked, so that no mail is sent in between.
  for (const address of recipients) await ports.suppressions.add(address, ports.now())
  return claimId === undefined
    ? { outcome: 'suppressed' }
    : recordFailure(ports, claimId, { failure: kind, recipients, by: `mail:${sesMessageId}` })
}

/** A report about a claim's mail. */
export interface ClaimMailFailure {
  readonly failure: MailFailure
  /** The addresses it was sent to. */
  readonly recipients: readonly string[]
  readonly by: Actor
}

/**
 * Marks the claim as bounced and drops its reminders. Not if the claim has ended, or if its account was given another
 * address since the mail was sent (C9): the next mail may well arrive.
 * @param known what was read before; tried first
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
