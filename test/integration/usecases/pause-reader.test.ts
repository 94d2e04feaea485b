import { beforeEach, describe, expect } from 'vitest'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../shared/lib/time.ts'
import { decide } from '../../../shared/rules/claims/decision.ts'
import { endsAt } from '../../../shared/rules/claims/transition.ts'
import type { Background } from '../../support/background.ts'
import { type ClaimedRecord, USER } from '../../support/builders.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { givenAccounts, givenClaim, givenConversations } from '../../support/given.ts'
import { it } from '../../support/fixtures.ts'
import type { Organization } from '../../../shared/rules/types.ts'

let noordzee: Organization

/** Longer than a switch's reading is kept. */
const HONOURED_MS = 31 * SECOND_MS

describe('pausing', () => {
  let db: TestTable
  let world: Background
  let people = 0

  it.beforeAll(async ({ table, background, verifiedOrg }) => {
    db = table
    world = background
    noordzee = verifiedOrg
    await world.ignoreEffects()
  })
  beforeEach(() => {
    world.time.leftMs = 300_000
    world.mailer.sent.length = 0
  })

  const pauses = () => world.stores.pauses
  const switched = async (work: 'mail' | 'migrations' | 'deletions', on: boolean): Promise<void> => {
    await (on ? pauses().pause(work, world.clock.now()) : pauses().resume(work))
    world.clock.advance(HONOURED_MS)
  }
  async function newClaim(): Promise<ClaimedRecord> {
    const n = ++people
    await givenAccounts(world.stores, { userId: `acc${n}`, email: `person${n}@noordzee.example` })
    await world.ignoreEffects()
    return givenClaim(
      world.stores,
      noordzee,
      { ref: { userId: `acc${n}` }, type: 'delayed' },
      world.clock.now(),
    )
  }
  /** Forward only: what was read of the switches is as old as the clock says. */
  const passing = (claim: ClaimedRecord['claim'], ms: number): void =>
    world.clock.set(new Date(Math.max(world.clock.now().getTime(), endsAt(claim).getTime()) + ms))
  const claimOf = async ({ claim }: ClaimedRecord) => (await world.stores.claims.byId(claim.claimId))?.claim
  const sweep = async (): Promise<void> => {
    world.queues.due.send([{ kind: 'sweep' }])
    await world.drain('due', 'migrations', 'deletions')
  }

  it('a paused mail waits as a fresh message, is never a dead letter, and leaves once mail is resumed', async () => {
    await switched('mail', true)
    await newClaim()
    await world.takeEffects()
    // More often than a message may be received before it counts as dead.
    for (let looks = 0; looks < 20; looks++) await world.step('mails')
    expect(world.mailer.sent).toEqual([])
    expect(world.queues.mails.deadLetters).toEqual([])
    expect(world.metrics.total('Paused', 'mail')).toBeGreaterThan(0)
    world.clock.advance(2 * HOUR_MS)
    const late = world.metrics.total('MailsLate', 'claimed')
    await switched('mail', false)
    await world.drain('mails')
    expect(world.mailer.sent).toHaveLength(1)
    expect(world.metrics.total('MailsLate', 'claimed')).toBe(late + 1)
  })

  it('M1: nobody is migrated while migrations are paused, by schedule or by decision, and all are afterwards', async () => {
    const undecided = await newClaim()
    const decided = await newClaim()
    await givenConversations(db, decided.recordId, 3)
    await switched('migrations', true)
    await world.stores.accounts.write(
      decide(decided, decided.claim, 'transfer_content', { now: world.clock.now(), by: USER }),
    )
    await world.takeEffects()
    await world.drain('migrations')
    expect(await claimOf(decided)).toMatchObject({ status: 'migrating', conversationsMoved: 0 })
    passing(undecided.claim, HOUR_MS)
    await sweep()
    expect(await claimOf(undecided)).toMatchObject({ status: 'open' })
    expect(await claimOf(decided)).toMatchObject({ status: 'migrating', conversationsMoved: 0 })
    await switched('migrations', false)
    await sweep()
    expect(await claimOf(undecided)).toMatchObject({ status: 'completed' })
    expect(await claimOf(decided)).toMatchObject({ status: 'completed' })
    const late = world.metrics.measured.filter(({ name }) => name === 'MigrationLateness')
    expect(late.length).toBeGreaterThanOrEqual(2)
    expect(late.map(({ value }) => value).filter((seconds) => seconds < 3600)).toEqual([])
    expect(world.metrics.total('Migrations')).toBe(late.length)
  })

  it('a migration that is under way stops within a minute, loses nothing, and is taken up again', async () => {
    const record = await newClaim()
    await givenConversations(db, record.recordId, 120)
    passing(record.claim, HONOURED_MS)
    world.queues.migrations.send([{ recordId: record.recordId }])
    world.time.leftMs = 1_000
    await world.step('migrations')
    expect(await claimOf(record)).toMatchObject({ status: 'migrating' })
    await switched('migrations', true)
    world.time.leftMs = 300_000
    await world.drain('migrations')
    expect(await claimOf(record)).toMatchObject({ status: 'migrating' })
    await switched('migrations', false)
    world.clock.advance(16 * MINUTE_MS)
    await sweep()
    expect(await claimOf(record)).toMatchObject({ status: 'completed', conversationsMoved: 120 })
  })

  it('Y4, O1: nothing is removed while deletions are paused', async () => {
    const [leaver] = await givenAccounts(world.stores, {
      userId: 'leaver',
      email: 'leaver@noordzee.example',
      status: 'inactive',
      inactive: { since: '2026-10-01T00:00:00Z', formerStatus: 'active', syncId: 'sync' },
    })
    if (leaver === undefined) throw new Error('nobody')
    const isThere = async () =>
      (await world.stores.accounts.byRecordIds([leaver.recordId])).has(leaver.recordId)
    await switched('deletions', true)
    await sweep()
    expect(await isThere()).toBe(true)
    await switched('deletions', false)
    await sweep()
    expect(await isThere()).toBe(false)
    expect(world.metrics.total('Deletions', 'account')).toBe(1)
  })

  it('the sweep says what is paused and how late the oldest due work is, whether or not anything is', async () => {
    const before = world.metrics.measured.length
    await switched('migrations', true)
    const record = await newClaim()
    await world.ignoreEffects()
    passing(record.claim, 2 * HOUR_MS)
    await sweep()
    const measured = world.metrics.measured.slice(before)
    expect(measured).toContainEqual({ name: 'Paused', value: 1, of: 'migrations' })
    expect(measured).toContainEqual({ name: 'Paused', value: 0, of: 'mail' })
    expect(Math.max(...measured.filter(({ name }) => name === 'OverdueWork').map(({ value }) => value))).toBe(
      2 * 3600,
    )
    await switched('migrations', false)
  })

  it('a switch that is on stays on since the first time', async () => {
    await pauses().pause('mail', new Date('2026-01-01T00:00:00.000Z'))
    await pauses().pause('mail', new Date('2026-01-02T00:00:00.000Z'))
    expect(await pauses().read()).toEqual({ mail: '2026-01-01T00:00:00.000Z' })
    await pauses().resume('mail')
    expect(await pauses().read()).toEqual({})
  })
})
