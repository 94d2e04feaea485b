import { type AccountPatch, type AccountRefusal, planPatch, planRemoval } from '../claims/account-changes.ts'
import type { Actor } from '../claims/types.ts'
import { accountsOf, type UserView } from '../claims/views.ts'
import type { AccountStore, FoundAccount } from '../table/accounts.ts'
import type { DomainStore } from '../table/domains.ts'
import { viewOfAccount } from './reading.ts'
import { MAX_ROUNDS, pauseBefore } from './rounds.ts'

export interface ManagingPorts {
  readonly accounts: Pick<AccountStore, 'byUserId' | 'write'>
  readonly domains: Pick<DomainStore, 'facts'>
}

export interface UserCommand {
  /** To any other org than the account's own it doesn't exist. */
  readonly orgId: string
  readonly userId: string
  readonly now: Date
  readonly by: Actor
}

interface Refused {
  readonly result: 'refused'
  readonly code: AccountRefusal | 'not_found' | 'busy'
}
export type ChangeOutcome = { readonly result: 'done'; readonly user: UserView } | Refused
export type DeletionOutcome = { readonly result: 'done' } | Refused

/** Reads, plans and writes on the condition that nothing changed in between; what changes nothing isn't written. */
async function change(
  { accounts }: ManagingPorts,
  { orgId, userId }: UserCommand,
  plan: (found: FoundAccount) => ReturnType<typeof planPatch>,
): Promise<{ readonly result: 'done'; readonly record: FoundAccount['record'] } | Refused> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await pauseBefore(round)
    const found = await accounts.byUserId(userId)
    if (found === undefined || found.standing.account.orgId !== orgId)
      return { result: 'refused', code: 'not_found' }
    const planned = plan(found)
    if (planned.kind === 'refused') return { result: 'refused', code: planned.code }
    const { kind, record } = planned
    if (kind === 'unchanged' || (await accounts.write(record)) === 'written')
      return { result: 'done', record }
  }
  return { result: 'refused', code: 'busy' }
}

/** C2, C3: an admin changes a user of the org. 1 R, and 1 W where something changes. */
export async function changeUser(
  ports: ManagingPorts,
  command: UserCommand,
  patch: AccountPatch,
): Promise<ChangeOutcome> {
  const outcome = await change(ports, command, (found) => planPatch(found, patch, command))
  if (outcome.result === 'refused') return outcome
  const { record } = outcome
  const standing = accountsOf(record).find(({ account }) => account.userId === command.userId)
  if (standing === undefined) throw new Error(`the record of ${command.userId} has no such account any more`)
  return { result: 'done', user: await viewOfAccount(ports, { record, standing }, command.now) }
}

/**
 * C2, C3: an admin deletes a user of the org, who from then on is as if they didn't exist; the account's content, and the
 * record, go by and by. 1 R, 1 W.
 */
export async function deleteUser(ports: ManagingPorts, command: UserCommand): Promise<DeletionOutcome> {
  const outcome = await change(ports, command, (found) => planRemoval(found, command))
  return outcome.result === 'refused' ? outcome : { result: 'done' }
}
