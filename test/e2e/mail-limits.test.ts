import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { smallWorld, type World } from '../support/world.ts'

describe('mails that SES doesn’t take yet', () => {
  let world: World
  beforeAll(async () => {
    world = await smallWorld()
  })
  afterAll(() => world.stop())

  const deadLetters = async () =>
    Object.entries(await world.service.queues()).filter(
      ([name, { visible }]) => name.includes('DeadLetters') && visible > 0,
    )

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
