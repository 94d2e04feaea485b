import { orgFolders } from '../../contracts/object-keys.ts'
import type { ObjectRemover } from '../../contracts/object-store.ts'
import { domainOf } from '../../rules/accounts/address.ts'
import { DELETION_LEASE_MS } from '../../rules/limits.ts'
import type { AccountRecord, Organization } from '../../rules/types.ts'
import { mapConcurrent } from '../../lib/concurrency.ts'
import { LOST, type Lost, retryOrThrow, withoutPause } from '../../lib/optimistic-retry.ts'
import { unavailableBy } from '../../lib/unavailable.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { ConversationStore } from '../../storage/stores/conversations.ts'
import type { DomainStore } from '../../storage/stores/domains.ts'
import type { OrganizationPartStore } from '../../storage/stores/organization-parts.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import type { WalkPosition } from '../../storage/queries/pages.ts'
import { migrateIfDue } from '../claims/migrate.ts'
import { BY, shouldHandOver, type DeleteAccountPorts, deleteAccount } from './delete-account.ts'
import { convertToDirect } from '../../rules/claims/migration.ts'
import { notRevocableBecause, revokeClaim } from '../../rules/claims/revocation.ts'
import {
  isOrganizationDeletionDue,
  isBeingDeleted,
  startOrResumeDeletion,
} from '../../rules/deletion/organization-deletion.ts'
import { startAccountDeletion } from '../../rules/deletion/account-deletion.ts'

export interface DeleteOrganizationPorts extends DeleteAccountPorts {
  readonly accounts: Pick<AccountStore, 'byRecordIds' | 'byUserId' | 'write' | 'end' | 'recordIdsOfOrg'>
  readonly conversations: Pick<ConversationStore, 'first' | 'move' | 'remove'>
  readonly domains: Pick<DomainStore, 'get' | 'claimedBy' | 'release' | 'remove'>
  readonly organizations: Pick<OrganizationStore, 'getAny' | 'write' | 'writeWithoutEffects' | 'remove'>
  readonly parts: OrganizationPartStore
  readonly objects: ObjectRemover
}

export type DeleteOrganizationOutcome =
  | { readonly outcome: 'removed'; readonly orgId: string }
  /**
   * Only the org itself and its ended claims are left, which are deleted when the lease is over; or a record that
   * others kept changing, which is tried again then.
   */
  | { readonly outcome: 'waiting'; readonly orgId: string }
  /** The rest is for a fresh invocation. */
  | { readonly outcome: 'out_of_time'; readonly orgId: string }
  /** There is no such org, its deletion was cancelled, or it isn't due: nothing was changed. */
  | { readonly outcome: 'nothing_due' }

const ACCOUNTS_PER_PAGE = 100
/** Each writes to partitions of its own. */
const ACCOUNTS_AT_ONCE = 8
const PARTS_PER_PAGE = 100
const OBJECTS_AT_ONCE = 8
/** Others may change a record in between, and a record may need several steps; each time, one of them made progress. */
const MAX_ROUNDS = 20
const RETRY = { rounds: MAX_ROUNDS, pause: withoutPause }

/**
 * O1: deletes an org whose 24 h are over, after checking again. From the first write on the org counts as gone; then
 * its accounts, all that is kept for it and its files are deleted page by page. If it is interrupted and called again,
 * it finds what is left.
 * The org itself and the claims it made are deleted last, in a pass that begins no sooner than a lease after the first:
 * until then, a request that saw the org may still be writing, and mails about its revoked claims are sent.
 */
