import { describe, expect } from 'vitest'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { signIn } from '../../../../shared/rules/claims/sign-in.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import { loadAccounts } from '../../../../shared/usecases/imports/load-accounts.ts'
import type { Background, QueueName } from '../../../support/background.ts'
import { account, T0, USER, withClaim } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { dump, givenClaim, givenConversations } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'
import type { Organization } from '../../../../shared/rules/types.ts'

let noordzee: Organization
const byUser = { now: T0, by: USER }

describe('effects of what was committed', () => {
  let db: TestTable
  let world: Background

  it.beforeAll(({ table, background, verifiedOrg }) => {
    db = table
    world = background
    noordzee = verifiedOrg
  })

  it('A1, A2: a claim’s whole life, told three times over, is in the trail once, and on the bus under its own ids', async () => {
    const { stores } = world
    const ada = account({ licenses: [] })
    await loadAccounts(stores, [ada], { now: T0, by: 'platform:test' })
    await givenConversations(db, ada.userId, 60)
    const open = await givenClaim(stores, noordzee, { ref: { email: ada.email }, type: 'delayed' })
    const seen = signIn(open, open.claim, byUser)
    if (seen === undefined) throw new Error('signed in before')
    await stores.accounts.write(seen)
    const { claim } = withClaim(seen)
    await stores.accounts.write(decide(seen, claim, 'transfer_content', byUser))
    do {
      await world.takeEffects(3)
      await world.drain('mails', 'migrations')
    } while (await world.takeEffects(3))

    const closed = (await stores.claims.byId(claim.claimId))?.claim
    expect(closed).toMatchObject({ status: 'completed', conversationsMoved: 60 })
    const trail = closed?.auditKeys.map((entry) => entry.split('#')) ?? []
    const items = await dump(db)
    const entries = trail.map(([at = '', n]) => {
      const { pk, sk } = keys.audit(noordzee.orgId, claim.claimId, at, Number(n))
      return items[`${pk} ${sk}`]?.what
    })
    expect(entries).toEqual(['claim.created', 'claim.signed_in', 'claim.decided', 'claim.completed'])

    const audit = Object.entries(items).filter(([key]) => key.startsWith('A#'))
    // The org's, the source's and the domain's creation, the account's, and the claim's four.
    expect(audit).toHaveLength(2 + 1 + 1 + 4)
    // And that the licences are assigned now (C5), which is told besides the claim's completion.
    expect(new Set(world.bus.published.map(({ id }) => id)).size).toBe(audit.length + 1)
    expect(world.bus.published.length).toBeGreaterThanOrEqual(3 * audit.length)
    const kinds = world.mailer.sent.map(({ tags }) => tags.kind)
    expect(kinds.toSorted()).toEqual(['claimed_delayed', 'decision_made', 'migration_completed'])

    const told = JSON.stringify([audit, world.bus.published, world.log.lines])
    for (const secret of ['@', ada.firstName, ada.lastName, noordzee.name]) expect(told).not.toContain(secret)
  })

  it.each<QueueName>(['imports', 'rows', 'reports', 'mails', 'due', 'migrations'])(
    'a message on the queue of %s that no function understands becomes a dead letter at its first try, and stops no other',
    async (name) => {
      const queue = world.queues[name]
      const before = await dump(db)
      world.log.lines.length = 0
      queue.send([{ nonsense: 'ada@noordzee.example' }])
      await world.drain(name)
      expect(queue.deadLetters).toEqual([{ nonsense: 'ada@noordzee.example' }])
      expect(await dump(db)).toEqual(before)
      expect(world.log.lines.filter(({ level }) => level === 'error')).toMatchObject([
        { code: 'message.set-aside' },
      ])
      expect(JSON.stringify(world.log.lines)).not.toContain('ada@')
    },
  )

  it('S3’s word that it can send sets nothing off', async () => {
    const { imports } = world.queues
    const dead = imports.deadLetters.length
    imports.send([{ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'bucket' }])
    await world.drain('imports')
    expect(imports.deadLetters).toHaveLength(dead)
  })
})
