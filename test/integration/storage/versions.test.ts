import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect } from 'vitest'
import { planPatch } from '../../../shared/rules/accounts/account-changes.ts'
import { startMigration } from '../../../shared/rules/claims/migration.ts'
import { revokeClaim } from '../../../shared/rules/claims/revocation.ts'
import { signIn } from '../../../shared/rules/claims/sign-in.ts'
import { requestDeletion, cancelDeletion } from '../../../shared/rules/deletion/organization-deletion.ts'
import { planClaiming, planRelease } from '../../../shared/rules/domains/domain-changes.ts'
import { planOrganization, planSettings } from '../../../shared/rules/organizations/organization-changes.ts'
import type { Organization } from '../../../shared/rules/types.ts'
import { type Key, keys } from '../../../shared/storage/keys.ts'
import { putConversation } from '../../../shared/usecases/accounts/conversations.ts'
import type { Stores } from '../../support/background.ts'
import {
  ADMIN,
  addressesMoved,
  type ClaimedRecord,
  ENDS_AT,
  org,
  SCHEDULE,
  T0,
  USER,
  withClaim,
} from '../../support/builders.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { givenAccounts, givenClaim, givenConversations, givenDomain, givenOrgs } from '../../support/given.ts'
import { fresh } from '../../support/store-write.ts'
import { nextLease } from '../../support/sync-writes.ts'
import { it } from '../../support/fixtures.ts'

let noordzee: Organization
const by = { now: T0, by: ADMIN }
const at = (what: 'organization.updated' | 'domain.claimed' | 'domain.released') =>
  ({ what, at: T0.toISOString(), by: ADMIN }) as const

/** A thing that is stored, and what a function does to it: it reads it, and writes what it makes of it. */
interface Stored {
  readonly key: Key
  /** A map of the item that a newer version may have put something in, too. */
  readonly map?: 'claim' | 'settings'
  readonly change: () => Promise<unknown>
}

function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('it is gone')
  return thing
}

