import { beforeEach, describe, expect } from 'vitest'
import { BusyError } from '../../../../shared/lib/errors.ts'
import { DAY_MS, HOUR_MS, isoSecond } from '../../../../shared/lib/time.ts'
import type { Organization } from '../../../../shared/rules/types.ts'
import { confirmEmail, showConfirmation } from '../../../../shared/usecases/claims/confirm-new-address.ts'
import { makeDecision } from '../../../../shared/usecases/claims/decide.ts'
import type { Background } from '../../../support/background.ts'
import { type ClaimedRecord, ENDS_AT, plus, T0, withClaim } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { bounceEvent } from '../../../support/feedback.ts'
import { it } from '../../../support/fixtures.ts'
import { dump, givenAccounts, givenClaim } from '../../../support/given.ts'

let noordzee: Organization

describe('mails about a decision', () => {
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
    world.bus.published.length = 0
    world.log.lines.length = 0
  })

  async function newClaim(): Promise<ClaimedRecord & { readonly link: string }> {
    const n = ++people
    const email = `person${n}@noordzee.example`
    await givenAccounts(world.stores, { userId: `acc${n}`, email })
    const record = await givenClaim(world.stores, noordzee, { ref: { email } })
    await world.ignoreEffects()
    const link = `link-${n}`
    await world.stores.tokens.put(link, record.claim.claimId, T0)
    return { ...record, link }
  }
  const now = () => world.clock.now()
  const wants = ({ link }: { readonly link: string }, newEmail: string) =>
    makeDecision(world.stores, link, { kind: 'change_email', newEmail }, now())
  const current = async ({ recordId }: ClaimedRecord) =>
    withClaim((await world.stores.accounts.byRecordIds([recordId])).get(recordId) ?? never())
  const never = (): never => {
    throw new Error('no record')
  }
  const mailed = () => world.mailer.sent.map(({ to, tags }) => `${tags.kind} ${to.join(' ')}`)
  const textsTo = (address: string) =>
    world.mailer.sent.filter(({ to }) => to.includes(address)).map(({ text }) => text)
  const tokenIn = (text = ''): string =>
    /decisions\/confirmations\/(?<token>[\w-]+)/.exec(text)?.groups?.token ?? ''

  it('U2: the new address is mailed a link that confirms it; nobody else is mailed, nor told the address', async () => {
    const record = await newClaim()
    const newEmail = 'one@home.example'
    expect(await wants(record, newEmail)).toMatchObject({ outcome: 'confirmation_sent' })
    await world.settle()
    expect(mailed()).toEqual([`email_confirmation ${newEmail}`])
    const [text = ''] = textsTo(newEmail)
    expect(text).not.toContain(record.account.email)
    expect(text).not.toContain(record.account.firstName)
    expect(JSON.stringify([world.bus.published, world.log.lines])).not.toContain('home.example')
    const trail = await world.stores.audit.list(noordzee.orgId, 100)
    expect(trail.items.map(({ what }) => what)).toContain('claim.confirmation_requested')
    expect(JSON.stringify(trail)).not.toContain('home.example')
    const token = tokenIn(text)
    expect(JSON.stringify(await dump(db))).not.toContain(token)
    expect(await showConfirmation(world.stores, token, now())).toMatchObject({ pending: { newEmail } })
    expect(await confirmEmail(world.stores, token, now())).toMatchObject({ outcome: 'decided' })
  })

  it('U7: the decision is acknowledged at both addresses, and only the new one is told the new one', async () => {
    const record = await newClaim()
    await wants(record, 'two@home.example')
    await world.settle()
    await confirmEmail(world.stores, tokenIn(textsTo('two@home.example')[0]), now())
    world.mailer.sent.length = 0
    await world.settle()
    const { email } = record.account
    expect(mailed().toSorted()).toEqual([`decision_made ${email}`, 'email_confirmed two@home.example'])
    expect(textsTo(email)[0]).not.toContain('home.example')
  })

  it.each(['transfer_content', 'delete_original'] as const)(
    'U7: %s is acknowledged before it is carried out',
    async (kind) => {
      const record = await newClaim()
      await makeDecision(world.stores, record.link, { kind }, now())
      await world.settle()
      const { email } = record.account
      const migrated = kind === 'transfer_content' ? [`migration_completed ${email}`] : []
      expect(mailed()).toEqual([`decision_made ${email}`, ...migrated])
    },
  )

  it('U7: what the schedule decides is not acknowledged as a choice', async () => {
    const record = await newClaim()
    world.clock.set(new Date(ENDS_AT))
    world.queues.migrations.send([{ recordId: record.recordId }])
    await world.settle()
    expect(mailed()).toEqual([`migration_completed ${record.account.email}`])
  })

  it('U2: a mail that is tried again has a link of its own, and those of the tries before work', async () => {
    const record = await newClaim()
    await wants(record, 'three@home.example')
    const tried: string[] = []
    world.mailer.accept = async ({ text }) => {
      tried.push(tokenIn(text))
      if (tried.length === 1) throw new BusyError('SES takes no mail now: Throttling')
    }
    await world.settle()
    world.clock.set(plus(HOUR_MS, now()))
    await world.settle()
    world.mailer.accept = async () => undefined
    expect(tried).toHaveLength(2)
    expect(new Set(tried).size).toBe(2)
    for (const token of tried)
      expect(await showConfirmation(world.stores, token, now())).toMatchObject({ pending: {} })
  })

  it('U2: of two addresses that were asked for before a mail left, the last alone is mailed', async () => {
    const record = await newClaim()
    await wants(record, 'typo@home.example')
    await wants(record, 'right@home.example')
    await world.settle()
    expect(mailed()).toEqual(['email_confirmation right@home.example'])
  })

  it('U2: after another decision, and once it has expired, nobody is asked to confirm', async () => {
    const decided = await newClaim()
    await wants(decided, 'four@home.example')
    await makeDecision(world.stores, decided.link, { kind: 'transfer_content' }, now())
    const expired = await newClaim()
    await wants(expired, 'five@home.example')
    await world.takeEffects()
    world.clock.set(plus(DAY_MS, now()))
    await world.settle()
    expect(mailed().filter((mail) => mail.includes('home.example'))).toEqual([])
  })

  it('N4, U2: that it comes back says nothing of the claim: its mails go on, and its new address may be another', async () => {
    const record = await newClaim()
    await wants(record, 'nobody@home.example')
    await world.settle()
    const [mail] = world.mailer.sent
    const tags = Object.entries(mail?.tags ?? {}).map(([name, value]) => [name, [value]] as const)
    const event = bounceEvent({ to: ['nobody@home.example'] })
    Object.assign(event.detail.mail as object, { tags: Object.fromEntries(tags) })
    world.queues.feedback.send([event])
    await world.settle()
    expect((await current(record)).claim).toMatchObject({ notification: 'sent' })
    expect([...(await world.stores.suppressions.among([record.account.email]))]).toEqual([])
    expect(await wants(record, 'nobody@home.example')).toMatchObject({ code: 'mail_bounced' })
    expect(await wants(record, 'somebody@home.example')).toMatchObject({ outcome: 'confirmation_sent' })
  })

  it('N5: an answer goes to the org’s contact, where that is an address, and else to nobody', async () => {
    const found = await world.stores.organizations.get(noordzee.orgId)
    for (const [n, contact] of ['it@noordzee.example', 'https://noordzee.example/help'].entries()) {
      const settings = { ...noordzee.settings, contact, timeZone: 'Europe/Amsterdam' }
      const change = { what: 'organization.updated', at: T0.toISOString(), by: 'admin:a' } as const
      await world.stores.organizations.write({ ...noordzee, settings }, (found?.revision ?? 0) + n, change)
      await wants(await newClaim(), `reply${n}@home.example`)
      await world.settle()
    }
    expect(world.mailer.sent.map(({ replyTo }) => replyTo)).toEqual(['it@noordzee.example', undefined])
    expect(world.mailer.sent[1]?.text).toContain('https://noordzee.example/help')
  })

  it('U2, M1: the migration waits for the confirmation, by a schedule of its own, and then comes', async () => {
    const record = await newClaim()
    world.clock.set(plus(-HOUR_MS, ENDS_AT))
    world.queues.migrations.send([{ recordId: record.recordId }])
    await world.settle()
    await wants(record, 'six@home.example')
    await world.settle()
    const held = isoSecond(plus(DAY_MS, now()))
    expect((await dump(db))[`U#${record.recordId} U`]).toMatchObject({ dueAt: held })
    world.clock.set(new Date(ENDS_AT))
    world.queues.migrations.send([{ recordId: record.recordId }])
    await world.settle()
    expect((await current(record)).claim.status).toBe('open')
    world.clock.set(new Date(held))
    world.queues.migrations.send([{ recordId: record.recordId }])
    await world.settle()
    expect(await world.stores.claims.byId(record.claim.claimId)).toMatchObject({
      claim: { status: 'completed', decision: { by: 'schedule' } },
    })
    expect(JSON.stringify(await dump(db))).not.toContain('six@home.example')
  })
})