export async function deleteOrganization(
  ports: DeleteOrganizationPorts,
  orgId: string,
): Promise<DeleteOrganizationOutcome> {
  const begun = await begin(ports, orgId)
  if (begun === undefined) return { outcome: 'nothing_due' }
  const { org, revision, begunAt } = begun
  const settled = ports.now().getTime() >= begunAt.getTime() + DELETION_LEASE_MS
  const accounts = await removeAccounts(ports, orgId)
  if (accounts.outcome === 'busy') return { outcome: 'waiting', orgId }
  const gone =
    accounts.outcome === 'gone' &&
    (await removeParts(ports, orgId)) &&
    (await removeObjects(ports, orgId)) &&
    (!settled || (await removeClosedClaims(ports, orgId)))
  if (!gone) return { outcome: 'out_of_time', orgId }
  if (!settled) return { outcome: 'waiting', orgId }
  const change = { what: 'organization.purged', at: ports.now().toISOString(), by: BY } as const
  // Lost: another message is deleting the org, and will get here too.
  const written = await ports.organizations.remove(org, revision, change)
  return { outcome: written.outcome === 'written' ? 'removed' : 'waiting', orgId }
}

interface BegunDeletion {
  readonly org: Organization
  readonly revision: number
  readonly begunAt: Date
}

/** `undefined`: the deletion isn't due. Of its begin and a restoration at the same instant one wins. */
async function begin(ports: DeleteOrganizationPorts, orgId: string): Promise<BegunDeletion | undefined> {
  const { organizations } = ports
  return retryOrThrow(
    `organization ${orgId}`,
    async (): Promise<BegunDeletion | undefined | Lost> => {
      const found = await organizations.getAny(orgId)
      const now = ports.now()
      if (found === undefined || !isOrganizationDeletionDue(found.org, now)) return undefined
      const { org, revision, change } = found
      const next = startOrResumeDeletion(org, now)
      const written = isBeingDeleted(org)
        ? await organizations.writeWithoutEffects(next, revision, change)
        : await organizations.write(next, revision, {
            what: 'organization.removing',
            at: now.toISOString(),
            by: BY,
          })
      const begunAt = next.deletion?.begunAt
      return written.outcome === 'written' && begunAt !== undefined
        ? { org: next, revision: revision + 1, begunAt: new Date(begunAt) }
        : LOST
    },
    RETRY,
  )
}

interface Cleared {
  /** `busy`: others kept changing a record; the rest was deleted. */
  readonly outcome: 'gone' | 'out_of_time' | 'busy'
}

const GONE: Cleared = { outcome: 'gone' }
const OUT_OF_TIME: Cleared = { outcome: 'out_of_time' }
const OTHERS_AT_IT: Cleared = { outcome: 'busy' }

/** `gone`: no account is left, as far as the indexes show. */
async function removeAccounts(ports: DeleteOrganizationPorts, orgId: string): Promise<Cleared> {
  let from: WalkPosition | undefined
  let busy = false
  do {
    const { found, next } = await ports.accounts.recordIdsOfOrg(orgId, ACCOUNTS_PER_PAGE, from)
    const done = await mapConcurrent(found, ACCOUNTS_AT_ONCE, ({ recordId }) => clear(ports, orgId, recordId))
    if (done.some(({ outcome }) => outcome === 'out_of_time')) return OUT_OF_TIME
    busy ||= done.some(({ outcome }) => outcome === 'busy')
    from = next
  } while (from !== undefined)
  return busy ? OTHERS_AT_IT : GONE
}

/**
 * Handles one record until it has nothing of the org: a claim that the org made is revoked if possible, a migration is
 * finished, any other claim ends with its new account; an account that is being claimed from the org belongs to the
 * claiming org alone from then on; all others are deleted.
 */
async function clear(ports: DeleteOrganizationPorts, orgId: string, recordId: string): Promise<Cleared> {
  try {
    return await clearSteps(ports, orgId, recordId)
  } catch (error) {
    if (unavailableBy(error) === 'busy') return OTHERS_AT_IT
    throw error
  }
}

