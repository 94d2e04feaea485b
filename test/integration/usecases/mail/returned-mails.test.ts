import { beforeEach, describe, expect } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../shared/lib/time.ts'
import { liftSuppression } from '../../../../shared/usecases/mail/lift-suppression.ts'
import { type Background, startBackground } from '../../../support/background.ts'
import { ADMIN, type ClaimedRecord, org, sourceOrg, withClaim } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { faultInjector } from '../../../support/faults.ts'
import { bounceEvent, complaintEvent } from '../../../support/feedback.ts'
import { dump, givenAccounts, givenClaim, givenDomain, givenOrgs } from '../../../support/given.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { it } from '../../../support/fixtures.ts'

const NOON = new Date('2026-11-27T12:00:00Z')
/** 08:00 in Amsterdam, in winter. */
const MORNING = new Date('2026-11-28T07:00:00Z')

describe('the digest of mails that came back (N4)', () => {
  let db: TestTable
  let world: Background
  let people = 0
  let orgs = 0
  let orgId = ''

  it.beforeAll(async ({ table }) => {
    db = table
    world = await startBackground(db, faultInjector(), { waitsTakeTime: true })
    await givenOrgs(world.stores, sourceOrg())
  })
  beforeEach(async () => {
    world.clock.set(NOON)
    orgId = `org${++orgs}`
    await givenOrgs(world.stores, claiming())
    await givenDomain(world.stores, orgId, `${orgId}.example`)
    await world.settle()
    world.mailer.sent.length = 0
    world.scheduler.clear()
  })

  const claiming = () => {
    const base = org({
      orgId,
      name: `Org ${orgId}`,
      adminEmails: [`it1@${orgId}.example`, `IT2@${orgId}.example`],
    })
    return { ...base, settings: { ...base.settings, timeZone: 'Europe/Amsterdam' } }
  }

  async function newClaim(): Promise<ClaimedRecord> {
    const n = ++people
    const email = `person${n}@${orgId}.example`
    await givenAccounts(world.stores, { userId: `acc${n}`, email })
    return givenClaim(world.stores, claiming(), { ref: { email } }, NOON)
  }
  async function bounce(record: ClaimedRecord, event = bounceEvent): Promise<void> {
    world.queues.feedback.send([event({ claimId: record.claim.claimId, to: [record.account.email] })])
    await world.drain('feedback')
  }
  async function bounced(event = bounceEvent): Promise<ClaimedRecord> {
    const record = await newClaim()
    await bounce(record, event)
    await world.settle()
    return record
  }
  const digests = () =>
    world.mailer.sent.filter(
      ({ tags, to }) => tags.kind === 'mails_returned' && String(to).endsWith(`@${orgId}.example`),
    )
  async function at(instant: Date): Promise<void> {
    world.clock.set(instant)
    world.queues.due.send(world.scheduler.fire(instant))
    await world.settle()
  }

  it('N4: each admin gets one mail in the org’s next morning, which names and counts whom no mail reaches', async () => {
    const [first, second] = [await bounced(), await bounced(complaintEvent)]
    await at(new Date(MORNING.getTime() - 1))
    expect(digests()).toEqual([])
    await at(new Date(MORNING.getTime() + MINUTE_MS))
    expect(
      digests()
        .map(({ to }) => to)
        .sort(),
    ).toEqual([[`IT2@${orgId}.example`], [`it1@${orgId}.example`]])
    const [mail] = digests()
    expect(mail?.subject).toBe(`Org ${orgId}: 2 mails over claims kwamen niet aan`)
    for (const { account } of [first, second]) {
      expect(mail?.text).toContain(account.email)
      expect(mail?.html).toContain(account.email)
    }
    expect(mail?.text).toContain('https://claims.example/console/claims?notification=bounced')
  })

  it('N4: it is sent once, though its schedule fires twice, the sweep comes too and every message twice', async () => {
    await bounced()
    for (const queue of [world.queues.due, world.queues.mails]) queue.deliverTwice = true
    await at(new Date(MORNING.getTime() + MINUTE_MS))
    world.queues.due.send([{ kind: 'sweep' }, { kind: 'sweep' }])
    await world.settle()
    for (const queue of [world.queues.due, world.queues.mails]) queue.deliverTwice = false
    expect(digests()).toHaveLength(2)
    await at(new Date(MORNING.getTime() + 2 * DAY_MS))
    expect(digests()).toHaveLength(2)
  })

  it('M2, N4: where its schedule was lost the sweep sends it', async () => {
    await bounced()
    world.scheduler.clear()
    world.clock.set(new Date(MORNING.getTime() + HOUR_MS))
    world.queues.due.send([{ kind: 'sweep' }])
    await world.settle()
    expect(digests()).toHaveLength(2)
  })

  it('N4: what comes back after a morning’s mail is told of on the next morning, and nothing twice', async () => {
    const first = await bounced()
    await at(new Date(MORNING.getTime() + MINUTE_MS))
    world.mailer.sent.length = 0
    // As if the stream told it so late that its own morning has been.
    const second = await newClaim()
    world.clock.set(NOON)
    await bounce(second)
    world.clock.set(new Date(MORNING.getTime() + HOUR_MS))
    await world.settle()
    expect(digests()).toEqual([])
    await at(new Date(MORNING.getTime() + DAY_MS + 60_000))
    expect(digests()).toHaveLength(2)
    for (const { text } of digests()) {
      expect(text).toContain(second.account.email)
      expect(text).not.toContain(first.account.email)
    }
  })

  it('N4: nobody is told of claims that were mended, or ended, before the morning', async () => {
    const lifted = await bounced()
    const revoked = await bounced()
    const asked = { orgId, isPlatform: false, email: lifted.account.email, now: NOON, by: ADMIN }
    expect(await liftSuppression(world.stores, asked)).toEqual({ outcome: 'lifted' })
    const current = (await world.stores.accounts.byRecordIds([revoked.recordId])).get(revoked.recordId)
    const open = withClaim(current ?? revoked)
    await world.stores.accounts.end(revokeClaim(open, open.claim, { now: NOON, by: ADMIN }))
    await at(new Date(MORNING.getTime() + MINUTE_MS))
    expect(digests()).toEqual([])
  })

  it('N4: twenty are named and the rest is counted, in the org’s language', async () => {
    for (let n = 0; n < 23; n++) await bounce(await newClaim())
    await world.settle()
    await at(new Date(MORNING.getTime() + MINUTE_MS))
    const [mail] = digests()
    expect(mail?.subject).toContain('23 mails')
    expect(mail?.text.match(/person\d+@/g)).toHaveLength(20)
    expect(mail?.text).toContain('En nog 3')
  })

  it('Y7: nothing that is kept for it holds an address', async () => {
    const { account, claim } = await bounced()
    const kept = Object.entries(await dump(db)).filter(([key]) => /(?:DIG|RET)#/.test(key))
    const text = JSON.stringify(kept)
    expect(text).toContain(claim.claimId)
    expect(text).not.toContain(account.email)
  })

  it.each(['effects', 'mails'] as const)(
    'N4: %s that die at any call leave one mail for each admin, and two only between SES’s acceptance and its mark (C6)',
    async (victim) => {
      async function under(fault: Parameters<typeof world.faults.arm>[0]) {
        world.clock.set(NOON)
        orgId = `org${++orgs}`
        await givenOrgs(world.stores, claiming())
        await givenDomain(world.stores, orgId, `${orgId}.example`)
        const record = await newClaim()
        await world.settle()
        world.mailer.sent.length = 0
        world.scheduler.clear()
        await bounce(record)
        if (victim === 'effects') world.faults.arm(fault)
        while (await world.takeEffects());
        const instant = new Date(MORNING.getTime() + MINUTE_MS)
        world.clock.set(instant)
        if (victim === 'mails') {
          world.queues.due.send(world.scheduler.fire(instant))
          await world.drain('due')
          world.faults.arm(fault)
          await world.drain('mails')
        }
        const { calls, names } = world.faults
        const struck = fault && names[fault.at - 1]
        world.faults.arm(undefined)
        world.queues.due.send([...world.scheduler.fire(instant), { kind: 'sweep' }])
        await world.settle()
        const to = digests().map((mail) => String(mail.to))
        expect(new Set(to).size).toBe(2)
        return { calls, struck, times: to.length }
      }
      const { calls, times } = await under(undefined)
      expect(times).toBe(2)
      const twice = new Set<string | undefined>()
      for (let at = 1; at <= calls; at++)
        for (const when of ['before', 'after'] as const) {
          const told = await under({ at, when })
          if (told.times > 2) twice.add(told.struck)
        }
      // The other admin's mail is on its way while the first one waits for its mark.
      const window = victim === 'mails' ? ['mails.write', 'rate.reserve', 'send'] : []
      expect([...twice].sort()).toEqual(window)
    },
  )
})
