import { describe, expect } from 'vitest'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { DELETION_LEASE_MS } from '../../../../shared/rules/limits.ts'
import type { Background } from '../../../support/background.ts'
import { ADMIN, sourceOrg, T0 } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import type { Fault } from '../../../support/faults.ts'
import { givenOrgs } from '../../../support/given.ts'
import { DUE, organizationsBeingDeleted } from '../../../support/organizations-being-deleted.ts'
import { itAtEveryCall as it } from '../../../support/fixtures.ts'

/** The kills are many: no test of them takes too long on a busy machine. */
const PARTS = 4

describe('removing an organization', () => {
  let db: TestTable
  let world: Background
  let orgs: ReturnType<typeof organizationsBeingDeleted>
  let calls = 0

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    orgs = organizationsBeingDeleted(db, world)
    await givenOrgs(world.stores, sourceOrg())
    calls = await removeUnder()
  })

  /** One org's deletion with one fault on the way; gives the number of calls that were made. */
  async function removeUnder(fault?: Fault): Promise<number> {
    const at = await orgs.newWorld()
    const { orgId } = at.going
    const mine = await orgs.user(at, orgId)
    const revocable = await orgs.claimOf(at.going, await orgs.user(at), 'delayed')
    const decided = await orgs.claimOf(at.going, await orgs.user(at), 'direct')
    const by = { now: T0, by: `user:${decided.claim.newUserId}` } as const
    await world.stores.accounts.write(decide(decided, decided.claim, 'delete_original', by))
    const from = await orgs.claimOf(at.keeper, await orgs.user(at, orgId), 'delayed')
    const ended = await orgs.claimOf(at.going, await orgs.user(at), 'direct')
    await world.stores.accounts.end(revokeClaim(ended, ended.claim, { now: T0, by: ADMIN }))
    world.bucket.put(`exports/${orgId}/list.csv`, 'x')
    await orgs.request(at)
    await world.ignoreEffects()
    world.clock.set(DUE)
    world.faults.arm(fault)
    world.queues.deletions.send([{ orgId }])
    await world.drain('deletions')
    world.clock.advance(DELETION_LEASE_MS)
    world.queues.deletions.send([{ orgId }])
    await world.drain('deletions')
    const made = world.faults.calls
    world.faults.arm(undefined)
    await world.ignoreEffects()
    expect(await world.stores.organizations.getAny(orgId)).toBeUndefined()
    for (const gone of [
      mine,
      decided.recordId,
      decided.claim.newUserId,
      from.recordId,
      revocable.claim.newUserId,
    ])
      expect(await orgs.account(gone)).toBeUndefined()
    for (const kept of [revocable.recordId, ended.recordId, from.claim.newUserId])
      expect(await orgs.account(kept)).toMatchObject({ role: 'only' })
    expect(await orgs.claimNow(from)).toMatchObject({ status: 'completed', contentLoss: 'source_deleted' })
    expect(await orgs.claimNow(ended)).toBeUndefined()
    expect(world.bucket.get(`exports/${orgId}/list.csv`)).toBeUndefined()
    expect(await world.stores.domains.get(orgId, at.domain)).toBeUndefined()
    return made
  }

  it.each(Array.from({ length: PARTS }, (_, part) => part))(
    'O1: killed at any one of its calls it goes on, and leaves nothing behind (every fourth call, from %i)',
    async (part) => {
      expect(calls).toBeGreaterThan(40)
      for (let at = 1 + part; at <= calls; at += PARTS) await removeUnder({ at, when: 'before' })
    },
  )
})
