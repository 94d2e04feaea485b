import { isoSecond } from '../../lib/time.ts'
import { normalizedAddress } from '../accounts/address.ts'
import { addressesOf } from '../accounts/address-change.ts'
import { claimIds } from './claim-ids.ts'
import { NO_MAIL_YET, withMail } from './claim-mail.ts'
import { decisionOptions } from './claim-type.ts'
import { DECISION_WINDOW_MS, MIGRATION_LEASE_MS } from '../limits.ts'
import { isUndeliverable, type MailFailure } from './notification.ts'
import type {
  Account,
  AccountRecord,
  Actor,
  Change,
  ChangeKind,
  Claim,
  ClaimCore,
  ClaimType,
  ClosedClaim,
  ContentLossReason,
  Decision,
  DecisionKind,
  NewAccount,
  NotRevocable,
  OpenClaim,
} from '../types.ts'

/**
 * The claim's life, as pure transitions of the account record. Each returns the record to write, on the condition that
 * it still is as it was read; the table makes of that one conditional write.
 *
 *   (none) ─create→ open ─decide / 14 days→ migrating ─finish→ completed
 *                    └────revoke→ revoked
 */
export interface ChangedBy {
  readonly now: Date
  readonly by: Actor
}

export interface ClaimRequest {
  readonly ulid: string
  readonly claimingOrgId: string
  readonly type: ClaimType
  readonly contentLoss?: ContentLossReason
  readonly licenses: readonly string[]
  readonly names: { readonly firstName?: string; readonly lastName?: string; readonly displayName?: string }
  readonly origin: string
  /** C10: who asked for the import; absent: whoever makes the claim. */
  readonly createdBy?: Actor
}

export interface Ended {
  /** What stands at the address from now on. */
  readonly record: AccountRecord
  readonly closed: ClosedClaim
  readonly change: Change
  /**
   * C9: normalized. Where the new account had another address than the claimed one, one of the two is nobody's any more:
   * the other one after a revocation, the claimed one after all else.
   */
  readonly freed?: string
}

/** What a display name is where nobody chose one. */
export function fullName(firstName: string, lastName: string): string {
  return `${firstName} ${lastName}`.trim()
}

/** Open or migrating: the claim stands in its account's record. */
export function isOpen(claim: Claim): claim is OpenClaim {
  return 'newAccount' in claim
}

export function endsAt(claim: Pick<ClaimCore, 'createdAt'>): Date {
  return new Date(new Date(claim.createdAt).getTime() + DECISION_WINDOW_MS)
}

function changeOf(record: AccountRecord, what: ChangeKind, { now, by }: ChangedBy): Change {
  return { what, by, at: now.toISOString(), n: record.revision + 1 }
}

/** The next record, with what was changed about it and by whom. */
export function changed(record: AccountRecord, what: ChangeKind, changedBy: ChangedBy): AccountRecord {
  return { ...record, revision: record.revision + 1, change: changeOf(record, what, changedBy) }
}

const trailEntry = (change: Change): string => `${change.at}#${change.n}`

/** The next record with the claim changed, its version and trail included. An address that can't be confirmed any more goes. */
export function withClaim(
  record: AccountRecord,
  claim: OpenClaim,
  what: ChangeKind,
  changedBy: ChangedBy,
  patch: Partial<OpenClaim>,
): AccountRecord & { readonly claim: OpenClaim } {
  const change = changeOf(record, what, changedBy)
  const { pendingEmail, ...kept } = { ...claim, ...patch }
  // U2: any other decision ends a confirmation, and what the schedule does, too.
  const isPending =
    pendingEmail !== undefined &&
    patch.decision === undefined &&
    changedBy.now < new Date(pendingEmail.expiresAt)
  const next = {
    ...kept,
    ...(isPending ? { pendingEmail } : {}),
    version: claim.version + 1,
    trail: [...claim.trail, trailEntry(change)],
  }
  return { ...record, revision: record.revision + 1, claim: next, change }
}

