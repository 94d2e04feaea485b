import { describe, expect } from 'vitest'
import type { World } from '../support/world.ts'
import { it } from '../support/fixtures.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
/** When the schedule of an instant's minute fires. */
const endOfMinute = (iso: string): number => (Math.floor(Date.parse(iso) / MINUTE) + 1) * MINUTE

describe('the life of a delayed claim, over HTTP and with the clock', () => {
  let world: World
  it.beforeAll(({ service }) => {
    world = service
  })

  const at = (iso: string, plusMs = 0): Date => new Date(Date.parse(iso) + plusMs)

  it('M1: nothing moves a second before the 14 × 24 h are over; at that second everything has', async () => {
    await world.user('sanne')
    for (const n of [1, 2, 3]) await world.converse('sanne', `talk-${n}`)
    const claim = await world.claimed('acme', 'sanne@noordzee.example')
    expect(claim).toMatchObject({ type: 'delayed', status: 'open', daysLeft: 14 })
    expect(Date.parse(claim.endsAt) - Date.parse(claim.createdAt)).toBe(14 * 24 * 3600 * SECOND)
    await world.service.settle()

    await world.service.moveTo(at(claim.endsAt, -5 * SECOND))
    expect(await world.claimById('acme', claim.claimId)).toMatchObject({ status: 'open', daysLeft: 1 })
    expect(await world.conversations('sanne')).toHaveLength(3)

    await world.service.moveTo(at(claim.endsAt))
    expect(await world.claimById('acme', claim.claimId)).toMatchObject({
      status: 'completed',
      decision: { kind: 'transfer_content', by: 'schedule' },
    })
    expect(await world.conversations(claim.newUserId)).toEqual(['talk-1', 'talk-2', 'talk-3'])
    expect((await world.platform('GET', '/users/sanne')).status).toBe(404)
    const user = await world.platform('GET', `/users/${claim.newUserId}`)
    expect(user.body).toMatchObject({ email: 'sanne@noordzee.example', orgId: 'acme', status: 'active' })
  })

  it('N1: the claimed person is mailed when claimed, on days 7, 11 and 13, and when migrated, and at no other time', async () => {
    const mails = await world.service.messages('sanne@noordzee.example')
    const dayMs = 24 * 3600 * SECOND
    const claimedAt = Date.parse(mails[0]?.sentAt ?? '')
    const days = mails.map(({ sentAt }) => Math.round((Date.parse(sentAt) - claimedAt) / dayMs))
    expect(days).toEqual([0, 7, 11, 13, 14])
    const withLink = mails.filter(({ text }) => text.includes('/decisions/'))
    expect(withLink).toHaveLength(4)
  })

  it('A1, A2: each change of the claim is published once, with a stable id and no address', async () => {
    const events = await world.service.events()
    const kinds = events.map(({ detailType }) => detailType)
    for (const kind of ['claim.created', 'claim.migrating', 'claim.completed'])
      expect(kinds.filter((found) => found === kind)).toHaveLength(1)
    expect(JSON.stringify(events.map(({ detail }) => detail))).not.toContain('sanne@')
  })

  it('C2, C3: while it is open the new account waits as delayed_claim and the original bears the suffix; neither can be changed', async () => {
    await world.user('jelle')
    const claim = await world.claimed('acme', 'jelle@noordzee.example')
    const original = await world.platform('GET', '/users/jelle')
    expect(original.body).toMatchObject({
      email: 'jelle@noordzee.example.convert-user.local',
      original: true,
    })
    const waiting = await world.as('acme', 'GET', `/v1/users/${claim.newUserId}`)
    expect(waiting.body).toMatchObject({
      status: 'delayed_claim',
      email: 'jelle@noordzee.example',
      claim: { claimId: claim.claimId },
    })
    const change = { email: 'j@noordzee.example', firstName: 'J', lastName: 'J', orgId: 'personal' }
    expect((await world.platform('PUT', '/users/jelle', change)).status).toBe(409)
    expect((await world.platform('PUT', `/users/${claim.newUserId}`, change)).status).toBe(409)
  })

  it('M2: a schedule that was deleted behind its back is made up for by the sweep', async () => {
    await world.user('mette')
    await world.converse('mette', 'talk-1')
    const claim = await world.claimed('acme', 'mette@noordzee.example')
    await world.service.settle()
    const due = (await world.service.schedules()).filter(
      ({ dueAt }) => Date.parse(dueAt) === endOfMinute(claim.endsAt),
    )
    expect(due).toHaveLength(1)
    for (const { group, name } of due) await world.service.deleteSchedule(group, name)

    await world.service.moveTo(at(claim.endsAt, 16 * 60 * SECOND))
    expect(await world.claimById('acme', claim.claimId)).toMatchObject({ status: 'completed' })
    expect(await world.conversations(claim.newUserId)).toEqual(['talk-1'])
  })

  it('U3: what is moved is kept as the claiming org keeps it, from its own last activity', async () => {
    await world.as('acme', 'PATCH', '/v1/organization', { retentionDays: 365 })
    await world.user('youri')
    const now = await world.service.now()
    await world.converse('youri', 'old', at(now.toISOString(), -400 * 24 * 3600 * SECOND).toISOString())
    await world.converse('youri', 'recent', now.toISOString())
    const claim = await world.claimed('acme', 'youri@noordzee.example')
    await world.service.settle()
    await world.service.moveTo(at(claim.endsAt))
    expect(await world.conversations(claim.newUserId)).toEqual(['recent'])
    await world.as('acme', 'PATCH', '/v1/organization', { retentionDays: null })
  })

  it('M3: 200 conversations arrive, each once', async () => {
    await world.user('fenna')
    const ids = Array.from({ length: 200 }, (_, n) => `talk-${String(n).padStart(3, '0')}`)
    for (const id of ids) await world.converse('fenna', id)
    const claim = await world.claimed('acme', 'fenna@noordzee.example')
    await world.service.settle()
    await world.service.moveTo(at(claim.endsAt))
    expect(await world.conversations(claim.newUserId)).toEqual(ids)
  })

  it('the service finds nothing wrong with itself, and no message ended in a dead-letter queue', async () => {
    expect((await world.service.settle()).deadLetters).toEqual({})
    expect(await world.service.problems()).toEqual([])
  })
})
