/** The domain's nouns. Instants are ISO 8601 strings in UTC; addresses are as the account has them. */

import type { changeKinds } from './change-kinds.ts'
import type { contentLossReasons } from './claims/content-loss.ts'

export type OrgKind = 'consumer' | 'enterprise'

export interface OrgSettings {
  /** T1: users may bring their conversations with them. */
  readonly allowContentMigration: boolean
  /** N3: no invitation follows a licence assignment. */
  readonly suppressInvitations: boolean
  /** C5: licences of a claim that names none. */
  readonly licenseTemplate: readonly string[]
  /** U3: conversations are kept this many days after their last activity; `null`: for ever. */
  readonly retentionDays: number | null
  readonly locale: string
  /** N5: IANA; times in mails and pages. Absent: UTC. */
  readonly timeZone?: string
  /** N5: whom mails and pages name: an address, or an https URL. */
  readonly contact?: string
}

/** O1: an org that was told to go. */
export interface OrganizationDeletion {
  readonly requestedAt: string
  /** Whole seconds. Until then it can be taken back. */
  readonly at: string
  readonly by: Actor
  /** Set once the removal has begun: from here on the org is as if it didn't exist. */
  readonly begunAt?: string
  /** Set with it: when the sweep goes on with the removal. */
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

export type DomainStatus = 'pending' | 'verified' | 'claimed'

export type AccountStatus = 'active' | 'not_verified' | 'verified' | 'inactive'
/** What is shown: a delayed claim's new account stands as `delayed_claim` until the claim is completed (C2). */
export type UserStatus = AccountStatus | 'delayed_claim'

/** Y4: since when an account is inactive because a sync didn't find it in its org's directory. */
export interface Inactivity {
  /** Whole seconds: so is the removal 30 × 24 h later, which is what a one-time schedule can be set to. */
  readonly since: string
  /** Y5: what a later sync that finds it again gives back. */
  readonly formerStatus: AccountStatus
  /** The sync that missed it. */
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
  /** Only with `status: 'inactive'`, and not where the platform or an admin said so: those aren't removed. */
  readonly inactive?: Inactivity
}

export type ClaimType = 'direct' | 'delayed'
export type ClaimStatus = 'open' | 'migrating' | 'completed' | 'revoked'
export type DecisionKind = 'change_email' | 'transfer_content' | 'delete_original'
export type ContentLossReason = (typeof contentLossReasons)[number]
export type Notification = 'pending' | 'sent' | 'bounced' | 'complained'
/** M5, U2: why the migration isn't at the claim's end. */
export type HeldBecause = 'mail_not_sent' | 'confirmation_pending'
export type NotRevocable = 'signed_in' | 'decided' | 'window_passed' | 'domain_claimed' | 'ended'

export interface Decision {
  readonly kind: DecisionKind
  readonly at: string
  readonly by: 'user' | 'schedule'
  /** With `change_email`: where the original account goes. */
  readonly newEmail?: string
  /** With `change_email`: hashes of the link's secret that confirmed it, so that the link still shows what was chosen (U7). */
  readonly links?: readonly string[]
}

/** U2: the address that the user wants for the original account, until its link is opened and confirmed. */
export interface PendingEmail {
  readonly newEmail: string
  /** Whole seconds: from then on its link confirms nothing. */
  readonly expiresAt: string
  /** The number of the change that asked for it, which tells it from the ones before. */
  readonly changeNumber: number
  /** Hashes of its link's secret: more than one where its mail was tried again. */
  readonly links: readonly string[]
}

/**
 * Who did it: an admin's `sub`, whoever put a file into the bucket (as S3 names them), an import, a sync, a schedule, the
 * platform, the claimed user, or what the mail's provider told.
 */
export type Actor =
  `${'admin' | 's3' | 'import' | 'sync' | 'schedule' | 'platform' | 'user' | 'mail'}:${string}`

/** The account in the claiming org. Its id and org follow from the claim and the record, and so does its address, mostly. */
export interface NewAccount {
  /** C9: an address other than the claimed one, or another spelling of it. */
  readonly email?: string
  readonly firstName: string
  readonly lastName: string
  readonly displayName: string
  readonly licenses: readonly string[]
  readonly locale: string
  /** C4: for direct claims; a delayed claim's takes the original's when it completes. */
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
  /** Whole seconds: so is `createdAt` + 14 days, which is what a one-time schedule can be set to. */
  readonly createdAt: string
  readonly licenses: readonly string[]
  readonly contentLoss?: ContentLossReason
  /** Which request, or which row of which import, made it: a repeat finds its own claim and reports it as made (C6). */
  readonly origin: string
  /** C10: who asked for it; absent in claims from before this was kept. */
  readonly createdBy?: Actor
  readonly decision?: Decision
  readonly signedInAt?: string
  readonly notification: Notification
  /** M5: when the first mail about it left, or was tried and came back; whole seconds. */
  readonly notifiedAt?: string
  /** N1: the day of the last reminder, of claims from before reminders followed from the end. */
  readonly remindedDay?: number
  /** M4: when an admin last had the mail sent again. */
  readonly resentAt?: string
  readonly conversationsMoved: number
  /** `at#n` of every change: the keys of the claim's audit entries. */
  readonly trail: readonly string[]
  /** Counts changes of the claim, from 1. */
  readonly version: number
}

/** C6: the right to send one mail. */
export interface MailLease {
  /** Unique: by it a write that is told once more knows its own lease. */
  readonly by: string
  readonly at: string
}

export type MailSlot = 'sent' | MailLease

/** C6, U6: which mails about an open claim have been sent, or are being sent, and which links they hold. */
export interface ClaimMail {
  /** Counts the writes of all that is told of the claim's mails, `notification` and its like included. 0: none is stored. */
  readonly revision: number
  readonly slots: {
    readonly claimed?: MailSlot | undefined
    /** The last one that was asked for. */
    readonly reminder?: { readonly day: number; readonly slot?: MailSlot } | undefined
    /** Of the last time that an admin asked for it (`resentAt`). */
    readonly resent?: MailSlot | undefined
  }
  /** Hashes of the secrets of all links that may have been mailed. */
  readonly links: readonly Uint8Array[]
}

export interface OpenClaim extends ClaimCore {
  readonly status: 'open' | 'migrating'
  readonly mail: ClaimMail
  /** While migrating: when the sweep takes the work up again if nothing finished it before. */
  readonly resumeAt?: string
  /** M5: its end has come while its user was untold. It is in no due index until a mail has left. */
  readonly held?: boolean
  readonly newAccount: NewAccount
  readonly pendingEmail?: PendingEmail
  /** U2: when the confirmations of the last 24 h were asked for, oldest first; whole seconds. */
  readonly confirmations?: readonly string[]
  /** U2: the migration waits until then for a confirmation; set once in a claim's life. Whole seconds. */
  readonly heldUntil?: string
}

export interface ClosedClaim extends ClaimCore {
  readonly status: 'completed' | 'revoked'
  readonly endedAt: string
  /** U7: of a completed claim, hashes of the secrets of its mailed links. */
  readonly links?: readonly Uint8Array[]
}

export type Claim = OpenClaim | ClosedClaim

/** A claim that is over, with the change that ended it. */
export interface EndedClaim {
  readonly claim: ClosedClaim
  readonly change: Change
}

export type ChangeKind = (typeof changeKinds)[number]

/** The last change that counts (A1, A2): stored with what it changed, so that the stream's reader knows who and why. */
export interface Change {
  readonly what: ChangeKind
  readonly at: string
  readonly by: Actor
  /** Unique within the item: with the item's id it makes the event's and the audit entry's stable id. */
  readonly n: number
}

/**
 * Y7: an account on its way out. From here on it is as if it didn't exist; what is left of it is removed page by page,
 * and the record goes last.
 */
export interface AccountDeletion {
  /** The record's only account, or the new account of an open claim. */
  readonly userId: string
  readonly at: string
  readonly by: Actor
  /** When the sweep takes the work up again if nothing finished it before. */
  readonly resumeAt: string
}

/**
 * All that stands at one address: the account and, while a claim on it is open, the claim and the new account.
 * One record is one item and every transition is one conditional write of it, which is why of two claims, or a
 * revoke and a migration at the same instant, exactly one can win (C7, R4).
 */
export interface AccountRecord {
  readonly recordId: string
  /** Grows with every write; the condition of the next one. 0: not stored yet. */
  readonly revision: number
  /** While a claim is open: the original account. */
  readonly account: Account
  readonly claim?: OpenClaim
  /** The last claim that was made here, once it is over. Never beside an open one, save in what is about to be written. */
  readonly ended?: EndedClaim
  /** Whether one of its accounts has, or had, a conversation. Absent: nobody knows. */
  readonly hasContent?: boolean
  readonly deletion?: AccountDeletion
  readonly change?: Change
}
