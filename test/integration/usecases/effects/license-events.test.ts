import { beforeEach, describe, expect } from 'vitest'
import { splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import type { Organization } from '../../../../shared/rules/types.ts'
import type { Background } from '../../../support/background.ts'
import {
  type ClaimedRecord,
  ENDS_AT,
  org,
  SCHEDULE,
  sourceOrg,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'
import { givenAccounts, givenClaim, givenDomain, givenOrgs } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'

const inviting = org()
const silent = org({ orgId: 'silent', name: 'Silent BV', settings: { suppressInvitations: true } })

describe('invitations', () => {
  let world: Background
  let people = 0

  it.beforeAll(async ({ background }) => {
    world = background
    await givenOrgs(world.stores, inviting, silent, sourceOrg())
    for (const { orgId } of [inviting, silent]) await givenDomain(world.stores, orgId, 'noordzee.example')
  })
  beforeEach(async () => {
    await world.ignoreEffects()
    world.clock.set(T0)
    world.mailer.sent.length = 0
    world.bus.published.length = 0
  })

  async function newClaim(
    claimingOrg: Organization,
    type: 'direct' | 'delayed',
    licenses: readonly string[] = ['pro', 'mail'],
    noInvitation = false,
  ): Promise<ClaimedRecord> {
    const n = ++people
    const email = `person${n}@noordzee.example`
    await givenAccounts(world.stores, { userId: `acc${n}`, email })
    await world.ignoreEffects()
    return givenClaim(world.stores, claimingOrg, { ref: { email }, type, licenses }, T0, { noInvitation })
  }
  const current = async ({ recordId }: ClaimedRecord): Promise<ClaimedRecord> => {
    const record = (await world.stores.accounts.byRecordIds([recordId])).get(recordId)
    if (record === undefined) throw new Error(`no record ${recordId}`)
    return withClaim(record)
  }
  async function migrate(record: ClaimedRecord): Promise<void> {
    const bySchedule = { now: new Date(ENDS_AT), by: SCHEDULE }
    const open = await current(record)
    const migrating = withClaim(startMigration(open, open.claim, bySchedule))
    await world.stores.accounts.write(migrating)
    await world.stores.accounts.end(completeClaim(migrating, migrating.claim, bySchedule))
    await world.settle()
  }
  async function goesItsOwnWay(record: ClaimedRecord): Promise<void> {
    const open = await current(record)
    const { original, ended } = splitByNewAddress(open, open.claim, `other${people}@elsewhere.example`, {
      now: T0,
      by: USER,
    })
    expect(await world.stores.accounts.split(original, ended)).toEqual({ outcome: 'written' })
    await world.settle()
  }
  const assigned = () => world.bus.published.filter(({ type }) => type === 'licenses.assigned')

  it.each([
    [inviting, 'direct', true],
    [inviting, 'delayed', true],
    [silent, 'direct', false],
    [silent, 'delayed', false],
  ] as const)(
    'N3: the claim mail is always sent; suppressInvitations says only whether an invitation follows (%#)',
    async (claimingOrg, type, invite) => {
      const record = await newClaim(claimingOrg, type)
      await world.settle()
      expect(world.mailer.sent.map(({ tags }) => tags.kind)).toEqual([`claimed_${type}`])
      if (type === 'delayed') {
        expect(assigned()).toEqual([])
        await migrate(record)
      }
      const { claimId, newUserId: userId } = record.claim
      expect(assigned()).toEqual([
        {
          id: `${claimId}/licenses.assigned`,
          type: 'licenses.assigned',
          at: type === 'direct' ? T0.toISOString() : new Date(ENDS_AT).toISOString(),
          detail: {
            orgId: claimingOrg.orgId,
            subject: userId,
            claimId,
            userId,
            licenses: ['pro', 'mail'],
            invite,
          },
        },
      ])
    },
  )

  it('N3: a delayed claim that ends by a change of address assigns its licences too', async () => {
    const record = await newClaim(inviting, 'delayed')
    await goesItsOwnWay(record)
    expect(assigned()).toMatchObject([{ detail: { userId: record.claim.newUserId, invite: true } }])
  })

  it.each([
    ['direct', async () => undefined],
    ['delayed', migrate],
    ['delayed', goesItsOwnWay],
  ] as const)(
    'N3: whoever claimed may ask for no invitation, which is remembered until the licences are assigned (%#)',
    async (type, ends) => {
      const record = await newClaim(inviting, type, ['pro'], true)
      await world.settle()
      await ends(record)
      expect(world.mailer.sent.map(({ tags }) => tags.kind)).toContain(`claimed_${type}`)
      expect(assigned()).toMatchObject([{ detail: { claimId: record.claim.claimId, invite: false } }])
    },
  )

  it('N3: a direct claim assigns them once, and not again when it is completed', async () => {
    const record = await newClaim(inviting, 'direct')
    await world.settle()
    await migrate(record)
    expect(assigned()).toHaveLength(1)
  })

  it('C5: a claim without licences assigns none', async () => {
    const none = org({ orgId: 'none', name: 'None BV', settings: { licenseTemplate: [] } })
    await givenOrgs(world.stores, none)
    await givenDomain(world.stores, none.orgId, 'noordzee.example')
    await world.ignoreEffects()
    await newClaim(none, 'direct', [])
    await migrate(await newClaim(none, 'delayed', []))
    expect(assigned()).toEqual([])
  })

  it('A2: told again, it is told under the same id', async () => {
    await newClaim(inviting, 'direct')
    await world.takeEffects(3)
    expect(new Set(assigned().map(({ id }) => id)).size).toBe(1)
    expect(assigned()).toHaveLength(3)
  })
})
