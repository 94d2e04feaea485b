import { describe, expect, it } from 'vitest'
import { splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { ancestorsOf, redacted, redactionsOf } from '../../../../shared/rules/deletion/redaction.ts'
import type { ClosedClaim, EndedClaim } from '../../../../shared/rules/types.ts'
import { ADMIN, claimed, T0, USER } from '../../../support/builders.ts'

const by = { now: T0, by: ADMIN }
const email = 'Ada@noordzee.example'
const NEW = 'Ada@home.example'
const given = (ulid = '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7') => claimed({ ulid })
const completed = (ulid?: string): ClosedClaim => {
  const record = given(ulid)
  return completeClaim(record, record.claim, by).closed
}
const revoked = (ulid?: string): ClosedClaim => {
  const record = given(ulid)
  return revokeClaim(record, record.claim, by).closed
}
const parted = (ulid?: string): ClosedClaim => {
  const record = given(ulid)
  return splitByNewAddress(record, record.claim, NEW, { now: T0, by: USER }).ended.closed
}
const { recordId } = given()

describe('the ancestors of a record', () => {
  it('are those it was parted from, nearest first', () => {
    expect(ancestorsOf('acc1')).toEqual([])
    expect(ancestorsOf('~A')).toEqual([])
    expect(ancestorsOf('acc1~A~B')).toEqual(['acc1~A', 'acc1'])
  })
})

describe('what is left of an ended claim in a record', () => {
  const ended = (decision?: ClosedClaim['decision']): EndedClaim => {
    const given = claimed()
    const { claim, change } = { claim: completed(), change: given.change }
    if (change === undefined) throw new Error('a claim has a change')
    return { change, claim: { ...claim, ...(decision === undefined ? {} : { decision }) } }
  }
  const chosen = { kind: 'change_email', at: T0.toISOString(), by: 'user', newEmail: NEW } as const
  const { claimId } = completed()

  it('Y7: all but the addresses that go', () => {
    const given = ended(chosen)
    const { newEmail: _, ...withoutAddress } = chosen
    expect(redacted(given, { claimId, email: true, newEmail: true })).toEqual({
      change: given.change,
      claim: { ...given.claim, email: '', decision: withoutAddress },
    })
    expect(redacted(given, { claimId, email: true, newEmail: false })).toEqual({
      change: given.change,
      claim: { ...given.claim, email: '' },
    })
    expect(redacted(given, { claimId, email: false, newEmail: true }).claim).toEqual({
      ...given.claim,
      decision: withoutAddress,
    })
    expect(redacted(given, { claimId, email: false, newEmail: false })).toEqual(given)
  })

  it('Y7: no decision comes of it where none was made', () => {
    const { claim } = ended()
    const { decision: _, ...undecided } = claim
    const left = redacted({ ...ended(), claim: undecided }, { claimId, email: true, newEmail: true })
    expect(left.claim).not.toHaveProperty('decision')
  })
})

describe('what goes of ended claims', () => {
  const only = (claim: ClosedClaim) => ({ claimId: claim.claimId, email: true, newEmail: false })

  it('Y7: the address of every claim that was made in the record', () => {
    const own = [revoked('01A'), completed('01B')]
    expect(redactionsOf({ recordId, email }, own, [])).toEqual(own.map(only))
  })

  it('Y7: the new address of the original that went its own way, and not the claimed one, which is the other’s', () => {
    const claim = parted()
    expect(redactionsOf({ recordId, email: NEW }, [claim], [])).toEqual([
      { claimId: claim.claimId, email: false, newEmail: true },
    ])
  })

  it('Y7: the claimed address with the account that took it, in claims of before too, and the one that parted them last', () => {
    const [before, claim] = [revoked('01A'), parted('01B')]
    const gone = { recordId: claim.newUserId, email: 'renamed@noordzee.example' }
    expect(redactionsOf(gone, [], [claim, before])).toEqual([only(before), only(claim)])
  })

  it('Y7: whatever the case the address was written in', () => {
    const [before, claim] = [{ ...revoked('01A'), email: 'ADA@Noordzee.example' }, parted('01B')]
    const gone = { recordId: claim.newUserId, email: 'renamed@noordzee.example' }
    expect(redactionsOf(gone, [], [before, claim])).toEqual([only(before), only(claim)])
  })

  it('Y7: also what only a claim of the account’s own tells still, but not what it left to whoever took it', () => {
    const earlier = { ...completed('01A'), email: 'old@noordzee.example' }
    const record = { recordId: `${recordId}~01B`, email: 'third@noordzee.example' }
    const own = { ...completed('01C'), email: 'old@noordzee.example' }
    expect(redactionsOf(record, [own], [earlier])).toEqual([only(earlier), only(own)])
    const left = { ...parted('01C'), email: 'old@noordzee.example' }
    expect(redactionsOf(record, [left], [earlier])).toEqual([
      { claimId: left.claimId, email: false, newEmail: true },
    ])
  })

  it('Y7: a new address in another’s claim where it is the account’s, and with the claim that parted the two', () => {
    const parting = parted('01B')
    const gone = { recordId: parting.newUserId, email: NEW }
    expect(redactionsOf(gone, [], [parting])).toEqual([
      { claimId: parting.claimId, email: true, newEmail: true },
    ])
    const elsewhere = { recordId: `${recordId}~01C`, email: NEW }
    expect(redactionsOf(elsewhere, [], [parting])).toEqual([
      { claimId: parting.claimId, email: false, newEmail: true },
    ])
  })

  it('Y7: nothing of claims about somebody else, and nothing twice', () => {
    const claim = parted('01B')
    const others = { ...revoked('01A'), email: 'someone@noordzee.example' }
    const gone = { recordId: `${claim.newUserId}~01C`, email: 'third@noordzee.example' }
    expect(redactionsOf(gone, [], [others, claim])).toEqual([])
    const done = { ...completed(), email: '' }
    expect(redactionsOf({ recordId, email }, [done], [])).toEqual([])
  })
})
