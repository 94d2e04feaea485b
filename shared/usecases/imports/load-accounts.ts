import { type AccountRefusal, planAccount, type WantedAccount } from '../../rules/accounts/account-changes.ts'
import { USER_ID_PATTERN } from '../../rules/ids.ts'
import type { AccountRecord, Actor } from '../../rules/types.ts'
import { isVersionAllowed, type Versions } from '../../rules/versions.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { FoundAccount } from '../../storage/stores/account-reads.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import { LOST, type Lost, retryOptimistically } from '../../lib/optimistic-retry.ts'

export type LoadRefusal =
  | AccountRefusal
  /** The id is one that claims assign: such accounts can be changed but not created. */
  | 'not_found'
  | 'unknown_organization'
  | 'email_taken'
  | 'user_id_taken'
  | 'busy'

export type LoadOutcome =
  | { readonly outcome: 'created' | 'updated' | 'unchanged'; readonly record: AccountRecord }
  | { readonly outcome: 'refused'; readonly code: LoadRefusal }

interface LoadedBy {
  readonly now: Date
  readonly by: Actor
}

export interface LoadAccountsPorts {
  readonly accounts: Pick<AccountStore, 'byUserIds' | 'create' | 'write' | 'writeWithAddresses'>
  readonly organizations: Pick<OrganizationStore, 'getMany'>
}

/**
 * Creates and changes accounts as the platform sends them, one by one or in bulk, by the same rules (C2, C3). Answers
 * in the input's order; a refused account doesn't stop the others.
 */
export async function loadAccounts(
  ports: LoadAccountsPorts,
  wanted: readonly WantedAccount[],
  changedBy: LoadedBy,
): Promise<LoadOutcome[]> {
  const orgs = await ports.organizations.getMany([...new Set(wanted.map(({ orgId }) => orgId))])
  const found = await ports.accounts.byUserIds([...new Set(wanted.map(({ userId }) => userId))])
  const outcomes = new Map<WantedAccount, LoadOutcome>()
  const created: { wanted: WantedAccount; record: AccountRecord }[] = []
  const later: WantedAccount[] = []
  const seen = new Set<string>()
  for (const account of wanted) {
    if (!orgs.has(account.orgId)) {
      outcomes.set(account, { outcome: 'refused', code: 'unknown_organization' })
      continue
    }
    const plan = planAccount(found.get(account.userId), account, changedBy)
    // The same account or address again waits for the first, since a transaction takes an item only once.
    const repeated = seen.has(account.userId) || seen.has(account.email.toLowerCase())
    seen.add(account.userId).add(account.email.toLowerCase())
    if (plan.outcome === 'create' && mayBeCreated(account) && !repeated)
      created.push({ wanted: account, record: plan.record })
    else later.push(account)
  }
  const results = await ports.accounts.create(created.map(({ record }) => record))
  for (const [n, { wanted: account, record }] of created.entries()) {
    const outcome = results[n]?.outcome
    if (outcome === 'created') outcomes.set(account, { outcome: 'created', record })
    else if (outcome === 'address_taken') outcomes.set(account, { outcome: 'refused', code: 'email_taken' })
    // Another writer created it since it was read: now it is changed.
    else later.push(account)
  }
  for (const account of later) outcomes.set(account, await loadOne(ports, account, changedBy))
  return wanted.map((account) => outcomes.get(account) ?? { outcome: 'refused', code: 'user_id_taken' })
}

/** Only claims assign other ids: an account with such an id exists already, or is gone for good. */
const mayBeCreated = ({ userId }: WantedAccount): boolean => USER_ID_PATTERN.test(userId)

/**
 * As `loadAccounts`, for one account.
 * @param versions the versions at which it may be changed; `undefined`: any. 0 is that of an account that doesn't exist
 * @returns `stale` if it has another version
 */
export async function loadAccount(
  ports: LoadAccountsPorts,
  wanted: WantedAccount,
  { versions, ...changedBy }: LoadedBy & { readonly versions: Versions | undefined },
): Promise<LoadOutcome | { readonly outcome: 'stale' }> {
  if (!(await ports.organizations.getMany([wanted.orgId])).has(wanted.orgId))
    return { outcome: 'refused', code: 'unknown_organization' }
  const isCurrent = (found: FoundAccount | undefined) =>
    isVersionAllowed(versions, found?.record.revision ?? 0)
  return loadOne(ports, wanted, changedBy, { isCurrent, otherwise: { outcome: 'stale' } as const })
}

async function loadOne<Stale = never>(
  ports: LoadAccountsPorts,
  wanted: WantedAccount,
  changedBy: LoadedBy,
  precondition?: {
    readonly isCurrent: (found: FoundAccount | undefined) => boolean
    readonly otherwise: Stale
  },
): Promise<LoadOutcome | Stale> {
  return retryOptimistically(async (round): Promise<LoadOutcome | Stale | Lost> => {
    const found = (await ports.accounts.byUserIds([wanted.userId])).get(wanted.userId)
    if (precondition?.isCurrent(found) === false) return precondition.otherwise
    const plan = planAccount(found, wanted, changedBy)
    switch (plan.outcome) {
      case 'refused':
        return { outcome: 'refused', code: plan.code }
      case 'unchanged':
        return { outcome: 'unchanged', record: plan.record }
      case 'create': {
        if (!mayBeCreated(wanted)) return { outcome: 'refused', code: 'not_found' }
        const [created] = await ports.accounts.create([plan.record])
        if (created?.outcome === 'created') return { outcome: 'created', record: plan.record }
        if (created?.outcome === 'address_taken') return { outcome: 'refused', code: 'email_taken' }
        // The id's own item exists without such an account: the account was claimed by another org.
        if (created?.outcome === 'user_exists' && round > 0)
          return { outcome: 'refused', code: 'user_id_taken' }
        return LOST
      }
      case 'write': {
        const written =
          plan.addresses === undefined
            ? await ports.accounts.write(plan.record)
            : await ports.accounts.writeWithAddresses(plan.record, plan.addresses)
        if (written.outcome === 'written') return { outcome: 'updated', record: plan.record }
        return written.outcome === 'address_taken' ? { outcome: 'refused', code: 'email_taken' } : LOST
      }
    }
  })
}
