import { beforeEach, describe, expect } from 'vitest'
import { newAccountOf } from '../../../../shared/rules/claims/ending.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import { DELETION_LEASE_MS } from '../../../../shared/rules/limits.ts'
import { deleteOrganization } from '../../../../shared/usecases/deletion/delete-organization.ts'
import { loadAccounts } from '../../../../shared/usecases/imports/load-accounts.ts'
import {
  requestOrganizationDeletion,
  putOrganization,
  cancelOrganizationDeletion,
} from '../../../../shared/usecases/organizations/organizations.ts'
import type { Background } from '../../../support/background.ts'
import { ADMIN, org, sourceOrg, T0 } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { dump, givenAccounts, givenConversations, givenDomain, givenOrgs } from '../../../support/given.ts'
import {
  DUE,
  type OrganizationBeingDeleted,
  organizationsBeingDeleted,
  PLATFORM,
} from '../../../support/organizations-being-deleted.ts'
import { notPaused } from '../../../support/pauses.ts'
import { naming } from '../../../support/account-deletions.ts'
import { meeting, possibleWinners, race, TURNS } from '../../../support/meetings.ts'
import { it } from '../../../support/fixtures.ts'

describe('removing an organization', () => {
  let db: TestTable
  let world: Background
  let orgs: ReturnType<typeof organizationsBeingDeleted>

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    orgs = organizationsBeingDeleted(db, world)
    await givenOrgs(world.stores, sourceOrg())
  })
  beforeEach(async () => {
    await world.ignoreEffects()
    world.clock.set(T0)
    world.time.leftMs = 60_000
    world.bus.published.length = 0
    world.mailer.sent.length = 0
    for (const queue of Object.values(world.queues)) queue.sent.length = 0
  })

  async function pass({ going }: OrganizationBeingDeleted): Promise<void> {
    world.queues.deletions.send([{ orgId: going.orgId }])
    await world.settle()
  }
  async function sweep(): Promise<void> {
    world.queues.due.send([{ kind: 'sweep' }])
    await world.settle()
  }
  async function removeAll(at: OrganizationBeingDeleted): Promise<void> {
    await orgs.request(at)
    world.clock.set(DUE)
    await pass(at)
    world.clock.advance(DELETION_LEASE_MS)
    await sweep()
  }
  /** All that is left, save for the trail, ids of claims that others made, and what other tests left. */
  const left = async ({ going }: OrganizationBeingDeleted, before: ReadonlySet<string>) =>
    Object.entries(await dump(db))
      .filter(([key, item]) => {
        const ours = `${key}\n${JSON.stringify(item)}`
        return !before.has(key) && !key.startsWith('A#') && new RegExp(`${going.orgId}(?![-\\w])`).test(ours)
      })
      .map(([key]) => key)

  it('O1: not a millisecond before its 24 h are over, and by its schedule then', async () => {
    const at = await orgs.newWorld()
    const userId = await orgs.user(at, at.going.orgId)
    await world.ignoreEffects()
    await orgs.request(at)
    await world.settle()
    expect(world.scheduler.instants()).toContain('2026-03-02T09:31:00Z')
    world.clock.set(new Date(DUE.getTime() - 1))
    await pass(at)
    await sweep()
    expect(await orgs.account(userId)).toBeDefined()
    world.clock.set(DUE)
    await sweep()
    expect(await orgs.account(userId)).toBeUndefined()
    expect(await orgs.conversationsOf(userId)).toBe(0)
  })

  it('O1: from its beginning on the org is gone to everyone', async () => {
    const at = await orgs.newWorld()
    const { orgId } = at.going
    await orgs.request(at)
    world.clock.set(DUE)
    await pass(at)
    expect(await world.stores.organizations.get(orgId)).toBeUndefined()
    expect((await world.stores.organizations.getMany([orgId])).size).toBe(0)
    const wanted = { userId: 'late', email: `late@${at.domain}`, firstName: '', lastName: '', orgId }
    const late = { ...wanted, status: 'active', paid: false, locale: 'en' } as const
    expect(await loadAccounts(world.stores, [late], { now: DUE, by: PLATFORM })).toEqual([
      { outcome: 'refused', code: 'unknown_organization' },
    ])
    expect(await putOrganization(world.stores, at.going, { now: DUE, by: PLATFORM })).toEqual({
      outcome: 'refused',
      code: 'deletion_begun',
    })
    expect(await cancelOrganizationDeletion(world.stores, orgId, { now: DUE, by: PLATFORM })).toEqual({
      outcome: 'refused',
      code: 'deletion_begun',
    })
  })

  it('O1: its users, domains, imports and files go, and nothing of others', async () => {
    const at = await orgs.newWorld()
    const { orgId } = at.going
    const before = new Set(Object.keys(await dump(db)).filter((key) => !key.includes(orgId)))
    const { domains } = world.stores
    await domains.claim(await ownDomain(at), { what: 'domain.claimed', at: T0.toISOString(), by: ADMIN })
    await givenDomain(world.stores, orgId, `own.${at.domain}`, 'claimed')
    const [mine, theirs] = [await orgs.user(at, orgId), await orgs.user(at, at.neighbour.orgId)]
    world.upload(`imports/${orgId}/people.csv`, `Email\nnobody@${at.domain}\n`)
    world.upload(`imports/${orgId}-two/people.csv`, `Email\nnobody@${at.domain}\n`)
    await world.settle()
    const [imported] = (await world.stores.imports.list(orgId, 1)).items
    const [other] = (await world.stores.imports.list(`${orgId}-two`, 1)).items
    expect([imported?.status, other?.status]).toEqual(['completed', 'completed'])
    await removeAll(at)
    expect(await orgs.account(mine)).toBeUndefined()
    expect(await left(at, before)).toEqual([])
    expect(await naming(db, at.going.name, ...at.going.adminEmails)).toEqual([])
    for (const key of [`imports/${orgId}/people.csv`, imported?.reportKey ?? ''])
      expect(world.bucket.get(key)).toBeUndefined()
    for (const key of [`imports/${orgId}-two/people.csv`, other?.reportKey ?? ''])
      expect(world.bucket.get(key)).toBeDefined()
    expect(Object.keys(await dump(db)).filter((key) => key.startsWith(`I#${other?.importId}`))).not.toEqual(
      [],
    )
    expect(await orgs.account(theirs)).toBeDefined()
    expect((await domains.states(at.keeper.orgId, [at.domain])).get(at.domain)?.claimedBy).toBeUndefined()
    expect((await domains.states(at.neighbour.orgId, [at.domain])).get(at.domain)?.verified).toBe(true)
  })
  async function ownDomain({ going, domain }: OrganizationBeingDeleted) {
    const found = await world.stores.domains.get(going.orgId, domain)
    if (found === undefined) throw new Error('no domain')
    return found
  }

  it('O1, R1: claims that it made and that are still revocable are revoked, and their users told', async () => {
    const at = await orgs.newWorld()
    const [direct, delayed] = [
      await orgs.claimOf(at.going, await orgs.user(at), 'direct'),
      await orgs.claimOf(at.going, await orgs.user(at), 'delayed'),
    ]
    await orgs.request(at)
    world.clock.set(DUE)
    await pass(at)
    for (const record of [direct, delayed]) {
      expect(await orgs.claimNow(record)).toMatchObject({ status: 'revoked' })
      expect(await orgs.account(record.recordId)).toEqual({ role: 'only', account: record.account })
      expect(await orgs.conversationsOf(record.recordId)).toBe(2)
      const mails = world.mailer.sent.filter(({ to }) => to.includes(record.claim.email))
      expect(mails.map(({ tags }) => tags.kind)).toContain('revoked')
    }
    world.clock.advance(DELETION_LEASE_MS)
    await sweep()
    expect(await orgs.claimNow(direct)).toBeUndefined()
    expect(await orgs.account(direct.recordId)).toMatchObject({ role: 'only' })
  })

  it('O1: any other claim that it made ends with its new account, and the original has its address again', async () => {
    const at = await orgs.newWorld()
    const record = await orgs.signedIn(await orgs.claimOf(at.going, await orgs.user(at), 'direct'))
    const { newUserId } = record.claim
    await givenConversations(db, newUserId, 3)
    await removeAll(at)
    expect(await orgs.account(newUserId)).toBeUndefined()
    expect(await orgs.conversationsOf(newUserId)).toBe(0)
    expect(await orgs.account(record.recordId)).toEqual({ role: 'only', account: record.account })
    expect(await orgs.conversationsOf(record.recordId)).toBe(2)
    const told = world.bus.published.filter(({ detail }) => detail.subject === newUserId)
    const types = told.map(({ type }) => type).filter((type) => type.startsWith('user.'))
    expect(types).toEqual(['user.removing', 'user.purged'])
  })

  it('O1: one on whose domain it sits alone isn’t revocable, and ends like that too', async () => {
    const at = await orgs.newWorld()
    const { going } = at
    await world.stores.domains.claim(await ownDomain(at), {
      what: 'domain.claimed',
      at: T0.toISOString(),
      by: ADMIN,
    })
    const record = await orgs.claimOf(going, await orgs.user(at), 'direct')
    await removeAll(at)
    expect(await orgs.account(record.recordId)).toEqual({ role: 'only', account: record.account })
  })

  it('O1: a migration is finished before what it moved is removed', async () => {
    const at = await orgs.newWorld()
    const mine = await orgs.claimOf(at.going, await orgs.user(at), 'delayed')
    const theirs = await orgs.claimOf(at.keeper, await orgs.user(at, at.going.orgId), 'delayed')
    for (const record of [mine, theirs]) {
      const by = { now: T0, by: 'schedule:due' } as const
      await world.stores.accounts.write(startMigration(record, record.claim, by))
    }
    await world.ignoreEffects()
    await removeAll(at)
    expect(await orgs.account(mine.recordId)).toBeUndefined()
    expect(await orgs.account(mine.claim.newUserId)).toBeUndefined()
    expect(await orgs.conversationsOf(mine.claim.newUserId)).toBe(0)
    expect(await orgs.claimNow(theirs)).toMatchObject({ status: 'completed', conversationsMoved: 2 })
    expect(await orgs.account(theirs.claim.newUserId)).toMatchObject({ role: 'only' })
    expect(await orgs.conversationsOf(theirs.claim.newUserId)).toBe(2)
  })

  it.each(['direct', 'delayed'] as const)(
    'O1: a %s claim of an account of its is completed as direct, and the content is lost',
    async (type) => {
      const at = await orgs.newWorld()
      const record = await orgs.claimOf(at.keeper, await orgs.user(at, at.going.orgId), type)
      await givenConversations(db, type === 'direct' ? record.claim.newUserId : 'nobody', 1)
      const expected = newAccountOf(record, record.claim)
      await removeAll(at)
      expect(await orgs.claimNow(record)).toMatchObject({
        status: 'completed',
        type: 'direct',
        contentLoss: 'source_deleted',
        sourceOrgId: at.going.orgId,
      })
      expect(await orgs.account(record.claim.newUserId)).toEqual({ role: 'only', account: expected })
      expect(await orgs.account(record.recordId)).toBeUndefined()
      expect(await orgs.conversationsOf(record.recordId)).toBe(0)
      expect(await orgs.conversationsOf(record.claim.newUserId)).toBe(type === 'direct' ? 1 : 0)
    },
  )

  it('O1: what somebody still wrote while it began isn’t left behind', async () => {
    const at = await orgs.newWorld()
    await orgs.request(at)
    world.clock.set(DUE)
    await pass(at)
    // A request that had seen the org before it went.
    const late = await orgs.user(at, at.going.orgId)
    await givenDomain(world.stores, at.going.orgId, `late.${at.domain}`, 'claimed')
    world.clock.advance(DELETION_LEASE_MS - 1000)
    await pass(at)
    expect(await world.stores.organizations.getAny(at.going.orgId)).toBeDefined()
    expect(await orgs.account(late)).toBeUndefined()
    const later = await orgs.user(at, at.going.orgId)
    world.clock.advance(DELETION_LEASE_MS)
    await sweep()
    expect(await orgs.account(later)).toBeUndefined()
    expect(await world.stores.organizations.getAny(at.going.orgId)).toBeUndefined()
    expect(await world.stores.domains.claimedBy(`late.${at.domain}`)).toBeUndefined()
  })

  it('O1: page by page, and out of time the rest is handed on', async () => {
    const at = await orgs.newWorld()
    const { orgId } = at.going
    const users = Array.from({ length: 130 }, (_, n) => ({
      userId: `many${n}`,
      email: `many${n}@${at.domain}`,
    }))
    await givenAccounts(world.stores, ...users.map((user) => ({ ...user, orgId })))
    for (let n = 0; n < 120; n++) world.bucket.put(`reports/${orgId}/${n}.csv`, 'x')
    await world.ignoreEffects()
    await orgs.request(at)
    world.clock.set(DUE)
    world.time.leftMs = 5_000
    world.queues.deletions.send([{ orgId }])
    await world.step('deletions')
    expect(world.queues.deletions.sent).toEqual([{ orgId }, { orgId }])
    expect(await orgs.account('many0')).toBeDefined()
    world.time.leftMs = 60_000
    await world.settle()
    const left = await world.stores.accounts.byUserIds(users.map(({ userId }) => userId))
    expect(left.size).toBe(0)
    expect(await Array.fromAsync(world.bucket.list(`reports/${orgId}/`))).toEqual([])
  })

  it('O1: of a restoration and the beginning at one instant exactly one wins', async () => {
    const by = { now: DUE, by: PLATFORM } as const
    const objects = { list: world.bucket.list, remove: world.bucket.remove }
    const ports = {
      ...world.stores,
      objects,
      isPaused: notPaused,
      now: world.clock.now,
      timeLeftMs: () => 60_000,
    }
    const racing = TURNS.map((turn, n) => ({ turn, org: org({ orgId: `race-${n}`, name: 'Race' }) }))
    await givenOrgs(world.stores, ...racing.map((each) => each.org))
    world.clock.set(DUE)
    for (const { turn, org } of racing) {
      const { orgId, name } = org
      await requestOrganizationDeletion(world.stores, orgId, name, { now: T0, by: PLATFORM })
      const { organizations } = world.stores
      const meet = meeting(turn)
      const held = (place: 0 | 1) => ({
        organizations: { ...organizations, write: meet.hold(place, organizations.write) },
      })
      await race(
        turn,
        () => deleteOrganization({ ...ports, ...held(0) }, orgId),
        () => cancelOrganizationDeletion(held(1), orgId, by),
      )
      const deletion = (await organizations.getAny(orgId))?.org.deletion
      expect(deletion === undefined || deletion.begunAt !== undefined).toBe(true)
      const left = deletion === undefined ? 'restored' : 'begun'
      expect(possibleWinners(turn, 'begun', 'restored'), JSON.stringify(turn)).toContain(left)
    }
  })

  it('O1: removed twice changes nothing, and a new one under the same id is another', async () => {
    const at = await orgs.newWorld()
    await removeAll(at)
    const before = await dump(db)
    await pass(at)
    expect(await dump(db)).toEqual(before)
    expect(await putOrganization(world.stores, at.going, { now: DUE, by: PLATFORM })).toMatchObject({
      outcome: 'done',
      created: true,
    })
    await pass(at)
    expect(await world.stores.organizations.get(at.going.orgId)).toBeDefined()
  })

  it('A1, A2: the trail and the bus tell of each step, without the name or an address', async () => {
    const at = await orgs.newWorld()
    await world.settle()
    world.bus.published.length = 0
    await removeAll(at)
    const steps = ['deletion_requested', 'removing', 'purged'].map((step) => `organization.${step}`)
    const told = world.bus.published.filter(({ type }) => type.startsWith('organization.'))
    expect(told.map(({ type }) => type)).toEqual(steps)
    const trail = Object.entries(await dump(db)).filter(
      ([key, { what }]) => key.startsWith(`A#${at.going.orgId}#`) && steps.includes(String(what)),
    )
    expect(trail.map(([, { what }]) => what)).toEqual(steps)
    const text = JSON.stringify([told, trail, world.log.lines])
    expect(text).not.toContain(at.going.name)
    expect(text).not.toContain('boss@')
  })
})
