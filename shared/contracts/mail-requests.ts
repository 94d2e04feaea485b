interface AboutClaim {
  readonly mailId: string
  readonly orgId: string
  readonly claimId: string
  /** Of a reminder: its day. One that was held until a later one was due is not sent beside that. */
  readonly day?: number | undefined
}

/** About a claim that is open: M5, any of them tells its user. */
export interface OpenClaimMailRequest extends AboutClaim {
  readonly kind: 'claimed' | 'reminder' | 'resent'
}

export interface EndedClaimMailRequest extends AboutClaim {
  readonly kind: 'migrated' | 'revoked'
}

/** U7: what was chosen; to the claimed address, and after `change_email` to the new one. */
export interface DecidedMailRequest extends AboutClaim {
  readonly kind: 'decided' | 'confirmed'
}

export type ClaimMailRequest = OpenClaimMailRequest | EndedClaimMailRequest | DecidedMailRequest

/** U2: a new address is asked to be confirmed. */
export interface ConfirmationMailRequest extends AboutClaim {
  readonly kind: 'confirmation'
  /** Which of the claim's: only the last one asked for is sent. */
  readonly n: number
}

/** To an org's admins, one about all whom a sync made inactive, or who still are so many days before their removal. */
export type SyncMailRequest =
  | { readonly kind: 'inactivated'; readonly mailId: string; readonly orgId: string; readonly syncId: string }
  | {
      readonly kind: 'removal_warning'
      readonly mailId: string
      readonly orgId: string
      readonly syncId: string
      readonly days: number
    }

/** N4: to an org's admins, about all of a day's mails about claims that came back. */
export interface ReturnedMailsRequest {
  readonly kind: 'mails_returned'
  readonly mailId: string
  readonly orgId: string
  /** As 2026-11-28, where the org is. */
  readonly day: string
}

export const returnedMailsRequest = (orgId: string, day: string): ReturnedMailsRequest => ({
  kind: 'mails_returned',
  mailId: `${orgId}/returned/${day}`,
  orgId,
  day,
})

/** To an org's admins, each of whom gets a mail of their own (N4). */
export type AdminMailRequest =
  | { readonly kind: 'import'; readonly mailId: string; readonly orgId: string; readonly importId: string }
  | SyncMailRequest
  | ReturnedMailsRequest

/** A mail to be sent. `mailId` is the mail's for ever: however often it's asked for, it is sent once. */
export type MailRequest = ClaimMailRequest | ConfirmationMailRequest | AdminMailRequest

export const isOfOpenClaim = (request: MailRequest): request is OpenClaimMailRequest =>
  request.kind === 'claimed' || request.kind === 'reminder' || request.kind === 'resent'

export const isOfEndedClaim = (request: MailRequest): request is EndedClaimMailRequest =>
  request.kind === 'migrated' || request.kind === 'revoked'

export type MailOutcome =
  | 'sent'
  /** Sent, after a worker that had the lease died: the one case in which a mail may have gone out twice. */
  | 'sent_after_crash'
  | 'sent_before'
  /** N4: nothing is sent to this address. */
  | 'suppressed'
  /** The claim is over, a later mail says it, or nobody is there to be mailed. */
  | 'obsolete'
