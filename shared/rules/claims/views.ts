import { isoSecond } from '../../lib/time.ts'
import { deletionAt } from '../due/due-work.ts'
import { ORIGINAL_SUFFIX } from '../limits.ts'
import { nextResendAt, notNotifiableBecause } from '../mail/notification.ts'
import type {
  Account,
  AccountRecord,
  Claim,
  ContentLossReason,
  Decider,
  DecisionKind,
  HeldBecause,
  NotRevocable,
  UserStatus,
} from '../types.ts'
import { decisionOptions } from './decision.ts'
import { newAccountOf } from './ending.ts'
import { importIdOf } from './idempotency-origin.ts'
import { daysLeft, shownMigration } from './migration-hold.ts'
import { pendingAt } from './new-address-confirmation.ts'
import { notRevocableBecause } from './revocation.ts'
import { endsAt, isOpen } from './transition.ts'

/** The contract's `Claim`, without the organizations' names (`organization-names.ts`). */
export interface ClaimView {
  claimId: string
  type: Claim['type']
  status: Claim['status']
  email: string
  originalUserId: string
  newUserId: string
  /** Empty once nobody at the claiming org may see it: the account of an ended claim has gone on or is gone (Y7). */
  displayName: string
  claimingOrgId: string
  sourceOrgId: string
  createdAt: string
  endsAt: string
  /** Delayed and undecided: when account and content are migrated, or the earliest that they can be (M5). */
  migratesAt?: string
  heldBecause?: HeldBecause
  daysLeft: number
  revocable: boolean
  notRevocableBecause?: NotRevocable
  allowedDecisions: DecisionKind[]
  decision?: { kind: DecisionKind; at: string; by: Decider }
  /** U2: the user has to confirm a new address for the original. The address itself is private. */
  pendingEmail?: { expiresAt: string }
  signedInAt?: string
  contentLoss?: { reason: ContentLossReason }
  licenses: string[]
  /** N3: false if the request or import asked for no invitations to the licences. */
  sendInvitations: boolean
  /** C10. Absent: a request made the claim. */
  importId?: string
  createdBy: string
  notification: Claim['notification']
  notifiedAt?: string
  /** M4: from when an admin may have the mail sent again; present only until then. */
  notifyAllowedAt?: string
  completedAt?: string
  revokedAt?: string
  version: number
}

/** The contract's `User`. */
export interface UserView {
  userId: string
  email: string
  firstName: string
  lastName: string
  displayName: string
  orgId: string
  status: UserStatus
  licenses: string[]
  locale: string
  inactiveSince?: string
  /** Y4: when the inactive user will be deleted. */
  removedAt?: string
  claim?: ClaimView
  original?: boolean
}

export interface ClaimViewInput {
  readonly now: Date
  /** R: whether the claiming org has claimed the address's domain. */
  readonly domainClaimed: boolean
  /** U1. Only used for an open claim. */
  readonly originalIsPaid: boolean
  /** Whether the new account is being deleted, and the claim ends with it. */
  readonly beingDeleted?: boolean
  /** The account of an ended claim, as long as it is known. */
  readonly endedOn?: Account | undefined
}

