import { describe, expect, it } from 'vitest'
import { normalizedAddress } from '../../../../shared/rules/accounts/address.ts'
import { splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { closedClaimToItem } from '../../../../shared/storage/items/closed-claim-item.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import {
  ADMIN,
  claimed,
  claimedDirectly,
  patchClaim,
  record,
  T0,
  withClaim,
} from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const WRITTEN = { outcome: 'written' }
const LOST = { outcome: 'lost' }
const by = { now: T0, by: ADMIN }
const PURGED = { what: 'user.purged', at: T0.toISOString(), by: ADMIN } as const

describe('Y7: what is deleted of an account', () => {
  it('Y7: its conversations go page by page', async () => {
    const { deletions, put, conversations } = memoryStores()
    put(...['c1', 'c2', 'c3'].map((id) => keys.conversation('acc00042', id)))
    expect(await deletions.deleteConversations('acc00042', 2)).toEqual({ deleted: 2, more: true })
    expect(await deletions.deleteConversations('acc00042', 2)).toEqual({ deleted: 1, more: false })
    expect(await deletions.deleteConversations('acc00042', 2)).toEqual({ deleted: 0, more: false })
    expect(await conversations.get('acc00042', 'c3')).toBeUndefined()
  })

  const given = { ...record(), revision: 1 }
  const address = keys.address(normalizedAddress(given.account.email))
  const { closed, change } = revokeClaim(claimed(), claimed().claim, by)

  it.each([undefined, { claim: closed, change }])(
    'Y7: it goes with its address, and its audit entry and the claim that ended in it stay',
    async (ended) => {
      const { accounts, deletions, audit, item } = memoryStores()
      await accounts.create([given])
      expect(await deletions.deleteAccount(given, PURGED, ended)).toEqual(WRITTEN)
      expect([item(keys.account('acc00042')), item(address)]).toEqual([undefined, undefined])
      const [entry, ...others] = (await audit.list('personal', 10)).items
      expect(others).toEqual([])
      expect(entry).toMatchObject({
        what: 'user.purged',
        subject: 'acc00042',
        by: ADMIN,
        before: { userId: 'acc00042', userStatus: 'active', userOrgId: 'personal' },
      })
      const changes = [{ at: T0.toISOString(), n: 2 }]
      expect(await audit.ofChanges('personal', 'acc00042', changes)).toEqual([entry])
      const left = item(keys.closedClaim(closed.claimId))
      expect(left === undefined).toBe(ended === undefined)
      if (ended !== undefined) expect(left).toMatchObject({ quiet: 'y', claim: { status: 'revoked' } })
      expect(await deletions.deleteAccount(given, PURGED, ended)).toEqual(LOST)
    },
  )

  it('Y7: neither its record, if that has changed, nor an address that is another’s goes', async () => {
    const { accounts, deletions, item } = memoryStores()
    await accounts.create([given])
    expect(await deletions.deleteAccount({ ...given, revision: 2 }, PURGED, undefined)).toEqual(LOST)
    expect(item(keys.account('acc00042'))).toBeDefined()
    const other = { ...record({ userId: 'acc00043', email: 'eva@noordzee.example' }), revision: 1 }
    await accounts.create([other])
    const foreign = { ...given, account: { ...given.account, email: 'eva@noordzee.example' } }
    expect(await deletions.deleteAccount(foreign, PURGED, undefined)).toEqual(LOST)
    expect(item(keys.address('eva@noordzee.example'))).toMatchObject({ recordId: 'acc00043' })
  })

  it('Y7: the ended claims of a record are given oldest first', async () => {
    const { deletions, put } = memoryStores()
    const ended = ['01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z2', '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z1'].map((ulid) => {
      const open = claimed({ ulid })
      return revokeClaim(open, open.claim, by)
    })
    put(...ended.map((each) => closedClaimToItem(each.closed, each.change)))
    expect(await deletions.closedClaims('acc00042')).toEqual(ended.toReversed().map((each) => each.closed))
    expect(await deletions.closedClaims('acc00043')).toEqual([])
  })
})

describe('Y7: a claim that ended', () => {
  const decided = splitByNewAddress(claimed(), claimed().claim, 'me@home.example', by).ended
  const key = keys.closedClaim(decided.closed.claimId)
  async function stored() {
    const stores = memoryStores()
    stores.put(closedClaimToItem(decided.closed, decided.change))
    return stores
  }

  it.each([
    [true, false],
    [false, true],
    [true, true],
  ])(
    'Y7: loses its address (%s) or the new one (%s), and nothing else, without effects',
    async (email, newEmail) => {
      const { deletions, item } = await stored()
      const before = item(key)
      const { claimId } = decided.closed
      await deletions.redact({ claimId, email, newEmail })
      const { newEmail: _new, ...decision } = decided.closed.decision ?? { newEmail: undefined }
      expect(item(key)).toEqual({
        ...before,
        quiet: 'y',
        claim: {
          ...Object(before?.claim),
          ...(email && { email: '' }),
          ...(newEmail && { decision }),
        },
      })
    },
  )

  it('Y7: that is gone meanwhile is not made anew', async () => {
    const { deletions, item } = memoryStores()
    await deletions.redact({ claimId: decided.closed.claimId, email: true, newEmail: false })
    expect(item(key)).toBeUndefined()
  })

  it('Y7: by the deletion of its new account says so, and frees the address that nobody has any more', async () => {
    const { accounts, deletions, item } = memoryStores()
    const direct = claimedDirectly()
    const { newAccount } = direct.claim
    const given = {
      ...patchClaim(direct, { newAccount: { ...newAccount, email: 'other@noordzee.example' } }),
      revision: 1,
    }
    await accounts.create([given])
    const [current] = [...(await accounts.byRecordIds(['acc00042'])).values()]
    if (current === undefined) throw new Error('no record')
    const open = withClaim(current)
    const other = { ...open, revision: 2 }
    await accounts.writeWithAddresses(other, { taken: ['other@noordzee.example'], freed: [] })
    expect(item(keys.address('other@noordzee.example'))).toMatchObject({ recordId: 'acc00042' })
    const ending = revokeClaim(other, open.claim, by)
    expect(ending.freed).toBe('other@noordzee.example')
    expect(await deletions.endClaim(ending)).toEqual(WRITTEN)
    expect(item(keys.closedClaim(open.claim.claimId))).toMatchObject({
      claim: { status: 'revoked' },
      deletedUserId: open.claim.newUserId,
    })
    expect(item(keys.address('other@noordzee.example'))).toBeUndefined()
    expect(item(keys.account('acc00042'))).not.toHaveProperty('claim')
    expect(await deletions.endClaim(ending)).toEqual(LOST)
  })
})
