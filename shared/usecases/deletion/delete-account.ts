import type { Clock } from '../../lib/time.ts'
import { LOST, type Lost } from '../../lib/optimistic-retry.ts'
import { Busy } from '../../lib/unavailable.ts'
import { otherAddress } from '../../rules/accounts/address-change.ts'
import { revokeClaim } from '../../rules/claims/revocation.ts'
import { isAccountDeletionDue, startAccountDeletion } from '../../rules/deletion/account-deletion.ts'
import { ancestorsOf, redacted, redactionsOf } from '../../rules/deletion/redaction.ts'
import type { AccountRecord, Actor, EndedClaim, AccountDeletion } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { Written } from '../../storage/writes/write.ts'
import type { DeletionStore } from '../../storage/stores/deletions.ts'
import type { SuppressionStore } from '../../storage/stores/suppressions.ts'
import type { IsPaused } from '../pause-reader.ts'

export interface DeleteAccountPorts {
  readonly accounts: Pick<AccountStore, 'byRecordIds' | 'byUserId' | 'write'>
  readonly deletions: DeletionStore
  readonly suppressions: Pick<SuppressionStore, 'remove'>
  readonly isPaused: IsPaused
  readonly now: Clock
  readonly timeLeftMs: () => number
}

export type DeleteAccountOutcome =
  | { readonly outcome: 'removed'; readonly userId: string }
  /** The rest is for a fresh invocation. */
  | { readonly outcome: 'out_of_time'; readonly userId: string }
  /** There is no such account, or it isn't due: nothing was changed (Y5). */
  | { readonly outcome: 'nothing_due' }

/** Four of DynamoDB's batches: a page takes well under a second. */
const CONVERSATIONS_PER_PAGE = 100
/** Time kept for handing on to a fresh invocation. */
const HANDOVER_MS = 10_000

/** The rest is left to a fresh invocation, or to the sweep once deletions are resumed. */
export const shouldHandOver = async ({
  timeLeftMs,
  isPaused,
}: Pick<DeleteAccountPorts, 'timeLeftMs' | 'isPaused'>): Promise<boolean> =>
  timeLeftMs() < HANDOVER_MS || (await isPaused('deletions'))

/** Others may change the record in between (a restoration, a mail's mark); each time, one of them made progress. */
const MAX_LOST_ROUNDS = 20

export const BY: Actor = 'schedule:due'

/**
 * Y4, Y5, Y7: deletes the account of a record that is due or whose deletion has begun. The record is checked again
 * first, and the mark that begins the deletion is one conditional write: of a restoration at the same instant and the
 * deletion, one wins. From then on the account counts as gone. Its content is deleted first, then personal data in
 * ended claims, and the record last; if it is interrupted and called again, it continues there.
 */
export async function deleteAccount(
  ports: DeleteAccountPorts,
  recordId: string,
): Promise<DeleteAccountOutcome> {
  for (let lost = 0; lost < MAX_LOST_ROUNDS; ) {
    const record = (await ports.accounts.byRecordIds([recordId])).get(recordId)
    if (record === undefined || !isAccountDeletionDue(record, ports.now())) return { outcome: 'nothing_due' }
    const { deletion } = record
    if (deletion === undefined) {
      const { account, claim } = record
      const next = startAccountDeletion(record, claim?.newUserId ?? account.userId, {
        now: ports.now(),
        by: BY,
      })
      if ((await ports.accounts.write(next)).outcome === 'lost') lost++
      continue
    }
    const { userId } = deletion
    if (!(await deleteConversations(ports, userId))) return { outcome: 'out_of_time', userId }
    if ((await finish(ports, record, deletion)).outcome === 'written') return { outcome: 'removed', userId }
    lost++
  }
  throw new Busy(`the record was changed by others ${MAX_LOST_ROUNDS} times`)
}

/**
 * R1: deletes the content of a new account whose direct claim was revoked. The account no longer exists and its id is
 * never reused, so nothing can be added, and nothing of anybody else is lost.
 */
export async function deleteContent(
  ports: DeleteAccountPorts,
  userId: string,
): Promise<DeleteAccountOutcome> {
  const exists = (await ports.accounts.byUserId(userId)) !== undefined
  if (exists) return { outcome: 'nothing_due' }
  return { outcome: (await deleteConversations(ports, userId)) ? 'removed' : 'out_of_time', userId }
}

/** @returns whether nothing is left of it */
async function deleteConversations(ports: DeleteAccountPorts, userId: string): Promise<boolean> {
  for (let more = true; more; ) {
    if (await shouldHandOver(ports)) return false
    more = (await ports.deletions.deleteConversations(userId, CONVERSATIONS_PER_PAGE)).more
  }
  return true
}

async function finish(
  ports: DeleteAccountPorts,
  record: AccountRecord,
  { userId, by }: AccountDeletion,
): Promise<Written> {
  const { claim } = record
  const now = ports.now()
  // The original has this address too, and remains an account.
  if (claim?.newUserId === userId) {
    const other = otherAddress(claim)
    if (other !== undefined) await ports.suppressions.remove(other)
    return ports.deletions.endClaim(revokeClaim(record, claim, { now, by }))
  }
  const redacted = await redactClaims(ports, record)
  if (redacted.outcome === 'lost') return LOST
  await ports.suppressions.remove(record.account.email)
  return ports.deletions.deleteAccount(
    record,
    { what: 'user.purged', at: now.toISOString(), by },
    redacted.ended,
  )
}

/**
 * Redacts personal data in ended claims. 1 R a claim, 1 W each that has some.
 * @returns the redacted ending of a claim that ended in the record itself; `lost`: another record was changed meanwhile
 */
async function redactClaims(
  { deletions, accounts }: DeleteAccountPorts,
  { recordId, account, ended }: AccountRecord,
): Promise<Lost | { readonly outcome: 'redacted'; readonly ended: EndedClaim | undefined }> {
  const own = await deletions.closedClaims(recordId)
  if (ended !== undefined) own.push(ended.claim)
  const earlier = []
  const ancestors = ancestorsOf(recordId)
  const records = [...(await accounts.byRecordIds(ancestors)).values()]
  for (const ancestor of ancestors) earlier.push(...(await deletions.closedClaims(ancestor)))
  for (const record of records) if (record.ended !== undefined) earlier.push(record.ended.claim)
  let left = ended
  for (const redaction of redactionsOf({ recordId, email: account.email }, own, earlier)) {
    const { claimId } = redaction
    const holder = records.find((record) => record.ended?.claim.claimId === claimId)
    if (left?.claim.claimId === claimId) left = redacted(left, redaction)
    else if (holder?.ended === undefined) await deletions.redact(redaction)
    else {
      const next = {
        ...holder,
        revision: holder.revision + 1,
        ended: redacted(holder.ended, redaction),
      }
      if ((await accounts.write(next)).outcome === 'lost') return LOST
    }
  }
  return { outcome: 'redacted', ended: left }
}
