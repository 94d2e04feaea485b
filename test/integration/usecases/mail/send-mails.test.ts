import { beforeEach, describe, expect } from 'vitest'
import { functions } from '../../../../infra/functions.ts'
import { BusyError } from '../../../../shared/lib/errors.ts'
import { HOUR_MS, SECOND_MS } from '../../../../shared/lib/time.ts'
import { Unavailable } from '../../../../shared/lib/unavailable.ts'
import { takeMail } from '../../../../shared/rules/mail/claim-mail.ts'
import { linkText, readLink } from '../../../../shared/rules/claims/decision-link.ts'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { signIn } from '../../../../shared/rules/claims/sign-in.ts'
import { MAIL_LEASE_MS } from '../../../../shared/rules/limits.ts'
import { claimByLink } from '../../../../shared/usecases/claims/claim-by-link.ts'
import type { Background } from '../../../support/background.ts'
import { ADMIN, type ClaimedRecord, ENDS_AT, SCHEDULE, T0, withClaim } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import type { Fault } from '../../../support/faults.ts'
import { dump, givenAccounts, givenUnmailedClaim } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'
import type { Organization } from '../../../../shared/rules/types.ts'

let noordzee: Organization
const TIMEOUT_MS = functions.mail.timeoutSeconds * SECOND_MS
/** As for every queue in the template. */
const VISIBILITY_TIMEOUT_MS = 2 * TIMEOUT_MS

