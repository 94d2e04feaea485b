import { dueAt, dueReminder } from '../../rules/due/due-work.ts'
import { slotOf } from '../../rules/mail/claim-mail.ts'
import { reminderLeadMs, endOfMinute } from '../../rules/due/due-minutes.ts'
import { correlationOfOrigin } from '../../lib/correlation.ts'
import { type Clock, isoSecond } from '../../lib/time.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { ClaimMailRequest, QueuedMail } from '../../contracts/mail-requests.ts'
import type { OpenClaim } from '../../rules/types.ts'

export interface RequestRemindersPorts {
  readonly accounts: Pick<AccountStore, 'byRecordIds'>
  readonly queueMails: (mails: readonly QueuedMail<ClaimMailRequest>[]) => Promise<void>
  readonly now: Clock
}

/**
 * N1: asks for the reminders of some claims. A reminder is only a mail: it changes no claim, and makes no event or
 * audit entry. Its id is made of the claim and the day, so a repeated request sends nothing twice. 0.5 read units for
 * each claim: a stale read is harmless, since the claim has been in the table for days, and the sender checks again.
 */
export async function requestReminders(
  ports: RequestRemindersPorts,
  recordIds: readonly string[],
  day: number,
): Promise<void> {
  const records = await ports.accounts.byRecordIds(recordIds, 'eventually')
  const now = ports.now()
  const mails = [...records.values()].flatMap(({ claim, deletion }): QueuedMail<ClaimMailRequest>[] => {
    if (claim === undefined || deletion !== undefined || dueReminder(claim, now) !== day) return []
    // M2: the sweep asks again in case the schedule didn't; most have been sent by then.
    if (slotOf(claim, { kind: 'reminder', day }) === 'sent') return []
    return [reminderRequest(claim, day)]
  })
  await ports.queueMails(mails)
}

/** Also used for the schedule of a single claim, which is made together with the claim. */
export function reminderRequest(claim: OpenClaim, day: number): QueuedMail<ClaimMailRequest> {
  const { claimId, claimingOrgId: orgId, origin } = claim
  const at = Date.parse(dueAt(claim) ?? '') - reminderLeadMs(day)
  return {
    kind: 'reminder',
    mailId: `${claimId}/reminder/${day}`,
    claimId,
    orgId,
    day,
    causedAt: endOfMinute({ minute: isoSecond(new Date(at)) }),
    correlationId: correlationOfOrigin(origin),
  }
}
