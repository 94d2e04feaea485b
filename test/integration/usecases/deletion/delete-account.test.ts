import { beforeEach, describe, expect } from 'vitest'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import { startAccountDeletion } from '../../../../shared/rules/deletion/account-deletion.ts'
import { reactivate } from '../../../../shared/rules/directory/inactivation.ts'
import { putConversation } from '../../../../shared/usecases/accounts/conversations.ts'
import { deleteAccount } from '../../../../shared/usecases/deletion/delete-account.ts'
import type { Background } from '../../../support/background.ts'
import { ADMIN, org, sourceOrg, T0 } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { dump, givenAccounts, givenConversations, givenDomain, givenOrgs } from '../../../support/given.ts'
import { givenInactive, naming, REMOVED_AT, accountDeletions } from '../../../support/account-deletions.ts'
import { meeting, possibleWinners, race, TURNS } from '../../../support/meetings.ts'
import { it } from '../../../support/fixtures.ts'

const CONVERSATIONS = 120
/** Of a kind from which content can come along (T3): its accounts are claimed once more. */
const noordzee = org({ kind: 'consumer' })
const other = org({ orgId: 'other' })

describe('removing an account', () => {
  let db: TestTable
  let world: Background
  let people: ReturnType<typeof accountDeletions>

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    people = accountDeletions(world)
    await givenOrgs(world.stores, noordzee, other, sourceOrg())
    for (const { orgId } of [noordzee, other]) await givenDomain(world.stores, orgId, 'noordzee.example')
  })
  beforeEach(async () => {
    await world.ignoreEffects()
    world.clock.set(REMOVED_AT)
    world.time.leftMs = 60_000
    world.bus.published.length = 0
    for (const queue of Object.values(world.queues)) queue.sent.length = 0
  })

  it('Y4: not a millisecond before 30 × 24 h are over, and with all its content then', async () => {
    const { recordId, email, lastName } = await people.person()
    await givenInactive(world.stores, recordId)
    await givenConversations(db, recordId, CONVERSATIONS)
    const before = await dump(db)
    world.clock.set(new Date(REMOVED_AT.getTime() - 1))
    expect(await deleteAccount(people.ports(), recordId)).toEqual({ outcome: 'nothing_due' })
    expect(await dump(db)).toEqual(before)
    world.clock.set(REMOVED_AT)
    expect(await deleteAccount(people.ports(), recordId)).toEqual({ outcome: 'removed', userId: recordId })
    expect(await people.conversationsOf(recordId)).toEqual([])
    expect(await naming(db, email, lastName)).toEqual([])
    const again = await givenAccounts(world.stores, { userId: `${recordId}-again`, email })
    expect(again).toHaveLength(1)
  })

  it('Y4: content goes whatever the retention it was kept under', async () => {
    const { recordId } = await people.person()
    await world.stores.conversations.put(
      {
        ownerUserId: recordId,
        conversationId: 'expired',
        title: 'Old',
        lastActivityAt: T0.toISOString(),
        messages: 1,
        bytes: 1,
        expiresAt: T0.toISOString(),
      },
      await people.recordAt(recordId),
    )
    await givenInactive(world.stores, recordId)
    await deleteAccount(people.ports(), recordId)
    expect(await people.conversationsOf(recordId)).toEqual([])
  })

  it('Y5: an account that was restored, one that is active and none at all are left alone', async () => {
    const [restored, active] = [await people.person(), await people.person()]
    const record = await givenInactive(world.stores, restored.recordId)
    const standing = { role: 'only', account: record.account } as const
    const by = { now: T0, by: 'sync:sync-2' } as const
    expect(await world.stores.accounts.write(reactivate(record, standing, by))).toEqual({
      outcome: 'written',
    })
    const before = await dump(db)
    world.clock.advance(100 * DAY_MS)
    for (const recordId of [restored.recordId, active.recordId, 'nobody'])
      expect(await deleteAccount(people.ports(), recordId)).toEqual({ outcome: 'nothing_due' })
    expect(await dump(db)).toEqual(before)
  })

  it('Y5: of a restoration and the removal at one instant exactly one wins, and the loser changes nothing', async () => {
    for (const turn of TURNS) {
      const { recordId, email } = await people.person()
      await givenConversations(db, recordId, 1)
      const record = await givenInactive(world.stores, recordId)
      const standing = { role: 'only', account: record.account } as const
      const restored = reactivate(record, standing, { now: REMOVED_AT, by: 'sync:sync-2' })
      const { accounts } = world.stores
      const meet = meeting(turn)
      const restore = meet.hold(0, accounts.write)
      const ports = people.ports({ accounts: { ...accounts, write: meet.hold(1, accounts.write) } })
      const results = await race(
        turn,
        async () => (await restore(restored)).outcome,
        async () => (await deleteAccount(ports, recordId)).outcome,
      )
      const found = (await accounts.byRecordIds([recordId])).get(recordId)
      const survived = results[0] === 'written'
      expect(possibleWinners(turn, true, false), JSON.stringify(turn)).toContain(survived)
      if (survived) {
        expect(results[1]).toBe('nothing_due')
        expect(found).toEqual(restored)
        expect(await people.conversationsOf(recordId)).toHaveLength(1)
      } else {
        expect(results).toEqual(['lost', 'removed'])
        expect(found).toBeUndefined()
        expect((await accounts.byAddresses([email.toLowerCase()])).size).toBe(0)
        expect(await people.conversationsOf(recordId)).toEqual([])
      }
    }
  })

  it('Y5: once it has begun nothing restores the account, and it takes no content any more', async () => {
    const { recordId } = await people.person()
    const record = await givenInactive(world.stores, recordId)
    await world.stores.accounts.write(startAccountDeletion(record, recordId, { now: REMOVED_AT, by: ADMIN }))
    expect(await world.stores.accounts.byUserId(recordId)).toBeUndefined()
    const late = {
      conversationId: 'late',
      title: '',
      lastActivityAt: T0.toISOString(),
      messages: 1,
      bytes: 1,
    }
    const outcome = await putConversation(world.stores, { ...late, ownerUserId: recordId })
    expect(outcome).toEqual({ outcome: 'refused', code: 'not_found' })
    expect(await world.stores.conversations.put({ ...late, ownerUserId: recordId }, record)).toEqual({
      outcome: 'lost',
    })
    expect(await deleteAccount(people.ports(), recordId)).toMatchObject({ outcome: 'removed' })
  })

  it('Y7: removed twice changes nothing', async () => {
    const { recordId } = await people.person()
    await givenInactive(world.stores, recordId)
    world.queues.deletions.send([{ recordId }, { recordId }])
    await world.settle()
    const before = await dump(db)
    const told = world.bus.published.length
    world.queues.deletions.send([{ recordId }])
    await world.settle()
    expect(await dump(db)).toEqual(before)
    expect(world.bus.published).toHaveLength(told)
    expect(world.queues.deletions.deadLetters).toEqual([])
  })

  it('Y7: of two messages that are at one account, one removes it', async () => {
    const { recordId } = await people.person()
    const record = await givenInactive(world.stores, recordId)
    const marked = startAccountDeletion(record, recordId, { now: REMOVED_AT, by: ADMIN })
    await world.stores.accounts.write(marked)
    const change = (at: string) => ({ what: 'user.purged', at, by: ADMIN }) as const
    const { deletions } = world.stores
    expect(await deletions.deleteAccount(marked, change('2026-04-01T00:00:00.000Z'), undefined)).toEqual({
      outcome: 'written',
    })
    const before = await dump(db)
    expect(await deletions.deleteAccount(marked, change('2026-04-01T00:00:01.000Z'), undefined)).toEqual({
      outcome: 'lost',
    })
    expect(await dump(db)).toEqual(before)
    expect(await deleteAccount(people.ports(), recordId)).toEqual({ outcome: 'nothing_due' })
  })

  it('Y7: out of time, the rest is handed on', async () => {
    const { recordId } = await people.person()
    await givenInactive(world.stores, recordId)
    await givenConversations(db, recordId, CONVERSATIONS)
    world.time.leftMs = 5_000
    world.queues.deletions.send([{ recordId }])
    await world.step('deletions')
    expect(world.queues.deletions.sent).toEqual([{ recordId }, { recordId }])
    world.time.leftMs = 60_000
    await world.settle()
    expect((await world.stores.accounts.byRecordIds([recordId])).size).toBe(0)
    expect(await people.conversationsOf(recordId)).toEqual([])
  })

  it('A1, A2, Y7: the trail and the bus tell of it once, with ids alone', async () => {
    const someone = await people.person()
    const { recordId } = someone
    await givenInactive(world.stores, recordId)
    world.queues.deletions.send([{ recordId }])
    await world.settle()
    await world.takeEffects()
    const trail = Object.entries(await dump(db)).filter(
      ([key, item]) => key.startsWith('A#personal#') && item.subject === recordId,
    )
    expect(trail.map(([, { what, by }]) => ({ what, by }))).toEqual([
      { what: 'user.created', by: 'platform:test' },
      { what: 'user.inactivated', by: 'sync:sync-1' },
      { what: 'user.removing', by: 'schedule:due' },
      { what: 'user.purged', by: 'schedule:due' },
    ])
    const purged = world.bus.published.filter(({ type }) => type === 'user.purged')
    expect(purged).toEqual([
      expect.objectContaining({
        detail: {
          orgId: 'personal',
          subject: recordId,
          by: 'schedule:due',
          userId: recordId,
          userStatus: 'inactive',
          userOrgId: 'personal',
        },
      }),
    ])
    expect(JSON.stringify(world.bus.published)).not.toContain(someone.lastName)
    expect(JSON.stringify(world.log.lines).toLowerCase()).not.toContain(someone.email.toLowerCase())
  })

  it('N4, Y7: whoever has the address next is mailed again', async () => {
    const { recordId, email } = await people.person()
    await givenInactive(world.stores, recordId)
    await world.stores.suppressions.add(email, T0)
    await deleteAccount(people.ports(), recordId)
    expect((await world.stores.suppressions.among([email])).size).toBe(0)
  })
})
