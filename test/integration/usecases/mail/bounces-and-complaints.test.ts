import { beforeEach, describe, expect } from 'vitest'
import type { LogCode } from '../../../../shared/lib/log-codes.ts'
import { claimIdOfTags } from '../../../../shared/mail/claim-tags.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { signIn } from '../../../../shared/rules/claims/sign-in.ts'
import { changeUser } from '../../../../shared/usecases/accounts/change-user.ts'
import type { Background } from '../../../support/background.ts'
import {
  ADMIN,
  type ClaimedRecord,
  ENDS_AT,
  org,
  sourceOrg,
  T0,
  withClaim,
} from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { bounceEvent, complaintEvent } from '../../../support/feedback.ts'
import { dump, givenAccounts, givenClaim, givenDomain, givenOrgs } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'

const ADMINS = ['admin@noordzee.example', 'it@noordzee.example']
const noordzee = org({ adminEmails: ADMINS })
const rival = org({ orgId: 'rival', name: 'Rival BV' })

describe('feedback', () => {
  let db: TestTable
  let world: Background
  let people = 0

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    await givenOrgs(world.stores, noordzee, rival, sourceOrg())
    await givenDomain(world.stores, noordzee.orgId, 'noordzee.example')
    await givenDomain(world.stores, rival.orgId, 'noordzee.example')
  })
  beforeEach(async () => {
    await world.ignoreEffects()
    world.clock.set(T0)
    world.mailer.sent.length = 0
    world.log.lines.length = 0
    world.scheduler.clear()
  })

  async function newClaim(): Promise<ClaimedRecord> {
    const n = ++people
    const email = `Person${n}@noordzee.example`
    await givenAccounts(world.stores, { userId: `acc${n}`, email })
    await world.ignoreEffects()
    return givenClaim(world.stores, noordzee, { ref: { email } })
  }
  const aboutClaim = ({ claim, account }: ClaimedRecord) => ({ claimId: claim.claimId, to: [account.email] })
  async function tell(...events: unknown[]): Promise<void> {
    world.queues.feedback.send(events)
    await world.drain('feedback')
  }
  const current = async ({ recordId }: ClaimedRecord) =>
    (await world.stores.accounts.byRecordIds([recordId])).get(recordId)
  const claimOf = async ({ claim }: ClaimedRecord) => (await world.stores.claims.byId(claim.claimId))?.claim
  const outcomesOf = (code: LogCode) =>
    world.log.lines
      .filter((line) => line.code === code)
      .flatMap(({ facts: { mailIds = [''], outcome } }) => [mailIds].flat().map(() => outcome))
  const suppressed = async (email: string) => (await world.stores.suppressions.among([email])).size === 1

  it('N4: every mail about a claim says by its tags which one', async () => {
    const record = await newClaim()
    await world.settle()
    const open = withClaim((await current(record)) ?? record)
    await world.stores.accounts.end(revokeClaim(open, open.claim, { now: T0, by: ADMIN }))
    await world.settle()
    const tags = world.mailer.sent.map((mail) => mail.tags)
    expect(tags.map(({ kind }) => kind)).toEqual(['claimed_delayed', 'revoked'])
    for (const each of tags) {
      const lists = Object.fromEntries(Object.entries(each).map(([name, value]) => [name, [value]]))
      expect(claimIdOfTags(lists)).toBe(record.claim.claimId)
    }
  })

  it.each([
    ['bounce', bounceEvent, 'bounced'],
    ['complaint', complaintEvent, 'complained'],
  ] as const)('N4: a %s is recorded on its claim, and stops mail to the address', async (_, event, shown) => {
    const record = await newClaim()
    await world.settle()
    await tell(event(aboutClaim(record)))
    expect(await claimOf(record)).toMatchObject({ notification: shown, status: 'open' })
    expect(await suppressed(record.account.email.toUpperCase())).toBe(true)
    expect(outcomesOf('feedback.taken')).toEqual(['recorded'])
  })

  it('N4, M1: it stays in the due index by its end, and needs no other schedule', async () => {
    const record = await newClaim()
    await world.settle()
    await tell(bounceEvent(aboutClaim(record)))
    world.scheduler.clear()
    await world.takeEffects()
    expect(world.scheduler.instants()).toEqual([])
    expect((await dump(db))[`U#${record.recordId} U`]).toMatchObject({ dueAt: ENDS_AT })
  })

  it('A1, A2: it is one change: an audit entry and an event, without an address', async () => {
    const record = await newClaim()
    await world.settle()
    world.bus.published.length = 0
    await tell(bounceEvent(aboutClaim(record)), bounceEvent(aboutClaim(record)))
    await world.takeEffects()
    expect(world.bus.published).toMatchObject([
      { type: 'claim.mail_failed', detail: { claimId: record.claim.claimId, by: 'mail:ses-1' } },
    ])
    expect(JSON.stringify(world.bus.published)).not.toContain('@')
  })

  it('N4: told again, or as something else, it changes nothing', async () => {
    const record = await newClaim()
    await world.settle()
    await tell(bounceEvent(aboutClaim(record)))
    const after = await dump(db)
    world.queues.feedback.deliverTwice = true
    await tell(bounceEvent(aboutClaim(record)), complaintEvent(aboutClaim(record)))
    world.queues.feedback.deliverTwice = false
    expect(await dump(db)).toEqual(after)
    expect(outcomesOf('feedback.taken').slice(1)).toEqual([
      'unchanged',
      'unchanged',
      'unchanged',
      'unchanged',
    ])
  })

  it('N4, C9: of an address that the account has no more marks no claim, and the next mail goes out', async () => {
    const n = ++people
    const email = `person${n}@noordzee.example`
    await givenAccounts(world.stores, { userId: `acc${n}`, email })
    const record = await givenClaim(world.stores, noordzee, { ref: { email }, type: 'direct' })
    await world.settle()
    const married = `married${n}@noordzee.example`
    const command = { orgId: noordzee.orgId, userId: record.claim.newUserId, now: T0, by: ADMIN }
    const changed = await changeUser({ ...world.stores }, command, { email: married })
    expect(changed.outcome).toBe('done')
    await tell(bounceEvent({ claimId: record.claim.claimId, to: [email] }))
    expect(await claimOf(record)).toMatchObject({ notification: 'sent' })
    expect(await suppressed(email)).toBe(true)
    expect(outcomesOf('feedback.taken')).toEqual(['unchanged'])
    await tell(bounceEvent({ claimId: record.claim.claimId, to: [married.toUpperCase()] }))
    expect(await claimOf(record)).toMatchObject({ notification: 'bounced' })
  })

  it('N4: a bounce that may pass changes nothing, and is logged', async () => {
    const record = await newClaim()
    await world.settle()
    const before = await dump(db)
    await tell(bounceEvent({ ...aboutClaim(record), bounceType: 'Transient' }))
    expect(await dump(db)).toEqual(before)
    expect(outcomesOf('feedback.taken')).toEqual(['transient'])
  })

  it('N4: of a claim that has ended only the address is suppressed', async () => {
    const record = await newClaim()
    await world.settle()
    const open = withClaim((await current(record)) ?? record)
    await world.stores.accounts.end(revokeClaim(open, open.claim, { now: T0, by: ADMIN }))
    const before = await dump(db)
    await tell(bounceEvent(aboutClaim(record)))
    const added = Object.keys(await dump(db)).filter((key) => !(key in before))
    expect(added).toEqual([expect.stringMatching(/^B#/)])
    expect(await claimOf(record)).toMatchObject({ status: 'revoked', notification: 'sent' })
    expect(outcomesOf('feedback.taken')).toEqual(['unchanged'])
  })

  it('N4: a bounce that comes while the record changes takes nothing of that back', async () => {
    const record = await newClaim()
    await world.settle()
    const open = withClaim((await current(record)) ?? record)
    const byId = world.stores.claims.byId
    // Between what feedback reads and what it writes, the user signs in.
    let signedIn = false
    world.stores.claims.byId = async (claimId) => {
      const found = await byId(claimId)
      const next = signedIn ? undefined : signIn(open, open.claim, { now: T0, by: 'user:x' })
      signedIn = true
      if (next) expect(await world.stores.accounts.write(next)).toEqual({ outcome: 'written' })
      return found
    }
    await tell(bounceEvent(aboutClaim(record)))
    world.stores.claims.byId = byId
    expect(world.log.lines.map(({ code }) => code)).not.toContain('message.failed')
    expect(await claimOf(record)).toMatchObject({ notification: 'bounced', signedInAt: T0.toISOString() })
  })

  it('N4: the bounce may be told before the worker has marked the mail as sent, and stands', async () => {
    const record = await newClaim()
    const { accept } = world.mailer
    world.mailer.accept = () => tell(bounceEvent(aboutClaim(record)))
    await world.settle()
    world.mailer.accept = accept
    expect(await claimOf(record)).toMatchObject({ notification: 'bounced' })
  })

  it('N4: nothing is sent to a suppressed address, and the new claim’s admin sees why', async () => {
    const record = await newClaim()
    await world.settle()
    await tell(complaintEvent(aboutClaim(record)))
    const open = withClaim((await current(record)) ?? record)
    await world.stores.accounts.end(revokeClaim(open, open.claim, { now: T0, by: ADMIN }))
    await world.settle()
    const again = await givenClaim(world.stores, rival, { ref: { email: record.account.email } })
    world.mailer.sent.length = 0
    world.log.lines.length = 0
    world.queues.mails.deliverTwice = true
    await world.settle()
    world.queues.mails.deliverTwice = false
    expect(world.mailer.sent).toEqual([])
    expect(outcomesOf('mail.handled')).toEqual(['suppressed', 'suppressed'])
    expect(await claimOf(again)).toMatchObject({ notification: 'bounced' })
  })

  it('N4: of several admins only those are mailed whose address takes mails', async () => {
    await tell(bounceEvent({ to: ['IT@noordzee.example'] }))
    expect(outcomesOf('feedback.taken')).toEqual(['suppressed'])
    world.upload('imports/noordzee/one.csv', 'Email\nnobody@noordzee.example\n')
    await world.settle()
    expect(world.mailer.sent.map(({ to }) => to)).toEqual([['admin@noordzee.example']])
    await tell(bounceEvent({ to: ADMINS }))
    world.upload('imports/noordzee/two.csv', 'Email\nnobody@noordzee.example\n')
    await world.settle()
    expect(world.mailer.sent).toHaveLength(1)
    expect(outcomesOf('mail.handled')).toEqual(['suppressed', 'sent', 'suppressed', 'suppressed'])
  })

  it('N4: a complaint that may be either admin’s stops mail to neither', async () => {
    await tell(complaintEvent({ to: ['it1@acme.example', 'it2@acme.example'] }))
    expect(outcomesOf('feedback.taken')).toEqual(['unsure'])
    for (const email of ['it1@acme.example', 'it2@acme.example']) expect(await suppressed(email)).toBe(false)
  })

  it('N4: each admin is mailed alone, so that whoever complains is known', async () => {
    world.upload('imports/noordzee/three.csv', 'Email\nnobody@noordzee.example\n')
    await world.settle()
    for (const { to } of world.mailer.sent) expect(to).toHaveLength(1)
  })

  it('Y7: only a hash of the address is kept, and when it is removed its next owner is mailed', async () => {
    const address = 'Someone.Else@elsewhere.example'
    await tell(bounceEvent({ to: [address] }))
    expect(JSON.stringify(await dump(db)).toLowerCase()).not.toContain('someone.else')
    expect(await suppressed(address)).toBe(true)
    await world.stores.suppressions.remove(address.toLowerCase())
    expect(await suppressed(address)).toBe(false)
  })

  it('N4: a worker that dies at any call leaves it recorded in the end, once', async () => {
    async function under(fault: Parameters<typeof world.faults.arm>[0]) {
      const record = await newClaim()
      await world.settle()
      world.bus.published.length = 0
      world.queues.feedback.send([bounceEvent(aboutClaim(record))])
      world.faults.arm(fault)
      await world.drain('feedback')
      const { calls } = world.faults
      world.faults.arm(undefined)
      await world.takeEffects()
      expect(await claimOf(record)).toMatchObject({ notification: 'bounced' })
      expect(await suppressed(record.account.email)).toBe(true)
      expect(world.bus.published.map(({ type }) => type)).toEqual(['claim.mail_failed'])
      return calls
    }
    const calls = await under(undefined)
    for (let at = 1; at <= calls; at++)
      for (const when of ['before', 'after'] as const) await under({ at, when })
  })

  it('what is no feedback becomes a dead letter', async () => {
    await tell({ detail: { eventType: 'Delivery' } })
    expect(world.queues.feedback.deadLetters).toHaveLength(1)
  })
})
