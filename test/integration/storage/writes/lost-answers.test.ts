import { describe, expect } from 'vitest'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { signIn } from '../../../../shared/rules/claims/sign-in.ts'
import { migrateIfDue } from '../../../../shared/usecases/claims/migrate-record.ts'
import { loadAccounts } from '../../../../shared/usecases/imports/load-accounts.ts'
import type { Stores } from '../../../support/background.ts'
import { ADMIN, account, type ClaimedRecord, ENDS_AT, SCHEDULE, T0, USER } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { claimFor, givenAccounts, givenClaim, givenConversations, newRecord } from '../../../support/given.ts'
import { losingAnswers } from '../../../support/lossy.ts'
import { notPaused } from '../../../support/pauses.ts'
import { it } from '../../../support/fixtures.ts'
import type { Organization } from '../../../../shared/rules/types.ts'

let noordzee: Organization
const byUser = { now: T0, by: USER }

describe('an answer that is lost on its way back', () => {
  let db: TestTable
  let stores: Stores
  let network: ReturnType<typeof losingAnswers>
  let people = 0

  it.beforeAll(({ table, tableStores, verifiedOrg }) => {
    db = table
    stores = tableStores
    noordzee = verifiedOrg
    network = losingAnswers(db.client)
  })

  const person = () => {
    const n = ++people
    return { userId: `acc${n}`, email: `person${n}@noordzee.example` }
  }
  async function newClaim(): Promise<ClaimedRecord> {
    const { userId, email } = person()
    await givenAccounts(stores, { userId, email })
    return givenClaim(stores, noordzee, { ref: { email } })
  }
  const stored = async (recordId: string) => (await stores.accounts.byRecordIds([recordId])).get(recordId)

  it('C6, C7: a claim that got through is claimed, not open by another’s hand', async () => {
    const { userId, email } = person()
    await givenAccounts(stores, { userId, email })
    network.lose('BatchExecuteStatement')
    const [outcome] = await claimFor(stores, noordzee, [{ ref: { email }, origin: 'r:0' }])
    expect(network.retried).toBe(true)
    expect(outcome).toMatchObject({ outcome: 'claimed', record: { revision: 2 } })
    expect(await stored(userId)).toEqual(outcome?.outcome === 'claimed' && outcome.record)
  })

  it('S2, U5: a sign-in, a decision and a start that got through are written, not lost to somebody else', async () => {
    for (const next of [
      (record: ClaimedRecord) => signIn(record, record.claim, byUser),
      (record: ClaimedRecord) => decide(record, record.claim, 'transfer_content', byUser),
      (record: ClaimedRecord) =>
        startMigration(record, record.claim, { now: new Date(ENDS_AT), by: SCHEDULE }),
    ]) {
      const record = await newClaim()
      const written = next(record)
      if (written === undefined) throw new Error('no transition')
      network.lose('Update')
      expect(await stores.accounts.write(written)).toEqual({ outcome: 'written' })
      expect(network.retried).toBe(true)
      expect(await stored(record.recordId)).toEqual(written)
    }
  })

  it('C7: somebody else’s write in between is still a loss', async () => {
    const record = await newClaim()
    await stores.accounts.write({
      ...record,
      revision: record.revision + 1,
      account: { ...record.account, paid: true },
    })
    expect(await stores.accounts.write({ ...record, revision: record.revision + 1 })).toEqual({
      outcome: 'lost',
    })
  })

  it('R4: a revocation that got through is written', async () => {
    const record = await newClaim()
    network.lose('Update')
    expect(await stores.accounts.end(revokeClaim(record, record.claim, { now: T0, by: ADMIN }))).toEqual({
      outcome: 'written',
    })
    expect(network.retried).toBe(true)
  })

  it('accounts that were created are created, and not there already', async () => {
    network.lose('TransactWrite')
    const records = [newRecord(account(person())), newRecord(account(person()))]
    expect(await stores.accounts.create(records)).toEqual([{ outcome: 'created' }, { outcome: 'created' }])
    expect(network.retried).toBe(true)
  })

  it('an account that was changed is updated, under a new address too', async () => {
    const wanted = { ...account(person()), licenses: [] }
    await loadAccounts(stores, [wanted], { now: T0, by: 'platform:test' })
    for (const [change, command] of [
      [{ ...wanted, lastName: 'Jansen' }, 'Update'],
      [{ ...wanted, lastName: 'Jansen', email: person().email }, 'TransactWrite'],
    ] as const) {
      network.lose(command)
      const outcomes = await loadAccounts(stores, [change], { now: T0, by: 'platform:test' })
      expect(network.retried).toBe(true)
      expect(outcomes).toMatchObject([{ outcome: 'updated' }])
    }
  })

  it('M3: a page that was moved is moved once', async () => {
    const record = await newClaim()
    const ids = await givenConversations(db, record.recordId, 60)
    network.lose('TransactWrite')
    const ports = {
      ...stores,
      isPaused: notPaused,
      continueLater: async () => undefined,
      now: () => new Date(ENDS_AT),
      timeLeftMs: () => 60_000,
    }
    expect(await migrateIfDue(ports, record.recordId)).toMatchObject({
      outcome: 'completed',
      conversations: 60,
    })
    expect(network.retried).toBe(true)
    const { items: conversations } = await stores.conversations.list(record.claim.newUserId, 100, new Date(0))
    expect(conversations.map(({ conversationId }) => conversationId)).toEqual(ids)
  })

  it('I6: a chunk’s outcome counts once', async () => {
    const started = {
      importId: 'import',
      orgId: noordzee.orgId,
      kind: 'claims',
      status: 'reading',
      fileName: 'a.csv',
      objectKey: 'imports/noordzee/a.csv',
      sizeBytes: 1,
      createdBy: ADMIN,
    } as const
    await stores.imports.create(started, T0)
    const ref = { ...started, createdAt: T0.toISOString(), chunks: 2 }
    const record = await stores.imports.getStored(noordzee.orgId, 'import')
    expect(record && (await stores.imports.run(record))).toEqual({ outcome: 'written' })
    const outcomes = [{ result: 'claimed', codes: [] } as const]
    for (const [chunk, command] of (['Put', 'Update'] as const).entries()) {
      network.lose(command)
      expect(await stores.imports.recordChunk({ ...ref, chunk }, outcomes)).toEqual({
        outcome: 'written',
        isPartDone: chunk === 1,
      })
      expect(network.retried).toBe(true)
    }
    expect(await stores.imports.get(noordzee.orgId, 'import')).toMatchObject({ chunksDone: 2, accepted: 2 })
  })

  it('C6: a request under an Idempotency-Key that has started is not taken for another one in flight', async () => {
    const { idempotency } = stores
    network.lose('Put')
    const request = { fingerprint: 'f', attempt: 'mine' }
    expect(await idempotency.start(noordzee.orgId, 'key', request, T0)).toEqual({
      outcome: 'started',
      firstAt: T0,
    })
    expect(network.retried).toBe(true)
    const other = { fingerprint: 'f', attempt: 'another' }
    expect(await idempotency.start(noordzee.orgId, 'key', other, T0)).toEqual({ outcome: 'in_flight' })
  })
})
