import { beforeEach, describe, expect } from 'vitest'
import { decide, splitByNewAddress } from '../../../shared/rules/claims/decision.ts'
import { linkHash } from '../../../shared/rules/claims/decision-link.ts'
import { completeClaim } from '../../../shared/rules/claims/ending.ts'
import { startMigration } from '../../../shared/rules/claims/migration.ts'
import { revokeClaim } from '../../../shared/rules/claims/revocation.ts'
import { signIn } from '../../../shared/rules/claims/sign-in.ts'
import type { AccountRecord, Organization } from '../../../shared/rules/types.ts'
import type { RowOutcome } from '../../../shared/storage/items/import-item.ts'
import type { Background, Stores } from '../../support/background.ts'
import {
  ADMIN,
  account,
  addressesMoved,
  type ClaimedRecord,
  CREATED_AT,
  ENDS_AT,
  org,
  SCHEDULE,
  T0,
  USER,
  withClaim,
} from '../../support/builders.ts'
import { type CapacityMeter, meterCapacity, total } from '../../support/capacity.ts'
import type { TestTable } from '../../support/dynamo.ts'
import {
  claimFor,
  givenAccounts,
  givenClaim,
  givenDomain,
  givenOrgs,
  givenUnmailedClaim,
  newRecord,
} from '../../support/given.ts'
import { it } from '../../support/fixtures.ts'

let noordzee: Organization
const byUser = { now: T0, by: USER }
const bySchedule = { now: new Date(ENDS_AT), by: SCHEDULE }

/** C9: the next record, in which the claim's new account has another address. */
const withOther = (given: ClaimedRecord, email: string): ClaimedRecord => ({
  ...given,
  revision: given.revision + 1,
  claim: { ...given.claim, newAccount: { ...given.claim.newAccount, email } },
})

