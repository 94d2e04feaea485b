import { mailFailed } from '../../rules/claims/lifecycle.ts'
import type { MailFailure } from '../../rules/claims/notification.ts'
import type { AccountRecord, Actor } from '../../rules/types.ts'
import type { Clock } from '../../lib/time.ts'
import type { Feedback } from '../../mail/feedback.ts'
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

/** `unchanged`: the claim is over, or shows already that its mails don't arrive. */
export type FailureOutcome = 'recorded' | 'unchanged'

export type FeedbackOutcome =
  | FailureOutcome
  /** The mail was about no claim: its addresses are suppressed, and that is all. */
  | 'suppressed'
  /** It may be any of several: nobody is stopped. */
  | 'unsure'
  /** Not a lasting failure: nothing is done about it. */
  | 'transient'

/** N4: a bounce or a complaint, however often it is told. */
export async function takeFeedback(
  ports: FeedbackPorts,
  { kind, sesMessageId, claimId, recipients }: Feedback,
): Promise<FeedbackOutcome> {
  if (kind === 'transient') return 'transient'
  if (recipients.length === 0) return 'unsure'
  // Before the claim is marked: a mail that is on its way to be sent must not slip through between the two.
  for (const address of recipients) await ports.suppressions.add(address, ports.now())
  return claimId === undefined ? 'suppressed' : recordFailure(ports, claimId, kind, `mail:${sesMessageId}`)
}

/**
 * The claim shows that its mails don't arrive, and its reminders are dropped. Of a claim that has ended nothing changes.
 * @param known what was read before, to be tried first
 */
export async function recordFailure(
  ports: FailurePorts,
  claimId: string,
  failure: MailFailure,
  by: Actor,
  known?: AccountRecord,
): Promise<FailureOutcome> {
  const outcome = await changeOpenClaim(
    ports,
    claimId,
    (record, claim) =>
      record.removal === undefined ? mailFailed(record, claim, failure, { now: ports.now(), by }) : undefined,
    known,
  )
  return outcome === 'changed' ? 'recorded' : 'unchanged'
}
