import { createHash } from 'node:crypto'
import { claimSortKey, recordIdOfClaim } from '../rules/claims/claim-ids.ts'
import type { Due } from '../rules/due/due-minutes.ts'
import type { ImportPass } from '../rules/imports/import-pass.ts'
import { shardOf } from '../lib/shard.ts'

/**
 * The table's keys; nothing else spells one. W: write units, R: read units (0.5 each when eventually consistent),
 * of items up to 1 KB (W) and 4 KB (R). `shards` is 32 (see `SHARD_COUNT`).
 * `test/integration/storage/costs.test.ts` holds the costs true.
 *
 * | access pattern | index | key | by | cost |
 * | --- | --- | --- | --- | --- |
 * | create a claim | table | U#recordId | admin-api, import-rows | 1 W + 1 claimsByOrg + 1 outgoingClaims + 1 dueWork (delayed), 25 a call, + 1 W audit by effects |
 * | resolve addresses | table | E#address (100 a batch) | admin-api, import-rows, platform-api | 1 R each, + 1 R the record; half of both for a claim that isn't refused |
 * | read records | table | U#recordId (100 a batch) | all | 1 R each |
 * | sign-in, decision, migration's start | table | U#recordId | platform-api, decisions, migrate | 1 W (+ 2 dueWork when it moves) |
 * | end a claim (completed, revoked): it stays in its record | table | U#recordId | migrate, admin-api | 1 W + 1 outgoingClaims, 1 dueWork (delayed), 2 accountsByOrg (completed) |
 * | create a claim where one has ended, which leaves the record | table | U#recordId + C#claimId, in one transaction | admin-api, import-rows | 4 W + 3 claimsByOrg, 1 outgoingClaims, 1 dueWork (delayed) |
 * | the original goes its own way | table | both records + both addresses + C#claimId, in one transaction | decisions | 10 W + 2 claimsByOrg, 1 outgoingClaims, 1 dueWork (delayed), 3 accountsByDomain, 1 accountsByOrg |
 * | a claim by id | table | C#claimId and U#recordId, one batch | admin-api | 2 R |
 * | an org's claims, newest first | claimsByOrg | org#shard, all shards merged | admin-api | 0.5 R a shard and page, + 1 R a claim and org named |
 * | …of a kind, or by the beginning of an address | claimsByOrg | as above, read on until the page is full, 1,000 claims a request | admin-api | as above |
 * | the claims on whoever has an address | table | E#address, U#recordId, C#recordId | admin-api | 2 R, + 1 R an ended claim or record without one |
 * | an org's accounts | accountsByOrg, claimsByOrg | org#shard, shard after shard | admin-api | 0.5 R a shard of both, + 1 R an account |
 * | accounts on domains | accountsByDomain | domain#shard, 8 shards at a time | admin-api (up to 10,000), export | 0.5 R a shard and page, + 1 R an account |
 * | due work | dueWork | W#shard (claims), P#shard (deletions, orgs, imports, exports, syncs, digests), of a minute or up to an instant | due | 0.5 R a shard and 4 KB, + 0.5 R a claim whose user is reminded |
 * | create an account | table | U#recordId + E#address, in one transaction | platform-api, import-rows | 4 W + 1 accountsByOrg + 1 accountsByDomain |
 * | an account's other address | table | U#recordId + both E#address, in one transaction | platform-api, admin-api, import-rows | 6 W + 2 accountsByDomain (another domain) |
 * | …of a direct claim's new account (C9) | table | U#recordId + E#address (+ the one it had before), in one transaction | platform-api, admin-api, import-rows | 4 W (6) |
 * | …and when its claim ends | table | E#address of the one that is nobody's any more, in the transaction that ends it | migrate, admin-api, decisions, deletion | 2 W more |
 * | an org, its domains, its imports | table | O#orgId, by sort key's prefix | admin-api, import, … | 1 R |
 * | all orgs, by id | accountsByOrg | ~organizations | platform-api | 0.5 R a page, + 1 R an org; 1 W accountsByOrg an org |
 * | who has a domain claimed | table | D#domain | admin-api, import-rows | 1 R |
 * | how many users, claims and jobs an org has | accountsByOrg, claimsByOrg, table O#orgId | org#shard; by sort key's prefix | admin-api | 1 R a user and claim, 10,000 of each at most, + 1 R a 4 KB of jobs |
 * | all claims of an org, as a file | claimsByOrg | org#shard, all shards merged, 1,000 at a time | export | 0.5 R a shard and page, + 1 R a claim |
 * | export: create, complete | table | O#orgId EXP#exportId | admin-api, export | 1 W each + 1 dueWork, + 1 W audit by effects; 1 W per 10,000 rows |
 * | import: a range of chunks | table | I#importId RNG#n + O#orgId IMP#importId, in one transaction | import | 8 W per 100 chunks |
 * | import: a chunk's outcome, and its counts | table | I#importId CHK#n, I#importId CNT#n | import-rows | 3 to 4 W per 100 rows |
 * | import: the counts of one that is running | table | I#importId CNT#… | admin-api, import, import-rows, report | 1 R per 20,000 rows |
 * | import: the outcomes in order | table | I#importId CHK#… (PRV#… of a preview) | report, admin-api | 1 R a 4 KB |
 * | an account's conversations | table | V#userId | platform-api, migrate | 1 R a 4 KB |
 * | move a page of conversations | table | V#from → V#to + U#recordId, in one transaction | migrate | 4 W a conversation + 2 W a page of 49 |
 * | remove an account: its mark / content / end | table | U#recordId / V#userId / U#recordId + E#address + A#…, in one transaction | deletion | 1 W + 2 dueWork / 1 W a conversation / 6 W + 1 each of accountsByOrg, accountsByDomain, dueWork |
 * | …and what ended claims tell of the person | table | C#recordId and U#recordId of the record and of those it was split from | deletion | 1 R a 4 KB, 1 W a claim that does, + 2 W (in the end's transaction) and 1 claimsByOrg for the one that stands in the record |
 * | what is left of an org | table, accountsByOrg, claimsByOrg | O#orgId, I#importId, Y#syncId; org#shard | deletion | 0.5 R a shard of both, 1 W an item |
 * | audit: append | table | A#org#shard, at#subject#n | effects | 1 W |
 * | audit: by org, newest first | table | A#org#shard, all shards merged | admin-api | 0.5 R a shard and 4 KB |
 * | audit: by claim | table | A#org#shard, at#subject#n, by the claim's audit keys, one batch | admin-api | 2 R + 1 R an entry |
 * | accounts being claimed from an org, newest first | outgoingClaims | org#shard, all shards merged | admin-api | 0.5 R a shard and page, + 1 R a claim and claiming org |
 * | a mail's lease and end: about an open claim, with its link's hash / any other | table | U#recordId / M#mailId | mail | 2 W, 25 a call; 0.5 R the record |
 * | an address that nothing is sent to | table | B#sha256(address) | mail, feedback, deletion, admin-api, platform-api | 0.5 R each address of a mail, 1 W |
 * | a mail that came back: for its morning's digest | table | O#orgId RET#day#claimId + O#orgId DIG#day, in one transaction | effects | 4 W + 1 dueWork the morning's first |
 * | …the digest's end, and what it tells of | table | O#orgId DIG#day, RET#day#… | due, mail | 2 W + 1 dueWork; 1 R a 4 KB, + 2 R a claim, 100 at most |
 * | a mailed link's claim | table | U#recordId, then C#claimId if it has left the record | decisions | 1 R, 2 R once it has left the record |
 * | a sign-in's link, and one of a claim that has eight | table | T#sha256(token) | mail, platform-api, decisions | 1 W, 1 R |
 * | sync: a run of 10,000 addresses or users | table | Y#syncId PRT#run#n + O#orgId SYNC#syncId, in one transaction | sync | 4 W, + 2 W a KB of addresses (those of a list only) |
 * | sync: the org's users | accountsByOrg, claimsByOrg | org#shard, shard after shard | sync | 0.5 R a shard and page of both, + 1 R a user |
 * | sync: what comparing some buckets gave, with the counts | table | Y#syncId PRT#comparison#n + O#orgId SYNC#syncId, in one transaction | sync | 4 W |
 * | sync: up to 1,000 users changed, with the counts | table | Y#syncId PRT#page#n + O#orgId SYNC#syncId, in one transaction | sync | 1 R (2 for one who came by a claim) + 1 W + 1 dueWork a user, 4 to 60 W a batch |
 * | a sync / an org's syncs, newest first | table | O#orgId SYNC#… | admin-api, sync, mail | 1 R |
 * | an idempotent request | table | K#org#sha256(key) | admin-api, platform-api | 2 W while the answer is under 1 KB |
 * | when the next mails may leave | table | S#send-rate | mail | 1 W a batch of 25 mails |
 * | up to when sweeps looked for reminders | table | S#reminded | due | 1 W an hour and day, 0.5 R a sweep |
 * | which work is paused | table | S#pauses | mail, migrate, deletion, due | 0.5 R each half minute and instance |
 */