describe('items of a newer version, when an older function comes back', () => {
  let db: TestTable
  let stores: Stores

  it.beforeAll(({ table, tableStores, verifiedOrg }) => {
    db = table
    stores = tableStores
    noordzee = verifiedOrg
  })

  const item = async (Key: Key) =>
    (await db.table.client.send(new GetCommand({ TableName: db.name, Key, ConsistentRead: true }))).Item
  const set = (Key: Key, path: readonly string[], value: unknown) =>
    db.table.client.send(
      new UpdateCommand({
        TableName: db.name,
        Key,
        UpdateExpression: `SET ${path.map((_, n) => `#${n}`).join('.')} = :value`,
        ExpressionAttributeNames: Object.fromEntries(path.map((name, n) => [`#${n}`, name])),
        ExpressionAttributeValues: { ':value': value },
      }),
    )

  async function givenAccount() {
    const userId = fresh('acc')
    const [record] = await givenAccounts(stores, { userId, email: `${userId}@noordzee.example` })
    return found(record)
  }
  async function givenClaimed(): Promise<ClaimedRecord> {
    const { account } = await givenAccount()
    return givenClaim(stores, noordzee, { ref: { email: account.email } })
  }
  const read = async (recordId: string) =>
    found((await stores.accounts.byRecordIds([recordId])).get(recordId))

  async function ofClaim(change: (record: ClaimedRecord) => Promise<unknown>): Promise<Stored> {
    const { recordId } = await givenClaimed()
    const key = keys.account(recordId)
    return { key, map: 'claim', change: async () => change(withClaim(await read(recordId))) }
  }
  async function ofOrganization(plan: (current: Organization) => Organization): Promise<Stored> {
    const given = org({ orgId: fresh('org') })
    await givenOrgs(stores, requestDeletion(given, by))
    const change = async () => {
      const current = found(await stores.organizations.get(given.orgId))
      return stores.organizations.write(plan(current.org), current.revision, at('organization.updated'))
    }
    return { key: keys.org(given.orgId), map: 'settings', change }
  }
  async function ofDomain(status: 'verified' | 'claimed'): Promise<Stored> {
    const [orgId, name] = [fresh('org'), `${fresh('domain')}.example`]
    await givenDomain(stores, orgId, name, status)
    const change = async () => {
      const current = found(await stores.domains.get(orgId, name))
      const plan = status === 'verified' ? planClaiming(current) : planRelease(current)
      if (plan.outcome !== 'write') throw new Error(plan.outcome)
      return status === 'verified'
        ? stores.domains.claim(plan.domain, at('domain.claimed'))
        : stores.domains.release(plan.domain, at('domain.released'))
    }
    return { key: keys.orgDomain(orgId, name), change }
  }

  const things: Readonly<Record<string, () => Promise<Stored>>> = {
    'an account that its org changes': async () => {
      const { recordId } = await givenAccount()
      const change = async () => {
        const plan = planPatch(found(await stores.accounts.byUserId(recordId)), { firstName: 'Eva' }, by)
        if (plan.outcome !== 'write') throw new Error(plan.outcome)
        return stores.accounts.write(plan.record)
      }
      return { key: keys.account(recordId), change }
    },
    'an account that gets another address': async () => {
      const { recordId } = await givenAccount()
      const change = async () => {
        const record = await read(recordId)
        const moved = { ...record.account, email: `${fresh('new')}@noordzee.example` }
        const next = { ...record, revision: record.revision + 1, account: moved }
        return stores.accounts.writeWithAddresses(next, addressesMoved(record, next))
      }
      return { key: keys.account(recordId), change }
    },
    'a claim whose user signs in': () =>
      ofClaim((record) => stores.accounts.write(found(signIn(record, record.claim, { now: T0, by: USER })))),
    'a claim whose migration moves a page': () =>
      ofClaim(async (record) => {
        await givenConversations(db, record.claim.originalUserId, 2)
        const { page } = await stores.conversations.first(record.claim.originalUserId, 10)
        const next = startMigration(record, record.claim, { now: new Date(ENDS_AT), by: SCHEDULE })
        return stores.conversations.move(page, record.claim.newUserId, null, next)
      }),
    'an organization as the platform tells of it again': () =>
      ofOrganization((current) => planOrganization(current, { ...current, name: 'Renamed' }, T0)),
    'an organization whose settings are changed': () =>
      ofOrganization((current) => planSettings(current, { retentionDays: 30 })),
    'an organization whose deletion is taken back': () => ofOrganization(cancelDeletion),
    'a domain that is claimed': () => ofDomain('verified'),
    'a domain that is released': () => ofDomain('claimed'),
    'an import that is swept': async () => {
      const importId = fresh('import')
      const file = { fileName: 'a.csv', objectKey: 'imports/noordzee/a.csv', sizeBytes: 10, etag: 'e' }
      const wanted = {
        importId,
        orgId: 'noordzee',
        kind: 'claims',
        status: 'reading',
        createdBy: ADMIN,
      } as const
      await stores.imports.create({ ...wanted, ...file }, T0)
      const change = async () => {
        const record = found(await stores.imports.get('noordzee', importId))
        return stores.imports.renewLease(record, nextLease, false)
      }
      return { key: keys.import('noordzee', importId), change }
    },
    'an export that ends': async () => {
      const asked = { orgId: 'noordzee', exportId: fresh('export'), createdBy: ADMIN }
      await stores.exports.create(asked, T0)
      const change = async () => {
        const record = found(await stores.exports.get('noordzee', asked.exportId))
        return stores.exports.complete(record, { rows: 1, objectKey: 'exports/a.csv' }, T0)
      }
      return { key: keys.export('noordzee', asked.exportId), change }
    },
    'a sync whose file has come': async () => {
      const syncId = fresh('sync')
      const wanted = { orgId: 'noordzee', syncId, mode: 'full', createdBy: ADMIN } as const
      await stores.syncs.createForFile(wanted, 'directory/noordzee/a.csv', T0)
      const change = async () => {
        const record = found(await stores.syncs.get('noordzee', syncId))
        return stores.syncs.start(record, { etag: 'e', sizeBytes: 1 }, T0)
      }
      return { key: keys.sync('noordzee', syncId), change }
    },
    'a conversation that the platform writes again': async () => {
      const { recordId } = await givenAccount()
      const [conversationId = ''] = await givenConversations(db, recordId, 1)
      const told = { conversationId, ownerUserId: recordId, title: 'Plans', messages: 2, bytes: 3 }
      const change = () => putConversation(stores, { ...told, lastActivityAt: T0.toISOString() })
      return { key: keys.conversation(recordId, conversationId), change }
    },
  }
  const later = { any: ['thing'], of: 1 }

  describe.each(Object.entries(things))('%s', (_name, given) => {
    it('keeps the attributes that the function does not know', async () => {
      const { key, map, change } = await given()
      await set(key, ['later'], later)
      if (map !== undefined) await set(key, [map, 'later'], later)
      const before = await item(key)
      await change()
      const after = await item(key)
      expect(after).not.toEqual(before)
      expect(after).toMatchObject({ later, ...(map === undefined ? {} : { [map]: { later } }) })
    })

    it('is refused whole where it is of a version that the function does not know, and left as it is', async () => {
      const { key, change } = await given()
      await set(key, ['v'], 2)
      const before = await item(key)
      await expect(change()).rejects.toThrow('an item of version 2')
      expect(await item(key)).toEqual(before)
    })
  })

  it('a claim that ends keeps the attributes that stood in it, in its record and in an item of its own', async () => {
    const { recordId, claim } = await givenClaimed()
    await set(keys.account(recordId), ['claim', 'later'], later)
    const record = withClaim(await read(recordId))
    await stores.accounts.end(revokeClaim(record, record.claim, by))
    expect(await item(keys.account(recordId))).toMatchObject({ ended: { later } })
    const left = await read(recordId)
    await stores.accounts.write({ ...left, revision: left.revision + 1, claim: record.claim })
    await stores.deletions.redact({ claimId: claim.claimId, email: true, newEmail: false })
    expect(await item(keys.closedClaim(claim.claimId))).toMatchObject({ claim: { later, email: '' } })
  })

  it('an ended claim of a version that the function does not know is refused whole', async () => {
    const record = await givenClaimed()
    await stores.deletions.endClaim(revokeClaim(record, record.claim, by))
    await set(keys.closedClaim(record.claim.claimId), ['v'], 2)
    await expect(stores.claims.byId(record.claim.claimId)).rejects.toThrow('an item of version 2')
    await expect(stores.deletions.closedClaims(record.recordId)).rejects.toThrow('an item of version 2')
  })

  it('a conversation that moves takes them along', async () => {
    const { recordId, claim } = await givenClaimed()
    const [conversationId = ''] = await givenConversations(db, recordId, 1)
    await set(keys.conversation(recordId, conversationId), ['later'], later)
    const { page } = await stores.conversations.first(recordId, 10)
    const record = withClaim(await read(recordId))
    const next = startMigration(record, record.claim, { now: new Date(ENDS_AT), by: SCHEDULE })
    await stores.conversations.move(page, claim.newUserId, 30, next)
    expect(await item(keys.conversation(claim.newUserId, conversationId))).toMatchObject({ later })
  })
})
