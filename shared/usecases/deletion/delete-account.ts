import type { Clock } from '../../lib/time.ts'
import { LOST, type Lost } from '../../lib/optimistic-retry.ts'
import { Busy } from '../../lib/unavailable.ts'
import { otherAddress } from '../../rules/accounts/address-change.ts'
import { revokeClaim } from '../../rules/claims/revocation.ts'
import { isAccountDeletionDue, startAccountDeletion } from '../../rules/deletion/account-deletion.ts'
import { ancestorsOf, redacted, redactionsOf } from '../../rules/deletion/redaction.ts'
import type { AccountRecord, Actor, EndedClaim, AccountDeletion } from '../../rules/types.ts'
import type { AccountStore, Written } from '../../storage/stores/accounts.ts'
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
  /** There is no such account (any more), or its time hasn't come: nothing was changed (Y5). */
  | { readonly outcome: 'nothing_due' }

/** Four of DynamoDB's batches: a page is gone in well under a second. */
const CONVERSATIONS_PER_PAGE = 100
/** Time kept for handing on to a fresh invocation. */
const HANDOVER_MS = 10_000

/** The rest is for a fresh invocation, or for when it isn't paused any more. */
export const shouldHandOver = async ({ timeLeftMs, isPaused }: DeleteAccountPorts): Promise<boolean> =>
  timeLeftMs() < HANDOVER_MS || (await isPaused('deletions'))

/** Others may change the record in between (a restoration, a mail's mark); each time one of them got on. */
const MAX_LOST_ROUNDS = 20

export const BY: Actor = 'schedule:due'

/**
 * Y4, Y5, Y7: removes the account that is due, or being removed, in a record. It is looked at once more before anything
 * happens, and the mark is one conditional write: of a restoration at the same instant and the deletion one wins. From
 * then on nobody sees the account; its content goes, then what ended claims tell of the person, and the record last, so
 * cut off anywhere and called again it goes on from there.
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
 * R1: what came into the new account of a direct claim that was revoked. The account is no more and its id never comes
 * back, so nothing can be added, and nobody's content is lost.
 */
export async function deleteContent(
  ports: DeleteAccountPorts,
  userId: string,
): Promise<DeleteAccountOutcome> {
  const standing = (await ports.accounts.byUserId(userId)) !== undefined
  if (standing) return { outcome: 'nothing_due' }
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
  // What else there is at this address is the original's, who is somebody's account still.
  if (claim?.newUserId === userId) {
    const other = otherAddress(claim)
    if (other !== undefined) await ports.suppressions.remove(other)
    return ports.deletions.endClaim(revokeClaim(record, claim, { now, by }))
  }
  const traces = await redactTraces(ports, record)
  if (traces.outcome === 'lost') return LOST
  await ports.suppressions.remove(record.account.email)
  return ports.deletions.deleteAccount(
    record,
    { what: 'user.purged', at: now.toISOString(), by },
    traces.ended,
  )
}

/**
 * 1 R an ended claim, 1 W each that names the person.
 * @returns what is left of the one that ended in the record itself; `lost`: another record has changed meanwhile
 */
async function redactTraces(
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
    const standing = records.find((record) => record.ended?.claim.claimId === claimId)
    if (left?.claim.claimId === claimId) left = redacted(left, redaction)
    else if (standing?.ended === undefined) await deletions.redact(redaction)
    else {
      const next = {
        ...standing,
        revision: standing.revision + 1,
        ended: redacted(standing.ended, redaction),
      }
      if ((await accounts.write(next)).outcome === 'lost') return LOST
    }
  }
  return { outcome: 'redacted', ended: left }
}
