import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { beforeEach, describe, expect } from 'vitest'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../../shared/lib/time.ts'
import { accountToItem } from '../../../../shared/storage/items/account-item.ts'
import type { Background } from '../../../support/background.ts'
import { type ClaimedRecord, CREATED_AT, ENDS_AT, minuteEnd, plus, T0 } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { dump, givenAccounts, givenClaim } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'
import type { Organization } from '../../../../shared/rules/types.ts'

let noordzee: Organization
const day = (n: number, ms = 0): Date => plus(n * DAY_MS + ms, CREATED_AT)
const second = (date: Date): string => date.toISOString().replace('.000Z', 'Z')

/** Claims stood in the due index by their next reminder, and schedules were set to its second. */
describe('claims from before reminders followed from the end', () => {
  let db: TestTable
  let world: Background
  let people = 0

  it.beforeAll(({ table, background, verifiedOrg }) => {
    db = table
    world = background
    noordzee = verifiedOrg
  })
  beforeEach(async () => {
    world.clock.set(T0)
    await world.settle()
    world.scheduler.clear()
    world.mailer.sent.length = 0
  })

  /** As one that was reminded up to a day stood in the table, with the schedules that it had. */
  async function oldClaim(remindedDay: number | undefined, dueAt: string): Promise<ClaimedRecord> {
    const n = ++people
    const email = `person${n}@noordzee.example`
    await givenAccounts(world.stores, { userId: `acc${n}`, email })
    const record = await givenClaim(world.stores, noordzee, { ref: { email } })
    await world.settle()
    const claim = { ...record.claim, ...(remindedDay === undefined ? {} : { remindedDay }) }
    const item = { ...accountToItem({ ...record, claim }), dueAt }
    await db.table.client.send(new PutCommand({ TableName: db.table.name, Item: item }))
    await world.ignoreEffects()
    world.scheduler.clear()
    world.mailer.sent.length = 0
    return record
  }
  async function tell(now: Date, message: unknown): Promise<void> {
    world.clock.set(now)
    world.queues.due.send([message])
    await world.settle()
  }
  const placeOf = async ({ recordId }: ClaimedRecord) => (await dump(db))[`U#${recordId} U`]?.dueAt
  const kinds = () => world.mailer.sent.map(({ tags }) => tags.kind)
  const status = async ({ claim }: ClaimedRecord) =>
    (await world.stores.claims.byId(claim.claimId))?.claim.status

  it.each([
    ['by the schedule of that second', { kind: 'due', at: second(day(11)) }],
    ['by the sweep', { kind: 'sweep' }],
  ])('N1: are reminded %s, and stand in the due index by their end from then on', async (_, message) => {
    const record = await oldClaim(7, second(day(11)))
    await tell(day(11, MINUTE_MS), message)
    expect(kinds()).toEqual(['reminder'])
    expect(await placeOf(record)).toBe(ENDS_AT)
    const ahead = world.scheduler.instants().filter((at) => at > second(day(12)))
    expect(ahead).toEqual([day(13), day(14)].map(minuteEnd))
    await tell(day(11, 20 * MINUTE_MS), { kind: 'sweep' })
    expect(kinds()).toEqual(['reminder'])
    world.clock.set(day(13))
    world.queues.due.send(world.scheduler.fire(day(13)))
    await world.settle()
    expect(kinds()).toEqual(['reminder', 'reminder'])
  })

  it('M1: are migrated by the schedule of the second in which they end', async () => {
    const record = await oldClaim(13, ENDS_AT)
    await tell(day(14, -1), { kind: 'due', at: ENDS_AT })
    expect(await status(record)).toBe('open')
    await tell(new Date(ENDS_AT), { kind: 'due', at: ENDS_AT })
    expect(await status(record)).toBe('completed')
  })

  it('N1, M5: find their place where there is nothing to remind of, and leave it alone then', async () => {
    const record = await oldClaim(undefined, second(day(7)))
    await world.stores.suppressions.add(record.account.email, T0)
    const late = { ...record.claim, notifiedAt: second(day(6.5)), notification: 'bounced' as const }
    const item = { ...accountToItem({ ...record, claim: late }), dueAt: second(day(7)) }
    await db.table.client.send(new PutCommand({ TableName: db.table.name, Item: item }))
    await tell(day(7, MINUTE_MS), { kind: 'sweep' })
    expect(kinds()).toEqual([])
    expect(await placeOf(record)).toBe(ENDS_AT)
    const after = await dump(db)
    await tell(day(8), { kind: 'sweep' })
    expect(await dump(db)).toEqual(after)
  })

  it('M1: a message from before, of one record, does what is due on it', async () => {
    const record = await oldClaim(13, ENDS_AT)
    world.clock.set(new Date(Date.parse(ENDS_AT) + SECOND_MS))
    world.queues.migrations.send([{ recordId: record.recordId }])
    await world.settle()
    expect(await status(record)).toBe('completed')
  })
})
