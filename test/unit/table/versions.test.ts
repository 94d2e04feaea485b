import { describe, expect, it } from 'vitest'
import { ZodError } from 'zod'
import { completeClaim } from '../../../shared/claims/lifecycle.ts'
import { readImage } from '../../../shared/table/images.ts'
import { accountFromItem, accountToItem, closedClaimToItem } from '../../../shared/table/items.ts'
import { claimed, record, SCHEDULE, T0 } from '../../support/builders.ts'

const { closed, change } = completeClaim(claimed(), claimed().claim, { now: T0, by: SCHEDULE })
const stored = {
  account: accountToItem(record()),
  'account with a claim': accountToItem(claimed()),
  'closed claim': closedClaimToItem(closed, change),
}
const items = Object.entries(stored)

describe('what a newer version has stored', () => {
  it.each(items)(
    'an %s is read by an older function as if what it does not know were not there',
    (_, item) => {
      const newer = { ...item, later: { any: ['thing'] } }
      expect(readImage(newer)).toEqual(readImage(item))
    },
  )

  it('an attribute of a claim that is not known does not stop it either', () => {
    const item = accountToItem(claimed())
    const newer = { ...item, claim: { ...Object(item.claim), later: 'x' } }
    expect(accountFromItem(newer)).toEqual(accountFromItem(item))
  })

  it.each(items)(
    'an %s of a version that the code does not know is refused, and never half understood',
    (_, item) => {
      expect(() => readImage({ ...item, v: 2 })).toThrow(ZodError)
    },
  )

  it('an item of a type that is not known sets nothing off', () => {
    expect(readImage({ pk: 'Z#1', sk: 'Z', type: 'later', v: 1 })).toBeUndefined()
  })
})