function nameOf(
  account: Account,
  names: ClaimRequest['names'],
): Pick<Account, 'firstName' | 'lastName' | 'displayName'> {
  const firstName = names.firstName ?? account.firstName
  const lastName = names.lastName ?? account.lastName
  const renamed = names.firstName !== undefined || names.lastName !== undefined
  const displayName = names.displayName ?? (renamed ? fullName(firstName, lastName) : account.displayName)
  return { firstName, lastName, displayName }
}

/** C2–C5. The caller has checked that the account can be claimed: no claim is open on it. */
export function createClaim(
  record: AccountRecord,
  request: ClaimRequest,
  changedBy: ChangedBy,
): AccountRecord & { readonly claim: OpenClaim } {
  const { account } = record
  const change = changeOf(record, 'claim.created', changedBy)
  const newAccount: NewAccount = {
    ...nameOf(account, request.names),
    status: account.status,
    licenses: request.type === 'direct' ? request.licenses : [],
    locale: account.locale,
  }
  const claim: OpenClaim = {
    ...claimIds(record.recordId, request.ulid),
    type: request.type,
    status: 'open',
    claimingOrgId: request.claimingOrgId,
    sourceOrgId: account.orgId,
    originalUserId: account.userId,
    email: account.email,
    createdAt: isoSecond(changedBy.now),
    licenses: request.licenses,
    ...(request.contentLoss === undefined ? {} : { contentLoss: request.contentLoss }),
    origin: request.origin,
    createdBy: request.createdBy ?? changedBy.by,
    notification: 'pending',
    mail: NO_MAIL_YET,
    conversationsMoved: 0,
    newAccount,
    trail: [trailEntry(change)],
    version: 1,
  }
  return { ...record, revision: record.revision + 1, claim, change }
}

const lease = ({ now }: ChangedBy): { resumeAt: string } => ({
  resumeAt: isoSecond(new Date(now.getTime() + MIGRATION_LEASE_MS)),
})

/** M5: the end has come, and nobody was told. No change that anything follows from. */
export function hold(record: AccountRecord, claim: OpenClaim): AccountRecord {
  return { ...record, revision: record.revision + 1, claim: { ...claim, held: true } }
}

/** N1, of a claim from before reminders followed from the end: the mail follows from the change. */
export function remind(
  record: AccountRecord,
  claim: OpenClaim,
  remindedDay: number,
  changedBy: ChangedBy,
): AccountRecord {
  return withClaim(record, claim, 'claim.reminded', changedBy, { remindedDay })
}

/** M4: an admin has the claim's mail sent again, which follows from the change. */
export function resend(
  record: AccountRecord,
  claim: OpenClaim,
  changedBy: ChangedBy,
): { record: AccountRecord; claim: OpenClaim } {
  const resentAt = changedBy.now.toISOString()
  const { resent: _sentBefore, ...slots } = claim.mail.slots
  const next = withClaim(record, withMail(claim, { slots }), 'claim.resent', changedBy, { resentAt })
  return { record: next, claim: next.claim }
}

/**
 * N4: its mails don't arrive, or aren't wanted. The first report stands: `undefined` where one was recorded before. It
 * drops the reminders that are still ahead (`remindersAhead`), so the next due time is the migration's. A mail that was
 * tried and came back counts as told (M5): nobody can do better, and the claim must come to an end.
 */
export function mailFailed(
  record: AccountRecord,
  claim: OpenClaim,
  notification: MailFailure,
  changedBy: ChangedBy,
): AccountRecord | undefined {
  if (isUndeliverable(claim)) return undefined
  const notifiedAt = claim.notifiedAt ?? isoSecond(changedBy.now)
  return withClaim(record, withMail(claim, {}), 'claim.mail_failed', changedBy, { notification, notifiedAt })
}

/**
 * N4: somebody says that mail arrives again. Nothing is sent by itself, and the mail may be sent again at once; that its user
 * counts as told (M5) stands. `undefined`: nothing was in the way.
 */
