import { isDeepStrictEqual } from 'node:util'
import { normalizedAddress } from '../../../shared/rules/accounts/address.ts'
import type { AccountRecord, OpenClaim } from '../../../shared/rules/types.ts'
import { checkEnd } from './endings.ts'
import type { Group, Ledger, RecordChange } from './ledger.ts'
import {
  DAY_MS,
  endOf,
  mayDecide,
  newAddressOf,
  obstacleTo,
  REMOVAL_MS,
  REQUEST_MS,
  refusalsOf,
  SLACK_MS,
} from './rules.ts'

const never = Number.POSITIVE_INFINITY
const TOLD_MS = 7 * 86_400_000

/** Every change of a record is one that the rules allow. */
export function checkRecords(group: Group, ledger: Ledger): void {
  for (const change of group.records) checkRecord(change, group, ledger)
}

function checkRecord(change: RecordChange, group: Group, ledger: Ledger): void {
  const { recordId, before, after } = change
  if (after === undefined) {
    if (before !== undefined) checkDeletion(before, ledger)
    return
  }
  if (before === undefined) return
  const [was, is] = [before.claim, after.claim]
  if (after.revision !== before.revision + 1 && !isMailOnly(before, after))
    ledger.fail('lost update', `${recordId} went from ${before.revision} to ${after.revision}`)
  if (was !== undefined && was.claimId === is?.claimId) checkMail(was, is, ledger)
  if (was === undefined && is !== undefined) checkCreation(before, is, ledger)
  else if (was !== undefined && is === undefined) {
    checkEnd(change, was, group, ledger)
    checkEndAtOnce(before, was, group, ledger)
  } else if (was !== undefined && is !== undefined) checkClaim(before, was, is, ledger)
  if (before.deletion === undefined && after.deletion !== undefined) checkDeletionBegun(after, ledger)
  if (before.deletion !== undefined && after.deletion === undefined && is === undefined && was === undefined)
    ledger.fail('removal', `${recordId} came back from its deletion`)
  if (is !== undefined && after.ended !== undefined)
    ledger.fail('one open claim', `${recordId} holds an ended claim beside an open one`)
  checkInactivity(before, after, ledger)
}

/** Whether only the mail state changed. Such a write leaves the revision as it is. */
function isMailOnly(before: AccountRecord, after: AccountRecord): boolean {
  const rest = ({ claim, ...record }: AccountRecord) => {
    if (claim === undefined) return record
    const { mail: _mail, notification: _notification, notifiedAt: _notifiedAt, ...core } = claim
    return { ...record, core }
  }
  return before.claim !== undefined && isDeepStrictEqual(rest(before), rest(after))
}

/** C6: each write of a claim's mail state follows from the one before, and keeps the hash of every mailed link. */
function checkMail(was: OpenClaim, is: OpenClaim, ledger: Ledger): void {
  const { claimId } = is
  const isSame = isDeepStrictEqual(was.mail, is.mail)
  if (is.mail.revision !== was.mail.revision + (isSame ? 0 : 1))
    ledger.fail(
      'C6',
      `what is told of ${claimId}'s mails went from ${was.mail.revision} to ${is.mail.revision}`,
    )
  for (const [name, slot] of Object.entries(was.mail.slots))
    if (slot === 'sent' && name === 'claimed' && is.mail.slots.claimed !== 'sent')
      ledger.fail('C6', `${claimId} has forgotten that its mail was sent`)
}

/** Without content to move, the schedule's decision and the completion are one write. */
function checkEndAtOnce(before: AccountRecord, was: OpenClaim, group: Group, ledger: Ledger): void {
  const closed = group.claims.find(({ claimId }) => claimId === was.claimId)?.after
  if (was.status !== 'open' || closed?.status !== 'completed' || closed.decision === undefined) return
  if (closed.decision.kind !== 'change_email')
    checkStart(before, was, { ...was, status: 'migrating', decision: closed.decision }, ledger)
}

function checkDeletion({ recordId, account, claim, deletion }: AccountRecord, ledger: Ledger): void {
  if (deletion?.userId !== account.userId || claim !== undefined)
    ledger.fail('removal', `${recordId} went without a deletion`)
  const left = [...ledger.owners].filter(([, owners]) => owners.has(account.userId))
  if (left.length > 0) ledger.fail('orphans', `${account.userId} went and left ${left.map(([id]) => id)}`)
}

