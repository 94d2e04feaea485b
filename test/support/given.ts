import { paginateScan } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { ulid } from 'ulid'
import { isoSecond } from '../../shared/lib/time.ts'
import { recordIdsOfUser } from '../../shared/rules/claims/claim-ids.ts'
import { withMail } from '../../shared/rules/mail/claim-mail.ts'
import type { Account, AccountRecord, Organization } from '../../shared/rules/types.ts'
import { keys } from '../../shared/storage/keys.ts'
import { batchPut } from '../../shared/storage/writes/batch.ts'
import { edit, ifPresent } from '../../shared/storage/writes/requests.ts'
import { write } from '../../shared/storage/writes/write.ts'
import {
  type ClaimingPorts,
  type ClaimingRequest,
  type ClaimOutcome,
  type ClaimTarget,
  claimAccounts,
} from '../../shared/usecases/claims/claim-users.ts'
import type { Stores } from './background.ts'
import { ADMIN, account, type ClaimedRecord, T0, withClaim } from './builders.ts'
import type { TestTable } from './dynamo.ts'

const change = (what: 'organization.created' | 'domain.verified' | 'user.created') =>
  ({ what, at: T0.toISOString(), by: 'platform:test' }) as const

export async function givenOrgs(
  { organizations }: Pick<Stores, 'organizations'>,
  ...orgs: readonly Organization[]
): Promise<void> {
  for (const org of orgs) await organizations.write(org, 0, change('organization.created'))
}

/** A domain that the org has verified, or claimed for itself. */
export async function givenDomain(
  { domains }: Pick<Stores, 'domains'>,
  orgId: string,
  domain: string,
  status: 'pending' | 'verified' | 'claimed' = 'verified',
): Promise<void> {
  const token = { token: 'token', tokenExpiresAt: T0.toISOString(), createdAt: T0.toISOString() }
  const first = {
    orgId,
    domain,
    ...token,
    status: status === 'pending' ? status : 'verified',
    revision: 0,
  } as const
  await domains.write(first, change('domain.verified'))
  if (status === 'claimed') await domains.claim({ ...first, revision: 1 }, change('domain.verified'))
}

export async function givenAccounts(
  { accounts }: Pick<Stores, 'accounts'>,
  ...patches: readonly Partial<Account>[]
): Promise<AccountRecord[]> {
  const records = patches.map((patch) => newRecord(account(patch)))
  const results = await accounts.create(records)
  if (results.some(({ outcome }) => outcome !== 'created'))
    throw new Error(`not created: ${JSON.stringify(results)}`)
  return records
}

/** An account before its first write; it may have conversations. */
export const newRecord = (created: Account): AccountRecord => ({
  recordId: created.userId,
  revision: 1,
  account: created,
  hasContent: true,
  change: { ...change('user.created'), n: 1 },
})

export const claimingPorts = ({ accounts, organizations, domains }: Stores): ClaimingPorts => ({
  accounts,
  organizations,
  domains,
  ulid: (now) => ulid(now.getTime()),
})

/** A claim made by an admin of the org, without an import, at T0. */
export const claimingBy = (claimingOrg: Organization, now: Date = T0): ClaimingRequest => ({
  claimingOrg,
  by: ADMIN,
  now,
  fromCsv: false,
  migrationCutoff: undefined,
})

export function claimFor(
  stores: Stores,
  claimingOrg: Organization,
  targets: readonly ClaimTarget[],
  now: Date = T0,
  more: Pick<ClaimingRequest, 'noInvitation'> = {},
): Promise<ClaimOutcome[]> {
  return claimAccounts(claimingPorts(stores), { ...claimingBy(claimingOrg, now), ...more }, targets)
}

/** The record of an account on which a claim is open, made through the service; its user was mailed at once (M5). */
export async function givenClaim(
  stores: Stores,
  claimingOrg: Organization,
  target: Omit<ClaimTarget, 'origin'>,
  now: Date = T0,
  more: Pick<ClaimingRequest, 'noInvitation'> = {},
): Promise<ClaimedRecord> {
  return givenMailed(stores, await givenUnmailedClaim(stores, claimingOrg, target, now, more), now)
}

/** Records that a mail about the claim has left (M5). */
export async function givenMailed(
  stores: Stores,
  untold: ClaimedRecord,
  now: Date = T0,
): Promise<ClaimedRecord> {
  const told = { ...untold.claim, notification: 'sent', notifiedAt: isoSecond(now) } as const
  const record = { ...untold, revision: untold.revision + 1, claim: withMail(told, {}) }
  if ((await stores.accounts.write(record)).outcome !== 'written')
    throw new Error('was told, or changed by others')
  return record
}

/** Like `givenClaim`, but no mail has left yet. */
export async function givenUnmailedClaim(
  stores: Stores,
  claimingOrg: Organization,
  target: Omit<ClaimTarget, 'origin'>,
  now: Date = T0,
  more: Pick<ClaimingRequest, 'noInvitation'> = {},
): Promise<ClaimedRecord> {
  const [outcome] = await claimFor(stores, claimingOrg, [{ ...target, origin: 'r:given' }], now, more)
  if (outcome?.outcome !== 'claimed') throw new Error(`not claimed: ${JSON.stringify(outcome)}`)
  return withClaim(outcome.record)
}

/** Writes many conversations of an account at once, without checking the owner's record. */
export async function givenConversations(
  { table }: TestTable,
  ownerUserId: string,
  count: number,
  lastActivityAt: (n: number) => Date = () => T0,
): Promise<string[]> {
  for (const recordId of recordIdsOfUser(ownerUserId)) {
    const has = edit(table, keys.account(recordId), { content: true }, ifPresent)
    await write(table, has)
  }
  const ids = Array.from({ length: count }, (_, n) => `conversation-${String(n).padStart(4, '0')}`)
  await batchPut(
    table,
    ids.map((id, n) => ({
      ...keys.conversation(ownerUserId, id),
      type: 'conversation',
      v: 1,
      title: `Number ${n}`,
      lastActivityAt: lastActivityAt(n).toISOString(),
      messages: n,
      bytes: 1000 + n,
    })),
  )
  return ids
}

/** Every item of the table, keyed by its key: to check what was written, and what wasn’t. */
export async function dump(table: TestTable): Promise<Record<string, Record<string, unknown>>> {
  const items: [string, Record<string, unknown>][] = []
  for await (const { pk, sk, ...rest } of table.memory?.all() ?? scan(table))
    items.push([`${pk} ${sk}`, rest])
  return Object.fromEntries(items.sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function* scan({ client, name }: TestTable): AsyncGenerator<Record<string, unknown>> {
  for await (const { Items } of paginateScan({ client }, { TableName: name, ConsistentRead: true }))
    for (const item of Items ?? []) yield unmarshall(item)
}