export function allowMail(
  record: AccountRecord,
  claim: OpenClaim,
  changedBy: ChangedBy,
): AccountRecord | undefined {
  if (!isUndeliverable(claim)) return undefined
  const { resentAt: _resentAt, ...rest } = claim
  const { resent: _resent, ...slots } = claim.mail.slots
  const open = withMail(rest, { slots })
  return withClaim(record, open, 'claim.mail_allowed', changedBy, { notification: 'pending' })
}

const bySchedule = ({ now }: ChangedBy): Decision => ({
  kind: 'transfer_content',
  at: now.toISOString(),
  by: 'schedule',
})

/** M1: the schedule decides in the user's place. From here on the claim can't be revoked or decided (R4). */
export function startMigration(record: AccountRecord, claim: OpenClaim, changedBy: ChangedBy): AccountRecord {
  return withClaim(record, claim, 'claim.migrating', changedBy, {
    status: 'migrating',
    decision: bySchedule(changedBy),
    ...lease(changedBy),
  })
}

/**
 * O1: the org of the original is deleted, and the original goes with its content. The claim stands, as a direct one: the
 * new account is what it would be with the claim completed, and the migration's worker does the rest.
 */
export function loseSource(record: AccountRecord, claim: OpenClaim, changedBy: ChangedBy): AccountRecord {
  const { status, licenses } = newAccountOf(record, claim)
  return withClaim(record, claim, 'claim.migrating', changedBy, {
    type: 'direct',
    contentLoss: 'source_deleted',
    status: 'migrating',
    decision: { kind: 'delete_original', at: changedBy.now.toISOString(), by: 'schedule' },
    newAccount: { ...claim.newAccount, status, licenses },
    ...lease(changedBy),
  })
}

/**
 * U3, U4, M1: the content has been moved (or deleted, as the user chose) and the original account goes: the new account
 * stands alone at the address, with the status that the original had (C4) and the claim's licences (C5).
 */
export function completeClaim(record: AccountRecord, claim: OpenClaim, changedBy: ChangedBy): Ended {
  return endClaim(record, claim, 'completed', changedBy, newAccountOf(record, claim))
}

/**
 * U2: the original keeps its account, with all its content, under the new address; the new account stays where it is, at
 * the claimed one or another (C9), in a record of its own, since the original keeps its record's id.
 */
export function splitByNewAddress(
  record: AccountRecord,
  claim: OpenClaim,
  newEmail: string,
  changedBy: ChangedBy,
): { original: AccountRecord; ended: Ended } {
  const decision: Decision = {
    kind: 'change_email',
    at: changedBy.now.toISOString(),
    by: 'user',
    newEmail,
    ...(claim.pendingEmail === undefined ? {} : { links: claim.pendingEmail.links }),
  }
  const { record: standing, ...ended } = completeClaim(record, { ...claim, decision }, changedBy)
  return {
    original: { ...standing, account: { ...record.account, email: newEmail } },
    ended: {
      ...ended,
      record: { ...contentOf(record), recordId: claim.newUserId, revision: 1, account: standing.account },
    },
  }
}

const contentOf = ({ hasContent }: AccountRecord) => (hasContent === undefined ? {} : { hasContent })

/**
 * M1: the schedule decides in the user's place, and nothing is to be moved: the claim is completed at once. Whoever writes
 * the first conversation, decides or revokes at this moment has changed the record.
 */
export function migrateNothing(record: AccountRecord, claim: OpenClaim, changedBy: ChangedBy): Ended {
  return completeClaim(record, { ...claim, decision: bySchedule(changedBy) }, changedBy)
}

/**
 * R1: everything as it was before; what the original had never left it. Time that it would have had to be found by its
 * org's sync again begins anew (Y5): under its suffix no sync could find it (Y6).
 *
 * Also where the new account is removed while the claim is open: the original is somebody else's account with content of
 * its own, and nobody may lose content because another org lets an account go.
 */
export function revokeClaim(record: AccountRecord, claim: OpenClaim, changedBy: ChangedBy): Ended {
  return endClaim(record, claim, 'revoked', changedBy, originalOf(record, changedBy))
}