function checkCreation(before: AccountRecord, claim: OpenClaim, ledger: Ledger): void {
  const { claimId, claimingOrgId, createdAt } = claim
  const since = ledger.now - SLACK_MS
  const codes = refusalsOf(ledger, claimingOrgId, before, before.account.email, since)
  if (codes.length > 0) ledger.fail('E', `${claimId} was made although ${codes}`)
  if (before.deletion !== undefined) ledger.fail('E', `${claimId} is on an account that is going`)
  if (claim.status !== 'open' || claim.decision !== undefined || claim.version !== 1)
    ledger.fail('C', `${claimId} doesn't begin as a claim does`)
  if (Date.parse(createdAt) > ledger.now || Date.parse(createdAt) < since)
    ledger.fail('C', `${claimId} says it was made at ${createdAt}`)
  for (const other of ledger.records.values())
    if (other.recordId !== before.recordId && other.claim?.originalUserId === claim.originalUserId)
      ledger.fail('one open claim', `${claimId} and ${other.claim.claimId} are on ${claim.originalUserId}`)
  if (ledger.claimsMade.has(claimId)) ledger.fail('ended for good', `${claimId} came back`)
  ledger.claimsMade.set(claimId, { at: ledger.now, createdAt, origin: claim.origin })
  const claiming = ledger.org(claimingOrgId).since(since)
  const sources = ledger.org(before.account.orgId).since(since)
  const obstacles = claiming.flatMap((org) =>
    sources.map((source) => org && source && obstacleTo(org, source)),
  )
  const right =
    claim.type === 'delayed' || claim.contentLoss === 'chosen_direct'
      ? obstacles.includes(undefined)
      : obstacles.includes(claim.contentLoss)
  if (!right) ledger.fail('T', `${claimId} is ${claim.type} with ${claim.contentLoss}, of ${obstacles}`)
}

function checkClaim(before: AccountRecord, was: OpenClaim, is: OpenClaim, ledger: Ledger): void {
  const { claimId } = was
  if (is.claimId !== claimId) {
    ledger.fail('one open claim', `${claimId} was replaced by ${is.claimId}`)
    return
  }
  const fixed = ['createdAt', 'claimingOrgId', 'originalUserId', 'origin'] as const
  for (const name of fixed) if (was[name] !== is[name]) ledger.fail('C', `${claimId} changed its ${name}`)
  if (is.newAccount.email !== was.newAccount.email && (is.type !== 'direct' || is.status !== 'open'))
    ledger.fail('C9', `${claimId} is ${is.type} and ${is.status}, and got another address`)
  if (was.signedInAt !== undefined && was.signedInAt !== is.signedInAt)
    ledger.fail('S2', `${claimId} forgot a sign-in`)
  if (was.decision !== undefined && was.decision.kind !== is.decision?.kind)
    ledger.fail('U5', `${claimId} was decided twice`)
  if (was.status === 'migrating' && is.status === 'open') ledger.fail('M3', `${claimId} stopped migrating`)
  if (was.status === 'open' && is.status === 'migrating') checkStart(before, was, is, ledger)
  checkConfirmation(was, is, ledger)
  const failed = (claim: OpenClaim): boolean => ['bounced', 'complained'].includes(claim.notification)
  if (failed(was) && !failed(is)) ledger.mended.set(claimId, ledger.now)
  if (!failed(is) || failed(was)) return
  ledger.undeliverable.set(claimId, ledger.now)
  ledger.returned.push({ claimId, orgId: is.claimingOrgId, at: ledger.now })
}

