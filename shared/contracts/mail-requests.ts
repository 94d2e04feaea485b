import type * as z from 'zod'
import type { Correlated } from '../lib/correlation.ts'
import type { DecisionMailKind, EndedClaimMailKind, OpenClaimMailKind } from '../rules/enumerations.ts'
import type { mailCause, mailMessage } from './messages/mail.ts'

/** A mail to send: a message of the mail queue. */
export type MailRequest = Readonly<z.infer<typeof mailMessage>>

type Of<Kind extends MailRequest['kind']> = Extract<MailRequest, { readonly kind: Kind }>

export type OpenClaimMailRequest = Of<OpenClaimMailKind>
export type EndedClaimMailRequest = Of<EndedClaimMailKind>
export type DecisionMailRequest = Of<DecisionMailKind>
export type ClaimMailRequest = OpenClaimMailRequest | EndedClaimMailRequest | DecisionMailRequest
export type ConfirmationMailRequest = Of<'confirmation'>
export type SyncMailRequest = Of<'inactivated' | 'removal_warning'>
export type ReturnedMailsRequest = Of<'mails_returned'>
/** To an org's admins, one mail to each (N4). */
export type AdminMailRequest = Of<'import'> | SyncMailRequest | ReturnedMailsRequest

/** A request as it is queued: with the instant of its cause. */
export type QueuedMail<Request extends MailRequest = MailRequest> = Request &
  Readonly<z.infer<typeof mailCause>> &
  Partial<Correlated<unknown>>

export const returnedMailsRequest = (orgId: string, day: string): ReturnedMailsRequest => ({
  kind: 'mails_returned',
  mailId: `${orgId}/returned/${day}`,
  orgId,
  day,
})

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
