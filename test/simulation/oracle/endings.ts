import { normalizedAddress } from '../../../shared/rules/accounts/address.ts'
import type { AccountRecord, ClosedClaim, OpenClaim } from '../../../shared/rules/types.ts'
import type { Group, Ledger, RecordChange } from './ledger.ts'
import { addressesIn, endOf, newAddressOf, REQUEST_MS, SLACK_MS } from './rules.ts'

/** A claim that leaves its record is stored as completed or revoked at the same instant. */
export function checkEnd(
  { before, after, recordId }: RecordChange,
  was: OpenClaim,
  group: Group,
  ledger: Ledger,
): void {
  const { claimId } = was
  const closed = group.claims.find((change) => change.claimId === claimId)?.after
  if (closed === undefined || before === undefined || after === undefined) {
    ledger.fail('lost claim', `${claimId} went from ${recordId} and is nowhere`)
    return
  }
  if (closed.status === 'revoked') checkRevocation(was, before.deletion?.userId, ledger)
  else if (closed.decision?.kind === 'change_email') checkParting(was, closed, group, ledger)
  else checkCompletion(was, closed, after.account, ledger)
  if (closed.status === 'revoked') {
    const { account } = before
    const same =
      account.userId === after.account.userId &&
      account.email === after.account.email &&
      account.orgId === after.account.orgId &&
      account.status === after.account.status &&
      `${account.licenses}` === `${after.account.licenses}`
    if (!same) ledger.fail('R1', `${claimId} was revoked, and ${recordId} isn't what it was`)
  }
}

function checkRevocation(was: OpenClaim, removedUserId: string | undefined, ledger: Ledger): void {
  const { claimId, claimingOrgId, email } = was
  if (was.status !== 'open') ledger.fail('R4', `${claimId} was revoked while it migrated`)
  // The deletion of its new account ends a claim in any case.
  if (removedUserId === was.newUserId) return
  if (was.signedInAt !== undefined) ledger.fail('S2', `${claimId} was revoked after a sign-in`)
  if (ledger.now > endOf(was) + REQUEST_MS) ledger.fail('R', `${claimId} was revoked after its 14 days`)
  const holders = ledger.exclusive(email.slice(email.lastIndexOf('@') + 1)).since(ledger.now - SLACK_MS)
  if (holders.length > 0 && holders.every((holder) => holder === claimingOrgId))
    ledger.fail('R', `${claimId} was revoked although its domain is claimed`)
}

function checkParting(was: OpenClaim, { decision }: ClosedClaim, group: Group, ledger: Ledger): void {
  const { claimId, pendingEmail } = was
  if (pendingEmail === undefined || pendingEmail.newEmail !== decision?.newEmail)
    ledger.fail('U2', `${claimId} was parted by an address that didn't wait to be confirmed`)
  else if (ledger.now > Date.parse(pendingEmail.expiresAt) + REQUEST_MS)
    ledger.fail('U2', `${claimId} was parted after ${pendingEmail.expiresAt}`)
  if (was.status !== 'open') ledger.fail('U2', `${claimId} was decided while it migrated`)
  const parted = group.records.find(({ after }) => after?.account.userId === was.newUserId)?.after
  if (parted !== undefined && parted.account.email !== newAddressOf(was))
    ledger.fail('C9', `${claimId} was parted, and its account is at ${parted.account.email}`)
  if (parted?.account.orgId !== was.claimingOrgId)
    ledger.fail('U2', `${claimId} has no new account of its own`)
  const original = group.records.find(({ after }) => after?.account.userId === was.originalUserId)?.after
  if (
    original === undefined ||
    normalizedAddress(original.account.email) !== normalizedAddress(decision?.newEmail ?? '')
  )
    ledger.fail('U2', `the original of ${claimId} isn't at ${decision?.newEmail}`)
}

