import { describe, expect, it } from 'vitest'
import type { Feedback } from '../../../../shared/mail/feedback.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import { recordFeedback } from '../../../../shared/usecases/mail/bounces-and-complaints.ts'
import { ADMIN, claimed, ENDS_AT, patchClaim, record, T0 } from '../../../support/builders.ts'

const given = claimed()
const { claimId } = given.claim
const ADA = 'ada@Noordzee.example'

async function reported(patch: Partial<Feedback> = {}, standing: AccountRecord = given, isOfClaim = true) {
  const suppressed: string[] = []
  const written: AccountRecord[] = []
  const answer = await recordFeedback(
    {
      suppressions: { add: async (email, now) => void suppressed.push(`${email} ${now.toISOString()}`) },
      claims: { byId: async () => ({ claim: given.claim, record: standing }) },
      accounts: {
        write: async (next) => {
          written.push(next)
          return WRITTEN
        },
      },
      now: () => T0,
    },
    { kind: 'bounced', sesMessageId: 'ses-1', recipients: [ADA], ...(isOfClaim && { claimId }), ...patch },
  )
  return { answer, suppressed, written }
}
const at = T0.toISOString()

describe('a mail that came back', () => {
  it('N4: suppresses its addresses, and its claim shows why, by the mail', async () => {
    for (const kind of ['bounced', 'complained'] as const) {
      const { answer, suppressed, written } = await reported({ kind, recipients: [ADA, 'other@a.example'] })
      expect(answer).toEqual({ outcome: 'recorded' })
      expect(suppressed).toEqual([`${ADA} ${at}`, `other@a.example ${at}`])
      expect(written).toMatchObject([{ claim: { notification: kind }, change: { by: 'mail:ses-1' } }])
    }
  })

  it('N4: changes nothing of a claim that shows it already, is over, or is on its way with its account', async () => {
    const deletion = { userId: 'acc00042', at, by: ADMIN, resumeAt: ENDS_AT }
    for (const standing of [
      patchClaim(given, { notification: 'bounced' }),
      record(),
      { ...given, deletion },
    ]) {
      const { answer, suppressed, written } = await reported({}, standing)
      expect(answer).toEqual({ outcome: 'unchanged' })
      expect(suppressed).toHaveLength(1)
      expect(written).toEqual([])
    }
  })

  it('C9: changes nothing of a claim whose account has another address by now', async () => {
    const moved = patchClaim(given, { newAccount: { ...given.claim.newAccount, email: 'ada@other.example' } })
    expect((await reported({}, moved)).answer).toEqual({ outcome: 'unchanged' })
    expect((await reported({ recipients: ['ADA@other.example'] }, moved)).answer).toEqual({
      outcome: 'recorded',
    })
  })

  it('N4: suppresses its addresses alone where it was about no claim', async () => {
    const { answer, suppressed, written } = await reported({}, given, false)
    expect(answer).toEqual({ outcome: 'suppressed' })
    expect(suppressed).toHaveLength(1)
    expect(written).toEqual([])
  })

  it('N4: does nothing where it failed for now, or it isn’t known to whom', async () => {
    const cases: [Partial<Feedback>, string][] = [
      [{ kind: 'transient' }, 'transient'],
      [{ recipients: [] }, 'unsure'],
    ]
    for (const [patch, outcome] of cases) {
      const { answer, suppressed, written } = await reported(patch)
      expect(answer).toEqual({ outcome })
      expect([...suppressed, ...written]).toEqual([])
    }
  })
})
