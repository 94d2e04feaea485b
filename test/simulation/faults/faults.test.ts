import { describe, expect, it } from 'vitest'
import { commands } from './commands.ts'
import { actionsOf, allowedCalls, changingOperations, forbiddenAmong } from './coverage.ts'
import { compare, plansFor, playOnce } from './matrix.ts'

/**
 * `npm run faults` tries every fault. Here are only the two after which the caller doesn’t know whether the call took
 * effect.
 */
const UNKNOWN = ['answer_lost', 'killed_after'] as const

describe('the matrix of faults', () => {
  it.each(['claim by hand', 'revoke a claim'])(
    'C6, I6: %s comes to the same whichever call is cut off after it',
    async (name) => {
      const command = commands[name]
      if (command === undefined) throw new Error(`no command ${name}`)
      const undisturbed = await playOnce(command)
      expect(undisturbed.failure).toBeUndefined()
      const plans = plansFor(undisturbed.calls, UNKNOWN)
      expect(plans.length).toBeGreaterThan(20)
      for (const plan of plans)
        expect(
          compare(plan, undisturbed, await playOnce(command, plan), command.alike),
          `${plan.fault} at ${plan.call} ${plan.nth}`,
        ).toEqual([])
    },
  )

  it('sees a mail that is missing and an item that differs', async () => {
    const { 'revoke a claim': revoke, 'have the mail sent again': notify } = commands
    if (revoke === undefined || notify === undefined) throw new Error('no such commands')
    const [one, other] = [await playOnce(revoke), await playOnce(notify)]
    const plan = { call: 'mail mail SendEmailCommand', nth: 0, fault: 'killed_after' } as const
    const found = compare(plan, one, { ...other, struck: true })
    expect(found.some((line) => line.includes('mail revoked'))).toBe(true)
    expect(found.some((line) => line.includes('claim.revoked'))).toBe(true)
  })

  it('has a command for every operation that changes something, and for all that a function may do', async () => {
    const calls = new Set<string>()
    const operations = new Set<string>()
    for (const command of Object.values(commands)) {
      const played = await playOnce(command)
      expect(played.failure).toBeUndefined()
      for (const call of played.calls) calls.add(call)
      for (const operation of played.operations) operations.add(operation)
    }
    const made = actionsOf(calls)
    const allowed = await allowedCalls()
    expect(forbiddenAmong(calls, allowed)).toEqual([])
    expect([...allowed.keys()].filter((action) => !made.has(action))).toEqual([])
    expect(changingOperations.filter((operation) => !operations.has(operation))).toEqual([])
  })
})
