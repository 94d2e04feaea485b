import {
  type AccountPatch,
  type AccountPlan,
  type AccountRefusal,
  planPatch,
  planDeletion,
} from '../../rules/accounts/account-changes.ts'
import { codeOfRefusal, domainOf, parseAddress } from '../../rules/accounts/address.ts'
import { isOpenTo } from '../../rules/claims/claimability.ts'
import { accountsOf, type UserView } from '../../rules/claims/views.ts'
import type { AccountRecord, Actor } from '../../rules/types.ts'
import { isVersionAllowed, type Versions, type WriteRefusal } from '../../rules/versions.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { FoundAccount } from '../../storage/stores/account-reads.ts'
import type { Written } from '../../storage/writes/write.ts'
import type { DomainStore } from '../../storage/stores/domains.ts'
import { viewOfAccount } from '../lists/views.ts'
import { LOST, type Lost, retryOptimistically } from '../../lib/optimistic-retry.ts'

export interface ChangeUserPorts {
  readonly accounts: Pick<AccountStore, 'byUserId' | 'write' | 'writeWithAddresses'>
  readonly domains: Pick<DomainStore, 'states'>
}

export interface UserCommand {
  /** The account's org; for any other org the account doesn't exist. */
  readonly orgId: string
  readonly userId: string
  readonly now: Date
  readonly by: Actor
  readonly versions?: Versions | undefined
}

type PlannedWrite = Extract<AccountPlan, { outcome: 'write' }>

/** C9: the address must be on a domain that the org has verified and that no other org has claimed. */
type AddressRefusal = 'domain_not_verified' | 'domain_claimed_by_other' | 'email_taken'

interface Refused<Code extends string = never> {
  readonly outcome: 'refused'
  readonly code: AccountRefusal | 'not_found' | WriteRefusal | Code
}
export type ChangeUserOutcome =
  | { readonly outcome: 'done'; readonly user: UserView; readonly version: number }
  | Refused<AddressRefusal | 'invalid_address' | 'unmailable_address'>
export type DeleteUserOutcome = { readonly outcome: 'done' } | Refused

interface Changed {
  readonly outcome: 'done'
  readonly record: AccountRecord
}

/** Reads, plans and writes on the condition that nothing changed in between; what changes nothing isn't written. */
async function change<Code extends string>(
  { accounts }: ChangeUserPorts,
  { orgId, userId, versions }: UserCommand,
  plan: (found: FoundAccount) => ReturnType<typeof planPatch>,
  write: (planned: PlannedWrite) => Promise<Written | { readonly outcome: Code }>,
): Promise<Changed | Refused<Code>> {
  return retryOptimistically(async (): Promise<Changed | Refused<Code> | Lost> => {
    const found = await accounts.byUserId(userId)
    if (found === undefined || found.inRecord.account.orgId !== orgId)
      return { outcome: 'refused', code: 'not_found' }
    if (!isVersionAllowed(versions, found.record.revision))
      return { outcome: 'refused', code: 'precondition_failed' }
    const planned = plan(found)
    if (planned.outcome === 'refused') return { outcome: 'refused', code: planned.code }
    const { record } = planned
    if (planned.outcome === 'unchanged') return { outcome: 'done', record }
    const { outcome } = await write(planned)
    if (outcome === 'written') return { outcome: 'done', record }
    return outcome === 'lost' ? LOST : { outcome: 'refused', code: outcome }
  })
}

/** C9: the record with another address, if its domain lets the org assign it. 2 R, 6 W. */
async function writeAddress(
  { accounts, domains }: ChangeUserPorts,
  orgId: string,
  email: string,
  { record, addresses }: PlannedWrite,
): Promise<Written | { readonly outcome: AddressRefusal }> {
  if (addresses === undefined) return accounts.write(record)
  const domain = domainOf(email)
  const state = (await domains.states(orgId, [domain])).get(domain)
  if (state === undefined || !state.verified) return { outcome: 'domain_not_verified' }
  if (!isOpenTo(orgId, state)) return { outcome: 'domain_claimed_by_other' }
  const written = await accounts.writeWithAddresses(record, addresses)
  return written.outcome === 'address_taken' ? { outcome: 'email_taken' } : written
}

/**
 * C2, C3, C9: changes a user of the org for an admin. 1 R, and 1 W if something changes; another address takes 2 R and
 * a transaction of 6 W.
 */
export async function changeUser(
  ports: ChangeUserPorts,
  command: UserCommand,
  patch: AccountPatch,
): Promise<ChangeUserOutcome> {
  const parsed = patch.email === undefined ? undefined : parseAddress(patch.email)
  if (parsed?.outcome === 'refused') return { outcome: 'refused', code: codeOfRefusal(parsed.reason) }
  const email = parsed?.address.email
  const outcome = await change(
    ports,
    command,
    (found) => planPatch(found, { ...patch, email }, command),
    (planned) =>
      email === undefined
        ? ports.accounts.write(planned.record)
        : writeAddress(ports, command.orgId, email, planned),
  )
  if (outcome.outcome === 'refused') return outcome
  const { record } = outcome
  const inRecord = accountsOf(record).find(({ account }) => account.userId === command.userId)
  if (inRecord === undefined) throw new Error(`the record of ${command.userId} has no such account any more`)
  const user = await viewOfAccount(ports, { record, inRecord }, command.now)
  return { outcome: 'done', user, version: record.revision }
}

/**
 * C2, C3: begins the deletion of a user for an admin. The user counts as gone at once; content and record are deleted
 * afterwards, page by page. 1 R, 1 W.
 */
export async function deleteUser(ports: ChangeUserPorts, command: UserCommand): Promise<DeleteUserOutcome> {
  const outcome = await change<never>(
    ports,
    command,
    (found) => planDeletion(found, command),
    ({ record }) => ports.accounts.write(record),
  )
  return outcome.outcome === 'refused' ? outcome : { outcome: 'done' }
}
