import { describe, expect, it } from 'vitest'
import { splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import type { ClosedClaim } from '../../../../shared/rules/types.ts'
import {
  closedClaimFromItem,
  closedClaimToItem,
  endedFromItem,
  endedSchema,
  endedToItem,
  itemOfEndedClaim,
} from '../../../../shared/storage/items/closed-claim-item.ts'
import { ADMIN, account, claimed, claimedDirectly, patchClaim, plus, T0 } from '../../../support/builders.ts'

const by = { now: plus(1000), by: ADMIN }
const OWN = account()
const open = claimed()
const revoked = revokeClaim(open, open.claim, by)
const direct = claimedDirectly()
const lossy = revokeClaim(direct, direct.claim, by)
const split = splitByNewAddress(
  patchClaim(open, { noInvitation: true, signedInAt: T0.toISOString() }),
  open.claim,
  'me@home.example',
  by,
).ended
const asked = {
  newEmail: 'me@home.example',
  expiresAt: '2026-03-02T09:30:15Z',
  changeNumber: 5,
  links: ['hash'],
}
const linked = splitByNewAddress(
  patchClaim(open, { pendingEmail: asked }),
  patchClaim(open, { pendingEmail: asked }).claim,
  'me@home.example',
  by,
).ended

/** What may differ between two ended claims, each once. */
const ends: readonly (readonly [string, { closed: ClosedClaim; change: typeof revoked.change }])[] = [
  ['revoked', revoked],
  ['completed', completeClaim(open, open.claim, by)],
  ['direct, whose content is lost', lossy],
  ['decided to change the address', split],
  ['with links to confirm it', linked],
  ['nobody was mailed about', { ...revoked, closed: { ...revoked.closed, notification: 'pending' } }],
  ['with moved conversations', { ...revoked, closed: { ...revoked.closed, conversationsMoved: 7 } }],
  ['of another address', { ...revoked, closed: { ...revoked.closed, email: 'was@noordzee.example' } }],
  ['whose person was removed', { ...revoked, closed: { ...revoked.closed, email: '' } }],
  ['of another account', { ...revoked, closed: { ...revoked.closed, originalUserId: 'acc00042~B' } }],
  ['with its mailed links', { ...revoked, closed: { ...revoked.closed, links: [Uint8Array.of(1, 2)] } }],
  ['mailed again', { ...revoked, closed: { ...revoked.closed, resentAt: T0.toISOString() } }],
  ['without invitations', { ...revoked, closed: { ...revoked.closed, noInvitation: true } }],
]

describe('a claim that ended in its record', () => {
  it.each(ends)(
    'A1: is read as it was written, with the change that ended it: %s',
    (_, { closed, change }) => {
      const item = endedToItem('acc00042', OWN, { claim: closed, change })
      expect(endedFromItem('acc00042', OWN, endedSchema.parse(item), item)).toStrictEqual({
        claim: closed,
        change,
      })
    },
  )

  it('says nothing twice that its account says, nor what is nothing', () => {
    const item = endedToItem('acc00042', OWN, { claim: revoked.closed, change: revoked.change })
    for (const name of ['user', 'email', 'moved'] as const) expect(item[name], name).toBeUndefined()
    const pending = { ...revoked.closed, notification: 'pending' as const }
    expect(
      endedToItem('acc00042', OWN, { claim: pending, change: revoked.change }).notification,
    ).toBeUndefined()
  })

  it('A1, A2: has effects when it ends, and none when it leaves', () => {
    const leaving = itemOfEndedClaim({ claim: revoked.closed, change: revoked.change })
    expect(leaving).toEqual({ ...closedClaimToItem(revoked.closed, revoked.change), quiet: 'y' })
    expect(closedClaimToItem(revoked.closed, revoked.change)).not.toHaveProperty('quiet')
  })
})

describe('a claim that ended, in an item of its own', () => {
  it.each(ends)(
    'A1: is read as it was written, with the change that ended it: %s',
    (_, { closed, change }) => {
      const item = closedClaimToItem(closed, change)
      expect(closedClaimFromItem(item)).toStrictEqual({ claim: closed, change })
    },
  )
})