/** The numbers of the table at the top of `shared/storage/keys.ts`. */
describe('costs', () => {
  let db: TestTable
  let world: Background
  let stores: Stores
  let meter: CapacityMeter
  let people = 0

  it.beforeAll(({ table, background, verifiedOrg }) => {
    db = table
    world = background
    stores = world.stores
    meter = meterCapacity(db.client)
    noordzee = verifiedOrg
  })
  beforeEach(async () => {
    await world.ignoreEffects()
    meter.take()
  })

  const nobodyYet = () => {
    const n = ++people
    return { userId: `acc${10_000 + n}`, email: `lieselotte.van.der.meer${n}@noordzee.example` }
  }
  const newPerson = async () => {
    const person = nobodyYet()
    await givenAccounts(stores, { ...person, firstName: 'Lieselotte', lastName: 'van der Meer' })
    return person
  }
  const newClaim = async (type?: 'direct' | 'delayed') => {
    const { email } = await newPerson()
    const record = await givenClaim(stores, noordzee, {
      ref: { email },
      licenses: ['messaging', 'meetings'],
      type,
    })
    await world.ignoreEffects()
    meter.take()
    return record
  }
  const migrating = async () => {
    const record = await newClaim()
    const next = withClaim(startMigration(record, record.claim, bySchedule))
    await stores.accounts.write(next)
    meter.take()
    return next
  }

  it('costs: a delayed claim takes 4 write units, index entries included, and 5 with its audit entry', async () => {
    const { email } = await newPerson()
    await world.ignoreEffects()
    meter.take()
    await givenUnmailedClaim(stores, noordzee, { ref: { email }, licenses: ['messaging', 'meetings'] })
    expect(meter.take().writes).toEqual({ table: 1, claimsByOrg: 1, outgoingClaims: 1, dueWork: 1 })
    await world.takeEffects()
    expect(meter.take().writes).toEqual({ table: 1 })
  })

  it('costs: a direct claim takes 3 write units, and 4 with its audit entry', async () => {
    const { email } = await newPerson()
    await world.ignoreEffects()
    meter.take()
    await givenUnmailedClaim(stores, noordzee, { ref: { email }, type: 'direct' })
    expect(meter.take().writes).toEqual({ table: 1, claimsByOrg: 1, outgoingClaims: 1 })
    await world.takeEffects()
    expect(meter.take().writes).toEqual({ table: 1 })
  })

  it('costs: claiming reads 1 unit an address, 2 a domain and 1 an org, and asks and writes in batches', async () => {
    const people = [await newPerson(), await newPerson(), await newPerson()]
    meter.take()
    await claimFor(
      stores,
      noordzee,
      people.map(({ email }) => ({ ref: { email }, origin: `r:${email}` })),
    )
    const { reads, calls } = meter.take()
    expect(reads).toEqual({ table: 3 * 1 + 2 + 1 })
    expect(calls.map(({ command }) => command)).toEqual([
      ...Array(4).fill('BatchGetItem'),
      'BatchExecuteStatement',
    ])
  })

  it('costs: a hundred claims are read by four calls, and written by four', async () => {
    const people = Array.from({ length: 100 }, nobodyYet)
    await givenAccounts(stores, ...people)
    meter.take()
    const targets = people.map(({ email }) => ({ ref: { email }, origin: `r:${email}` }))
    await claimFor(stores, noordzee, targets)
    const { writes, calls } = meter.take()
    expect(writes).toEqual({ table: 100, claimsByOrg: 100, outgoingClaims: 100, dueWork: 100 })
    expect(calls.map(({ command }) => command)).toEqual([
      ...Array(4).fill('BatchGetItem'),
      ...Array(4).fill('BatchExecuteStatement'),
    ])
  })

  it('costs: a claim that is refused writes nothing', async () => {
    const { account } = await newClaim()
    await claimFor(stores, noordzee, [{ ref: { email: account.email }, origin: 'r:again' }])
    expect(meter.take().writes).toEqual({})
  })

  it('costs: a sign-in takes 1 write unit', async () => {
    const record = await newClaim()
    const next = signIn(record, record.claim, byUser)
    expect(next && (await stores.accounts.write(next))).toEqual({ outcome: 'written' })
    expect(meter.take().writes).toEqual({ table: 1 })
  })

  it('costs: a decision, and the start of a migration, take 1 write unit and 2 of the due index', async () => {
    const decided = await newClaim()
    await stores.accounts.write(decide(decided, decided.claim, 'transfer_content', byUser))
    expect(meter.take().writes).toEqual({ table: 1, dueWork: 2 })
    const due = await newClaim()
    await stores.accounts.write(startMigration(due, due.claim, bySchedule))
    expect(meter.take().writes).toEqual({ table: 1, dueWork: 2 })
  })

  it('costs: completing a claim takes 1 write unit and 4 of the indexes', async () => {
    const record = await migrating()
    await stores.accounts.end(completeClaim(record, record.claim, bySchedule))
    expect(meter.take().writes).toEqual({ table: 1, outgoingClaims: 1, dueWork: 1, accountsByOrg: 2 })
  })

  it('costs: revoking a claim takes 1 write unit and 2 of the indexes', async () => {
    const record = await newClaim()
    await stores.accounts.end(revokeClaim(record, record.claim, byUser))
    expect(meter.take().writes).toEqual({ table: 1, outgoingClaims: 1, dueWork: 1 })
  })

  it('costs: another claim where one has ended takes 4 write units and 5 of the indexes', async () => {
    const record = await newClaim()
    await stores.accounts.end(revokeClaim(record, record.claim, byUser))
    meter.take()
    await givenUnmailedClaim(stores, noordzee, { ref: { userId: record.recordId } })
    expect(meter.take().writes).toEqual({ table: 4, claimsByOrg: 3, outgoingClaims: 1, dueWork: 1 })
  })

  it('costs: letting the original go its own way takes 10 write units and 7 of the indexes', async () => {
    const record = await newClaim('direct')
    const email = `gone${people}@elsewhere.example`
    const { original, ended } = splitByNewAddress(record, record.claim, email, byUser)
    expect(await stores.accounts.split(original, ended)).toEqual({ outcome: 'written' })
    expect(meter.take().writes).toEqual({
      table: 10,
      claimsByOrg: 2,
      outgoingClaims: 1,
      accountsByDomain: 3,
      accountsByOrg: 1,
    })
  })

  it('costs: a claim is read by its id for 2 units, open or closed', async () => {
    const record = await newClaim()
    await stores.claims.byId(record.claim.claimId)
    expect(meter.take().reads).toEqual({ table: 2 })
    await stores.accounts.end(revokeClaim(record, record.claim, byUser))
    meter.take()
    await stores.claims.byId(record.claim.claimId)
    expect(meter.take().reads).toEqual({ table: 2 })
  })

  it('costs: a mailed link’s claim is found for 1 unit in its record, also once it is over, and for 2 once it has left', async () => {
    const rival = org({ orgId: 'rival', name: 'Rival' })
    const secret = new Uint8Array(16).fill(7)
    const made = await newClaim()
    const mail = { ...made.claim.mail, revision: made.claim.mail.revision + 1, links: [linkHash(secret)] }
    const open = withClaim({ ...made, revision: made.revision + 1, claim: { ...made.claim, mail } })
    await stores.accounts.write(open)
    const { claimId } = open.claim
    const found = async () => {
      meter.take()
      expect((await stores.claims.byLink({ claimId, secret }))?.claim.claimId).toBe(claimId)
      return meter.take().reads
    }
    expect(await found()).toEqual({ table: 1 })
    await stores.accounts.end(completeClaim(open, open.claim, bySchedule))
    expect(await found()).toEqual({ table: 1 })
    await givenOrgs(stores, rival)
    await givenDomain(stores, rival.orgId, 'noordzee.example')
    await givenUnmailedClaim(stores, rival, { ref: { userId: open.claim.newUserId } })
    expect(await found()).toEqual({ table: 2 })
  })

  it('costs: a page of claims takes half a unit a shard and 1 a claim', async () => {
    await newClaim()
    const { items: found } = await stores.claims.list(noordzee.orgId, 5)
    expect(found).toHaveLength(5)
    expect(meter.take().reads).toEqual({ claimsByOrg: 16, table: 5 })
  })

  it('costs: a page of outgoing claims takes half a unit a shard and 1 a claim', async () => {
    await newClaim()
    const { items: found } = await stores.claims.outgoing('personal', 5)
    expect(found).toHaveLength(5)
    expect(meter.take().reads).toEqual({ outgoingClaims: 16, table: 5 })
  })

  it("costs: the audit trail of a claim takes 1 unit an entry, and a page of an org's half a unit a shard", async () => {
    const { email } = await newPerson()
    const { claim } = await givenClaim(stores, noordzee, { ref: { email } })
    await world.takeEffects()
    meter.take()
    const [at = '', n = ''] = claim.auditKeys[0]?.split('#') ?? []
    expect(await stores.audit.ofChanges(noordzee.orgId, claim.claimId, [{ at, n: Number(n) }])).toHaveLength(
      1,
    )
    expect(meter.take().reads).toEqual({ table: 1 })
    // Of an org with so few that no shard has more than half a unit takes.
    const quiet = { ...noordzee, orgId: 'quiet' }
    await givenOrgs(stores, quiet)
    await givenDomain(stores, quiet.orgId, 'noordzee.example')
    await givenClaim(stores, quiet, { ref: { email: (await newPerson()).email } })
    await world.takeEffects()
    meter.take()
    expect((await stores.audit.list(quiet.orgId, 1)).items).toHaveLength(1)
    expect(meter.take().reads).toEqual({ table: 16 })
  })

  it("costs: an account's claims take half a unit a record of ended ones, and 1 an ended claim", async () => {
    const record = await newClaim()
    const [ended] = [revokeClaim(record, record.claim, byUser)]
    await stores.accounts.end(ended)
    const left = (await stores.accounts.byRecordIds([record.recordId])).get(record.recordId)
    meter.take()
    expect(await stores.claims.madeIn(left ?? ended.record)).toHaveLength(1)
    expect(meter.take().reads).toEqual({ table: 1 })
    expect(
      await stores.claims.madeIn({ ...ended.record, recordId: 'nobody~01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7ZZ' }),
    ).toEqual([])
    expect(meter.take().reads).toEqual({ table: 3 })
  })

  it("costs: the roots of a small org's accounts take half a unit a shard of both indexes", async () => {
    await stores.accounts.recordIdsOfOrg('nobodys', 250)
    expect(meter.take().reads).toEqual({ accountsByOrg: 16, claimsByOrg: 16 })
  })

  it('costs: the accounts on a domain take half a unit a shard and page, and 1 an account', async () => {
    const people = Array.from({ length: 5 }, (_, n) => ({ userId: `d${n}`, email: `d${n}@small.example` }))
    await givenAccounts(stores, ...people)
    meter.take()
    const pages = await Array.fromAsync(stores.accounts.onDomains(['small.example'], 125))
    expect(pages.flat()).toHaveLength(5)
    expect(meter.take().reads).toEqual({ accountsByDomain: 16, table: 5 })
  })

  it('costs: an export takes 2 write units beside its file, and 2 more for its audit entries', async () => {
    await stores.exports.create({ orgId: noordzee.orgId, exportId: 'export', createdBy: ADMIN }, T0)
    // And in the due index, until it's over.
    expect(meter.take().writes).toEqual({ table: 1, dueWork: 1 })
    await world.takeEffects()
    await world.drain('exports')
    await world.takeEffects()
    expect(await stores.exports.get(noordzee.orgId, 'export')).toMatchObject({ status: 'completed' })
    expect(meter.take().writes).toEqual({ table: 1 + 2, dueWork: 1 })
  })

  it('costs: a look for due work takes half a unit a shard', async () => {
    await stores.due.page({ kind: 'claim', shard: '00', to: CREATED_AT, limit: 250 })
    expect(meter.take().reads).toEqual({ dueWork: 0.5 })
  })

  it('costs: creating an account takes 4 write units and 2 of the indexes, and 5 with its audit entry', async () => {
    await stores.accounts.create([newRecord(account(nobodyYet()))])
    expect(meter.take().writes).toEqual({ table: 4, accountsByOrg: 1, accountsByDomain: 1 })
    await world.takeEffects()
    expect(meter.take().writes).toEqual({ table: 1 })
  })

  it('costs: another address takes 6 write units, and 2 of an index where the domain is another', async () => {
    const [person] = await givenAccounts(stores, nobodyYet())
    if (person === undefined) throw new Error('no account')
    const moved: AccountRecord = {
      ...person,
      revision: 2,
      account: { ...person.account, email: `m${people}@b.example` },
    }
    meter.take()
    expect(await stores.accounts.writeWithAddresses(moved, addressesMoved(person, moved))).toEqual({
      outcome: 'written',
    })
    expect(meter.take().writes).toEqual({ table: 6, accountsByDomain: 2 })
  })

  it('costs: the other address of a claimed account takes 4 write units, 6 where it had one, and 2 when its claim ends', async () => {
    const { email } = await newPerson()
    const given = await givenClaim(stores, noordzee, { ref: { email }, type: 'direct' })
    const first = withOther(given, `m${people}@b.example`)
    const second = withOther(first, `n${people}@b.example`)
    meter.take()
    expect(await stores.accounts.writeWithAddresses(first, addressesMoved(given, first))).toEqual({
      outcome: 'written',
    })
    expect(meter.take().writes).toEqual({ table: 4 })
    expect(await stores.accounts.writeWithAddresses(second, addressesMoved(first, second))).toEqual({
      outcome: 'written',
    })
    expect(meter.take().writes).toEqual({ table: 6 })
    expect(await stores.accounts.end(revokeClaim(second, second.claim, byUser))).toEqual({
      outcome: 'written',
    })
    expect(meter.take().writes).toEqual({ table: 2 + 2, outgoingClaims: 1 })
  })

  it('costs: an import writes 8 units a checkpoint of 100 chunks, and 3 to 4 a chunk of 100 rows', async () => {
    const started = {
      importId: '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7ZZ',
      orgId: noordzee.orgId,
      kind: 'claims',
      status: 'reading',
      fileName: 'people.csv',
      objectKey: `imports/${noordzee.orgId}/people.csv`,
      etag: '0123456789abcdef0123456789abcdef',
      sizeBytes: 80_000_000,
      createdBy: 'import:01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7ZZ',
    } as const
    await stores.imports.create(started, T0)
    expect(meter.take().writes).toEqual({ table: 1, dueWork: 1 })
    const record = await stores.imports.get(noordzee.orgId, started.importId)
    if (record === undefined) throw new Error('no import')
    const chunks = Array.from({ length: 100 }, (_, n) => ({
      startByte: 70_000_000 + n * 8_000,
      endByte: 70_008_000 + n * 8_000,
      firstLine: 900_000 + n * 110,
      rows: 100,
    }))
    await stores.imports.checkpoint(record, chunks, { bytesRead: 71_000_000, rowsRead: 910_000, nextLine: 5 })
    expect(meter.take().writes).toEqual({ table: 8 })
    const outcomes = (row: RowOutcome): RowOutcome[] => Array.from({ length: 100 }, () => row)
    await stores.imports.recordChunk(
      { ...started, createdAt: T0.toISOString(), chunk: 0, chunks: 100 },
      outcomes({ result: 'claimed', codes: [], made: { type: 'delayed' } }),
    )
    expect(meter.take().writes).toEqual({ table: 2 + 1 })
    const refused: RowOutcome = { result: 'refused', codes: ['unknown_user'] }
    await stores.imports.recordChunk(
      { ...started, createdAt: T0.toISOString(), chunk: 1, chunks: 100 },
      outcomes(refused),
    )
    expect(meter.take().writes).toEqual({ table: 3 + 1 })
  })

  it('costs: moving conversations takes 4 write units each, and 2 a page', async () => {
    const claimed = await newClaim()
    const record = { ...claimed, hasContent: true }
    const { originalUserId: ownerUserId, newUserId } = claimed.claim
    const page = Array.from({ length: 10 }, (_, n) => ({
      conversationId: `conversation-${n}`,
      ownerUserId,
      title: 'Plans for the summer',
      lastActivityAt: T0.toISOString(),
      messages: 120,
      bytes: 45_000,
    }))
    for (const conversation of page) await stores.conversations.put(conversation, record)
    expect(meter.take().writes).toEqual({ table: 10 * 4 })
    const next = { ...record, revision: record.revision + 1 }
    expect(await stores.conversations.move(page, newUserId, null, next)).toEqual({ outcome: 'written' })
    expect(meter.take().writes).toEqual({ table: 10 * 4 + 2 })
  })

  it('costs: a claim’s mail takes 2 write units, its lease and its end, and 1 read unit besides its org; and sets nothing off', async () => {
    const people = [await newPerson(), await newPerson(), await newPerson()]
    await world.ignoreEffects()
    await world.settle()
    world.clock.set(T0)
    for (const { email } of people) await givenUnmailedClaim(stores, noordzee, { ref: { email } })
    await world.takeEffects()
    meter.take()
    await world.drain('mails')
    expect(world.queues.mails.deadLetters).toEqual([])
    const { reads, writes, calls } = meter.take()
    expect(writes).toEqual({ table: 2 * people.length })
    // Of each, the record and the suppression, and of all of them the org, which is remembered: it is one.
    expect(reads).toEqual({ table: (0.5 + 0.5) * people.length + people.length })
    // Records, suppressions, leases, ends: each for all of them.
    expect(calls.filter(({ command }) => command.startsWith('Batch'))).toHaveLength(4)
    expect(await world.takeEffects()).toBe(false)
  })

  it('costs: an idempotent request takes 2 write units', async () => {
    const { idempotency } = stores
    await idempotency.start(noordzee.orgId, 'key', { fingerprint: 'f', attempt: 'a' }, T0)
    await idempotency.finish(noordzee.orgId, 'key', {
      statusCode: 200,
      body: '{}',
      contentType: 'text/plain',
    })
    expect(total(meter.take().writes)).toBe(2)
  })
})
