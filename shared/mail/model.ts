import type { ClaimType, ContentLossReason, DecisionKind } from '../rules/types.ts'

/**
 * What a mail is told. Instants are ISO 8601 in UTC, names and addresses are as people typed them (they are cleaned and
 * escaped when the mail is written), URLs must be http or https.
 */
interface ToUser {
  readonly organizationName: string
  /** May be empty. */
  readonly firstName: string
  /** The claimed address, which the mail goes to. */
  readonly address: string
}

/** An open claim as its user is told about it; mails and the decision page are given the same. */
export interface ClaimModel {
  readonly organizationName: string
  readonly address: string
  readonly createdAt: string
  /** Delayed: when account and content are moved. Direct: the end of the time in which the claim can be withdrawn. */
  readonly endsAt: string
  /** U: what the user may choose between. */
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

/** Delayed claims only (N1). */
export interface Reminder extends ClaimToUser {
  readonly kind: 'reminder'
  /** Rounded up (M4); 0 or less is written as "less than a day". */
  readonly daysLeft: number
}

/** The claim's mail once more, because an admin asked for it (M4). */
export interface ClaimResent extends ClaimToUser {
  readonly kind: 'claim_resent'
  readonly claimType: ClaimType
}

export interface Revoked extends ToUser {
  readonly kind: 'revoked'
  readonly createdAt: string
  readonly revokedAt: string
}

/** U7: what was chosen, to the claimed address. It tells nobody the new one. */
export interface DecisionMade extends ToUser {
  readonly kind: 'decision_made'
  readonly decision: DecisionKind
  readonly decidedAt: string
}

/** U2: to an address that nobody has confirmed yet, and whose reader may be a stranger. */
export interface EmailConfirmation {
  readonly kind: 'email_confirmation'
  readonly organizationName: string
  /** The claimed address, of which a part is told. */
  readonly address: string
  readonly newEmail: string
  readonly expiresAt: string
  readonly confirmUrl: string
}

/** U7: to the address that was confirmed. */
export interface EmailConfirmed extends ToUser {
  readonly kind: 'email_confirmed'
  readonly newEmail: string
}

export interface MigrationCompleted extends ToUser {
  readonly kind: 'migration_completed'
  readonly completedAt: string
  readonly conversationsMoved: number
  /** `user`: by choosing `transfer_content`; `schedule`: because the time to choose was over. */
  readonly decidedBy: 'user' | 'schedule'
  /** U3: days that the claiming org keeps a conversation after its last activity; `null`: no limit. */
  readonly retentionDays: number | null
}

export interface Person {
  /** May be empty. */
  readonly name: string
  readonly address: string
}

/** To the org's admins, about all whom one sync made inactive: never a mail for each. */
interface InactiveUsers {
  readonly organizationName: string
  /** Often empty: of admins, only addresses are known. */
  readonly firstName: string
  readonly users: number
  /** Some of them. */
  readonly named: readonly Person[]
  /** Y4: when the first of them is removed. */
  readonly removedFrom: string
}

export interface UsersInactivated extends InactiveUsers {
  readonly kind: 'users_inactivated'
}

/** Those who are still inactive so many days before. */
export interface DeletionWarning extends InactiveUsers {
  readonly kind: 'removal_warning'
  readonly daysLeft: number
}

/** N4: to the org's admins, about all claims of one day whose mails came back. */
export interface MailsReturned {
  readonly kind: 'mails_returned'
  readonly organizationName: string
  /** Often empty: of admins, only addresses are known. */
  readonly firstName: string
  /** How many people weren't reached. */
  readonly people: number
  /** There are more than that. */
  readonly more: boolean
  /** Some of them. */
  readonly named: readonly Person[]
  /** Where their claims are shown. */
  readonly url: string
}

export type ImportOutcome =
  | {
      readonly status: 'completed'
      /** I12: rows whose turn had not come are among the refused. */
      readonly cancelled: boolean
      readonly rowsRead: number
      readonly claimed: number
      readonly refused: number
      readonly unchanged: number
      /** I9: columns that weren't understood, as the file spells them. */
      readonly ignoredColumns: readonly string[]
      /** I10: how many claims lose their content, by reason. */
      readonly contentLoss: Readonly<Partial<Record<ContentLossReason, number>>>
      readonly reportUrl?: string | undefined
      /** When the link stops working. */
      readonly reportUrlEndsAt?: string | undefined
    }
  | {
      readonly status: 'failed'
      /** As the API gives it, in the org's language. */
      readonly error: { readonly code: string; readonly message: string }
    }

/** To the org's admins. */
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
