import { describe, expect, it } from 'vitest'
import { ZodError } from 'zod'
import { splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { signIn } from '../../../../shared/rules/claims/sign-in.ts'
import { mailSent } from '../../../../shared/rules/mail/claim-mail.ts'
import { accountFromItem, accountToItem } from '../../../../shared/storage/items/account-item.ts'
import { closedClaimToItem } from '../../../../shared/storage/items/closed-claim-item.ts'
import { readImage } from '../../../../shared/storage/items/stream-images.ts'
import { type ClaimedRecord, claimed, record, SCHEDULE, T0, withClaim } from '../../../support/builders.ts'

const bySchedule = { now: T0, by: SCHEDULE }
const { closed, change } = completeClaim(claimed(), claimed().claim, bySchedule)
const stored = {
  account: accountToItem(record()),
  'account with a claim': accountToItem(claimed()),
  'closed claim': closedClaimToItem(closed, change),
}
const items = Object.entries(stored)
const later = { any: ['thing'] }

/** Without what goes with it unseen. */
const seen = (value: unknown): unknown => structuredClone(value)

describe('what a newer version has stored', () => {
  it.each(items)(
    'an %s is read by an older function as if what it does not know were not there',
    (_, item) => {
      expect(seen(readImage({ ...item, later }))).toEqual(seen(readImage(item)))
    },
  )

  it('an attribute of a claim that is not known does not stop it either', () => {
    const item = accountToItem(claimed())
    const newer = { ...item, claim: { ...Object(item.claim), later } }
    expect(seen(accountFromItem(newer))).toEqual(seen(accountFromItem(item)))
  })

  it.each(items)(
    'an %s of a version that the code does not know is refused, and never half understood',
    (_, item) => {
      expect(() => readImage({ ...item, v: 2 })).toThrow(ZodError)
      expect(() => readImage({ ...item, v: 2 })).toThrow('an item of version 2')
    },
  )

  it('an item of a type that is not known sets nothing off', () => {
    expect(readImage({ pk: 'Z#1', sk: 'Z', type: 'later', v: 1 })).toBeUndefined()
  })
})

describe('what an older function writes of what a newer version has stored', () => {
  /** As it is read, with an attribute beside the claim and one in it. */
  function newerClaimed(): ClaimedRecord {
    const item = accountToItem(claimed())
    return withClaim(accountFromItem({ ...item, later, claim: { ...Object(item.claim), later } }))
  }
  const newer = newerClaimed()

  it('has those of the claim’s mails after another mail', () => {
    const item = accountToItem(claimed())
    const read = withClaim(accountFromItem({ ...item, mail: { ...Object(item.mail), later } }))
    const next = mailSent(read.claim, { kind: 'claimed' }, T0)
    expect(next && accountToItem({ ...read, claim: next })).toMatchObject({ mail: { later, claimed: true } })
  })

  it('has both attributes after a change of the claim', () => {
    const next = signIn(newer, newer.claim, bySchedule)
    expect(next && accountToItem(next)).toMatchObject({
      later,
      claim: { later, signedInAt: T0.toISOString() },
    })
  })

  it.each([
    ['completed', completeClaim],
    ['revoked', revokeClaim],
  ])('has the claim’s in the claim’s own item once it is %s, and the record’s in the record', (_, end) => {
    const ended = end(newer, newer.claim, bySchedule)
    expect(accountToItem(ended.record)).toMatchObject({ later })
    expect(accountToItem(ended.record).claim).toBeUndefined()
    expect(closedClaimToItem(ended.closed, ended.change)).toMatchObject({ claim: { later } })
  })

  it('U2: leaves the record’s with the item that had it when the two are parted', () => {
    const { original, ended } = splitByNewAddress(newer, newer.claim, 'ada@private.example', bySchedule)
    expect(accountToItem(original)).toMatchObject({ later })
    expect(accountToItem(ended.record)).not.toHaveProperty('later')
  })

  it('brings back neither what an index is to forget nor the mark of a change without effects', () => {
    const read = withClaim(accountFromItem({ ...accountToItem(newer), quiet: 'y' }))
    const after = accountToItem(completeClaim(read, read.claim, bySchedule).record)
    for (const name of ['claimShard', 'claimSort', 'outgoingShard', 'dueShard', 'dueAt'])
      expect(after[name], name).toBeUndefined()
    const told = signIn(read, read.claim, bySchedule)
    expect(told && accountToItem(told).quiet).toBeUndefined()
  })

  it('shows them to nobody', () => {
    expect(JSON.stringify(newer)).not.toContain('later')
  })
})
