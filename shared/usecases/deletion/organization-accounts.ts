import { mapConcurrent } from '../../lib/concurrency.ts'
import { unavailableBy } from '../../lib/unavailable.ts'
import { domainOf } from '../../rules/accounts/address.ts'
import { convertToDirect } from '../../rules/claims/migration.ts'
import { notRevocableBecause, revokeClaim } from '../../rules/claims/revocation.ts'
import { startAccountDeletion } from '../../rules/deletion/account-deletion.ts'
import type { AccountRecord } from '../../rules/types.ts'
import type { WalkPosition } from '../../storage/queries/walk.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { ConversationStore } from '../../storage/stores/conversations.ts'
import type { DomainStore } from '../../storage/stores/domains.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import { migrateIfDue } from '../claims/migrate-record.ts'
import { BY, type DeleteAccountPorts, deleteAccount, shouldHandOver } from './delete-account.ts'

export interface OrganizationAccountsPorts extends DeleteAccountPorts {
  readonly accounts: Pick<AccountStore, 'byRecordIds' | 'byUserId' | 'write' | 'end' | 'recordIdsOfOrg'>
  readonly conversations: Pick<ConversationStore, 'first' | 'move' | 'remove'>
  readonly domains: Pick<DomainStore, 'claimedBy'>
  readonly organizations: Pick<OrganizationStore, 'getAny'>
}

const ACCOUNTS_PER_PAGE = 100
/** Each writes to partitions of its own. */
const ACCOUNTS_AT_ONCE = 8
/** Others may change a record in between, and a record may need several steps; each time, one of them made progress. */
const MAX_ROUNDS = 20

export interface Cleared {
  /** `busy`: others kept changing a record; the rest was deleted. */
  readonly outcome: 'gone' | 'out_of_time' | 'busy'
}

const GONE: Cleared = { outcome: 'gone' }
const OUT_OF_TIME: Cleared = { outcome: 'out_of_time' }
const BUSY: Cleared = { outcome: 'busy' }

/** Deletes all accounts of an org, and ends its claims, page by page. `gone`: no account is left, as far as the indexes show. */
export async function removeAccounts(ports: OrganizationAccountsPorts, orgId: string): Promise<Cleared> {
  let from: WalkPosition | undefined
  let busy = false
  do {
    const { found, next } = await ports.accounts.recordIdsOfOrg(orgId, ACCOUNTS_PER_PAGE, from)
    const done = await mapConcurrent(found, ACCOUNTS_AT_ONCE, ({ recordId }) => clear(ports, orgId, recordId))
    if (done.some(({ outcome }) => outcome === 'out_of_time')) return OUT_OF_TIME
    busy ||= done.some(({ outcome }) => outcome === 'busy')
    from = next
  } while (from !== undefined)
  return busy ? BUSY : GONE
}

/**
 * Handles one record until it has nothing of the org: a claim that the org made is revoked if possible, a migration is
 * finished, any other claim ends with its new account; an account that is being claimed from the org belongs to the
 * claiming org alone from then on; all others are deleted.
 */
async function clear(ports: OrganizationAccountsPorts, orgId: string, recordId: string): Promise<Cleared> {
  try {
    return await clearSteps(ports, orgId, recordId)
  } catch (error) {
    if (unavailableBy(error) === 'busy') return BUSY
    throw error
  }
}

async function clearSteps(
  ports: OrganizationAccountsPorts,
  orgId: string,
  recordId: string,
): Promise<Cleared> {
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
  return BUSY
}

/** Does the next step by one write. If another writer was faster, nothing is written, and the caller reads the record again. */
async function takeStep(
  { accounts, domains, now }: OrganizationAccountsPorts,
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
