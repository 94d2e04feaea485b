/** The domain's types. Instants are ISO 8601 strings in UTC; addresses are spelled as in the account. */

import type { changeKinds } from './change-kinds.ts'
import type { contentLossReasons } from './claims/content-loss.ts'
import type {
  accountStatuses,
  actorKinds,
  claimStatuses,
  claimTypes,
  deciders,
  decisionKinds,
  domainStatuses,
  endedStatuses,
  holdReasons,
  irrevocabilities,
  notifications,
  openStatuses,
  organizationKinds,
  userStatuses,
} from './enumerations.ts'

export type OrgKind = (typeof organizationKinds)[number]

export interface OrgSettings {
  /** T1: users may bring their conversations with them. */
  readonly allowContentMigration: boolean
  /** N3: licence assignments aren't followed by invitations. */
  readonly suppressInvitations: boolean
  /** C5: the licences of a claim that names none. */
  readonly licenseTemplate: readonly string[]
  /** U3: days for which conversations are kept after their last activity; `null`: for ever. */
  readonly retentionDays: number | null
  readonly locale: string
  /** N5: IANA time zone of mails and pages; absent: UTC. */
  readonly timeZone?: string
  /** N5: the contact that mails and pages name: an address or an https URL. */
  readonly contact?: string
}

/** O1: the requested or running deletion of an org. */
export interface OrganizationDeletion {
  readonly requestedAt: string
  /** When it begins; whole seconds. Until then it can be taken back. */
  readonly at: string
  readonly by: Actor
  /** Set once it has begun: from then on only the deletion itself sees the org. */
  readonly begunAt?: string
  /** Set with `begunAt`: when the sweep resumes the deletion. */
  readonly resumeAt?: string
}

export interface Organization {
  readonly orgId: string
  readonly name: string
  readonly kind: OrgKind
  readonly region: string
  readonly createdAt: string
  readonly sso: boolean
  readonly directorySync: boolean
  readonly adminEmails: readonly string[]
  readonly settings: OrgSettings
  readonly deletion?: OrganizationDeletion
}

export type DomainStatus = (typeof domainStatuses)[number]

export type AccountStatus = (typeof accountStatuses)[number]
export type UserStatus = (typeof userStatuses)[number]

/** Y4: why an account is inactive: a sync didn't find it in its org's directory. */
export interface Inactivity {
  /** Whole seconds, so that the deletion 30 × 24 h later is too, as one-time schedules require. */
  readonly since: string
  /** Y5: the status that a later sync restores. */
  readonly formerStatus: AccountStatus
  /** The sync that didn't find it. */
  readonly syncId: string
}

export interface Account {
  readonly userId: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly displayName: string
  readonly orgId: string
  readonly status: AccountStatus
  readonly licenses: readonly string[]
  readonly paid: boolean
  readonly locale: string
  /**
   * Only with `status: 'inactive'` set by a sync; accounts that the platform or an admin made inactive aren't deleted
   * for it.
   */
  readonly inactive?: Inactivity
}

export type ClaimType = (typeof claimTypes)[number]
export type ClaimStatus = (typeof claimStatuses)[number]
/** How a claim is over. */
export type EndedStatus = (typeof endedStatuses)[number]
export type DecisionKind = (typeof decisionKinds)[number]
export type Decider = (typeof deciders)[number]
export type ContentLossReason = (typeof contentLossReasons)[number]
export type Notification = (typeof notifications)[number]
/** M5, U2: why the migration is later than the claim's end. */
export type HeldBecause = (typeof holdReasons)[number]
export type NotRevocable = (typeof irrevocabilities)[number]

export interface Decision {
  readonly kind: DecisionKind
  readonly at: string
  readonly by: Decider
  /** With `change_email`: the original account's new address. */
  readonly newEmail?: string
  /** With `change_email`: hashes of the confirming link's secrets, so that the link still shows the decision (U7). */
  readonly links?: readonly string[]
}

/** U2: the new address for the original account, until it is confirmed. */
export interface PendingEmail {
  readonly newEmail: string
  /** Whole seconds; from then on its link confirms nothing. */
  readonly expiresAt: string
  /** The number of the change that requested it, which identifies it. Stored as `n`. */
  readonly changeNumber: number
  /** Hashes of the link's secrets: one for each attempt to mail it. */
  readonly links: readonly string[]
}

/**
 * Who made a change: an admin (`sub`), whoever put a file into the bucket (as S3 names them), an import, a sync, a
 * schedule, the platform, the claimed user, or the mail provider's feedback.
 */
export type Actor = `${(typeof actorKinds)[number]}:${string}`

/**
 * The account in the claiming org. Its id and org are derived from the claim and record, and so is its address where it
 * is the claimed one.
 */
export interface NewAccount {
  /** C9: its address where that differs from the original's, if only in spelling. */
  readonly email?: string
  readonly firstName: string
  readonly lastName: string
  readonly displayName: string
  readonly licenses: readonly string[]
  readonly locale: string
  /** C4: for direct claims. A delayed claim's new account takes the original's status on completion. */
  readonly status: AccountStatus
  readonly inactive?: Inactivity
}

