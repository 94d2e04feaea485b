import { completeClaim, revokeClaim, splitByNewAddress } from '../../shared/claims/lifecycle.ts'
import { startRemoval } from '../../shared/claims/removal.ts'
import type { Change, Organization } from '../../shared/claims/types.ts'
import type { ImportRecord } from '../../shared/table/import-items.ts'
import type { SyncRecord, SyncRun } from '../../shared/table/sync-items.ts'
import type { Stores } from './background.ts'
import { ADMIN, account, type ClaimedRecord, org, plus, T0 } from './builders.ts'
import { givenAccounts, givenClaim, givenDomain, newRecord } from './given.ts'

/** One write of a store, ready to be made, and what it answers when nothing is in its way. */
export interface StoreWrite {
  readonly write: () => Promise<unknown>
  readonly answer: unknown
  /** Where the answer tells that the first one was lost. */
  readonly afterLostAnswer?: unknown
}

export type PrepareWrite = (stores: Stores) => Promise<StoreWrite>

export const CLAIMING = org()

let made = 0
const fresh = (name: string): string => `${name}${++made}`
const by = { now: T0, by: ADMIN }
const at = (what: Change['what']) => ({ what, at: T0.toISOString(), by: ADMIN })

const person = () => {
  const userId = fresh('acc')
  return { userId, email: `${userId}@noordzee.example` }
}
const written = (write: () => Promise<unknown>): StoreWrite => ({ write, answer: 'written' })
const done = (write: () => Promise<unknown>): StoreWrite => ({ write, answer: undefined })

async function givenAccount(stores: Stores) {
  const [record] = await givenAccounts(stores, person())
  if (record === undefined) throw new Error('no account')
  return record
}

async function givenClaimed(stores: Stores): Promise<ClaimedRecord> {
  const { account: original } = await givenAccount(stores)
  return givenClaim(stores, CLAIMING, { ref: { email: original.email } })
}

async function givenOrg(stores: Stores): Promise<Organization> {
  const given = org({ orgId: fresh('org') })
  await stores.organizations.write(given, 0, at('organization.created'))
  return given
}

async function givenOwnDomain(stores: Stores, status: 'verified' | 'claimed' = 'verified') {
  const [orgId, name] = [fresh('org'), `${fresh('domain')}.example`]
  await givenDomain(stores, orgId, name, status)
  const domain = await stores.domains.get(orgId, name)
  if (domain === undefined) throw new Error('no domain')
  return domain
}

async function givenConversation(stores: Stores) {
  const claimed = await givenClaimed(stores)
  const conversation = {
    conversationId: fresh('conversation'),
    ownerUserId: claimed.root,
    title: 'Plans',
    lastActivityAt: T0.toISOString(),
    messages: 1,
    bytes: 1,
  }
  await stores.conversations.put(conversation, claimed)
  return { conversation, claimed, next: { ...claimed, rev: claimed.rev + 1 } }
}

const newImport = (status: 'waiting' | 'reading') => {
  const importId = fresh('import')
  const file = { fileName: 'a.csv', objectKey: `imports/noordzee/${importId}.csv`, sizeBytes: 10 }
  return {
    importId,
    orgId: 'noordzee',
    kind: 'claims',
    status,
    etag: 'e',
    createdBy: ADMIN,
    ...file,
  } as const
}
const range = { startByte: 0, endByte: 9, firstLine: 2, rows: 1 }
const progress = { bytesRead: 9, rowsRead: 1, nextLine: 3 }
const dialect = { encoding: 'utf-8', bomBytes: 0, delimiter: ',', headerByte: 0, headerLine: 1 } as const

async function givenImport(
  { imports }: Stores,
  status: 'waiting' | 'reading' | 'running',
): Promise<ImportRecord> {
  const wanted = newImport(status === 'waiting' ? 'waiting' : 'reading')
  await imports.create(wanted, T0)
  const get = async (): Promise<ImportRecord> => {
    const record = await imports.get(wanted.orgId, wanted.importId)
    if (record === undefined) throw new Error('no import')
    return record
  }
  if (status !== 'running') return get()
  await imports.checkpoint(await get(), [range], progress)
  await imports.run(await get())
  return get()
}

async function givenExport({ exports }: Stores) {
  const asked = { orgId: 'noordzee', exportId: fresh('export'), createdBy: ADMIN }
  await exports.create(asked, T0)
  const record = await exports.get(asked.orgId, asked.exportId)
  if (record === undefined) throw new Error('no export')
  return record
}

