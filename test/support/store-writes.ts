import { withMail } from '../../shared/rules/mail/claim-mail.ts'
import { digestMorningAfter } from '../../shared/rules/mail/returned-mails.ts'
import type { Change, Organization } from '../../shared/rules/types.ts'
import type { ImportRecord } from '../../shared/storage/items/import-item.ts'
import type { Stores } from './background.ts'
import { HOUR_MS, isoSecond } from '../../shared/lib/time.ts'
import { ADMIN, account, addressesMoved, type ClaimedRecord, org, plus, T0 } from './builders.ts'
import { givenAccounts, givenClaim, givenDomain, newRecord } from './given.ts'
import { done, fresh, type PrepareWrite, written } from './store-write.ts'
import { dialect, nextLease, syncWrites } from './sync-writes.ts'
import { completeClaim } from '../../shared/rules/claims/ending.ts'
import { revokeClaim } from '../../shared/rules/claims/revocation.ts'
import { splitByNewAddress } from '../../shared/rules/claims/decision.ts'
import { startAccountDeletion } from '../../shared/rules/deletion/account-deletion.ts'

export const CLAIMING = org()

const by = { now: T0, by: ADMIN }
const at = (what: Change['what']) => ({ what, at: T0.toISOString(), by: ADMIN })

const person = () => {
  const userId = fresh('acc')
  return { userId, email: `${userId}@noordzee.example` }
}

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
    ownerUserId: claimed.recordId,
    title: 'Plans',
    lastActivityAt: T0.toISOString(),
    messages: 1,
    bytes: 1,
  }
  // Write the account's first conversation, which raises the record's revision.
  await stores.conversations.put(conversation, { ...claimed, hasContent: false })
  const holding = { ...claimed, revision: claimed.revision + 1, hasContent: true }
  return { conversation, claimed: holding, next: { ...holding, revision: holding.revision + 1 } }
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

