import type { Decider, ClaimType, ContentLossReason, DecisionKind } from '../rules/types.ts'

/**
 * The models of all mails. Instants are ISO 8601 in UTC. Names and addresses are as people typed them; they are cleaned
 * and escaped when rendered. URLs must be http or https.
 */
interface ToUser {
  readonly organizationName: string
  /** May be empty. */
  readonly firstName: string
  /** The claimed address. */
  readonly address: string
}

/** An open claim as shown to its user, in mails and on the decision page. */
export interface ClaimModel {
  readonly organizationName: string
  readonly address: string
  readonly createdAt: string
  /** Delayed: when account and content are migrated. Direct: until when the claim can be revoked. */
  readonly endsAt: string
  /** U: the decisions that the user can make. */
  readonly options: readonly DecisionKind[]
  readonly contentLoss?: ContentLossReason | undefined
}

interface ClaimToUser extends ClaimModel, ToUser {
  readonly decisionUrl: string
}

export interface ClaimedDirect extends ClaimToUser {
  readonly kind: 'claimed_direct'
}

export interface ClaimedDelayed extends ClaimToUser {
  readonly kind: 'claimed_delayed'
}

/** A reminder, of delayed claims only (N1). */
export interface Reminder extends ClaimToUser {
  readonly kind: 'reminder'
  /** Rounded up (M4); 0 or less is written as "less than a day". */
  readonly daysLeft: number
}

/** M4: the claim's mail again, because an admin asked for it. */
export interface ClaimResent extends ClaimToUser {
  readonly kind: 'claim_resent'
  readonly claimType: ClaimType
}

export interface Revoked extends ToUser {
  readonly kind: 'revoked'
  readonly createdAt: string
  readonly revokedAt: string
}

/** U7: acknowledges a decision, to the claimed address. Doesn't reveal the new address. */
export interface DecisionMade extends ToUser {
  readonly kind: 'decision_made'
  readonly decision: DecisionKind
  readonly decidedAt: string
}

/** U2: to an unconfirmed address, whose reader may be a stranger. */
export interface EmailConfirmation {
  readonly kind: 'email_confirmation'
  readonly organizationName: string
  /** The claimed address; the mail shows only a part of it. */
  readonly address: string
  readonly newEmail: string
  readonly expiresAt: string
  readonly confirmUrl: string
}

/** U7: to the confirmed new address. */
export interface EmailConfirmed extends ToUser {
  readonly kind: 'email_confirmed'
  readonly newEmail: string
}

export interface MigrationCompleted extends ToUser {
  readonly kind: 'migration_completed'
  readonly completedAt: string
  readonly conversationsMoved: number
  /** `user`: chose `transfer_content`. `schedule`: the time to choose was over. */
  readonly decidedBy: Decider
  /** U3: days for which the claiming org keeps a conversation after its last activity; `null`: no limit. */
  readonly retentionDays: number | null
}

export interface Person {
  /** May be empty. */
  readonly name: string
  readonly address: string
}

/** To the org's admins, about all users whom one sync made inactive, rather than one mail for each user. */
interface InactiveUsers {
  readonly organizationName: string
  /** Often empty: of admins, only addresses are known. */
  readonly firstName: string
  readonly users: number
  /** Some of them. */
  readonly named: readonly Person[]
  /** Y4: when the first of them is deleted. */
  readonly removedFrom: string
}

export interface UsersInactivated extends InactiveUsers {
  readonly kind: 'users_inactivated'
}

/** About those who are still inactive `daysLeft` days before their deletion. */
export interface DeletionWarning extends InactiveUsers {
  readonly kind: 'removal_warning'
  readonly daysLeft: number
}

/** N4: to the org's admins, about all claims whose mails bounced on one day. */
export interface MailsReturned {
  readonly kind: 'mails_returned'
  readonly organizationName: string
  /** Often empty: of admins, only addresses are known. */
  readonly firstName: string
  /** Number of people not reached. */
  readonly people: number
  /** There are more than `people`. */
  readonly more: boolean
  /** Some of them. */
  readonly named: readonly Person[]
  /** The URL of their claims' list. */
  readonly url: string
}

export type ImportOutcome =
  | {
      readonly status: 'completed'
      /** I12: the rows that were left count as refused. */
      readonly cancelled: boolean
      readonly rowsRead: number
      readonly claimed: number
      readonly refused: number
      readonly unchanged: number
      /** I9: ignored columns, as the file spells them. */
      readonly ignoredColumns: readonly string[]
      /** I10: number of claims that lose their content, by reason. */
      readonly contentLoss: Readonly<Partial<Record<ContentLossReason, number>>>
      readonly reportUrl?: string | undefined
      /** When the link stops working. */
      readonly reportUrlEndsAt?: string | undefined
    }
  | {
      readonly status: 'failed'
      /** The API's message, in the org's language. */
      readonly error: { readonly code: string; readonly message: string }
    }

/** To the org's admins: the result of an import. */
export interface ImportFinished {
  readonly kind: 'import_finished'
  readonly organizationName: string
  /** Often empty: of admins, only addresses are known. */
  readonly firstName: string
  readonly fileName: string
  readonly outcome: ImportOutcome
}

/** Every mail the service sends (N1). */
export type Mail =
  | ClaimedDirect
  | ClaimedDelayed
  | Reminder
  | ClaimResent
  | Revoked
  | DecisionMade
  | EmailConfirmation
  | EmailConfirmed
  | MigrationCompleted
  | UsersInactivated
  | DeletionWarning
  | MailsReturned
  | ImportFinished
