import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import { mailSent } from '../../../../shared/rules/mail/claim-mail.ts'
import { holdMigration, dueForHolding, dueForMigration } from '../../../../shared/rules/claims/migration.ts'
import { mailFailed } from '../../../../shared/rules/mail/notification.ts'
import { notRevocableBecause } from '../../../../shared/rules/claims/revocation.ts'
import { endsAt } from '../../../../shared/rules/claims/transition.ts'
import { viewClaim } from '../../../../shared/rules/claims/views.ts'
import { dueAt, dueReminder } from '../../../../shared/rules/due/due-work.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { claimedUnmailed, plus, T0, withClaim } from '../../../support/builders.ts'

const MAX_STEP_MS = 6 * DAY_MS

/** What mail and time do to a claim: a mail leaves or comes back, a worker looks, or nothing but time goes by. */
const steps = fc.array(
  fc.record({
    what: fc.constantFrom('mail', 'bounce', 'work', 'wait'),
    afterMs: fc.integer({ min: 0, max: MAX_STEP_MS }),
  }),
  { maxLength: 20 },
)

describe('any order of mails, workers and time', () => {
  it('M5: migrates nobody before the end, untold, or within seven days of the first mail', () => {
    fc.assert(
      fc.property(steps, (all) => {
        let given = claimedUnmailed()
        let now = T0
        let firstMail: Date | undefined
        const become = (next: AccountRecord | undefined): void => {
          if (next !== undefined) given = withClaim(next)
        }
        for (const { what, afterMs } of all) {
          now = plus(afterMs, now)
          const { claim } = given
          if (what === 'mail' || what === 'bounce') firstMail ??= now
          if (what === 'mail') {
            const told = mailSent(claim, { kind: 'claimed' }, now)
            become(told && { ...given, claim: told })
          }
          if (what === 'bounce') become(mailFailed(given, claim, 'bounced', { now, by: 'mail:ses-1' }))
          if (what === 'work' && dueForHolding(claim, now)) become(holdMigration(given, claim))

          const { claim: next } = given
          const due = dueForMigration(next, now)
          if (due) {
            expect(now.getTime()).toBeGreaterThanOrEqual(endsAt(next).getTime())
            // Marks are of whole seconds.
            expect(now.getTime() - (firstMail?.getTime() ?? Number.NaN)).toBeGreaterThan(7 * DAY_MS - 1000)
            expect(notRevocableBecause(next, now, false)).toBe('window_passed')
          }
          // Whatever can be done is in the index by its time, and what can't be isn't handed out.
          const at = dueAt(next)
          const inIndex = at !== undefined && new Date(at) <= now
          expect(inIndex).toBe(due || dueForHolding(next, now))
          if (due) expect(dueReminder(next, now)).toBeUndefined()
          const view = viewClaim(next, { now, domainClaimed: false, originalIsPaid: false })
          expect(new Date(view.migratesAt ?? '') <= now).toBe(due)
          expect(view.heldBecause === undefined).toBe(view.migratesAt === view.endsAt)
          expect(view.daysLeft > 0).toBe(!due)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