async function clearSteps(ports: DeleteOrganizationPorts, orgId: string, recordId: string): Promise<Cleared> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (await shouldHandOver(ports)) return OUT_OF_TIME
    const record = (await ports.accounts.byRecordIds([recordId])).get(recordId)
    if (record === undefined) return GONE
    const { account, claim } = record
    if (account.orgId !== orgId && claim?.claimingOrgId !== orgId) return GONE
    if (record.deletion !== undefined) {
      if ((await deleteAccount(ports, recordId)).outcome === 'out_of_time') return OUT_OF_TIME
    } else if (claim?.status === 'migrating') {
      const migrating = {
        ...ports,
        organizations: { get: ports.organizations.getAny },
        continueLater: async () => {},
      }
      const { outcome: state } = await migrateIfDue(migrating, recordId)
      if (state === 'handed_on' || state === 'paused') return OUT_OF_TIME
    } else await takeStep(ports, orgId, record)
  }
  return OTHERS_AT_IT
}

/** Another writer changed the record: it is read again. */
async function takeStep(
  { accounts, domains, now }: DeleteOrganizationPorts,
  orgId: string,
  record: AccountRecord,
): Promise<void> {
  const { account, claim } = record
  const changedBy = { now: now(), by: BY }
  if (claim === undefined) await accounts.write(startAccountDeletion(record, account.userId, changedBy))
  else if (claim.claimingOrgId !== orgId) await accounts.write(convertToDirect(record, claim, changedBy))
  else {
    const domainClaimed = (await domains.claimedBy(domainOf(claim.email))) === orgId
    if (notRevocableBecause(claim, changedBy.now, domainClaimed) === undefined)
      await accounts.end(revokeClaim(record, claim, changedBy))
    else await accounts.write(startAccountDeletion(record, claim.newUserId, changedBy))
  }
}

/** @returns whether nothing is left */
async function removeParts(ports: DeleteOrganizationPorts, orgId: string): Promise<boolean> {
  const { parts } = ports
  for (;;) {
    const page = await parts.first(orgId, PARTS_PER_PAGE)
    if (page.length === 0) return true
    for (const part of page) {
      if (await shouldHandOver(ports)) return false
      if (part.kind === 'domain') {
        await removeDomain(ports, orgId, part.domain)
        continue
      }
      for (let more = part.inner !== undefined; more && part.inner !== undefined; ) {
        more = await parts.deleteInner(part.inner, PARTS_PER_PAGE)
        if (await shouldHandOver(ports)) return false
      }
      await parts.delete(part.key)
    }
  }
}

/** Released first, so that another org can claim it (D2, D3). */
async function removeDomain(
  { domains, now }: DeleteOrganizationPorts,
  orgId: string,
  name: string,
): Promise<void> {
  await retryOrThrow(
    `domain ${name} of organization ${orgId}`,
    async (): Promise<undefined | Lost> => {
      const domain = await domains.get(orgId, name)
      if (domain === undefined) return
      const at = now().toISOString()
      if (domain.status === 'claimed') await domains.release(domain, { what: 'domain.released', at, by: BY })
      else await domains.remove(domain, { what: 'domain.removed', at, by: BY })
      return LOST
    },
    RETRY,
  )
}

/** @returns whether nothing is left */
async function removeObjects(ports: DeleteOrganizationPorts, orgId: string): Promise<boolean> {
  const { objects } = ports
  for (const folder of orgFolders) {
    let page: string[] = []
    const flush = async (): Promise<void> => {
      await mapConcurrent(page, OBJECTS_AT_ONCE, objects.remove)
      page = []
    }
    // The slash: `acme` is no part of `acme-two`.
    for await (const key of objects.list(`${folder}/${orgId}/`)) {
      page.push(key)
      if (page.length < PARTS_PER_PAGE) continue
      await flush()
      if (await shouldHandOver(ports)) return false
    }
    await flush()
  }
  return true
}

/** @returns whether none is left, as far as the index knows */
async function removeClosedClaims(ports: DeleteOrganizationPorts, orgId: string): Promise<boolean> {
  let from: WalkPosition | undefined
  do {
    if (await shouldHandOver(ports)) return false
    from = await ports.parts.deleteClosedClaims(orgId, PARTS_PER_PAGE, from)
  } while (from !== undefined)
  return true
}
