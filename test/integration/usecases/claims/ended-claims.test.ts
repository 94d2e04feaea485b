import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { beforeEach, describe, expect } from 'vitest'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { linkHash } from '../../../../shared/rules/claims/decision-link.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { startAccountDeletion } from '../../../../shared/rules/deletion/account-deletion.ts'
import { closedClaimToItem } from '../../../../shared/storage/items/closed-claim-item.ts'
import { type MigratePorts, migrateAll } from '../../../../shared/usecases/claims/migrate.ts'
import type { MigrationOutcome } from '../../../../shared/usecases/claims/migrate-record.ts'
import { deleteAccount } from '../../../../shared/usecases/deletion/delete-account.ts'
import type { Background } from '../../../support/background.ts'
import {
  ADMIN,
  addressesMoved,
  type ClaimedRecord,
  ENDS_AT,
  org,
  plus,
  SCHEDULE,
  sourceOrg,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'
import { type CapacityMeter, meterCapacity } from '../../../support/capacity.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { dump, givenAccounts, givenClaim, givenDomain, givenOrgs } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'

const noordzee = org()
const rival = org({ orgId: 'rival', name: 'Rival' })
const bySchedule = { now: new Date(ENDS_AT), by: SCHEDULE }
const byUser = { now: T0, by: USER }

describe('a claim that is over', () => {
  let db: TestTable
  let world: Background
  let meter: CapacityMeter
  let people = 0

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    meter = meterCapacity(db.client)
    await givenOrgs(world.stores, noordzee, rival, sourceOrg())
    for (const { orgId } of [noordzee, rival]) await givenDomain(world.stores, orgId, 'noordzee.example')
  })
  beforeEach(async () => {
    await world.ignoreEffects()
    world.clock.set(ENDS_AT)
    world.bus.published.length = 0
    meter.take()
  })

  /** An account that is known to have no conversation, and a claim on it. */
  async function newClaim(claiming = noordzee, type?: 'direct' | 'delayed'): Promise<ClaimedRecord> {
    const n = ++people
    const email = `person${n}@noordzee.example`
    const [made] = await givenAccounts(world.stores, { userId: `acc${n}`, email })
    if (made === undefined) throw new Error('no account')
    await world.stores.accounts.write({ ...made, revision: 2, hasContent: false })
    const record = await givenClaim(world.stores, claiming, { ref: { email }, type })
    await world.ignoreEffects()
    meter.take()
    return record
  }
  const ports = (patch: Partial<MigratePorts> = {}): MigratePorts => ({
    accounts: world.stores.accounts,
    conversations: world.stores.conversations,
    organizations: { get: world.stores.organizations.getAny },
    isPaused: async () => false,
    continueLater: async () => undefined,
    now: () => world.clock.now(),
    timeLeftMs: () => 60_000,
    ...patch,
  })
  async function migrate(records: readonly ClaimedRecord[], patch: Partial<MigratePorts> = {}) {
    const outcomes: MigrationOutcome[] = []
    const refs = records.map(({ recordId }) => ({ recordId }))
    await migrateAll(ports(patch), refs, (told) => outcomes.push(...told))
    return outcomes
  }
  const stands = async ({ recordId }: ClaimedRecord) => {
    const record = (await world.stores.accounts.byRecordIds([recordId])).get(recordId)
    if (record === undefined) throw new Error(`no record ${recordId}`)
    return record
  }
  const claimOf = async ({ claim }: ClaimedRecord) => (await world.stores.claims.byId(claim.claimId))?.claim
  const closedItems = async ({ recordId }: ClaimedRecord) =>
    Object.keys(await dump(db)).filter((key) => key.startsWith(`C#${recordId} `))
  async function listed(orgId: string): Promise<string[]> {
    const { items: found } = await world.stores.claims.list(orgId, 1000)
    return found.map(({ claim }) => claim.claimId)
  }
  const conversation = (ownerUserId: string) => ({
    conversationId: 'talk',
    ownerUserId,
    title: 'Plans',
    lastActivityAt: T0.toISOString(),
    messages: 1,
    bytes: 10,
  })

  it('costs, M1: is ended by 5 write units where there is nothing to move, and 6 with its audit entry', async () => {
    const record = await newClaim()
    expect(await migrate([record])).toMatchObject([
      { outcome: 'completed', conversations: 0, lateSeconds: 0 },
    ])
    const { writes, reads, calls } = meter.take()
    expect(writes).toEqual({ table: 1, outgoingClaims: 1, dueWork: 1, accountsByOrg: 2 })
    expect(reads).toEqual({ table: 0.5 })
    expect(calls).toHaveLength(2)
    await world.takeEffects()
    expect(meter.take().writes).toEqual({ table: 1 })
  })

  it('M1: of a message’s claims, all that have nothing to move are ended by one call', async () => {
    const records = [await newClaim(), await newClaim(), await newClaim()]
    expect((await migrate(records)).map(({ outcome: state }) => state)).toEqual(Array(3).fill('completed'))
    expect(meter.take().calls).toHaveLength(2)
  })

  it('M1, A2: is told as completed, decided by the schedule, once and from its record', async () => {
    const record = await newClaim()
    await migrate([record])
    await world.takeEffects(2)
    const told = world.bus.published.filter(({ type }) => type.startsWith('claim.'))
    expect(told.map(({ type }) => type)).toEqual(Array(2).fill('claim.completed'))
    expect(new Set(told.map(({ id }) => id)).size).toBe(1)
    expect(told[0]?.detail).toMatchObject({
      claimStatus: 'completed',
      decision: { kind: 'transfer_content', by: 'schedule' },
    })
    const { items: found } = await world.stores.audit.list(noordzee.orgId, 1)
    expect(found).toMatchObject([{ what: 'claim.completed', by: 'schedule:due' }])
  })

  it('A1: a change of the account that is left is told as the account’s', async () => {
    const record = await newClaim()
    await migrate([record])
    await world.ignoreEffects()
    const next = await stands(record)
    const change = { what: 'user.updated', at: T0.toISOString(), by: ADMIN, n: next.revision + 1 } as const
    await world.stores.accounts.write({ ...next, revision: next.revision + 1, change })
    await world.takeEffects()
    expect(world.bus.published).toMatchObject([
      { type: 'user.updated', detail: { subject: record.claim.newUserId, userOrgId: noordzee.orgId } },
    ])
  })

  it('M3: a conversation that is written between the look and the end is moved with the account', async () => {
    const record = await newClaim()
    const outcomes = await migrate([record], {
      accounts: {
        ...world.stores.accounts,
        endMany: async (all) => {
          await world.stores.conversations.put(conversation(record.recordId), await stands(record))
          return world.stores.accounts.endMany(all)
        },
      },
    })
    expect(outcomes).toMatchObject([{ outcome: 'completed', conversations: 1 }])
    const { newUserId } = record.claim
    expect((await world.stores.conversations.list(newUserId, 10, T0)).items).toHaveLength(1)
    expect((await world.stores.conversations.list(record.recordId, 10, T0)).items).toEqual([])
  })

  it('M3: a conversation that comes after the end is refused, since its account is gone', async () => {
    const record = await newClaim()
    const before = await stands(record)
    await migrate([record])
    expect(await world.stores.conversations.put(conversation(record.recordId), before)).toEqual({
      outcome: 'lost',
    })
    expect((await stands(record)).hasContent).toBe(false)
  })

  it('R4: a revocation and the end at the same instant: one wins, and the other changes nothing', async () => {
    const record = await newClaim()
    const outcomes = await migrate([record], {
      accounts: {
        ...world.stores.accounts,
        endMany: async (all) => {
          await world.stores.accounts.end(revokeClaim(record, record.claim, byUser))
          return world.stores.accounts.endMany(all)
        },
      },
    })
    expect(outcomes).toEqual([{ outcome: 'nothing_due' }])
    expect((await claimOf(record))?.status).toBe('revoked')
  })

  it('U6, U7: is opened by its mailed link, and by no other, wherever it is by then', async () => {
    const made = await newClaim()
    const secret = new Uint8Array(16).fill(7)
    const record = withClaim({
      ...(await stands(made)),
      revision: made.revision + 1,
      claim: { ...made.claim, mail: { ...made.claim.mail, links: [linkHash(secret)] } },
    })
    await world.stores.accounts.write(record)
    const { claimId } = record.claim
    const opened = async () => {
      meter.take()
      const other = await world.stores.claims.byLink({ claimId, secret: new Uint8Array(16) })
      expect(other).toBeUndefined()
      expect(meter.take().calls).toHaveLength(2)
      const { claim } = (await world.stores.claims.byLink({ claimId, secret })) ?? {}
      return { claimId: claim?.claimId, status: claim?.status, calls: meter.take().calls.length }
    }
    expect(await opened()).toEqual({ claimId, status: 'open', calls: 1 })
    await migrate([record])
    expect(await opened()).toEqual({ claimId, status: 'completed', calls: 1 })
    await givenClaim(world.stores, rival, { ref: { email: record.account.email } })
    expect(await closedItems(record)).toHaveLength(1)
    expect(await opened()).toEqual({ claimId, status: 'completed', calls: 2 })
  })

  it('stays in the record, found by its id and listed, and is open to nobody', async () => {
    const [migrated, revoked] = [await newClaim(), await newClaim()]
    await migrate([migrated])
    await world.stores.accounts.end(revokeClaim(revoked, revoked.claim, byUser))
    for (const record of [migrated, revoked]) {
      expect(await closedItems(record)).toEqual([])
      expect(await stands(record)).not.toHaveProperty('claim')
      expect((await listed(noordzee.orgId)).filter((id) => id === record.claim.claimId)).toHaveLength(1)
    }
    expect(await claimOf(migrated)).toMatchObject({
      status: 'completed',
      email: migrated.account.email,
      sourceOrgId: 'personal',
      originalUserId: migrated.recordId,
      endedAt: new Date(ENDS_AT).toISOString(),
    })
    const outgoing = await world.stores.claims.outgoing('personal', 1000)
    expect(outgoing.items.map(({ claimId }) => claimId)).not.toContain(migrated.claim.claimId)
  })

  it('R1: costs 3 write units to revoke, and 4 with its audit entry', async () => {
    const record = await newClaim()
    await world.stores.accounts.end(revokeClaim(record, record.claim, byUser))
    expect(meter.take().writes).toEqual({ table: 1, outgoingClaims: 1, dueWork: 1 })
  })

  it('keeps the address and the orgs that it had at its end, whatever becomes of the account', async () => {
    const record = await newClaim()
    await migrate([record])
    const left = await stands(record)
    const account = { ...left.account, email: `moved${people}@noordzee.example`, orgId: 'elsewhere' }
    const next = { ...left, revision: left.revision + 1, account }
    expect(await world.stores.accounts.writeWithAddresses(next, addressesMoved(left, next))).toEqual({
      outcome: 'written',
    })
    expect(await claimOf(record)).toMatchObject({
      email: record.account.email,
      claimingOrgId: noordzee.orgId,
      sourceOrgId: 'personal',
    })
  })

  it('C7: makes room for the next claim in that one’s own transaction, and is found as before', async () => {
    const record = await newClaim()
    await world.stores.accounts.end(revokeClaim(record, record.claim, byUser))
    const before = await claimOf(record)
    await world.ignoreEffects()
    const next = await givenClaim(world.stores, rival, { ref: { userId: record.recordId } })
    expect(await closedItems(record)).toHaveLength(1)
    expect(await stands(record)).not.toHaveProperty('ended')
    expect(await claimOf(record)).toEqual(before)
    expect((await claimOf(next))?.status).toBe('open')
    expect((await listed(noordzee.orgId)).filter((id) => id === record.claim.claimId)).toHaveLength(1)
    // Its move is nothing that anybody is told of.
    await world.takeEffects()
    expect(world.bus.published.map(({ type }) => type)).not.toContain('claim.revoked')
  })

  it('C7: stays where it is when the next claim loses', async () => {
    const record = await newClaim()
    await world.stores.accounts.end(revokeClaim(record, record.claim, byUser))
    const left = await stands(record)
    await world.stores.accounts.write({ ...left, revision: left.revision + 1 })
    const late = { ...withClaim({ ...left, claim: record.claim }), revision: left.revision + 1 }
    expect(await world.stores.accounts.write(late)).toEqual({ outcome: 'lost' })
    expect(await closedItems(record)).toEqual([])
    expect((await claimOf(record))?.status).toBe('revoked')
  })

  it('Y7: loses the address in the same write in which the record goes, and stays with its ids', async () => {
    const record = await newClaim()
    await migrate([record])
    const left = await stands(record)
    const marked = startAccountDeletion(left, left.account.userId, { now: T0, by: ADMIN })
    await world.stores.accounts.write(marked)
    const purging = {
      accounts: world.stores.accounts,
      deletions: world.stores.deletions,
      suppressions: world.stores.suppressions,
      isPaused: async () => false,
      now: () => plus(0),
      timeLeftMs: () => 60_000,
    }
    expect(await deleteAccount(purging, record.recordId)).toMatchObject({ outcome: 'removed' })
    expect(await claimOf(record)).toMatchObject({
      claimId: record.claim.claimId,
      email: '',
      status: 'completed',
    })
    const all = JSON.stringify(Object.entries(await dump(db)).filter(([, { type }]) => type !== 'audit'))
    expect(all).not.toContain(record.account.email)
  })

  it('O1: goes with the org that made it, out of the record of whoever has the account now', async () => {
    const record = await newClaim(rival)
    await world.stores.accounts.end(revokeClaim(record, record.claim, byUser))
    const other = await newClaim()
    await migrate([other])
    let from: Parameters<typeof world.stores.parts.deleteClosedClaims>[2]
    do from = await world.stores.parts.deleteClosedClaims(rival.orgId, 100, from)
    while (from !== undefined)
    expect(await claimOf(record)).toBeUndefined()
    expect(await stands(record)).not.toHaveProperty('ended')
    expect((await stands(record)).account).toEqual(record.account)
    expect(await listed(rival.orgId)).not.toContain(record.claim.claimId)
    expect((await claimOf(other))?.status).toBe('completed')
  })

  it('is found where it was an item of its own from its end, as it was before', async () => {
    const record = await newClaim()
    const { closed, change, record: left } = completeClaim(record, record.claim, bySchedule)
    await world.stores.accounts.write(left)
    const Item = closedClaimToItem(closed, change)
    await db.table.client.send(new PutCommand({ TableName: db.table.name, Item }))
    expect(await claimOf(record)).toMatchObject({ status: 'completed', email: record.account.email })
    expect(await listed(noordzee.orgId)).toContain(record.claim.claimId)
  })
})
