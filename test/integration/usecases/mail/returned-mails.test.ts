import { beforeEach, describe, expect } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../shared/lib/time.ts'
import { liftSuppression } from '../../../../shared/usecases/mail/lift-suppression.ts'
import { type Background, startBackground } from '../../../support/background.ts'
import { ADMIN, type ClaimedRecord, sourceOrg, withClaim } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { faultInjector } from '../../../support/faults.ts'
import { bounceEvent, complaintEvent } from '../../../support/feedback.ts'
import { dump, givenOrgs } from '../../../support/given.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { it } from '../../../support/fixtures.ts'
import {
  MORNING,
  NOON,
  type OrgWithReturnedMails,
  orgsWithReturnedMails,
} from '../../../support/returned-mails.ts'

describe('the digest of mails that came back (N4)', () => {
  let db: TestTable
  let world: Background
  let orgs: ReturnType<typeof orgsWithReturnedMails>
  let its: OrgWithReturnedMails

  it.beforeAll(async ({ table }) => {
    db = table
    world = await startBackground(db, faultInjector(), { waitsTakeTime: true })
    await givenOrgs(world.stores, sourceOrg())
    orgs = orgsWithReturnedMails(world)
  })
  beforeEach(async () => {
    its = await orgs.another()
  })

  async function bounced(event = bounceEvent): Promise<ClaimedRecord> {
    const record = await its.newClaim()
    await its.bounce(record, event)
    await world.settle()
    return record
  }
  async function at(instant: Date): Promise<void> {
    world.clock.set(instant)
    world.queues.due.send(world.scheduler.fire(instant))
    await world.settle()
  }

  it('N4: each admin gets one mail in the org’s next morning, which names and counts whom no mail reaches', async () => {
    const [first, second] = [await bounced(), await bounced(complaintEvent)]
    await at(new Date(MORNING.getTime() - 1))
    expect(its.digests()).toEqual([])
    await at(new Date(MORNING.getTime() + MINUTE_MS))
    expect(
      its
        .digests()
        .map(({ to }) => to)
        .sort(),
    ).toEqual([[`IT2@${its.orgId}.example`], [`it1@${its.orgId}.example`]])
    const [mail] = its.digests()
    expect(mail?.subject).toBe(`Org ${its.orgId}: 2 mails over claims kwamen niet aan`)
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
    expect(its.digests()).toHaveLength(2)
    await at(new Date(MORNING.getTime() + 2 * DAY_MS))
    expect(its.digests()).toHaveLength(2)
  })

  it('M2, N4: where its schedule was lost the sweep sends it', async () => {
    await bounced()
    world.scheduler.clear()
    world.clock.set(new Date(MORNING.getTime() + HOUR_MS))
    world.queues.due.send([{ kind: 'sweep' }])
    await world.settle()
    expect(its.digests()).toHaveLength(2)
  })

  it('N4: what comes back after a morning’s mail is told of on the next morning, and nothing twice', async () => {
    const first = await bounced()
    await at(new Date(MORNING.getTime() + MINUTE_MS))
    world.mailer.sent.length = 0
    // As if the stream told it so late that its own morning has been.
    const second = await its.newClaim()
    world.clock.set(NOON)
    await its.bounce(second)
    world.clock.set(new Date(MORNING.getTime() + HOUR_MS))
    await world.settle()
    expect(its.digests()).toEqual([])
    await at(new Date(MORNING.getTime() + DAY_MS + 60_000))
    expect(its.digests()).toHaveLength(2)
    for (const { text } of its.digests()) {
      expect(text).toContain(second.account.email)
      expect(text).not.toContain(first.account.email)
    }
  })

  it('N4: nobody is told of claims that were mended, or ended, before the morning', async () => {
    const lifted = await bounced()
    const revoked = await bounced()
    const asked = { orgId: its.orgId, isPlatform: false, email: lifted.account.email, now: NOON, by: ADMIN }
    expect(await liftSuppression(world.stores, asked)).toEqual({ outcome: 'lifted' })
    const current = (await world.stores.accounts.byRecordIds([revoked.recordId])).get(revoked.recordId)
    const open = withClaim(current ?? revoked)
    await world.stores.accounts.end(revokeClaim(open, open.claim, { now: NOON, by: ADMIN }))
    await at(new Date(MORNING.getTime() + MINUTE_MS))
    expect(its.digests()).toEqual([])
  })

  it('N4: twenty are named and the rest is counted, in the org’s language', async () => {
    for (let n = 0; n < 23; n++) await its.bounce(await its.newClaim())
    await world.settle()
    await at(new Date(MORNING.getTime() + MINUTE_MS))
    const [mail] = its.digests()
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
})
