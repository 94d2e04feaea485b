import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeMail } from '../../../shared/rules/mail/claim-mail.ts'
import { minutesOf } from '../../../shared/rules/due/due-minutes.ts'
import { shardOf } from '../../../shared/lib/shard.ts'
import { DAY_MS } from '../../../shared/lib/time.ts'
import { batchPut } from '../../../shared/storage/writes/batch.ts'
import { type Background, startBackground } from '../../support/background.ts'
import {
  type ClaimedRecord,
  CREATED_AT,
  ENDS_AT,
  org,
  plus,
  sourceOrg,
  T0,
  USER,
} from '../../support/builders.ts'
import { startTable, type TestTable } from '../../support/dynamo.ts'
import {
  dump,
  givenAccounts,
  givenClaim,
  givenConversations,
  givenDomain,
  givenOrgs,
  givenUnmailedClaim,
} from '../../support/given.ts'
import { decide } from '../../../shared/rules/claims/decision.ts'

const noordzee = org()
const day = (n: number, ms = 0): Date => plus(n * DAY_MS + ms, CREATED_AT)
/** More than a page of a migration. */
const CONVERSATIONS = 60

/**
 * A restore rehearsed: what the table held on day 0, with claims, leases and mails under way, stands again in a fresh
 * table on day 12. As after a restore from PITR, the new table's stream tells nothing of what was there before, and what was
 * on the queues is gone. The schedules are still there that haven't fired, since they belong to no table.
 */
describe('the table as it was on day 0, restored on day 12', () => {
  let old: TestTable
  let restored: TestTable
  let world: Background
  let told: ClaimedRecord
  let untold: ClaimedRecord
  let migrating: ClaimedRecord

  beforeAll(async () => {
    old = await startTable()
    const before = await startBackground(old)
    const { stores } = before
    await givenOrgs(stores, noordzee, sourceOrg())
    await givenDomain(stores, noordzee.orgId, 'noordzee.example')
    for (const name of ['told', 'untold', 'migrating']) {
      await givenAccounts(stores, { userId: name, email: `${name}@noordzee.example`, locale: 'en' })
      await givenConversations(old, name, CONVERSATIONS)
    }
    const email = (name: string) => ({ ref: { email: `${name}@noordzee.example` } })
    told = await givenClaim(stores, noordzee, email('told'))
    untold = await givenUnmailedClaim(stores, noordzee, email('untold'))
    migrating = await givenClaim(stores, noordzee, email('migrating'))
    await before.ignoreEffects()
    await stores.accounts.write(decide(migrating, migrating.claim, 'transfer_content', { now: T0, by: USER }))
    before.clock.set(T0)
    before.time.leftMs = 5_000
    await before.takeEffects()
    // One page is moved, and the worker hands on.
    await before.step('migrations')
    // A worker has the lease of the untold user's mail, and its message goes down with the queue.
    const lease = takeMail(untold.claim, { kind: 'claimed' }, 'a-1', undefined, T0)
    if (lease.outcome !== 'taken') throw new Error(lease.outcome)
    await stores.mails.write([{ kind: 'claim', record: untold, claim: lease.claim }], T0)
    const items = Object.entries(await dump(old))

    // Life goes on, all of which the restore takes back.
    before.time.leftMs = 60_000
    before.clock.set(day(7))
    await before.settle()

    restored = await startTable()
    await batchPut(
      restored.table,
      items.map(([key, item]) => {
        const [pk = '', sk = ''] = key.split(' ')
        return { pk, sk, ...item }
      }),
    )
    world = await startBackground(restored)
    await world.ignoreEffects()
    for (const { recordId } of [told, untold, migrating])
      await world.scheduler.schedule(minutesOf({ kind: 'claim', at: ENDS_AT }, shardOf(recordId)))
    world.scheduler.fire(day(12))
  })
  afterAll(async () => {
    await old.stop()
    await restored.stop()
  })

  async function comeTo(now: Date): Promise<void> {
    world.clock.set(now)
    world.queues.due.send(world.scheduler.fire(now))
    world.queues.due.send([{ kind: 'sweep' }])
    await world.settle()
  }
  const status = async ({ claim }: ClaimedRecord) =>
    (await world.stores.claims.byId(claim.claimId))?.claim.status
  const owned = async ({ claim }: ClaimedRecord) => {
    const of = async (userId: string) =>
      (await world.stores.conversations.list(userId, 1000, T0)).items.length
    return [await of(claim.originalUserId), await of(claim.newUserId)]
  }
  const mails = () => world.mailer.sent.map(({ to, tags }) => `${to.join()} ${tags.kind}`).sort()

  it('M2, M3: the sweep takes up what is overdue: the migration that was under way ends, with every conversation once', async () => {
    expect(await owned(migrating)).toEqual([expect.any(Number), expect.any(Number)])
    await comeTo(day(12))
    expect(await status(migrating)).toBe('completed')
    expect(await owned(migrating)).toEqual([0, CONVERSATIONS])
  })

  it('N1: sends again what only the lost days knew to be sent: the end of the migration, and the last reminder', () => {
    expect(mails()).toEqual([
      'migrating@noordzee.example migration_completed',
      'told@noordzee.example reminder',
      'untold@noordzee.example reminder',
    ])
  })

  it('M1, M5: migrates nobody early or untold: whose mail was lost is told by the reminder, and waits seven days from it', async () => {
    expect([await status(told), await status(untold)]).toEqual(['open', 'open'])
    await comeTo(day(13))
    await comeTo(day(14, -1))
    expect([await status(told), await status(untold)]).toEqual(['open', 'open'])
    await comeTo(day(14))
    expect([await status(told), await status(untold)]).toEqual(['completed', 'open'])
    expect((await world.stores.claims.byId(untold.claim.claimId))?.claim).toMatchObject({
      notification: 'sent',
      notifiedAt: '2026-03-13T09:30:15Z',
    })
    expect(mails()).toContain('untold@noordzee.example reminder')
    await comeTo(day(19, -1))
    expect(await status(untold)).toBe('open')
    await comeTo(day(19))
    expect(await status(untold)).toBe('completed')
  })

  it('M3: loses no conversation, and doubles none', async () => {
    for (const record of [told, untold, migrating]) expect(await owned(record)).toEqual([0, CONVERSATIONS])
  })
})