function checkCompletion(
  was: OpenClaim,
  closed: ClosedClaim,
  { userId, orgId, email }: AccountRecord['account'],
  ledger: Ledger,
): void {
  const { claimId, originalUserId, newUserId } = was
  if (email !== newAddressOf(was))
    ledger.fail('C9', `${claimId} was completed, and its account is at ${email}`)
  if (closed.decision === undefined) ledger.fail('M1', `${claimId} was completed without having begun`)
  if (userId !== newUserId || orgId !== was.claimingOrgId)
    ledger.fail('C2', `${claimId} was completed, and ${userId} of ${orgId} stands there`)
  const left = [...ledger.owners].filter(([, owners]) => owners.has(originalUserId))
  if (left.length > 0)
    ledger.fail(
      'orphans',
      `${claimId} was completed, and ${originalUserId} still has ${left.map(([id]) => id)}`,
    )
}

/**
 * An ended claim never changes, except that the addresses of a deleted person are redacted; it is deleted with the
 * org that made it.
 */
export function checkEnded({ claims }: Group, ledger: Ledger): void {
  for (const { claimId, before, after } of claims) {
    if (before === undefined) continue
    if (after === undefined) {
      if (ledger.org(before.claimingOrgId).now?.deletion?.begunAt === undefined)
        ledger.fail('ended for good', `${claimId} is gone`)
      continue
    }
    const bare = ({ email: _email, decision, ...claim }: ClosedClaim): string =>
      JSON.stringify([Object.entries(claim).sort(), decision?.kind, decision?.at, decision?.by])
    if (bare(before) !== bare(after)) ledger.fail('ended for good', `${claimId} was changed after its end`)
    if (after.email !== before.email && after.email !== '')
      ledger.fail('ended for good', `${claimId} has another address`)
  }
}

/**
 * Every conversation has one owner. It is deleted only with its owner, by the user's decision, or when it expires.
 */
export function checkConversations({ conversations, gone }: Group, ledger: Ledger): void {
  for (const id of conversations) {
    const owners = ledger.owners.get(id) ?? new Set()
    if (owners.size > 1) ledger.fail('one owner', `${id} is in ${[...owners]}`)
  }
  for (const { userId, conversationId, item } of gone) {
    if ((ledger.owners.get(conversationId)?.size ?? 0) > 0) continue
    const expires = item.expiresAtEpochSeconds
    if (typeof expires === 'number' && expires * 1000 <= ledger.now) continue
    const record = ledger.standing(userId)
    // R1: the new account is deleted with its content.
    const revoked = [...ledger.closed.values()].some(
      ({ status, newUserId }) => status === 'revoked' && newUserId === userId,
    )
    const deleted =
      (record === undefined && revoked) ||
      record?.deletion?.userId === userId ||
      (record?.claim?.status === 'migrating' &&
        record.claim.decision?.kind === 'delete_original' &&
        record.claim.originalUserId === userId)
    if (!deleted) ledger.fail('lost conversation', `${conversationId} of ${userId} is gone`)
  }
}

/** An address and its record refer to each other, one to one. */
export function checkAddresses({ records, addresses }: Group, ledger: Ledger): void {
  const rootsAt = (address: string) => ledger.addresses.get(address)
  for (const { recordId, before, after } of records) {
    const held = after === undefined ? [] : addressesIn(after)
    for (const at of before === undefined ? [] : addressesIn(before))
      if (!held.includes(at) && rootsAt(at) === recordId)
        ledger.fail('one address', `${at} is kept for ${recordId}, which is elsewhere`)
    if (after === undefined) continue
    for (const at of held)
      if (rootsAt(at) !== recordId) ledger.fail('one address', `${at} of ${recordId} is ${rootsAt(at)}'s`)
  }
  for (const address of addresses) {
    const recordId = rootsAt(address)
    if (recordId === undefined) continue
    const change = records.find((one) => one.recordId === recordId)
    const record = change === undefined ? ledger.records.get(recordId) : change.after
    if (record === undefined || !addressesIn(record).includes(address))
      ledger.fail('one address', `${address} is kept for ${recordId}, which isn't there`)
  }
}
