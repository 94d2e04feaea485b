import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planAccount, type WantedAccount } from '../../../../shared/rules/accounts/account-changes.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { accountsOf } from '../../../../shared/rules/claims/views.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { ADMIN, claimed, claimedDirectly, plus, record, withClaim } from '../../../support/builders.ts'

const changedBy = { now: plus(60_000), by: 'platform:sync' } as const

const name = fc.constantFrom('Ada', 'de Vries', '', 'Bo')
const told = fc.record({
  email: fc.constantFrom('Ada@noordzee.example', 'ada@noordzee.example', 'ada@harbour.example'),
  firstName: name,
  lastName: name,
  orgId: fc.constantFrom('personal', 'noordzee'),
  status: fc.constantFrom('active', 'not_verified', 'verified', 'inactive'),
  paid: fc.boolean(),
  locale: fc.constantFrom('nl', 'fr'),
  licenses: fc.option(fc.subarray(['free', 'pro', 'mail']), { nil: undefined }),
}) satisfies fc.Arbitrary<Omit<WantedAccount, 'userId'>>

const given = fc.constantFrom<AccountRecord>(
  record(),
  claimed(),
  claimedDirectly(),
  claimed({}, { paid: true }),
)
/** Of one account or, where it is claimed, of one of two. */
const nth = fc.nat({ max: 1 })

function planFor(before: AccountRecord, n: number, word: Omit<WantedAccount, 'userId'>) {
  const accounts = accountsOf(before)
  const inRecord = accounts[n % accounts.length]
  if (inRecord === undefined) throw new Error('a record has an account')
  const wanted = { ...word, userId: inRecord.account.userId }
  return { inRecord, plan: planAccount({ record: before, inRecord }, wanted, changedBy) }
}

describe('planAccount', () => {
  it('C6: what has been done is unchanged when it is asked for again', () => {
    fc.assert(
      fc.property(given, nth, told, (before, n, word) => {
        const { plan } = planFor(before, n, word)
        if (plan.outcome === 'refused') return
        const again = planFor(plan.record, n, word).plan
        expect(again).toEqual({ outcome: 'unchanged', record: plan.record })
      }),
      { numRuns: 1000 },
    )
  })

  it('C6: what is unchanged is the record as it was, and what is written is the next one', () => {
    fc.assert(
      fc.property(given, nth, told, (before, n, word) => {
        const { plan } = planFor(before, n, word)
        if (plan.outcome === 'unchanged') expect(plan.record).toBe(before)
        if (plan.outcome === 'write')
          expect(plan.record).toMatchObject({ recordId: before.recordId, revision: before.revision + 1 })
      }),
      { numRuns: 1000 },
    )
  })

  it('C3, R1: whatever the platform says meanwhile, revoking gives the account that was there', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(claimed(), claimedDirectly()),
        fc.array(fc.tuple(nth, told)),
        (start, words) => {
          let current: AccountRecord = start
          for (const [n, word] of words) {
            const { plan } = planFor(current, n, word)
            if (plan.outcome === 'write') current = plan.record
          }
          const { claim } = withClaim(current)
          const { record: standing } = revokeClaim(current, claim, { ...changedBy, by: ADMIN })
          expect(standing.account).toStrictEqual(record().account)
        },
      ),
    )
  })

  it('C2: while a delayed claim is open, the platform changes neither of its accounts', () => {
    fc.assert(
      fc.property(nth, told, (n, word) => {
        expect(planFor(claimed(), n, word).plan.outcome).not.toBe('write')
      }),
    )
  })
})