async function givenImport(
  { imports }: Stores,
  status: 'waiting' | 'reading' | 'running',
  patch: { readonly preview?: true } = {},
): Promise<ImportRecord> {
  const wanted = { ...newImport(status === 'waiting' ? 'waiting' : 'reading'), ...patch }
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

/** Every write of every store, keyed by `store.method`. */
export const storeWrites: Readonly<Record<string, PrepareWrite>> = {
  'accounts.write': async (stores) => {
    const record = await givenAccount(stores)
    return written(() => stores.accounts.write({ ...record, revision: 2 }))
  },
  'accounts.writeMany': async (stores) => {
    const records = [await givenAccount(stores), await givenAccount(stores)]
    const write = async () => {
      const outcomes = await stores.accounts.writeMany(records.map((record) => ({ ...record, revision: 2 })))
      for (const outcome of outcomes) if (outcome.outcome === 'failed') throw outcome.error
      return outcomes
    }
    return { write, answer: [{ outcome: 'written' }, { outcome: 'written' }] }
  },
  'accounts.end': async (stores) => {
    const record = await givenClaimed(stores)
    return written(() => stores.accounts.end(revokeClaim(record, record.claim, by)))
  },
  'accounts.endMany': async (stores) => {
    const records = [await givenClaimed(stores), await givenClaimed(stores)]
    const write = async () => {
      const all = records.map((record) => revokeClaim(record, record.claim, by))
      const outcomes = await stores.accounts.endMany(all)
      for (const outcome of outcomes) if (outcome.outcome === 'failed') throw outcome.error
      return outcomes
    }
    return { write, answer: [{ outcome: 'written' }, { outcome: 'written' }] }
  },
  'accounts.create': async (stores) => {
    const records = [newRecord(account(person())), newRecord(account(person()))]
    return {
      write: () => stores.accounts.create(records),
      answer: [{ outcome: 'created' }, { outcome: 'created' }],
    }
  },
  'accounts.writeWithAddresses': async (stores) => {
    const record = await givenAccount(stores)
    const next = { ...record, revision: 2, account: { ...record.account, email: person().email } }
    return written(() => stores.accounts.writeWithAddresses(next, addressesMoved(record, next)))
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
  'due.setReminded': async ({ due }) => {
    const from = (await due.reminded()).get(7)
    const upTo = isoSecond(plus(HOUR_MS, from ?? T0.toISOString()))
    return {
      write: () => due.setReminded({ day: 7, from: from ?? '', upTo }, from === undefined),
      answer: { outcome: 'written' },
    }
  },
  'digests.add': async ({ digests }) => {
    const mail = { orgId: fresh('org'), claimId: fresh('claim'), at: T0.toISOString() }
    return { write: () => digests.add(mail, digestMorningAfter(T0, 'UTC')), answer: { outcome: 'added' } }
  },
  'digests.close': async ({ digests }) => {
    const mail = { orgId: fresh('org'), claimId: fresh('claim'), at: T0.toISOString() }
    const morning = digestMorningAfter(T0, 'UTC')
    await digests.add(mail, morning)
    return done(() => digests.close(mail.orgId, morning.day, T0))
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
  'exports.renewLease': async (stores) => {
    const record = await givenExport(stores)
    return written(() => stores.exports.renewLease(record, nextLease))
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
    return {
      write: () => idempotency.start('o', key, attempt, T0),
      answer: { outcome: 'started', firstAt: T0 },
    }
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
  'imports.setDialect': async (stores) => {
    const record = await givenImport(stores, 'reading')
    const found = { dialect, header: ['Email'], bytesRead: 5, nextLine: 2 }
    return written(() => stores.imports.setDialect(record, found))
  },
  'imports.checkpoint': async (stores) => {
    const record = await givenImport(stores, 'reading')
    return written(() => stores.imports.checkpoint(record, [range], progress))
  },
  'imports.run': async (stores) => {
    const record = await givenImport(stores, 'reading')
    return written(() => stores.imports.run(record))
  },
  'imports.changeDialect': async (stores) => {
    const record = await givenImport(stores, 'reading')
    const other = { ...dialect, encoding: 'windows-1252' } as const
    return written(() => stores.imports.changeDialect(record, other))
  },
  'imports.markRangeSent': async (stores) => {
    const record = await givenImport(stores, 'running')
    // Callers ignore its answer.
    return { ...written(() => stores.imports.markRangeSent(record, 1)), afterLostAnswer: { outcome: 'lost' } }
  },
  'imports.renewLease': async (stores) => {
    const record = await givenImport(stores, 'running')
    return written(() => stores.imports.renewLease(record, nextLease, true))
  },
  'imports.recordChunk': async (stores) => {
    const record = await givenImport(stores, 'running')
    return {
      write: () => stores.imports.recordChunk({ ...record, chunk: 0 }, [{ result: 'claimed', codes: [] }]),
      answer: { outcome: 'written', isPartDone: true },
    }
  },
  'imports.getForChunk': async (stores) => {
    const record = await givenImport(stores, 'running')
    await stores.imports.recordChunk({ ...record, chunk: 0 }, [{ result: 'claimed', codes: [] }])
    return {
      write: () => stores.imports.getForChunk({ ...record, chunk: 0 }),
      answer: { record, done: { outcome: 'lost', isPartDone: true } },
    }
  },
  'imports.complete': async (stores) => {
    const record = await givenImport(stores, 'running')
    return written(() =>
      stores.imports.complete(record, { reportKey: 'reports/a.csv', codes: {}, contentLoss: {} }, ADMIN, T0),
    )
  },
  'imports.fail': async (stores) => {
    const record = await givenImport(stores, 'reading')
    return written(() => stores.imports.fail(record, { code: 'no_rows', message: 'No rows.' }, ADMIN, T0))
  },
  'imports.confirm': async (stores) => {
    const running = await givenImport(stores, 'running', { preview: true })
    const done = { reportKey: 'reports/a.csv', codes: {}, contentLoss: {} }
    await stores.imports.complete(running, done, ADMIN, T0)
    const record = await stores.imports.get(running.orgId, running.importId)
    if (record?.status !== 'previewed') throw new Error('no preview')
    return written(() => stores.imports.confirm(record, { by: ADMIN, now: T0 }))
  },
  'imports.cancel': async (stores) => {
    const record = await givenImport(stores, 'running')
    return written(() => stores.imports.cancel(record, ADMIN, T0))
  },
  'mails.write': async (stores) => {
    const { mails } = stores
    const record = await givenClaimed(stores)
    const lease = { by: 'mine', at: T0.toISOString() }
    const claim = withMail(record.claim, { slots: { claimed: lease } })
    const [mailId, before] = [fresh('mail'), undefined]
    return {
      write: async () => {
        const writes = [
          { kind: 'claim', record, claim },
          { kind: 'item', mailId, before, slot: lease },
        ] as const
        const outcomes = await mails.write(writes, T0)
        for (const outcome of outcomes) if (outcome.outcome === 'failed') throw outcome.error
        return outcomes
      },
      answer: [{ outcome: 'written' }, { outcome: 'written' }],
      // DynamoDB doesn't return the item that prevented an insertion, so it is read.
      afterLostAnswer: [{ outcome: 'written' }, { outcome: 'lost' }],
    }
  },
  'sendRate.reserve': async ({ sendRate }) => ({
    write: async () => (await sendRate.reserve(1, 60_000)).outcome === 'reserved',
    answer: true,
  }),
  'sendRate.stopFor': async ({ sendRate }) => done(() => sendRate.stopFor(0)),
  'organizations.write': async (stores) => {
    const given = await givenOrg(stores)
    return written(() => stores.organizations.write(given, 1, at('organization.updated')))
  },
  'organizations.writeWithoutEffects': async (stores) => {
    const given = await givenOrg(stores)
    const change = { ...at('organization.created'), n: 1 }
    return written(() => stores.organizations.writeWithoutEffects(given, 1, change))
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
  'pauses.pause': async ({ pauses }) => done(() => pauses.pause('mail', T0)),
  'pauses.resume': async ({ pauses }) => done(() => pauses.resume('mail')),
  'deletions.deleteConversations': async (stores) => {
    const { claimed } = await givenConversation(stores)
    const answer = { deleted: 1, more: false }
    return { write: () => stores.deletions.deleteConversations(claimed.recordId, 10), answer }
  },
  'deletions.redact': async (stores) => {
    const record = await givenClaimed(stores)
    await stores.deletions.endClaim(revokeClaim(record, record.claim, by))
    const { claimId } = record.claim
    return done(() => stores.deletions.redact({ claimId, email: true, newEmail: false }))
  },
  'deletions.deleteAccount': async (stores) => {
    const record = await givenAccount(stores)
    const going = startAccountDeletion(record, record.recordId, by)
    await stores.accounts.write(going)
    return written(() => stores.deletions.deleteAccount(going, at('user.purged'), undefined))
  },
  'deletions.endClaim': async (stores) => {
    const record = await givenClaimed(stores)
    return written(() => stores.deletions.endClaim(completeClaim(record, record.claim, by)))
  },
  'suppressions.add': async ({ suppressions }) => done(() => suppressions.add(person().email, T0)),
  'suppressions.beginLifting': async ({ suppressions }) => {
    const { email } = person()
    await suppressions.add(email, T0)
    return { write: () => suppressions.beginLifting(email, T0), answer: T0 }
  },
  'suppressions.remove': async ({ suppressions }) => done(() => suppressions.remove(person().email)),
  ...syncWrites,
  'tokens.put': async ({ tokens }) => done(() => tokens.put(fresh('token'), 'claim', T0)),
}

/** An import of an org that is being deleted (O1). */
async function givenPart(stores: Stores) {
  const record = await givenImport(stores, 'running')
  const [part] = (await stores.parts.first(record.orgId, 1_000)).filter(
    (each) => each.kind === 'item' && each.key.sk.endsWith(record.importId),
  )
  if (part?.kind !== 'item' || part.inner === undefined) throw new Error('no part')
  return { key: part.key, inner: part.inner }
}
