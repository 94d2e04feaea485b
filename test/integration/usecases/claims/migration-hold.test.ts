import { beforeEach, describe, expect } from 'vitest'
import { REMINDER_DAYS } from '../../../../shared/rules/limits.ts'
import type { AccountRecord, Organization } from '../../../../shared/rules/types.ts'
import { isoSecond } from '../../../../shared/lib/time.ts'
import { migrateIfDue } from '../../../../shared/usecases/claims/migrate-record.ts'
import { resendClaimMail } from '../../../../shared/usecases/mail/resend-claim-mail.ts'
import type { Background } from '../../../support/background.ts'
import {
  ADMIN,
  type ClaimedRecord,
  ENDS_AT,
  minuteEnd,
  onDay,
  T0,
  withClaim,
} from '../../../support/builders.ts'
import { type CapacityMeter, meterCapacity } from '../../../support/capacity.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { dump, givenAccounts, givenConversations, givenUnmailedClaim } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'

let noordzee: Organization

describe('a claim whose mail does not leave', () => {
  let db: TestTable
  let world: Background
  let meter: CapacityMeter
  let people = 0

  it.beforeAll(({ table, background, verifiedOrg }) => {
    db = table
    world = background
    noordzee = verifiedOrg
    meter = meterCapacity(db.client)
  })
  beforeEach(async () => {
    await world.settle()
    world.clock.set(T0)
    world.scheduler.clear()
    world.mailer.sent.length = 0
  })

  async function newClaim(): Promise<ClaimedRecord> {
    const n = ++people
    const email = `person${n}@noordzee.example`
    await givenAccounts(world.stores, { userId: `acc${n}`, email, locale: 'en' })
    await givenConversations(db, `acc${n}`, 2)
    await world.ignoreEffects()
    return givenUnmailedClaim(world.stores, noordzee, { ref: { email } })
  }
  const stands = async ({ recordId }: ClaimedRecord) =>
    (await world.stores.accounts.byRecordIds([recordId])).get(recordId)
  const status = async ({ claim }: ClaimedRecord) =>
    (await world.stores.claims.byId(claim.claimId))?.claim.status
  /** All but the mails' worker goes on with what the change, a schedule or the sweep led to. */
  async function settleWithoutMail(): Promise<void> {
    do await world.drain('due', 'migrations')
    while (await world.takeEffects())
  }
  async function comeTo(now: Date): Promise<void> {
    world.clock.set(now)
    world.queues.due.send(world.scheduler.fire(now))
    await settleWithoutMail()
    world.queues.due.send([{ kind: 'sweep' }])
    await settleWithoutMail()
  }
  async function passReminders(): Promise<void> {
    await settleWithoutMail()
    for (const n of REMINDER_DAYS) await comeTo(new Date(minuteEnd(onDay(n))))
  }
  const schedulesAhead = () => world.scheduler.instants().filter((at) => at > minuteEnd(world.clock.now()))
  /** What was queued is gone for good, as a message is after fourteen days. */
  function loseMails(): void {
    const { mails } = world.queues
    for (let batch = mails.receive(10); batch !== undefined; batch = mails.receive(10))
      mails.settle(batch, { batchItemFailures: [] })
  }
  const inDueIndex = async ({ recordId }: ClaimedRecord) =>
    Object.entries(await dump(db)).find(([key]) => key === `U#${recordId} U`)?.[1].dueAt

  it('M5: is not migrated, however often the schedule and the sweep come, and is not handed out for nothing', async () => {
    const record = await newClaim()
    await passReminders()
    const handedOut = world.queues.migrations.sent.length
    expect(await inDueIndex(record)).toBe(ENDS_AT)
    for (const n of [14, 15, 30, 60]) await comeTo(onDay(n))
    expect(await status(record)).toBe('open')
    expect(await inDueIndex(record)).toBeUndefined()
    expect(world.queues.migrations.sent.length).toBe(handedOut + 1)
    await world.drain('mails')
  })

  it('M5: is migrated seven days after the mail has left, by a schedule of that minute', async () => {
    const record = await newClaim()
    await passReminders()
    await comeTo(onDay(14))
    world.clock.set(onDay(16))
    await world.drain('mails')
    await settleWithoutMail()
    expect((await stands(record))?.claim).toMatchObject({
      notification: 'sent',
      notifiedAt: isoSecond(onDay(16)),
    })
    expect(schedulesAhead()).toEqual([20, 22, 23].map((n) => minuteEnd(onDay(n))))
    await comeTo(onDay(23, -1))
    expect(await status(record)).toBe('open')
    await comeTo(onDay(23))
    expect(await status(record)).toBe('completed')
    const moved = await world.stores.conversations.list(record.claim.newUserId, 10, T0)
    expect(moved.items).toHaveLength(2)
  })

  it('M5: comes back into the due index where the mail leaves at the very moment at which it is held', async () => {
    const record = await newClaim()
    await passReminders()
    world.clock.set(onDay(14, 1000))
    const { accounts } = world.stores
    const ports = {
      ...world.stores,
      accounts: {
        ...accounts,
        write: async (next: AccountRecord) => {
          await world.drain('mails')
          return accounts.write(next)
        },
      },
      organizations: { get: world.stores.organizations.getAny },
      isPaused: async () => false,
      continueLater: async () => undefined,
      now: world.clock.now,
      timeLeftMs: () => 60_000,
    }
    await migrateIfDue(ports, record.recordId)
    expect(await inDueIndex(record)).toBe(isoSecond(onDay(21, 1000)))
    await settleWithoutMail()
    await comeTo(onDay(21, 1000))
    expect(await status(record)).toBe('completed')
  })

  it('M5: says in the late mail when the migration will be because of it', async () => {
    const record = await newClaim()
    await settleWithoutMail()
    world.clock.set(onDay(10))
    await world.drain('mails')
    const [mail] = world.mailer.sent.filter(({ to }) => to.includes(record.account.email))
    expect(mail?.text).toContain('18 March 2026')
    expect(mail?.text).not.toContain('15 March 2026')
  })

  it('M5: costs the mark of a late mail one write more, for the entry that comes back into the due index', async () => {
    const record = await newClaim()
    await passReminders()
    await comeTo(onDay(14))
    loseMails()
    const { claim } = withClaim((await stands(record)) ?? record)
    const command = { orgId: noordzee.orgId, claimId: claim.claimId, now: onDay(14), by: ADMIN }
    expect(await resendClaimMail(world.stores, command)).toMatchObject({ outcome: 'noted' })
    await settleWithoutMail()
    meter.take()
    await world.drain('mails')
    expect(meter.take().writes).toEqual({ table: 2, dueWork: 1 })
  })

  it('M5, M4: is told by whichever mail leaves first, the one that an admin had sent again too', async () => {
    const record = await newClaim()
    await passReminders()
    loseMails()
    const command = { orgId: noordzee.orgId, claimId: record.claim.claimId, now: onDay(15), by: ADMIN }
    await comeTo(onDay(15))
    expect(await resendClaimMail(world.stores, command)).toMatchObject({
      outcome: 'noted',
      claim: { heldBecause: 'mail_not_sent', migratesAt: isoSecond(onDay(22)), daysLeft: 7 },
    })
    await settleWithoutMail()
    await world.drain('mails')
    await settleWithoutMail()
    expect(world.mailer.sent.map(({ tags }) => tags.kind)).toEqual(['resent'])
    expect(schedulesAhead()).toEqual([19, 21, 22].map((n) => minuteEnd(onDay(n))))
  })

  it('M5: counts as told where the address is known to take no mail: nobody can do better', async () => {
    const record = await newClaim()
    await world.stores.suppressions.add(record.account.email, T0)
    await passReminders()
    world.clock.set(onDay(12))
    await world.drain('mails')
    await settleWithoutMail()
    expect(world.mailer.sent).toEqual([])
    expect((await stands(record))?.claim).toMatchObject({
      notification: 'bounced',
      notifiedAt: isoSecond(onDay(12)),
    })
    await comeTo(onDay(19, -1))
    expect(await status(record)).toBe('open')
    await comeTo(onDay(19))
    expect(await status(record)).toBe('completed')
  })

  it('M1: is migrated at its end where the mail left in time, as all are', async () => {
    const record = await newClaim()
    await settleWithoutMail()
    world.clock.set(onDay(6))
    await world.drain('mails')
    await passReminders()
    await world.drain('mails')
    await comeTo(new Date(ENDS_AT))
    expect(await status(record)).toBe('completed')
  })
})
