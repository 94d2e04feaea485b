import { MAX_ROUNDS, pauseBefore } from '../../lib/retry-rounds.ts'
import {
  type AccountPatch,
  type AccountPlan,
  type AccountRefusal,
  planPatch,
  planDeletion,
} from '../../rules/accounts/account-changes.ts'
import { codeOfRefusal, domainOf, parseAddress } from '../../rules/accounts/address.ts'
import { isOpenTo } from '../../rules/claims/eligibility.ts'
import { accountsOf, type UserView } from '../../rules/claims/views.ts'
import type { AccountRecord, Actor } from '../../rules/types.ts'
import { isAmong, type Versions } from '../../rules/versions.ts'
import type { AccountStore, FoundAccount, Written } from '../../storage/stores/accounts.ts'
import type { DomainStore } from '../../storage/stores/domains.ts'
import { viewOfAccount } from '../lists/views.ts'

export interface ChangeUserPorts {
  readonly accounts: Pick<AccountStore, 'byUserId' | 'write' | 'writeWithAddresses'>
  readonly domains: Pick<DomainStore, 'facts'>
}

export interface UserCommand {
  /** To any other org than the account's own it doesn't exist. */
  readonly orgId: string
  readonly userId: string
  readonly now: Date
  readonly by: Actor
  readonly versions?: Versions | undefined
}

type PlannedWrite = Extract<AccountPlan, { kind: 'write' }>

/** C9: the address must be on a domain of the org's own, and nobody else's. */
type AddressRefusal = 'domain_not_verified' | 'domain_claimed_by_other' | 'email_taken'

interface Refused<Code extends string = never> {
  readonly result: 'refused'
  readonly code: AccountRefusal | 'not_found' | 'precondition_failed' | 'busy' | Code
}
export type ChangeUserOutcome =
  | { readonly result: 'done'; readonly user: UserView; readonly version: number }
  | Refused<AddressRefusal | 'invalid_address' | 'unmailable_address'>
export type DeleteUserOutcome = { readonly result: 'done' } | Refused

/** Reads, plans and writes on the condition that nothing changed in between; what changes nothing isn't written. */
async function change<Code extends string>(
  { accounts }: ChangeUserPorts,
  { orgId, userId, versions }: UserCommand,
  plan: (found: FoundAccount) => ReturnType<typeof planPatch>,
  write: (planned: PlannedWrite) => Promise<Written | Code>,
): Promise<{ readonly result: 'done'; readonly record: AccountRecord } | Refused<Code>> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await pauseBefore(round)
    const found = await accounts.byUserId(userId)
    if (found === undefined || found.standing.account.orgId !== orgId)
      return { result: 'refused', code: 'not_found' }
    if (!isAmong(versions, found.record.revision)) return { result: 'refused', code: 'precondition_failed' }
    const planned = plan(found)
    if (planned.kind === 'refused') return { result: 'refused', code: planned.code }
    const { record } = planned
    if (planned.kind === 'unchanged') return { result: 'done', record }
    const written = await write(planned)
    if (written === 'written') return { result: 'done', record }
    if (written !== 'lost') return { result: 'refused', code: written }
  }
  return { result: 'refused', code: 'busy' }
}

/** C9: the record with another address, where its domain lets the org give it. 2 R, 6 W. */
async function writeAddress(
  { accounts, domains }: ChangeUserPorts,
  orgId: string,
  email: string,
  { record, addresses }: PlannedWrite,
): Promise<Written | AddressRefusal> {
  if (addresses === undefined) return accounts.write(record)
  const domain = domainOf(email)
  const facts = (await domains.facts(orgId, [domain])).get(domain)
  if (facts === undefined || !facts.verified) return 'domain_not_verified'
  if (!isOpenTo(orgId, facts)) return 'domain_claimed_by_other'
  const written = await accounts.writeWithAddresses(record, addresses)
  return written === 'address_taken' ? 'email_taken' : written
}

/**
 * C2, C3, C9: an admin changes a user of the org. 1 R, and 1 W where something changes; another address takes 2 R and a
 * transaction of 6 W.
 */
export async function changeUser(
  ports: ChangeUserPorts,
  command: UserCommand,
  patch: AccountPatch,
): Promise<ChangeUserOutcome> {
  const parsed = patch.email === undefined ? undefined : parseAddress(patch.email)
  if (parsed?.ok === false) return { result: 'refused', code: codeOfRefusal(parsed.reason) }
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
  if (outcome.result === 'refused') return outcome
  const { record } = outcome
  const standing = accountsOf(record).find(({ account }) => account.userId === command.userId)
  if (standing === undefined) throw new Error(`the record of ${command.userId} has no such account any more`)
  const user = await viewOfAccount(ports, { record, standing }, command.now)
  return { result: 'done', user, version: record.revision }
}

/**
 * C2, C3: an admin deletes a user of the org, who from then on is as if they didn't exist; the account's content, and the
 * record, go by and by. 1 R, 1 W.
 */
export async function deleteUser(ports: ChangeUserPorts, command: UserCommand): Promise<DeleteUserOutcome> {
  const outcome = await change<never>(
    ports,
    command,
    (found) => planDeletion(found, command),
    ({ record }) => ports.accounts.write(record),
  )
  return outcome.result === 'refused' ? outcome : { result: 'done' }
}