const newSync = () => ({ orgId: 'noordzee', syncId: fresh('sync'), mode: 'full', createdBy: ADMIN }) as const
const run: SyncRun = { of: 'users', rows: 1, lines: 'a', starts: [0, 1] }
const counts = { add: 1, match: 0, inactivate: 0, restore: 0, untouched: 0 }
const join = { objectKey: 'syncs/a', counts, ends: counts, pages: [] }

/** A sync that is in a phase: as the store takes it there, one step after the other. */
async function givenSync(
  { syncs }: Stores,
  phase: 'upload' | 'directory' | 'users' | 'compare' | 'held' | 'apply' | 'completed',
): Promise<SyncRecord> {
  const wanted = newSync()
  const get = async (): Promise<SyncRecord> => {
    const record = await syncs.get(wanted.orgId, wanted.syncId)
    if (record === undefined) throw new Error('no sync')
    return record
  }
  await syncs.createForFile(wanted, `directory/noordzee/${wanted.syncId}.csv`, T0)
  if (phase === 'upload') return get()
  await syncs.start(await get(), { etag: 'e', sizeBytes: 1 }, T0)
  if (phase === 'directory') return get()
  await syncs.directoryRead(await get())
  if (phase === 'users') return get()
  await syncs.runDone(await get(), run, { phase: 'compare', joins: 1 }, T0)
  if (phase === 'compare') return get()
  if (phase === 'held') await syncs.hold(await get(), { inactivations: 1, users: 2 }, 1, T0)
  else await syncs.apply(await get(), 1, T0)
  if (phase !== 'completed') return get()
  await syncs.complete(await get(), { removedFrom: plus(2_600_000_000).toISOString(), sample: [] }, T0)
  return get()
}

