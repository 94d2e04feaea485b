import { describe, expect } from 'vitest'
import { MINUTE_MS } from '../../../../shared/lib/time.ts'
import { type Background, startBackground } from '../../../support/background.ts'
import { sourceOrg } from '../../../support/builders.ts'
import { faultInjector } from '../../../support/faults.ts'
import { itAtEveryCall as it } from '../../../support/fixtures.ts'
import { givenOrgs } from '../../../support/given.ts'
import { MORNING, orgsWithReturnedMails } from '../../../support/returned-mails.ts'

describe('the digest of mails that came back (N4)', () => {
  let world: Background
  let orgs: ReturnType<typeof orgsWithReturnedMails>

  it.beforeAll(async ({ table }) => {
    world = await startBackground(table, faultInjector(), { waitsTakeTime: true })
    await givenOrgs(world.stores, sourceOrg())
    orgs = orgsWithReturnedMails(world)
  })

  it.each(['effects', 'mails'] as const)(
    'N4: %s that die at any call leave one mail for each admin, and two only between SES’s acceptance and its mark (C6)',
    async (victim) => {
      async function under(fault: Parameters<typeof world.faults.arm>[0]) {
        const its = await orgs.another()
        const record = await its.newClaim()
        await world.settle()
        world.mailer.sent.length = 0
        world.scheduler.clear()
        await its.bounce(record)
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
        const to = its.digests().map((mail) => String(mail.to))
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