/** U2: a confirmation lasts 24 h at most, five are possible within 24 h, and the migration is held once. */
function checkConfirmation(was: OpenClaim, is: OpenClaim, ledger: Ledger): void {
  const { claimId, pendingEmail } = is
  if (is.decision !== undefined && pendingEmail !== undefined)
    ledger.fail('U2', `${claimId} is decided and still waits for ${pendingEmail.newEmail}`)
  if (was.heldUntil !== undefined && is.heldUntil !== was.heldUntil)
    ledger.fail('U2', `${claimId} is held once more`)
  if (pendingEmail === undefined || pendingEmail.changeNumber === was.pendingEmail?.changeNumber) return
  if (Date.parse(pendingEmail.expiresAt) > ledger.now + DAY_MS)
    ledger.fail('U2', `${claimId} waits until ${pendingEmail.expiresAt}`)
  const asked = ledger.confirmations.get(claimId) ?? []
  ledger.confirmations.set(claimId, [...asked, ledger.now])
  if (asked.filter((at) => at > ledger.now - DAY_MS + REQUEST_MS).length >= 5)
    ledger.fail('U2', `${claimId} has more than five confirmations in a day`)
}

function checkStart({ account }: AccountRecord, was: OpenClaim, is: OpenClaim, ledger: Ledger): void {
  const { claimId } = was
  const { decision } = is
  if (ledger.revokedForSure.has(claimId)) ledger.fail('R4', `${claimId} migrates although it was revoked`)
  if (decision === undefined) {
    ledger.fail('M1', `${claimId} migrates undecided`)
    return
  }
  if (decision.by === 'user') {
    if (!mayDecide(was, account.paid, decision.kind))
      ledger.fail('U', `${claimId} was decided as ${decision.kind}`)
    return
  }
  if (decision.kind === 'delete_original') {
    if (ledger.org(was.sourceOrgId).now?.deletion?.begunAt === undefined)
      ledger.fail('O1', `${claimId} loses its original for no reason`)
    return
  }
  if (was.type !== 'delayed') ledger.fail('M1', `${claimId} is direct and migrates`)
  // M5: the first mail left, or bounced, a week before.
  const told = Math.min(ledger.mailed.get(claimId) ?? never, ledger.undeliverable.get(claimId) ?? never)
  if (ledger.now < told + TOLD_MS) ledger.fail('M5', `${claimId} migrates, and its user wasn't told in time`)
  if (was.heldUntil !== undefined && ledger.now < Date.parse(was.heldUntil))
    ledger.fail('U2', `${claimId} migrates before ${was.heldUntil}, until when it is held`)
  if (ledger.now < endOf(was)) ledger.fail('M1', `${claimId} migrates before its ${was.createdAt} + 14 days`)
}

function checkDeletionBegun({ recordId, account, claim, deletion }: AccountRecord, ledger: Ledger): void {
  if (deletion === undefined) return
  const isNew = deletion.userId === claim?.newUserId
  const orgId = isNew ? claim.claimingOrgId : account.orgId
  if (!isNew && claim !== undefined)
    ledger.fail('C3', `the original ${deletion.userId} is removed under its claim`)
  if (!deletion.by.startsWith('schedule:')) return
  const begun = ledger.org(orgId).now?.deletion?.begunAt !== undefined
  const inactive = isNew ? claim.newAccount.inactive : account.inactive
  if (begun) return
  if (inactive === undefined) ledger.fail('Y5', `${recordId} is removed although nobody made it inactive`)
  else if (ledger.now < Date.parse(inactive.since) + REMOVAL_MS)
    ledger.fail('Y4', `${recordId} is removed, inactive since ${inactive.since}`)
}

/**
 * Y4, Y6: only a full sync whose directory lacks the address makes a user inactive, and only one whom syncs may
 * touch.
 */
function checkInactivity(before: AccountRecord, after: AccountRecord, ledger: Ledger): void {
  const held = (record: AccountRecord) =>
    (record.claim === undefined ? record.account : record.claim.newAccount).inactive
  const { claim } = after
  const [was, is] = [held(before), held(after)]
  if (is === undefined || is.syncId === was?.syncId || before.claim?.claimId !== claim?.claimId) return
  const sync = ledger.syncs.get(is.syncId)
  if (sync?.mode !== 'full') ledger.fail('Y3', `${after.recordId} was made inactive by ${sync?.mode}`)
  if (claim?.type === 'delayed')
    ledger.fail('Y6', `${after.recordId} was made inactive under a delayed claim`)
  const directory = ledger.directoryOf.get(is.syncId)
  const address = claim === undefined ? after.account.email : newAddressOf(claim)
  if (directory?.has(normalizedAddress(address)))
    ledger.fail('Y4', `${address} was made inactive although the directory has it`)
}
