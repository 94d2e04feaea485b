import { describe, expect, it } from 'vitest'
import { claimIds, claimSortKey } from '../../../../shared/rules/claims/claim-ids.ts'
import { linkHash } from '../../../../shared/rules/claims/decision-link.ts'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { accountToItem } from '../../../../shared/storage/items/account-item.ts'
import { closedClaimToItem } from '../../../../shared/storage/items/closed-claim-item.ts'
import { claimStore } from '../../../../shared/storage/stores/claims.ts'
import { ADMIN, claimed, patchClaim, record, T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const by = { now: T0, by: ADMIN }
const ulid = (n: number) => `01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z${n}`
/** A claim that the nth person's record has, and its end there. */
const openOf = (userId: string, n = 0, orgId = 'noordzee') =>
  claimed({ ulid: ulid(n), claimingOrgId: orgId }, { userId, email: `${userId}@noordzee.example` })
const endedIn = (given: ReturnType<typeof openOf>): AccountRecord => {
  const { record: left, closed, change } = revokeClaim(given, given.claim, by)
  return { ...left, ended: { claim: closed, change } }
}
const closedOf = (given: ReturnType<typeof openOf>) => {
  const { record: left, closed, change } = completeClaim(given, given.claim, by)
  return { left, closed, item: closedClaimToItem(closed, change) }
}

function world(...items: readonly object[]) {
  const stores = memoryStores()
  stores.put(...items)
  const idsOf = (found: readonly { claim: { claimId: string } }[]) => found.map(({ claim }) => claim.claimId)
  return { ...stores, idsOf }
}

describe('a claim by its id', () => {
  const open = openOf('acc1', 1)
  const ended = openOf('acc2', 2)
  const moved = openOf('acc3', 3)
  const gone = openOf('acc4', 4)
  const { left, closed, item } = closedOf(moved)
  const all = () =>
    world(accountToItem(open), accountToItem(endedIn(ended)), accountToItem(left), item, closedOf(gone).item)

  it('R3: is found open in its record, ended there, or by itself, with the record that it was made in', async () => {
    const { claims } = all()
    const of = (claimId: string) => claims.byId(claimId)
    const { record: inOpen, claim, ...none } = (await of(open.claim.claimId)) ?? {}
    expect([inOpen?.recordId, claim?.status, none]).toEqual(['acc1', 'open', {}])
    const there = await of(ended.claim.claimId)
    expect(there).toMatchObject({ claim: { status: 'revoked' }, formerRecord: { recordId: 'acc2' } })
    expect(there).not.toHaveProperty('record')
    expect(await of(moved.claim.claimId)).toMatchObject({
      claim: { claimId: closed.claimId, status: 'completed' },
      formerRecord: { recordId: 'acc3' },
    })
    const alone = await of(gone.claim.claimId)
    expect(alone).toMatchObject({ claim: { status: 'completed' } })
    expect(alone).not.toHaveProperty('formerRecord')
  })

  it('R3: is not found by an id that is none, or that nobody has, also in a record with another claim', async () => {
    const { claims } = all()
    const { claimId } = claimIds('acc1', ulid(9))
    const ended9 = claimIds('acc2', ulid(9)).claimId
    for (const unknown of [claimId, ended9, claimIds('acc9', ulid(1)).claimId, 'nonsense'])
      expect(await claims.byId(unknown)).toBeUndefined()
    expect([...(await claims.byIds(['nonsense', claimId, open.claim.claimId])).keys()]).toEqual([
      open.claim.claimId,
    ])
  })

  it('R3: is, of another org, as if it didn’t exist, and takes the same calls', async () => {
    const { claims, sent } = all()
    for (const given of [open, ended, moved, gone]) {
      const { claimId } = given.claim
      expect((await claims.byIdOf('noordzee', claimId))?.claim.claimId).toBe(claimId)
      sent.length = 0
      expect(await claims.byIdOf('other', claimId)).toBeUndefined()
      const foreign = sent.length
      sent.length = 0
      expect(await claims.byIdOf('other', claimIds('acc9', ulid(9)).claimId)).toBeUndefined()
      expect(sent).toHaveLength(foreign)
    }
    sent.length = 0
    await claims.byId(open.claim.claimId)
    expect(sent).toHaveLength(1)
  })

  it('C7: is found also where it left its record between the reads of a batch', async () => {
    const { tableAnswering } = all()
    let calls = 0
    const late = tableAnswering(async (_command, carryOut) => {
      const answer = await carryOut()
      // Its item isn't there at the first call, and its record has let it go already.
      if (++calls === 1) return { Responses: { table: [accountToItem(record({ userId: 'acc3' }))] } }
      return answer
    })
    expect((await claimStore(late).byId(closed.claimId))?.claim).toMatchObject({ claimId: closed.claimId })
    calls = 0
    expect(await claimStore(late).byIdOf('other', closed.claimId)).toBeUndefined()
  })
})

describe('U6: a claim by a mailed link', () => {
  const secret = (n: number) => Uint8Array.from({ length: 16 }, () => n)
  const given = openOf('acc1', 1)
  const links = [linkHash(secret(1)), linkHash(secret(2))]
  const mailed = patchClaim(given, { mail: { ...given.claim.mail, links } })
  const { claimId } = given.claim
  const { closed } = closedOf(given)

  it('U6: is found by each link that was mailed, in its record and once it has left it, and by no other', async () => {
    const change = { what: 'claim.completed', at: T0.toISOString(), by: ADMIN, n: 9 } as const
    const inRecord = { ...record({ userId: 'acc1' }), ended: { claim: { ...closed, links }, change } }
    const item = closedClaimToItem({ ...closed, links }, change)
    for (const items of [
      [accountToItem(mailed)],
      [accountToItem(inRecord)],
      [accountToItem(record({ userId: 'acc1' })), item],
      [item],
    ]) {
      const { claims, sent } = world(...items)
      for (const n of [1, 2])
        expect((await claims.byLink({ claimId, secret: secret(n) }))?.claim.claimId).toBe(claimId)
      const calls = sent.length
      await claims.byLink({ claimId, secret: secret(1) })
      expect(sent.length - calls).toBe(items.length === 1 && items[0]?.type === 'account' ? 1 : 2)
      expect(await claims.byLink({ claimId, secret: secret(3) })).toBeUndefined()
      const other = claimIds('acc1', ulid(2)).claimId
      expect(await claims.byLink({ claimId: other, secret: secret(1) })).toBeUndefined()
    }
  })

  it('U6, U7: an ended claim without links is opened by none, and neither is what is no claim', async () => {
    const { claims, sent } = world(closedOf(given).item)
    expect(await claims.byLink({ claimId, secret: secret(1) })).toBeUndefined()
    const withOne = sent.length
    sent.length = 0
    const unknown = claimIds('acc9', ulid(1)).claimId
    expect(await claims.byLink({ claimId: unknown, secret: secret(1) })).toBeUndefined()
    expect(sent).toHaveLength(withOne)
    expect(await claims.byLink({ claimId: 'nonsense', secret: secret(1) })).toBeUndefined()
    expect(sent).toHaveLength(withOne)
  })
})

describe('the list of an org’s claims', () => {
  const open = openOf('acc1', 4)
  const ended = openOf('acc2', 3)
  const moved = openOf('acc3', 2)
  const foreign = openOf('acc4', 5, 'other')
  const items = [
    accountToItem(open),
    accountToItem(endedIn(ended)),
    closedOf(moved).item,
    accountToItem(foreign),
  ]

  it('R3: has them newest first, wherever each stands, and those of no other org', async () => {
    const { claims, idsOf } = world(...items)
    const { items: found, next } = await claims.list('noordzee', 10)
    expect(idsOf(found)).toEqual([open, ended, moved].map(({ claim }) => claim.claimId))
    expect(found.map((each) => [each.record?.recordId, each.formerRecord?.recordId])).toEqual([
      ['acc1', undefined],
      [undefined, 'acc2'],
      [undefined, undefined],
    ])
    expect(next).toBeUndefined()
  })

  it('R3: goes on after the last one seen', async () => {
    const { claims, idsOf } = world(...items)
    const first = await claims.list('noordzee', 2)
    expect(idsOf(first.items)).toEqual([open, ended].map(({ claim }) => claim.claimId))
    expect(first.next).toBe(claimSortKey(ended.claim.claimId))
    const second = await claims.list('noordzee', 2, first.next)
    expect([idsOf(second.items), second.next]).toEqual([[moved.claim.claimId], undefined])
  })

  it('R3: leaves out what the index still has and the table has no more, or another’s by now', async () => {
    const { tableAnswering, idsOf } = world(...items)
    const listed = async (now: (item: Record<string, unknown>) => unknown[]) => {
      const store = claimStore(
        tableAnswering(async (_command, carryOut) => {
          const answer: { Responses?: { table: Record<string, unknown>[] } } = await carryOut()
          return answer.Responses === undefined
            ? answer
            : { Responses: { table: answer.Responses.table.flatMap(now) } }
        }),
      )
      return { claims: idsOf((await store.list('noordzee', 10)).items), store }
    }
    const without = await listed((item) => (item.pk === accountToItem(open).pk ? [] : [item]))
    expect(without.claims).toEqual([ended, moved].map(({ claim }) => claim.claimId))
    const later = openOf('acc1', 9)
    for (const instead of [
      later,
      endedIn(later),
      openOf('acc1', 4, 'other'),
      endedIn(openOf('acc1', 4, 'other')),
    ]) {
      const { claims } = await listed((item) => [
        item.pk === accountToItem(open).pk ? accountToItem(instead) : item,
      ])
      expect(claims).toEqual([ended, moved].map(({ claim }) => claim.claimId))
    }
    const outgoing = async (instead: AccountRecord | undefined) => {
      const { store } = await listed((item) =>
        item.pk !== accountToItem(open).pk ? [item] : instead === undefined ? [] : [accountToItem(instead)],
      )
      return (await store.outgoing('personal', 10)).items.map(({ claimId }) => claimId)
    }
    expect(await outgoing(open)).toEqual([foreign, open].map(({ claim }) => claim.claimId))
    const elsewhere = patchClaim(open, {})
    for (const instead of [
      undefined,
      later,
      endedIn(open),
      { ...elsewhere, account: { ...elsewhere.account, orgId: 'moved' } },
    ])
      expect(await outgoing(instead)).toEqual([foreign.claim.claimId])
  })

  it('A3: the source org sees those that are open on its accounts, by whichever org, page by page', async () => {
    const { claims } = world(...items)
    const first = await claims.outgoing('personal', 1)
    expect(first.items.map(({ claimId }) => claimId)).toEqual([foreign.claim.claimId])
    const second = await claims.outgoing('personal', 1, first.next)
    expect(second.items.map(({ claimId }) => claimId)).toEqual([open.claim.claimId])
    expect(second.next).toBeUndefined()
    expect((await claims.outgoing('noordzee', 10)).items).toEqual([])
  })
})

describe('the claims that were made on an account', () => {
  it('R3: are those of its record and of the records that it was split from, newest first', async () => {
    const open = openOf('acc1~A', 9)
    const earlier = openOf('acc1', 3)
    const closedHere = [openOf('acc1~A', 5), openOf('acc1~A', 6)]
    const { claims, idsOf } = world(
      accountToItem({ ...open, recordId: 'acc1~A' }),
      accountToItem(endedIn(earlier)),
      ...closedHere.map((each) => closedOf(each).item),
      closedOf(openOf('acc2', 7)).item,
    )
    const found = await claims.madeIn({ ...open, recordId: 'acc1~A' })
    const [first, second] = closedHere
    expect(idsOf(found)).toEqual([open, second, first, earlier].map((each) => each?.claim.claimId))
    expect(found.map((each) => [each.record?.recordId, each.formerRecord?.recordId])).toEqual([
      ['acc1~A', undefined],
      [undefined, undefined],
      [undefined, undefined],
      [undefined, 'acc1'],
    ])
  })

  it('R3: are the newest fifty of a record, as they are now', async () => {
    const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
    const many = Array.from({ length: 51 }, (_, n) => {
      const last = `${letters[Math.floor(n / 32)]}${letters[n % 32]}`
      return claimed({ ulid: `01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7${last}` }, { userId: 'acc1' })
    })
    const { claims, idsOf, sent } = world(...many.map((each) => closedOf(each).item))
    const found = await claims.madeIn(record({ userId: 'acc1' }))
    expect(idsOf(found)).toEqual(
      many
        .slice(1)
        .reverse()
        .map(({ claim }) => claim.claimId),
    )
    expect(sent.at(-1)).toMatchObject({ input: { ConsistentRead: true } })
  })

  it('R3: without an account there are none, and no fewer calls', async () => {
    const { claims, sent } = world(accountToItem(endedIn(openOf('acc1', 1))))
    expect(await claims.madeIn(record({ userId: 'acc9' }))).toEqual([])
    const calls = sent.length
    sent.length = 0
    expect(await claims.madeIn(undefined)).toEqual([])
    expect(sent).toHaveLength(calls)
    expect(await claims.madeIn(endedIn(openOf('acc1', 1)))).toHaveLength(1)
  })
})
