import { describe, expect, it } from 'vitest'
import { DAY_MS, epochSeconds } from '../../../../shared/lib/time.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import { type Conversation, withRetention } from '../../../../shared/storage/stores/conversations.ts'
import { claimed, ENDS_AT, plus, record, SCHEDULE, T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const WRITTEN = { outcome: 'written' }
const LOST = { outcome: 'lost' }
const of = (conversationId: string, patch: Partial<Conversation> = {}): Conversation => ({
  conversationId,
  ownerUserId: 'acc00042',
  title: `About ${conversationId}`,
  lastActivityAt: T0.toISOString(),
  messages: 3,
  bytes: 40,
  ...patch,
})

async function world(given: AccountRecord = { ...record(), revision: 1, hasContent: false }) {
  const stores = memoryStores()
  await stores.accounts.create([given])
  const current = async () => {
    const found = (await stores.accounts.byRecordIds([given.recordId])).get(given.recordId)
    if (found === undefined) throw new Error('no record')
    return found
  }
  return { ...stores, current, listed: (now = T0) => stores.conversations.list('acc00042', 100, now) }
}

describe('the conversations of an account', () => {
  it('U3: are read as they were written, with their expiry, and by their owner', async () => {
    const { conversations, current, item, sent } = await world()
    const expiring = of('c1', { expiresAt: '2026-04-01T00:00:00.000Z' })
    expect(await conversations.put(expiring, await current())).toEqual(WRITTEN)
    expect(await conversations.get('acc00042', 'c1')).toEqual(expiring)
    expect(sent.at(-1)).toMatchObject({ input: { ConsistentRead: true } })
    expect(item(keys.conversation('acc00042', 'c1'))).toMatchObject({
      type: 'conversation',
      v: 1,
      expiresAtEpochSeconds: epochSeconds(new Date('2026-04-01T00:00:00Z')),
    })
    await conversations.put(of('c2'), await current())
    expect(await conversations.get('acc00042', 'c2')).toStrictEqual(of('c2'))
    expect(item(keys.conversation('acc00042', 'c2'))).not.toHaveProperty('expiresAtEpochSeconds')
    expect(await conversations.get('acc00043', 'c1')).toBeUndefined()
  })

  it('M3: the first one marks the record and raises its revision, and later ones leave it alone', async () => {
    const { conversations, current } = await world()
    const before = await current()
    expect(await conversations.put(of('c1'), before)).toEqual(WRITTEN)
    const after = await current()
    expect(after).toMatchObject({ hasContent: true, revision: before.revision + 1 })
    expect(await conversations.put(of('c2'), after)).toEqual(WRITTEN)
    expect(await current()).toEqual(after)
  })

  it('M3: are written only to a record that is as it was read', async () => {
    const { conversations, current, accounts, listed } = await world()
    const before = await current()
    await accounts.write({ ...before, revision: before.revision + 1 })
    expect(await conversations.put(of('c1'), before)).toEqual(LOST)
    expect(await conversations.put(of('c1'), { ...before, hasContent: true })).toEqual(LOST)
    expect((await listed()).items).toEqual([])
  })

  it('R3: are listed by id, page by page, each once', async () => {
    const { conversations, current, sent } = await world()
    for (const id of ['c3', 'c1', 'c2']) await conversations.put(of(id), await current())
    const first = await conversations.list('acc00042', 2, T0)
    expect([first.items.map(({ conversationId }) => conversationId), first.next]).toEqual([
      ['c1', 'c2'],
      'c2',
    ])
    expect(sent.at(-1)).toMatchObject({ input: { ConsistentRead: true } })
    const second = await conversations.list('acc00042', 2, T0, first.next)
    expect([second.items, second.next]).toEqual([[of('c3')], undefined])
  })

  it('U3: are listed until they expire, and moved or deleted also after that', async () => {
    const { conversations, current, listed } = await world()
    for (const each of [of('c1', { expiresAt: '2026-03-02T09:30:15.000Z' }), of('c2')])
      await conversations.put(each, await current())
    const ids = async (now: Date) => (await listed(now)).items.map(({ conversationId }) => conversationId)
    const second = new Date('2026-03-02T09:30:15Z')
    expect(await ids(new Date(second.getTime() - 1))).toEqual(['c1', 'c2'])
    expect(await ids(second)).toEqual(['c2'])
    expect((await conversations.first('acc00042', 10)).page).toHaveLength(2)
  })

  it('M3: the first of them are given with whether there are more', async () => {
    const { conversations, current } = await world()
    for (const id of ['c1', 'c2']) await conversations.put(of(id), await current())
    expect(await conversations.first('acc00042', 1)).toEqual({ page: [of('c1')], more: true })
    expect(await conversations.first('acc00042', 3)).toEqual({ page: [of('c1'), of('c2')], more: false })
  })

  it.each([
    [null, undefined],
    [30, plus(30 * DAY_MS)],
  ])('U3: with a policy of %s days one expires after its last activity', (days, at) => {
    const kept = withRetention(of('c1', { expiresAt: '2026-03-03T00:00:00.000Z' }), days)
    expect(kept.expiresAt?.slice(0, 19)).toBe(at?.toISOString().slice(0, 19))
    if (days === null) expect(kept).not.toHaveProperty('expiresAt')
  })
})

describe('the conversations of an original that is migrated', () => {
  const given = claimed()
  async function migrating() {
    const stores = await world({ ...given, revision: 1 })
    const open = await stores.current()
    for (const id of ['c1', 'c2']) expect(await stores.conversations.put(of(id), open)).toEqual(WRITTEN)
    if (open.claim === undefined) throw new Error('no claim')
    const next = startMigration(open, open.claim, { now: new Date(ENDS_AT), by: SCHEDULE })
    return { ...stores, next, to: open.claim.newUserId }
  }

  it('M3: are in exactly one account after each page, with the policy of their new org, and the record counts them', async () => {
    const { conversations, next, to, current } = await migrating()
    const { page } = await conversations.first('acc00042', 1)
    expect(await conversations.move(page, to, 30, next)).toEqual(WRITTEN)
    const moved = (await conversations.list(to, 10, T0)).items
    expect(moved).toEqual(
      [withRetention(of('c1', { ownerUserId: to }), 30)].map((each) =>
        expect.objectContaining({ ...each, expiresAt: expect.stringContaining('2026-03-31') }),
      ),
    )
    expect((await conversations.first('acc00042', 10)).page).toEqual([of('c2')])
    expect(await current()).toMatchObject({ revision: next.revision, claim: { status: 'migrating' } })
  })

  it('M3: one that was written meanwhile is not left behind, and the page is lost', async () => {
    const { conversations, next, to, put, item } = await migrating()
    const { page } = await conversations.first('acc00042', 2)
    const key = keys.conversation('acc00042', 'c1')
    put({ ...item(key), lastActivityAt: plus(1).toISOString() })
    expect(await conversations.move(page, to, null, next)).toEqual(LOST)
    expect((await conversations.list(to, 10, T0)).items).toEqual([])
    expect((await conversations.first('acc00042', 10)).page).toHaveLength(2)
  })

  it('U4: are deleted page by page, on the record’s condition', async () => {
    const { conversations, next, current } = await migrating()
    const { page } = await conversations.first('acc00042', 1)
    expect(await conversations.remove(page, next)).toEqual(WRITTEN)
    expect((await conversations.first('acc00042', 10)).page).toEqual([of('c2')])
    expect(await conversations.remove([of('c2')], next)).toEqual(LOST)
    expect((await current()).revision).toBe(next.revision)
  })
})
