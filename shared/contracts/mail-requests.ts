interface AboutClaim {
  readonly mailId: string
  readonly orgId: string
  readonly claimId: string
  /** Of a reminder: its day. A reminder that was held until a later one was due is not sent. */
  readonly day?: number | undefined
}

/** About an open claim. M5: each of these mails counts as telling the user. */
export interface OpenClaimMailRequest extends AboutClaim {
  readonly kind: 'claimed' | 'reminder' | 'resent'
}

export interface EndedClaimMailRequest extends AboutClaim {
  readonly kind: 'migrated' | 'revoked'
}

/** U7: acknowledges a decision, to the claimed address, and after `change_email` to the new one. */
export interface DecidedMailRequest extends AboutClaim {
  readonly kind: 'decided' | 'confirmed'
}

export type ClaimMailRequest = OpenClaimMailRequest | EndedClaimMailRequest | DecidedMailRequest

/** U2: asks to confirm a new address. */
export interface ConfirmationMailRequest extends AboutClaim {
  readonly kind: 'confirmation'
  /** The number of the change that asked for it: only the last confirmation of a claim is sent. */
  readonly n: number
}

/**
 * To an org's admins, about all users whom one sync made inactive, or who still are `days` days before their deletion.
 */
export type SyncMailRequest =
  | { readonly kind: 'inactivated'; readonly mailId: string; readonly orgId: string; readonly syncId: string }
  | {
      readonly kind: 'removal_warning'
      readonly mailId: string
      readonly orgId: string
      readonly syncId: string
      readonly days: number
    }

/** N4: to an org's admins, about all mails of a day about claims that bounced. */
export interface ReturnedMailsRequest {
  readonly kind: 'mails_returned'
  readonly mailId: string
  readonly orgId: string
  /** A date like 2026-11-28, in the org's time zone. */
  readonly day: string
}

export const returnedMailsRequest = (orgId: string, day: string): ReturnedMailsRequest => ({
  kind: 'mails_returned',
  mailId: `${orgId}/returned/${day}`,
  orgId,
  day,
})

/** To an org's admins, one mail to each (N4). */
export type AdminMailRequest =
  | { readonly kind: 'import'; readonly mailId: string; readonly orgId: string; readonly importId: string }
  | SyncMailRequest
  | ReturnedMailsRequest

/**
 * A mail to send: a message of the mail queue. `mailId` identifies the mail, which is sent once however often it is
 * requested.
 */
export type MailRequest = ClaimMailRequest | ConfirmationMailRequest | AdminMailRequest

export const isOfOpenClaim = (request: MailRequest): request is OpenClaimMailRequest =>
  request.kind === 'claimed' || request.kind === 'reminder' || request.kind === 'resent'

export const isOfEndedClaim = (request: MailRequest): request is EndedClaimMailRequest =>
  request.kind === 'migrated' || request.kind === 'revoked'

export type MailOutcome =
  | { readonly outcome: 'sent' }
  /** Sent after a worker that held the lease died: the only case in which a mail may have been sent twice. */
  | { readonly outcome: 'sent_after_crash' }
  | { readonly outcome: 'sent_before' }
  /** N4: the address is suppressed. */
  | { readonly outcome: 'suppressed' }
  /** The claim has ended, a later mail replaces it, or nobody is left to be mailed. */
  | { readonly outcome: 'obsolete' }
