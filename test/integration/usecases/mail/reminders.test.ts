import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import { beforeEach, describe, expect } from 'vitest'
import { DAY_MS, HOUR_MS, isoSecond, MINUTE_MS } from '../../../../shared/lib/time.ts'
import { type Language, languages } from '../../../../shared/mail/language.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import { claimByLink } from '../../../../shared/usecases/claims/claim-by-link.ts'
import type { Background } from '../../../support/background.ts'
import {
  ADMIN,
  type ClaimedRecord,
  CREATED_AT,
  ENDS_AT,
  plus,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { bounceEvent } from '../../../support/feedback.ts'
import { dump, givenAccounts, givenClaim } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'
import type { Organization } from '../../../../shared/rules/types.ts'

let noordzee: Organization
const day = (n: number, ms = 0): Date => plus(n * DAY_MS + ms, CREATED_AT)

describe('reminders', () => {
  let db: TestTable
  let world: Background
  let people = 0

  it.beforeAll(({ table, background, verifiedOrg }) => {
    db = table
    world = background
    noordzee = verifiedOrg
  })
  beforeEach(async () => {
    await world.ignoreEffects()
    world.clock.set(T0)
    world.scheduler.clear()
    // Each test begins at the same time, and there is no claim of which it is known that it was reminded.
    await db.client.send(new DeleteCommand({ TableName: db.table.name, Key: keys.reminded() }))
  })

  /** A claim made at T0 whose mail is out; the mails from here on are what a test looks at. */
  async function newClaim(type: 'direct' | 'delayed' = 'delayed', locale = 'en'): Promise<ClaimedRecord> {
    const n = ++people
    const email = `person${n}@noordzee.example`
    await givenAccounts(world.stores, { userId: `acc${n}`, email, locale })
    await world.ignoreEffects()
    const record = await givenClaim(world.stores, noordzee, { ref: { email }, type })
    await world.settle()
    world.mailer.sent.length = 0
    return record
  }
  const open = async ({ recordId }: ClaimedRecord): Promise<ClaimedRecord> => {
    const record = (await world.stores.accounts.byRecordIds([recordId])).get(recordId)
    if (record === undefined) throw new Error(`no record ${recordId}`)
    return withClaim(record)
  }
  /** The clock comes to the instant, and the schedules of the minutes up to it fire, each as often as said. */
  async function comeTo(instant: Date, times = 1): Promise<void> {
    world.clock.set(instant)
    const fired = world.scheduler.fire(instant)
    for (let time = 0; time < times; time++) world.queues.due.send(fired)
    await world.settle()
  }
  /** As `comeTo`, and the mails wait. */
  async function lookAt(instant: Date): Promise<void> {
    world.clock.set(instant)
    world.queues.due.send(world.scheduler.fire(instant))
    await world.drain('due')
  }
  const kindsTo = ({ account }: ClaimedRecord) =>
    world.mailer.sent.filter(({ to }) => to.includes(account.email)).map(({ tags }) => tags.kind)

  it('N1: an undecided user is reminded on days 7, 11 and 13, to the second and not before, and migrated on day 14', async () => {
    const record = await newClaim()
    for (const [n, kinds] of [
      [7, ['reminder']],
      [11, ['reminder', 'reminder']],
      [13, ['reminder', 'reminder', 'reminder']],
      [14, ['reminder', 'reminder', 'reminder', 'migration_completed']],
    ] as const) {
      await comeTo(day(n, -1))
      expect(kindsTo(record)).toEqual(kinds.slice(0, -1))
      await comeTo(day(n))
      expect(kindsTo(record)).toEqual(kinds)
    }
  })

  it('N1: each is sent once, though its schedule fires twice, the sweep comes too and every message twice', async () => {
    const record = await newClaim()
    world.queues.migrations.deliverTwice = true
    world.queues.mails.deliverTwice = true
    for (const n of [7, 11, 13]) {
      await comeTo(day(n), 2)
      world.queues.due.send([{ kind: 'sweep' }])
      await world.settle()
    }
    world.queues.migrations.deliverTwice = false
    world.queues.mails.deliverTwice = false
    expect(kindsTo(record)).toEqual(['reminder', 'reminder', 'reminder'])
  })

  it('M2: one whose schedule was lost, or whose look died, is made up for by the sweep, once', async () => {
    const record = await newClaim()
    world.queues.due.send([{ kind: 'sweep' }])
    await world.settle()
    for (const n of [7, 11, 13]) {
      world.scheduler.fire(day(n, 2 * HOUR_MS))
      world.clock.set(day(n, 59 * MINUTE_MS))
      world.mailer.sent.length = 0
      world.queues.due.send([{ kind: 'sweep' }])
      await world.settle()
      expect(kindsTo(record)).toEqual([])
      for (const later of [HOUR_MS, HOUR_MS + 1, 3 * HOUR_MS]) {
        world.clock.set(day(n, later))
        world.queues.due.send([{ kind: 'sweep' }])
        await world.settle()
        expect(kindsTo(record)).toEqual(['reminder'])
      }
    }
  })

  it('M2: that have gone out aren’t asked for again by the sweep, which looks through their hour once', async () => {
    const { claim } = await newClaim()
    await comeTo(day(7))
    const hour = Math.ceil(day(7, 1).getTime() / HOUR_MS) * HOUR_MS
    world.queues.mails.sent.length = 0
    for (const minutes of [45, 60]) {
      world.clock.set(new Date(hour + minutes * MINUTE_MS))
      world.queues.due.send([{ kind: 'sweep' }])
      await world.settle()
      expect(world.queues.mails.sent).not.toContainEqual(expect.objectContaining({ claimId: claim.claimId }))
      expect((await world.stores.due.reminded()).get(7)).toBe(isoSecond(new Date(hour)))
    }
  })

  it('N1: it tells the days that are left, and brings a link that works', async () => {
    const record = await newClaim()
    await comeTo(day(11))
    const [mail] = world.mailer.sent
    expect(mail?.text).toMatch(/\b3 days\b/)
    const token = /decisions\/(?<token>[\w-]+)/.exec(mail?.text ?? '')?.groups?.token ?? ''
    expect((await claimByLink(world.stores, token, day(11)))?.claim.claimId).toBe(record.claim.claimId)
  })

  it('N1: of reminders that were missed (the service was down from day 6 to day 12) only the last is sent', async () => {
    const record = await newClaim()
    await comeTo(day(6))
    await comeTo(day(12))
    expect(kindsTo(record)).toEqual(['reminder'])
    await comeTo(day(13, -1))
    expect(kindsTo(record)).toHaveLength(1)
    await comeTo(day(13))
    expect(kindsTo(record)).toHaveLength(2)
  })

  it('M1: when all were missed until after day 14, the claim is migrated and nobody is reminded', async () => {
    const record = await newClaim()
    await comeTo(day(20))
    expect(kindsTo(record)).toEqual(['migration_completed'])
  })

  it('N1: a reminder is no change of its claim: no write, no event, no audit entry, and the due index stays', async () => {
    const record = await newClaim()
    const before = await open(record)
    const entries = async () => Object.keys(await dump(db)).filter((key) => key.startsWith('A#')).length
    const [audited, published] = [await entries(), world.bus.published.length]
    for (const n of [7, 11, 13]) await comeTo(day(n))
    expect(kindsTo(record)).toHaveLength(3)
    // What is told of its mails stands apart from it.
    const { mail: _mail, ...claim } = before.claim
    expect(await open(record)).toMatchObject({ ...before, claim })
    expect([await entries(), world.bus.published.length]).toEqual([audited, published])
  })

  it('N1: a look that comes late, by a dead letter that was put back, still reminds, and not twice', async () => {
    const record = await newClaim()
    world.clock.set(day(9))
    const late = world.scheduler.fire(day(9))
    for (let time = 0; time < 2; time++) {
      world.queues.due.send(late)
      await world.settle()
    }
    expect(kindsTo(record)).toEqual(['reminder'])
  })

  it('N1: a direct claim’s user is never reminded', async () => {
    const record = await newClaim('direct')
    expect(world.scheduler.instants()).toEqual([])
    for (const n of [7, 11, 13, 14]) {
      world.clock.set(day(n))
      world.queues.due.send([{ kind: 'sweep' }])
      world.queues.migrations.send([{ recordId: record.recordId }])
      await world.settle()
    }
    expect(kindsTo(record)).toEqual([])
  })

  it('N1: a decision stops them, and the schedules that are left fire for nothing', async () => {
    const record = await newClaim()
    await comeTo(day(7))
    const { claim, ...rest } = await open(record)
    const decided = decide({ ...rest, claim }, claim, 'transfer_content', { now: day(8), by: USER })
    expect(await world.stores.accounts.write(decided)).toEqual({ outcome: 'written' })
    for (const n of [8, 11, 13, 14]) await comeTo(day(n))
    expect(kindsTo(record)).toEqual(['reminder', 'decision_made', 'migration_completed'])
  })

  it('R1: a revocation stops them', async () => {
    const record = await newClaim()
    await comeTo(day(7))
    const given = await open(record)
    await world.stores.accounts.end(revokeClaim(given, given.claim, { now: day(8), by: ADMIN }))
    for (const n of [8, 11, 13, 14]) await comeTo(day(n))
    expect(kindsTo(record)).toEqual(['reminder', 'revoked'])
  })

  it('N4: a bounce stops them, and the claim is migrated on day 14 all the same', async () => {
    const record = await newClaim()
    await comeTo(day(7))
    const { account, claim } = record
    world.queues.feedback.send([bounceEvent({ claimId: claim.claimId, to: [account.email] })])
    for (const n of [8, 11, 13]) await comeTo(day(n))
    expect(kindsTo(record)).toEqual(['reminder'])
    await comeTo(day(14, -1))
    expect((await world.stores.claims.byId(claim.claimId))?.claim.status).toBe('open')
    await comeTo(new Date(ENDS_AT))
    expect((await world.stores.claims.byId(claim.claimId))?.claim.status).toBe('completed')
    expect(kindsTo(record)).toEqual(['reminder'])
  })

  it('N1: a decision made between the reminder’s minute and its mail keeps the mail back', async () => {
    const record = await newClaim()
    await lookAt(day(7))
    expect(world.queues.mails.length).toBe(1)
    const given = await open(record)
    await world.stores.accounts.write(
      decide(given, given.claim, 'delete_original', { now: day(7), by: USER }),
    )
    await world.drain('mails')
    expect(kindsTo(record)).toEqual([])
  })

  it('N1: of several whose mails were held (SES was down for days) only the last is sent', async () => {
    const record = await newClaim()
    for (const n of [7, 11, 13]) await lookAt(day(n))
    const { claimId } = record.claim
    // Claims of other tests may stand in the same shard.
    const asked = world.queues.mails.sent.filter((body) => Reflect.get(Object(body), 'claimId') === claimId)
    expect(asked.map((body) => Reflect.get(Object(body), 'day'))).toEqual([undefined, 7, 11, 13])
    await world.drain('mails')
    expect(kindsTo(record)).toEqual(['reminder'])
  })

  it('N2: it is written in the user’s language', async () => {
    const records = new Map<Language, ClaimedRecord>()
    for (const language of languages) records.set(language, await newClaim('delayed', language))
    await comeTo(day(7))
    const subjects = new Set<string>()
    for (const [language, { account }] of records) {
      const [mail, ...more] = world.mailer.sent.filter(({ to }) => to.includes(account.email))
      expect(more).toEqual([])
      expect(mail?.html).toContain(`<html lang="${language}"`)
      expect(mail?.text).toContain('Noordzee BV')
      if (mail) subjects.add(mail.subject)
    }
    expect(subjects.size).toBe(languages.length)
  })
})