/** Every write of every store, by `store.method`. */
export const storeWrites: Readonly<Record<string, PrepareWrite>> = {
  'accounts.write': async (stores) => {
    const record = await givenAccount(stores)
    return written(() => stores.accounts.write({ ...record, rev: 2 }))
  },
  'accounts.end': async (stores) => {
    const record = await givenClaimed(stores)
    return written(() => stores.accounts.end(revokeClaim(record, record.claim, by)))
  },
  'accounts.create': async (stores) => {
    const records = [newRecord(account(person())), newRecord(account(person()))]
    return { write: () => stores.accounts.create(records), answer: ['created', 'created'] }
  },
  'accounts.writeWithNewAddress': async (stores) => {
    const record = await givenAccount(stores)
    const next = { ...record, rev: 2, account: { ...record.account, email: person().email } }
    return written(() => stores.accounts.writeWithNewAddress(next, record.account.email))
  },
  'accounts.split': async (stores) => {
    const record = await givenClaimed(stores)
    const parted = splitByNewAddress(record, record.claim, `${fresh('new')}@private.example`, by)
    return written(() => stores.accounts.split(parted.original, parted.ended))
  },
  'audit.append': async ({ audit }) => {
    const change = { ...at('user.updated'), n: 1 }
    return done(() => audit.append([{ orgId: 'noordzee', subject: fresh('acc'), change }]))
  },
  'conversations.put': async (stores) => {
    const { conversation, claimed } = await givenConversation(stores)
    return written(() => stores.conversations.put({ ...conversation, messages: 2 }, claimed))
  },
  'conversations.move': async (stores) => {
    const { conversation, claimed, next } = await givenConversation(stores)
    return written(() => stores.conversations.move([conversation], claimed.claim.newUserId, null, next))
  },
  'conversations.remove': async (stores) => {
    const { conversation, next } = await givenConversation(stores)
    return written(() => stores.conversations.remove([conversation], next))
  },
  'domains.write': async (stores) => {
    const domain = await givenOwnDomain(stores)
    return written(() => stores.domains.write(domain, at('domain.verified')))
  },
  'domains.claim': async (stores) => {
    const domain = await givenOwnDomain(stores)
    return written(() => stores.domains.claim(domain, at('domain.claimed')))
  },
  'domains.release': async (stores) => {
    const domain = await givenOwnDomain(stores, 'claimed')
    return written(() => stores.domains.release(domain, at('domain.released')))
  },
  'domains.remove': async (stores) => {
    const domain = await givenOwnDomain(stores)
    return written(() => stores.domains.remove(domain, at('domain.removed')))
  },
  'exports.create': async ({ exports }) => {
    const asked = { orgId: 'noordzee', exportId: fresh('export'), createdBy: ADMIN }
    return written(() => exports.create(asked, T0))
  },
  'exports.progress': async (stores) => {
    const record = await givenExport(stores)
    return written(() => stores.exports.progress(record, 10))
  },
  'exports.complete': async (stores) => {
    const record = await givenExport(stores)
    return written(() => stores.exports.complete(record, { rows: 1, objectKey: 'exports/a.csv' }, T0))
  },
  'exports.fail': async (stores) => {
    const record = await givenExport(stores)
    return written(() => stores.exports.fail(record, T0))
  },
  'idempotency.start': async ({ idempotency }) => {
    const [key, attempt] = [fresh('key'), { fingerprint: 'f', attempt: fresh('attempt') }]
    return { write: () => idempotency.start('o', key, attempt, T0), answer: { state: 'started' } }
  },
  'idempotency.finish': async ({ idempotency }) => {
    const key = fresh('key')
    await idempotency.start('o', key, { fingerprint: 'f', attempt: 'a' }, T0)
    const response = { statusCode: 200, body: '{}', contentType: 'application/json' }
    return done(() => idempotency.finish('o', key, response))
  },
  'idempotency.forget': async ({ idempotency }) => done(() => idempotency.forget('o', fresh('key'))),
  'imports.create': async ({ imports }) => {
    const wanted = newImport('reading')
    return written(() => imports.create(wanted, T0))
  },
  'imports.start': async (stores) => {
    const record = await givenImport(stores, 'waiting')
    return written(() => stores.imports.start(record, { etag: 'e', sizeBytes: 1 }, ADMIN, T0))
  },
  'imports.dialectFound': async (stores) => {
    const record = await givenImport(stores, 'reading')
    const found = { dialect, header: ['Email'], bytesRead: 5, nextLine: 2 }
    return written(() => stores.imports.dialectFound(record, found))
  },
  'imports.checkpoint': async (stores) => {
    const record = await givenImport(stores, 'reading')
    return written(() => stores.imports.checkpoint(record, [range], progress))
  },
  'imports.run': async (stores) => {
    const record = await givenImport(stores, 'reading')
    return written(() => stores.imports.run(record))
  },
  'imports.rangeSent': async (stores) => {
    const record = await givenImport(stores, 'running')
    // Nobody looks at its answer.
    return { ...written(() => stores.imports.rangeSent(record, 1)), afterLostAnswer: 'lost' }
  },
  'imports.chunkDone': async (stores) => {
    const record = await givenImport(stores, 'running')
    return written(() =>
      stores.imports.chunkDone({ ...record, chunk: 0 }, [{ result: 'claimed', codes: [] }]),
    )
  },
  'imports.complete': async (stores) => {
    const record = await givenImport(stores, 'running')
    return written(() => stores.imports.complete(record, 'reports/a.csv', ADMIN, T0))
  },
  'imports.fail': async (stores) => {
    const record = await givenImport(stores, 'reading')
    return written(() => stores.imports.fail(record, { code: 'no_rows', message: 'No rows.' }, ADMIN, T0))
  },
  'mails.lease': async ({ mails }) => {
    const mailId = fresh('mail')
    const again = { state: 'leased', again: true }
    return {
      write: () => mails.lease(mailId, { messageId: 'message', attempt: 'mine' }, T0),
      answer: { state: 'leased', again: false },
      afterLostAnswer: again,
    }
  },
  'mails.sent': async ({ mails }) => done(() => mails.sent(fresh('mail'), 'ses', T0)),
  'organizations.write': async (stores) => {
    const given = await givenOrg(stores)
    return written(() => stores.organizations.write(given, 1, at('organization.updated')))
  },
  'organizations.writeQuietly': async (stores) => {
    const given = await givenOrg(stores)
    const change = { ...at('organization.created'), n: 1 }
    return written(() => stores.organizations.writeQuietly(given, 1, change))
  },
  'organizations.remove': async (stores) => {
    const given = await givenOrg(stores)
    return written(() => stores.organizations.remove(given, 1, at('organization.purged')))
  },
  'parts.delete': async (stores) => {
    const { key } = await givenPart(stores)
    return done(() => stores.parts.delete(key))
  },
  'parts.deleteInner': async (stores) => {
    const { inner } = await givenPart(stores)
    return { write: () => stores.parts.deleteInner(inner, 10), answer: false }
  },
  'parts.deleteClosedClaims': async (stores) => {
    const record = await givenClaimed(stores)
    await stores.accounts.end(revokeClaim(record, record.claim, by))
    return done(() => stores.parts.deleteClosedClaims(CLAIMING.orgId, 1_000))
  },
  'removals.deleteConversations': async (stores) => {
    const { claimed } = await givenConversation(stores)
    const answer = { deleted: 1, more: false }
    return { write: () => stores.removals.deleteConversations(claimed.root, 10), answer }
  },
  'removals.redact': async (stores) => {
    const record = await givenClaimed(stores)
    await stores.accounts.end(revokeClaim(record, record.claim, by))
    const { claimId } = record.claim
    return done(() => stores.removals.redact({ claimId, email: true, newEmail: false }))
  },
  'removals.deleteAccount': async (stores) => {
    const record = await givenAccount(stores)
    const going = startRemoval(record, record.root, by)
    await stores.accounts.write(going)
    return written(() => stores.removals.deleteAccount(going, at('user.purged')))
  },
  'removals.endClaim': async (stores) => {
    const record = await givenClaimed(stores)
    return written(() => stores.removals.endClaim(completeClaim(record, record.claim, by)))
  },
  'suppressions.add': async ({ suppressions }) => done(() => suppressions.add(person().email, T0)),
  'suppressions.remove': async ({ suppressions }) => done(() => suppressions.remove(person().email)),
  'syncs.createForFile': async ({ syncs }) => {
    const wanted = newSync()
    return written(() => syncs.createForFile(wanted, 'directory/a.csv', T0))
  },
  'syncs.createFromList': async ({ syncs }) => {
    const wanted = newSync()
    return written(() => syncs.createFromList(wanted, run, T0))
  },
  'syncs.start': async (stores) => {
    const record = await givenSync(stores, 'upload')
    return written(() => stores.syncs.start(record, { etag: 'e', sizeBytes: 1 }, T0))
  },
  'syncs.dialectFound': async (stores) => {
    const record = await givenSync(stores, 'directory')
    return written(() => stores.syncs.dialectFound(record, { dialect, bytesRead: 5, nextLine: 2 }))
  },
  'syncs.runDone': async (stores) => {
    const record = await givenSync(stores, 'users')
    return written(() => stores.syncs.runDone(record, run, { usersRead: 1 }, T0))
  },
  'syncs.directoryRead': async (stores) => {
    const record = await givenSync(stores, 'directory')
    return written(() => stores.syncs.directoryRead(record))
  },
  'syncs.hold': async (stores) => {
    const record = await givenSync(stores, 'compare')
    return written(() => stores.syncs.hold(record, { inactivations: 1, users: 2 }, 1, T0))
  },
  'syncs.confirm': async (stores) => {
    const record = await givenSync(stores, 'held')
    return written(() => stores.syncs.confirm(record, ADMIN, T0))
  },
  'syncs.apply': async (stores) => {
    const record = await givenSync(stores, 'compare')
    return written(() => stores.syncs.apply(record, 1, T0))
  },
  'syncs.complete': async (stores) => {
    const record = await givenSync(stores, 'apply')
    return written(() => stores.syncs.complete(record, undefined, T0))
  },
  'syncs.fail': async (stores) => {
    const record = await givenSync(stores, 'directory')
    return written(() => stores.syncs.fail(record, { code: 'no_rows', message: 'No rows.' }, T0))
  },
  'syncs.warned': async (stores) => {
    const record = await givenSync(stores, 'completed')
    return written(() => stores.syncs.warned(record, { days: 7, users: 1, sample: [] }, T0))
  },
  'syncs.forgetList': async (stores) => {
    const wanted = newSync()
    await stores.syncs.createFromList(wanted, run, T0)
    return done(() => stores.syncs.forgetList(wanted))
  },
  'syncs.joinDone': async (stores) => {
    const record = await givenSync(stores, 'compare')
    return written(() => stores.syncs.joinDone(record, 0, join, 0, T0))
  },
  'syncs.pageDone': async (stores) => {
    const record = await givenSync(stores, 'apply')
    return written(() => stores.syncs.pageDone(record, 0, { inactivated: ['a'], restored: 0 }, T0))
  },
  'tokens.put': async ({ tokens }) => done(() => tokens.put(fresh('token'), 'claim', T0)),
}

/** An import as it stands with an org that goes (O1). */
async function givenPart(stores: Stores) {
  const record = await givenImport(stores, 'running')
  const [part] = (await stores.parts.first(record.orgId, 1_000)).filter(
    (each) => each.kind === 'item' && each.key.sk.endsWith(record.importId),
  )
  if (part?.kind !== 'item' || part.inner === undefined) throw new Error('no part')
  return { key: part.key, inner: part.inner }
}