function originalOf({ account }: AccountRecord, { now }: ChangedBy): Account {
  if (account.inactive === undefined) return account
  return { ...account, inactive: { ...account.inactive, since: isoSecond(now) } }
}

function endClaim(
  record: AccountRecord,
  claim: OpenClaim,
  status: 'completed' | 'revoked',
  changedBy: ChangedBy,
  account: Account,
): Ended {
  const change = changeOf(record, `claim.${status}`, changedBy)
  const {
    newAccount: _account,
    resumeAt: _resumeAt,
    pendingEmail: _pending,
    confirmations: _confirmations,
    heldUntil: _heldUntil,
    held: _held,
    mail,
    ...core
  } = claim
  const { claim: _claim, removal: _removal, change: _change, ended: _earlier, ...rest } = record
  const kept = normalizedAddress(account.email)
  const freed = addressesOf(record).find((address) => address !== kept)
  return {
    // The change is told with the claim that has ended, which is stored with this.
    record: { ...rest, revision: record.revision + 1, account },
    closed: {
      ...core,
      status,
      endedAt: changedBy.now.toISOString(),
      version: claim.version + 1,
      trail: [...claim.trail, trailEntry(change)],
      // U6: the links of one that was revoked open nothing any more.
      ...(status === 'completed' && mail.links.length > 0 ? { links: mail.links } : {}),
    },
    change,
    ...(freed === undefined ? {} : { freed }),
  }
}

/** The new account as an account of its own, as it stands once the claim is completed. */
export function newAccountOf(record: AccountRecord, claim: OpenClaim): Account {
  const { newAccount } = claim
  return {
    userId: claim.newUserId,
    email: newAccount.email ?? record.account.email,
    firstName: newAccount.firstName,
    lastName: newAccount.lastName,
    displayName: newAccount.displayName,
    orgId: claim.claimingOrgId,
    status: claim.type === 'delayed' ? record.account.status : newAccount.status,
    licenses: claim.type === 'delayed' ? claim.licenses : newAccount.licenses,
    // What was paid for was the original account; the new one is licensed by its org.
    paid: false,
    locale: newAccount.locale,
    ...(newAccount.inactive === undefined ? {} : { inactive: newAccount.inactive }),
  }
}

/** S2: only the first sign-in counts; `undefined` where it was recorded before. */
export function signIn(
  record: AccountRecord,
  claim: OpenClaim,
  changedBy: ChangedBy,
): AccountRecord | undefined {
  if (claim.signedInAt !== undefined) return undefined
  return withClaim(record, claim, 'claim.signed_in', changedBy, { signedInAt: changedBy.now.toISOString() })
}

/** U: the decisions that are still open to the user; none once one was made (U5). */
export function openOptions(record: AccountRecord, claim: OpenClaim): DecisionKind[] {
  return claim.decision === undefined ? decisionOptions(claim.type, record.account.paid) : []
}

/** U5, for the decisions that the migration worker then carries out. */
export function decide(
  record: AccountRecord,
  claim: OpenClaim,
  kind: 'transfer_content' | 'delete_original',
  changedBy: ChangedBy,
): AccountRecord & { readonly claim: OpenClaim } {
  const decision: Decision = { kind, at: changedBy.now.toISOString(), by: 'user' }
  return withClaim(record, claim, 'claim.decided', changedBy, {
    status: 'migrating',
    decision,
    ...lease(changedBy),
  })
}

/**
 * R, in the table's order; `undefined`: it can be revoked.
 * @param removing the new account is on its way out, and the claim ends with it
 */
export function notRevocableBecause(
  claim: OpenClaim | ClosedClaim,
  now: Date,
  domainClaimedByClaimingOrg: boolean,
  removing = false,
): NotRevocable | undefined {
  if (claim.status === 'completed' || claim.status === 'revoked' || removing) return 'ended'
  if (claim.signedInAt !== undefined) return 'signed_in'
  if (claim.decision !== undefined) return 'decided'
  if (now.getTime() >= endsAt(claim).getTime()) return 'window_passed'
  if (domainClaimedByClaimingOrg) return 'domain_claimed'
  return undefined
}
