import { describe, expect } from 'vitest'
import * as z from 'zod'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/lib/time.ts'
import type { World } from '../support/world.ts'
import { it } from '../support/fixtures.ts'

describe('mails that SES doesn’t take yet', () => {
  let world: World
  it.beforeAll(({ service }) => {
    world = service
  })

  const deadLetters = async () =>
    Object.entries(await world.service.queues()).filter(
      ([name, { visible }]) => name.includes('DeadLetters') && visible > 0,
    )

  it('M5: nobody is migrated untold: a mail held back for ten days moves the migration to seven days after it left', async () => {
    await world.service.mailLimits({ paused: 'account' })
    await world.user('floor')
    await world.converse('floor', 'talk-1')
    const { claimId, createdAt, endsAt, newUserId } = await world.claimed('acme', 'floor@noordzee.example')
    const claim = () => world.claimById('acme', claimId)
    const day = (n: number, plusMs = 0) => new Date(Date.parse(createdAt) + n * DAY_MS + plusMs)
    const migratesAt = async () => Date.parse(z.string().parse((await claim()).migratesAt))

    await world.service.moveTo(day(7, -HOUR_MS))
    expect(await claim()).not.toHaveProperty('heldBecause')
    expect(await migratesAt()).toBe(Date.parse(endsAt))
    await world.service.moveTo(day(7, HOUR_MS))
    expect(await claim()).toMatchObject({ notification: 'pending', heldBecause: 'mail_not_sent' })
    expect(await migratesAt()).toBeGreaterThan(Date.parse(endsAt))

    await world.service.moveTo(day(10))
    expect(await world.service.messages('floor@noordzee.example')).toEqual([])
    await world.service.mailLimits({})
    await world.service.advance('PT1H')
    const [mail] = await world.service.messages('floor@noordzee.example')
    const leftAt = Date.parse(mail?.sentAt ?? '')
    expect(leftAt).toBeGreaterThan(day(10).getTime())
    expect(await claim()).toMatchObject({ notification: 'sent', heldBecause: 'mail_not_sent' })
    const movedTo = await migratesAt()
    expect(movedTo - leftAt).toBeGreaterThan(7 * DAY_MS - SECOND_MS)
    expect(movedTo - leftAt).toBeLessThan(7 * DAY_MS + MINUTE_MS)

    await world.service.moveTo(day(14, HOUR_MS))
    expect(await claim()).toMatchObject({ status: 'open', daysLeft: 3 })
    await world.service.moveTo(new Date(movedTo - 5 * SECOND_MS))
    expect(await claim()).toMatchObject({ status: 'open', daysLeft: 1 })
    expect(await world.conversations('floor')).toEqual(['talk-1'])
    await world.service.moveTo(new Date(movedTo))
    expect(await claim()).toMatchObject({ status: 'completed', decision: { by: 'schedule' } })
    expect(await world.conversations(newUserId)).toEqual(['talk-1'])
    expect(await deadLetters()).toEqual([])
  })

  it('fault 15: wait in the sandbox for more than five tries, and go out once the account is let out of it', async () => {
    await world.service.mailLimits({ sandbox: true })
    await world.user('bo')
    const claim = await world.claimed('acme', 'bo@noordzee.example')
    // The sixth try comes after some 2 + 4 + 8 + 16 + 32 seconds, where a failure for no such reason was given up for good.
    await world.service.advance('PT3H')
    expect(await world.service.messages('bo@noordzee.example')).toEqual([])
    expect(await world.claimById('acme', claim.claimId)).toMatchObject({ notification: 'pending' })
    expect(await deadLetters()).toEqual([])

    await world.service.mailLimits({})
    await world.service.advance('PT1H')
    expect(await world.service.messages('bo@noordzee.example')).toHaveLength(1)
    expect(await world.claimById('acme', claim.claimId)).toMatchObject({ notification: 'sent' })
    expect(await deadLetters()).toEqual([])
  })

  it('fault 15: beyond SES’s rate go out a little later, each once', async () => {
    await world.service.mailLimits({ mailsPerSecond: 1 })
    const people = ['cas', 'dirk', 'els']
    for (const person of people) await world.user(person)
    await Promise.all(people.map((person) => world.claimed('acme', `${person}@noordzee.example`)))
    await world.service.advance('PT10M')
    for (const person of people)
      expect(await world.service.messages(`${person}@noordzee.example`), person).toHaveLength(1)
    expect(await deadLetters()).toEqual([])
  })
})