export interface ClaimCore {
  readonly claimId: string
  readonly type: ClaimType
  readonly claimingOrgId: string
  readonly sourceOrgId: string
  readonly originalUserId: string
  readonly newUserId: string
  /** The claimed address. */
  readonly email: string
  /** Whole seconds, so that the end 14 days later is too, as one-time schedules require. */
  readonly createdAt: string
  readonly licenses: readonly string[]
  /** N3: whoever claimed asked for no invitation to the licences. */
  readonly noInvitation?: true
  readonly contentLoss?: ContentLossReason
  /**
   * C6: the request, or the import's row, that made the claim (`idempotency-origin.ts`): a repeat recognizes its own
   * claim.
   */
  readonly origin: string
  /** C10: who asked for it. */
  readonly createdBy: Actor
  readonly decision?: Decision
  readonly signedInAt?: string
  readonly notification: Notification
  /** M5: when the first mail about it left or bounced; whole seconds. */
  readonly notifiedAt?: string
  /** M4: when an admin last had the mail sent again. */
  readonly resentAt?: string
  readonly conversationsMoved: number
  /** The audit keys, `at#n` of every change. */
  readonly auditKeys: readonly string[]
  /** Counts changes of the claim, from 1. */
  readonly version: number
}

/** C6: a worker's exclusive right to send one mail. */
export interface MailLease {
  /** The attempt's unique id, by which a repeated write recognizes its own lease. */
  readonly by: string
  readonly at: string
}

export type MailSlot = 'sent' | MailLease

/** C6, U6: which mails about an open claim were sent or are being sent, and the links that they hold. */
export interface ClaimMail {
  /** Counts writes of the mail state, `notification` and `notifiedAt` included, from 1. Stored as `n`. */
  readonly revision: number
  readonly slots: {
    readonly claimed?: MailSlot | undefined
    /** The last reminder that was requested. */
    readonly reminder?: { readonly day: number; readonly slot?: MailSlot } | undefined
    /** The last mail that an admin asked for (`resentAt`). */
    readonly resent?: MailSlot | undefined
  }
  /** Hashes of the secrets of all links that may have been mailed. */
  readonly links: readonly Uint8Array[]
}

export interface OpenClaim extends ClaimCore {
  readonly status: (typeof openStatuses)[number]
  readonly mail: ClaimMail
  /** While migrating: when the sweep resumes the migration. */
  readonly resumeAt?: string
  /**
   * M5: the claim's time was over before its user was notified, so it is in no due index until a mail has
   * left.
   */
  readonly held?: boolean
  readonly newAccount: NewAccount
  readonly pendingEmail?: PendingEmail
  /** U2: when the confirmations of the last 24 h were requested, oldest first; whole seconds. */
  readonly confirmations?: readonly string[]
  /** U2: until when the migration is held for a confirmation; set once in a claim's life. Whole seconds. */
  readonly heldUntil?: string
}

export interface ClosedClaim extends ClaimCore {
  readonly status: EndedStatus
  readonly endedAt: string
  /** U7: of a completed claim: hashes of the secrets of its mailed links. */
  readonly links?: readonly Uint8Array[]
}

export type Claim = OpenClaim | ClosedClaim

/** An ended claim, with the change that ended it. */
export interface EndedClaim {
  readonly claim: ClosedClaim
  readonly change: Change
}

export type ChangeKind = (typeof changeKinds)[number]

/** A1, A2: the last change of an item, stored with it, from which the stream's reader derives audit entry and event. */
export interface Change {
  readonly what: ChangeKind
  readonly at: string
  readonly by: Actor
  /** Unique within the item. With the item's id it makes the stable id of event and audit entry. */
  readonly n: number
}

/**
 * Y7: the running deletion of an account. From its begin only the deletion itself sees the account; what is left is
 * deleted page by page, and the record last.
 */
export interface AccountDeletion {
  /** The record's only account, or the new account of an open claim. */
  readonly userId: string
  readonly at: string
  readonly by: Actor
  /** When the sweep resumes the deletion. */
  readonly resumeAt: string
}

/**
 * Everything about one address: the account and, while a claim on it is open, the claim and the new account. It is one
 * item, and every transition is one conditional write of it; so of two claims, or a revocation and a migration, exactly
 * one wins (C7, R4).
 */
export interface AccountRecord {
  readonly recordId: string
  /** Grows with every write, and is the condition of the next. 0: not stored yet. Stored as `rev`. */
  readonly revision: number
  /** The account; while a claim is open, the original. */
  readonly account: Account
  readonly claim?: OpenClaim
  /**
   * The last claim made in this record, once ended. Never together with an open one, except in a record about to be
   * written.
   */
  readonly ended?: EndedClaim
  /** Whether one of its accounts has or had a conversation. */
  readonly hasContent: boolean
  readonly deletion?: AccountDeletion
  readonly change?: Change
}