export function viewClaim(claim: Claim, input: ClaimViewInput): ClaimView {
  const { now, domainClaimed, originalIsPaid } = input
  const migration = shownMigration(claim, now)
  const mayNotifyAt =
    notNotifiableBecause(claim, now, input.beingDeleted === true) === 'notified_recently'
      ? nextResendAt(claim)
      : undefined
  const undecided = claim.status === 'open' && claim.decision === undefined
  const blocked = notRevocableBecause(claim, now, domainClaimed, input.beingDeleted)
  const importId = importIdOf(claim.origin)
  const pending = pendingAt(claim, now)
  const running = claim.status === 'open' || claim.status === 'migrating'
  return {
    claimId: claim.claimId,
    type: claim.type,
    status: claim.status,
    email: claim.email,
    originalUserId: claim.originalUserId,
    newUserId: claim.newUserId,
    displayName: displayNameIn(claim, input.endedOn),
    claimingOrgId: claim.claimingOrgId,
    sourceOrgId: claim.sourceOrgId,
    createdAt: claim.createdAt,
    endsAt: isoSecond(endsAt(claim)),
    ...(migration === undefined ? {} : { migratesAt: isoSecond(migration.at) }),
    ...(migration?.heldBecause === undefined ? {} : { heldBecause: migration.heldBecause }),
    daysLeft: running ? daysLeft(claim, now) : 0,
    revocable: blocked === undefined,
    ...(blocked === undefined ? {} : { notRevocableBecause: blocked }),
    allowedDecisions: undecided ? decisionOptions(claim.type, originalIsPaid) : [],
    // `newEmail` isn't shown: where the original account went is private to its owner and source org.
    ...(claim.decision === undefined
      ? {}
      : { decision: { kind: claim.decision.kind, at: claim.decision.at, by: claim.decision.by } }),
    ...(pending === undefined ? {} : { pendingEmail: { expiresAt: pending.expiresAt } }),
    ...(claim.signedInAt === undefined ? {} : { signedInAt: claim.signedInAt }),
    ...(claim.contentLoss === undefined ? {} : { contentLoss: { reason: claim.contentLoss } }),
    licenses: [...claim.licenses],
    sendInvitations: claim.noInvitation !== true,
    ...(importId === undefined ? {} : { importId }),
    createdBy: claim.createdBy,
    notification: claim.notification,
    ...(claim.notifiedAt === undefined ? {} : { notifiedAt: claim.notifiedAt }),
    ...(mayNotifyAt === undefined ? {} : { notifyAllowedAt: mayNotifyAt.toISOString() }),
    ...(claim.status === 'completed' ? { completedAt: claim.endedAt } : {}),
    ...(claim.status === 'revoked' ? { revokedAt: claim.endedAt } : {}),
    version: claim.version,
  }
}

/**
 * An ended claim keeps no name. It shows the account's while that is where the claim left it: later names, in another org,
 * are none of the claiming org's business.
 */
function displayNameIn(claim: Claim, account: Account | undefined): string {
  if (isOpen(claim)) return claim.newAccount.displayName
  const [userId, orgId] =
    claim.status === 'completed'
      ? [claim.newUserId, claim.claimingOrgId]
      : [claim.originalUserId, claim.sourceOrgId]
  return account?.userId === userId && account.orgId === orgId ? account.displayName : ''
}

function viewAccount(account: Account): UserView {
  return {
    userId: account.userId,
    email: account.email,
    firstName: account.firstName,
    lastName: account.lastName,
    displayName: account.displayName,
    orgId: account.orgId,
    status: account.status,
    licenses: [...account.licenses],
    locale: account.locale,
    ...(account.inactive === undefined
      ? {}
      : { inactiveSince: account.inactive.since, removedAt: isoSecond(deletionAt(account.inactive)) }),
  }
}

export type AccountInRecord =
  | { readonly role: 'only'; readonly account: Account }
  | { readonly role: 'original'; readonly account: Account }
  | { readonly role: 'new'; readonly account: Account }

/**
 * The accounts of a record: one, or the original and the new account of an open claim. An account that is being deleted
 * isn't included.
 */
export function accountsOf(record: AccountRecord): AccountInRecord[] {
  const { claim, deletion } = record
  const inRecord: AccountInRecord[] =
    claim === undefined
      ? [{ role: 'only', account: record.account }]
      : [
          { role: 'original', account: record.account },
          { role: 'new', account: newAccountOf(record, claim) },
        ]
  return inRecord.filter(({ account }) => account.userId !== deletion?.userId)
}

/**
 * C2, C3, A3: an account as its org sees it. The new account is shown with its claim. The original is shown with its
 * suffixed address and without the claim, which belongs to the claiming org.
 */
export function viewUser(record: AccountRecord, inRecord: AccountInRecord, input: ClaimViewInput): UserView {
  const view = viewAccount(inRecord.account)
  switch (inRecord.role) {
    case 'only':
      return view
    case 'original':
      return { ...view, email: `${view.email}${ORIGINAL_SUFFIX}`, original: true }
    case 'new': {
      if (record.claim === undefined) return view
      const claim = viewClaim(record.claim, input)
      const delayed = record.claim.type === 'delayed'
      return { ...view, claim, ...(delayed ? { status: 'delayed_claim' as const, licenses: [] } : {}) }
    }
  }
}

/** C2: the status that `viewUser` shows. */
export const userStatusOf = ({ claim }: AccountRecord, { role, account }: AccountInRecord): UserStatus =>
  role === 'new' && claim?.type === 'delayed' ? 'delayed_claim' : account.status
