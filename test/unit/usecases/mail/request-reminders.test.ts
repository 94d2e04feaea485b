import { describe, expect, it } from 'vitest'
import type { ClaimMailRequest, QueuedMail } from '../../../../shared/contracts/mail-requests.ts'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { reminderRequest, requestReminders } from '../../../../shared/usecases/mail/request-reminders.ts'
import {
  type ClaimedRecord,
  claimed,
  CREATED_AT,
  ENDS_AT,
  patchClaim,
  plus,
  record,
  T0,
  USER,
} from '../../../support/builders.ts'

const other = claimed({}, { userId: 'acc00043', email: 'eva@noordzee.example' })

async function asked(records: readonly AccountRecord[], day = 7, now = plus(day * DAY_MS, CREATED_AT)) {
  const queued: QueuedMail<ClaimMailRequest>[] = []
  const reads: string[] = []
  await requestReminders(
    {
      accounts: {
        byRecordIds: async (ids, consistency) => {
          reads.push(`${consistency} ${ids.join(' ')}`)
          return new Map(records.map((each) => [each.recordId, each]))
        },
      },
      queueMails: async (mails) => void queued.push(...mails),
      now: () => now,
    },
    records.map(({ recordId }) => recordId),
    day,
  )
  return { queued, reads }
}
const reminded = (given: ClaimedRecord, day: number, slot?: 'sent') =>
  patchClaim(given, {
    mail: { ...given.claim.mail, slots: { reminder: { day, ...(slot && { slot }) } } },
  })

describe('the request for reminders', () => {
  it('N1: is one mail a claim, with an id of the claim and the day, due at the end of its minute', async () => {
    const { queued, reads } = await asked([claimed({ origin: 'request:corr-1' }), other])
    const { claimId } = claimed().claim
    expect(queued).toEqual([
      {
        kind: 'reminder',
        mailId: `${claimId}/reminder/7`,
        claimId,
        orgId: 'noordzee',
        day: 7,
        causedAt: '2026-03-08T09:31:00Z',
        correlationId: 'corr-1',
      },
      reminderRequest(other.claim, 7),
    ])
    expect(reads).toEqual(['eventually acc00042 acc00043'])
    expect(reminderRequest(other.claim, 13).causedAt).toBe('2026-03-14T09:31:00Z')
  })

  it('N1, M2: leaves out claims that are none, decided, bounced, sent to, or due for another day, and no others', async () => {
    const given = claimed()
    const deletion = { userId: 'acc00042', at: T0.toISOString(), by: USER, resumeAt: ENDS_AT }
    for (const left of [
      record(),
      { ...given, deletion },
      decide(given, given.claim, 'transfer_content', { now: T0, by: USER }),
      patchClaim(given, { notification: 'bounced' }),
      reminded(given, 7, 'sent'),
    ])
      expect((await asked([left, other])).queued).toEqual([reminderRequest(other.claim, 7)])
    expect((await asked([given], 7, plus(11 * DAY_MS, CREATED_AT))).queued).toEqual([])
    expect((await asked([given], 7, plus(7 * DAY_MS - 1, CREATED_AT))).queued).toEqual([])
    expect((await asked([reminded(given, 7)])).queued).toHaveLength(1)
    expect((await asked([reminded(given, 7, 'sent')], 11)).queued).toHaveLength(1)
  })
})