export interface Key {
  readonly pk: string
  readonly sk: string
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url')
const padded = (n: number): string => String(n).padStart(8, '0')

/** What partition keys begin with; the stream's filter uses it, too. */
export const partition = {
  account: 'U#',
  address: 'E#',
  closedClaim: 'C#',
  org: 'O#',
  domain: 'D#',
  importParts: 'I#',
  conversations: 'V#',
  audit: 'A#',
  mail: 'M#',
  token: 'T#',
  suppression: 'B#',
  syncParts: 'Y#',
  idempotency: 'K#',
  switches: 'S#',
} as const

export const sortKeyPrefix = {
  orgDomain: 'DOM#',
  import: 'IMP#',
  importRange: 'RNG#',
  importChunk: 'CHK#',
  importCounts: 'CNT#',
  previewChunk: 'PRV#',
  previewCounts: 'PCN#',
  export: 'EXP#',
  sync: 'SYNC#',
  syncPart: 'PRT#',
  digest: 'DIG#',
  returnedMail: 'RET#',
} as const

/** P1: the outcomes of chunks, and their counts, of a preview and of the import itself. */
export const chunkPrefix = { preview: sortKeyPrefix.previewChunk, claim: sortKeyPrefix.importChunk } as const
export const countsPrefix = {
  preview: sortKeyPrefix.previewCounts,
  claim: sortKeyPrefix.importCounts,
} as const

/**
 * Intermediate results of a sync: runs of addresses or users, comparisons of them, and batches of changed
 * users.
 */
export type SyncPartKind = 'run' | 'comparison' | 'page'

export const auditPartition = (orgId: string, shard: string): string => `${partition.audit}${orgId}#${shard}`

/** The prefix of the sort keys of the mails that bounced before a morning. */
export const returnedMailsOf = (day: string): string => `${sortKeyPrefix.returnedMail}${day}#`

export const keys = {
  account: (recordId: string): Key => ({ pk: `${partition.account}${recordId}`, sk: 'U' }),
  address: (normalized: string): Key => ({ pk: `${partition.address}${normalized}`, sk: 'E' }),
  /** Under the record that it was made in, so that all claims of a person are found together (Y7). */
  closedClaim: (claimId: string): Key => ({
    pk: `${partition.closedClaim}${recordIdOfClaim(claimId) ?? claimId}`,
    sk: claimSortKey(claimId),
  }),
  /** The partition of all ended claims that were made in a record. */
  closedClaimsOf: (recordId: string): string => `${partition.closedClaim}${recordId}`,
  org: (orgId: string): Key => ({ pk: `${partition.org}${orgId}`, sk: 'ORG' }),
  orgDomain: (orgId: string, domain: string): Key => ({
    pk: `${partition.org}${orgId}`,
    sk: `${sortKeyPrefix.orgDomain}${domain}`,
  }),
  domainClaim: (domain: string): Key => ({ pk: `${partition.domain}${domain}`, sk: 'CLAIM' }),
  import: (orgId: string, importId: string): Key => ({
    pk: `${partition.org}${orgId}`,
    sk: `${sortKeyPrefix.import}${importId}`,
  }),
  importRange: (importId: string, n: number): Key => ({
    pk: `${partition.importParts}${importId}`,
    sk: `${sortKeyPrefix.importRange}${padded(n)}`,
  }),
  importChunk: (importId: string, pass: ImportPass, n: number): Key => ({
    pk: `${partition.importParts}${importId}`,
    sk: `${chunkPrefix[pass]}${padded(n)}`,
  }),
  /** The counts of some consecutive chunks. */
  importCounts: (importId: string, pass: ImportPass, part: number): Key => ({
    pk: `${partition.importParts}${importId}`,
    sk: `${countsPrefix[pass]}${padded(part)}`,
  }),
  conversation: (userId: string, conversationId: string): Key => ({
    pk: `${partition.conversations}${userId}`,
    sk: conversationId,
  }),
  audit: (orgId: string, subject: string, at: string, n: number): Key => ({
    pk: auditPartition(orgId, shardOf(subject)),
    sk: `${at}#${subject}#${n}`,
  }),
  mail: (mailId: string): Key => ({ pk: `${partition.mail}${mailId}`, sk: 'M' }),
  /** Only a hash is kept: who reads the table can't decide for anyone. */
  token: (token: string): Key => ({ pk: `${partition.token}${sha256(token)}`, sk: 'T' }),
  /** N4: only a hash, so that the list of addresses that can't be mailed is no list of addresses. */
  suppression: (normalized: string): Key => ({
    pk: `${partition.suppression}${sha256(normalized)}`,
    sk: 'B',
  }),
  export: (orgId: string, exportId: string): Key => ({
    pk: `${partition.org}${orgId}`,
    sk: `${sortKeyPrefix.export}${exportId}`,
  }),
  sync: (orgId: string, syncId: string): Key => ({
    pk: `${partition.org}${orgId}`,
    sk: `${sortKeyPrefix.sync}${syncId}`,
  }),
  syncPart: (syncId: string, kind: SyncPartKind, n: number): Key => ({
    pk: `${partition.syncParts}${syncId}`,
    sk: `${sortKeyPrefix.syncPart}${kind}#${padded(n)}`,
  }),
  /** N4: the digest of one morning about bounced mails. */
  digest: (orgId: string, day: string): Key => ({
    pk: `${partition.org}${orgId}`,
    sk: `${sortKeyPrefix.digest}${day}`,
  }),
  /** Under the morning, so that the mails of one digest are read together. */
  returnedMail: (orgId: string, day: string, claimId: string): Key => ({
    pk: `${partition.org}${orgId}`,
    sk: `${returnedMailsOf(day)}${claimId}`,
  }),
  idempotency: (orgId: string, key: string): Key => ({
    pk: `${partition.idempotency}${orgId}#${sha256(key)}`,
    sk: 'K',
  }),
  pauses: (): Key => ({ pk: `${partition.switches}pauses`, sk: 'S' }),
  /** The time up to which reminders were requested. */
  reminded: (): Key => ({ pk: `${partition.switches}reminded`, sk: 'S' }),
  sendRate: (): Key => ({ pk: `${partition.switches}send-rate`, sk: 'S' }),
} as const

const claimsDue = 'W#'
const jobsDue = 'P#'

/** Keys of the indexes, derived from an item whenever it is written. */
export const indexKeys = {
  /** A partition of `accountsByOrg` that lists the orgs, which are few. */
  organizations: '~organizations',
  orgShard: (orgId: string, shard: string): string => `${orgId}#${shard}`,
  domainShard: (domain: string, shard: string): string => `${domain}#${shard}`,
  claimShard: (orgId: string, shard: string): string => `${orgId}#${shard}`,
  outgoingShard: (orgId: string, shard: string): string => `${orgId}#${shard}`,
  /** Separate for each kind, since they have different workers. */
  dueShard: (kind: Due['kind'], shard: string): string => `${kind === 'claim' ? claimsDue : jobsDue}${shard}`,
} as const

export const isClosedClaimKey = ({ pk }: Key): boolean => pk.startsWith(partition.closedClaim)

export function recordIdOfKey(pk: string): string {
  return pk.slice(partition.account.length)
}

/** When an item falls due, and its shard of the due index. */
export interface DuePlace extends Due {
  readonly shard: string
}

/** An item's entry in the due index, if it has one. */
export function duePlaceOf({ dueShard, dueAt }: Readonly<Record<string, unknown>>): DuePlace | undefined {
  if (typeof dueShard !== 'string' || typeof dueAt !== 'string') return undefined
  const kind = dueShard.startsWith(claimsDue) ? 'claim' : 'job'
  return { kind, at: dueAt, shard: dueShard.slice(claimsDue.length) }
}

export function orgIdOfKey(pk: string): string {
  return pk.slice(partition.org.length)
}

/** The entity of an entry in the due index. */
export type DueItem =
  | { readonly kind: 'claim' | 'deletion'; readonly recordId: string }
  | { readonly kind: 'organization'; readonly orgId: string }
  | { readonly kind: 'sync'; readonly orgId: string; readonly syncId: string }
  | { readonly kind: 'import'; readonly orgId: string; readonly importId: string }
  | { readonly kind: 'export'; readonly orgId: string; readonly exportId: string }
  | { readonly kind: 'digest'; readonly orgId: string; readonly day: string }

/** The entity of an entry. Claims have shards of their own; the others hold accounts, orgs and long jobs. */
export function dueItemOf(entry: Key & Readonly<Record<string, string>>): DueItem {
  if (entry.pk.startsWith(partition.account)) {
    const kind = entry.dueShard?.startsWith(claimsDue) ? 'claim' : 'deletion'
    return { kind, recordId: recordIdOfKey(entry.pk) }
  }
  const orgId = entry.pk.slice(partition.org.length)
  const idAfter = (prefix: string): string | undefined =>
    entry.sk.startsWith(prefix) ? entry.sk.slice(prefix.length) : undefined
  const syncId = idAfter(sortKeyPrefix.sync)
  if (syncId !== undefined) return { kind: 'sync', orgId, syncId }
  const importId = idAfter(sortKeyPrefix.import)
  if (importId !== undefined) return { kind: 'import', orgId, importId }
  const exportId = idAfter(sortKeyPrefix.export)
  if (exportId !== undefined) return { kind: 'export', orgId, exportId }
  const day = idAfter(sortKeyPrefix.digest)
  if (day !== undefined) return { kind: 'digest', orgId, day }
  return { kind: 'organization', orgId }
}

/** An item in an org's partition. `inner`: a partition whose items are deleted before it. */
export type OrganizationPart =
  | { readonly kind: 'domain'; readonly domain: string }
  | { readonly kind: 'item'; readonly key: Key; readonly inner?: string }

/** The part of an org that a key names; `undefined`: the org itself. */
export function organizationPartOf(key: Key): OrganizationPart | undefined {
  const after = (prefix: string): string | undefined =>
    key.sk.startsWith(prefix) ? key.sk.slice(prefix.length) : undefined
  if (key.sk === keys.org('').sk) return undefined
  const domain = after(sortKeyPrefix.orgDomain)
  if (domain !== undefined) return { kind: 'domain', domain }
  const importId = after(sortKeyPrefix.import)
  if (importId !== undefined) return { kind: 'item', key, inner: `${partition.importParts}${importId}` }
  const syncId = after(sortKeyPrefix.sync)
  if (syncId !== undefined) return { kind: 'item', key, inner: `${partition.syncParts}${syncId}` }
  return { kind: 'item', key }
}