describe('mails', () => {
  let db: TestTable
  let world: Background
  let people = 0

  it.beforeAll(({ table, background, verifiedOrg }) => {
    db = table
    world = background
    noordzee = verifiedOrg
  })
  beforeEach(() => {
    world.clock.set(T0)
    world.mailer.sent.length = 0
    world.log.lines.length = 0
  })

  async function newClaim(type: 'direct' | 'delayed' = 'delayed'): Promise<ClaimedRecord> {
    const n = ++people
    const email = `person${n}@noordzee.example`
    await givenAccounts(world.stores, { userId: `acc${n}`, email })
    await world.ignoreEffects()
    return givenUnmailedClaim(world.stores, noordzee, { ref: { email }, type })
  }
  const outcomes = () =>
    world.log.lines
      .filter(({ code }) => code === 'mail.handled')
      .flatMap(({ facts: { mailIds, outcome } }) => [mailIds].flat().map(() => outcome))
  const mailed = () => world.mailer.sent.map(({ to, tags }) => `${tags.kind} ${to.join(' ')}`)
  const notification = async ({ claim }: ClaimedRecord) =>
    (await world.stores.claims.byId(claim.claimId))?.claim.notification
  const linkIn = (n: number): string =>
    /decisions\/(?<token>[\w-]+)/.exec(world.mailer.sent[n]?.text ?? '')?.groups?.token ?? ''

  it.each(['direct', 'delayed'] as const)(
    'N1: a %s claim’s user is mailed, and the claim shows it',
    async (type) => {
      const record = await newClaim(type)
      expect(await notification(record)).toBe('pending')
      await world.settle()
      expect(mailed()).toEqual([`claimed_${type} ${record.account.email}`])
      expect(await notification(record)).toBe('sent')
      expect(outcomes()).toEqual(['sent'])
    },
  )

  it('C6: a change that the stream tells three times is mailed once', async () => {
    const { account } = await newClaim()
    await world.takeEffects(3)
    await world.settle()
    expect(mailed()).toEqual([`claimed_delayed ${account.email}`])
  })

  it('C6: a message that the queue delivers twice is mailed once', async () => {
    const { account } = await newClaim()
    world.queues.mails.deliverTwice = true
    await world.settle()
    world.queues.mails.deliverTwice = false
    expect(mailed()).toEqual([`claimed_delayed ${account.email}`])
    expect(outcomes()).toEqual(['sent', 'sent_before'])
  })

  it('C6: of two messages for one mail that are handled at once, one sends it', async () => {
    const { claim, account } = await newClaim()
    await world.takeEffects()
    world.queues.mails.send([world.queues.mails.sent.at(-1)])
    await world.drain('mails')
    expect(mailed()).toEqual([`claimed_delayed ${account.email}`])
    expect(outcomes().toSorted()).toEqual(['sent', 'sent_before'])
    expect(claim.notification).toBe('pending')
  })

  it('fault 15: a mail that SES held back is sent later, and doesn’t pass for one that may have gone out twice', async () => {
    const { account } = await newClaim()
    const { accept } = world.mailer
    let refusals = 2
    world.mailer.accept = async () => {
      if (refusals-- > 0) throw new BusyError('SES takes no mail now: Throttling')
    }
    await world.settle()
    for (let n = 0; n < 3; n++) {
      world.clock.set(new Date(world.clock.now().getTime() + HOUR_MS))
      await world.settle()
    }
    world.mailer.accept = accept
    expect(mailed()).toEqual([`claimed_delayed ${account.email}`])
    expect(outcomes()).toEqual(['sent'])
  })

  it('U6: the link’s token opens its claim, and only its hash is kept', async () => {
    const { claim } = await newClaim()
    await world.settle()
    const token = linkIn(0)
    const opens = async (text: string) => (await claimByLink(world.stores, text, T0))?.claim.claimId
    expect(await opens(token)).toBe(claim.claimId)
    const otherSecret = linkText({ claimId: claim.claimId, secret: new Uint8Array(16) })
    for (const other of [`${token}x`, otherSecret]) expect(await opens(other)).toBeUndefined()
    const secret = readLink(token)?.secret ?? new Uint8Array()
    const stored = JSON.stringify(await dump(db))
    expect(stored).not.toContain(token)
    expect(stored).not.toContain(JSON.stringify(secret))
  })

  it('R1: a claim that was revoked before its mail went out is mailed as revoked only', async () => {
    const record = await newClaim()
    await world.takeEffects()
    await world.stores.accounts.end(revokeClaim(record, record.claim, { now: T0, by: ADMIN }))
    await world.settle()
    expect(mailed()).toEqual([`revoked ${record.account.email}`])
    expect(outcomes()).toEqual(['obsolete', 'sent'])
  })

  it('N1: a migration that is completed is told to the user at the claimed address, once', async () => {
    const record = await newClaim()
    await world.settle()
    const bySchedule = { now: new Date(ENDS_AT), by: SCHEDULE }
    const [current] = (await world.stores.accounts.byRecordIds([record.recordId])).values()
    const open = withClaim(current ?? record)
    const migrating = withClaim(startMigration(open, open.claim, bySchedule))
    await world.stores.accounts.write(migrating)
    await world.stores.accounts.end(completeClaim(migrating, migrating.claim, bySchedule))
    await world.takeEffects(2)
    await world.settle()
    expect(mailed()).toEqual(
      ['claimed_delayed', 'migration_completed'].map((kind) => `${kind} ${open.account.email}`),
    )
    expect((await world.stores.claims.byId(record.claim.claimId))?.claim.notification).toBe('sent')
  })

  it('N4: the mark on the claim takes nothing back that happened meanwhile', async () => {
    const record = await newClaim()
    const { accept } = world.mailer
    world.mailer.accept = async () => {
      const next = signIn(record, record.claim, { now: T0, by: 'user:x' })
      expect(next && (await world.stores.accounts.write(next))).toEqual({ outcome: 'written' })
    }
    await world.settle()
    world.mailer.accept = accept
    const found = await world.stores.claims.byId(record.claim.claimId)
    expect(found?.claim).toMatchObject({ notification: 'sent', signedInAt: T0.toISOString() })
  })

  /** Delivers a claim's mail with one fault on the way, again and again until it is through. */
  async function mailUnder(fault: Fault | undefined) {
    const record = await newClaim()
    await world.takeEffects()
    world.mailer.sent.length = 0
    world.log.lines.length = 0
    world.faults.arm(fault)
    while (await world.step('mails')) world.clock.advance(VISIBILITY_TIMEOUT_MS)
    const { calls } = world.faults
    const names = [...world.faults.names]
    world.faults.arm(undefined)
    expect(await notification(record)).toBe('sent')
    return { calls, names, times: world.mailer.sent.length, outcomes: outcomes() }
  }

  it('C6: a worker that dies at any call leaves one mail, and two only between SES’s acceptance and its mark', async () => {
    const { calls, names, ...undisturbed } = await mailUnder(undefined)
    expect(undisturbed).toEqual({ times: 1, outcomes: ['sent'] })
    const twice: string[] = []
    for (let at = 1; at <= calls; at++)
      for (const when of ['before', 'after'] as const) {
        const { times, outcomes: told } = await mailUnder({ at, when })
        expect([1, 2]).toContain(times)
        if (times === 2) {
          twice.push(`${when} ${names[at - 1]}`)
          expect(told).toEqual(['sent_after_crash'])
        }
      }
    expect(twice).toEqual(['after send', 'before mails.write'])
  })

  it('C6: a mail that SES took is not sent again since DynamoDB fails for a moment as it is to be marked', async () => {
    const { account } = await newClaim()
    const { mails } = world.stores
    const { write } = mails
    let calls = 0
    mails.write = async (writes, now) => {
      const failed = { outcome: 'failed', error: new Unavailable('DynamoDB fails') } as const
      // The first one is the lease.
      return calls++ > 0 && calls < 6 ? writes.map(() => failed) : write(writes, now)
    }
    await world.settle()
    mails.write = write
    expect(mailed()).toEqual([`claimed_delayed ${account.email}`])
    expect(outcomes()).toEqual(['sent'])
  })

  it('C6: a lease outlives a worker, and not the time after which its message is delivered again', () => {
    expect(MAIL_LEASE_MS).toBeGreaterThan(TIMEOUT_MS)
    expect(MAIL_LEASE_MS).toBeLessThan(VISIBILITY_TIMEOUT_MS)
  })

  it('C6: a message that finds another at its mail is kept, and sends the mail if the other one never does', async () => {
    const record = await newClaim()
    await world.takeEffects()
    const taken = takeMail(record.claim, { kind: 'claimed' }, 'somebody', undefined, T0)
    if (taken.outcome !== 'taken') throw new Error(taken.outcome)
    await world.stores.mails.write([{ kind: 'claim', record, claim: taken.claim }], T0)
    await world.step('mails')
    expect(mailed()).toEqual([])
    world.clock.advance(MAIL_LEASE_MS + 1)
    await world.settle()
    expect(mailed()).toEqual([`claimed_delayed ${record.account.email}`])
    expect(outcomes()).toEqual(['sent_after_crash'])
  })

  it('nothing is lost: a mail that became a dead letter goes out when it is put back', async () => {
    const record = await newClaim()
    await world.takeEffects()
    for (let time = 0; time < 5; time++) {
      world.faults.arm({ at: 2, when: 'before' })
      await world.step('mails')
      world.clock.advance(VISIBILITY_TIMEOUT_MS)
    }
    world.faults.arm(undefined)
    expect(world.queues.mails.deadLetters).toHaveLength(1)
    expect(mailed()).toEqual([])
    world.queues.mails.redrive()
    await world.settle()
    expect(mailed()).toEqual([`claimed_delayed ${record.account.email}`])
    expect(await notification(record)).toBe('sent')
  })
})
