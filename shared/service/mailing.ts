import type { Mailer, OutgoingMail } from '../aws/mailer.ts'
import { parseAddress } from '../claims/address.ts'
import { mailSent } from '../claims/claim-mail.ts'
import { dueReminder } from '../claims/due.ts'
import { isOpen, newAccountOf, openOptions } from '../claims/lifecycle.ts'
import { isUndeliverable } from '../claims/notification.ts'
import { isGoing } from '../claims/organizations.ts'
import { daysLeft, endSeen } from '../claims/telling.ts'
import type { AccountRecord, OpenClaim, Organization } from '../claims/types.ts'
import { ignoredColumnsOf } from '../csv/ignored-columns.ts'
import { reportFileName } from '../csv/report-name.ts'
import { backoff } from '../kit/backoff.ts'
import { BusyError, InputError } from '../kit/errors.ts'
import { type Clock, isoSecond } from '../kit/time.ts'
import { unavailableBy } from '../kit/unavailable.ts'
import { claimTags } from '../mail/claim-tags.ts'
import type { Mail } from '../mail/facts.ts'
import { renderMail } from '../mail/mail.ts'
import { type Product, type Sender, senderOf } from '../mail/sender.ts'
import type { AccountStore } from '../table/accounts.ts'
import type { ClaimStore } from '../table/claims.ts'
import type { ImportStore } from '../table/imports.ts'
import type { MailStore } from '../table/mails.ts'
import type { OrganizationStore } from '../table/organizations.ts'
import type { SuppressionStore } from '../table/suppressions.ts'
import type { SyncStore } from '../table/syncs.ts'
import type { TokenStore } from '../table/tokens.ts'
import { changeOpenClaim } from './claim-changes.ts'
import { composeConfirmation, composeDecided } from './decision-mails.ts'
import { recordFailure } from './feedback.ts'
import { composeOfSync, type SyncMailRequest } from './sync-mails.ts'

export interface ClaimMailRequest {
  readonly kind:
    | 'claimed'
    | 'reminder'
    | 'resent'
    | 'migrated'
    | 'revoked'
    /** U7: what was chosen; to the claimed address, and after `change_email` to the new one. */
    | 'decided'
    | 'confirmed'
  readonly mailId: string
  readonly orgId: string
  readonly claimId: string
  /** Of a reminder: its day. One that was held until a later one was due is not sent beside that. */
  readonly day?: number | undefined
}

/** U2: a new address is asked to be confirmed. */
export interface ConfirmationMailRequest {
  readonly kind: 'confirmation'
  readonly mailId: string
  readonly orgId: string
  readonly claimId: string
  /** Which of the claim's: only the last one asked for is sent. */
  readonly n: number
}

/** A mail to be sent. `mailId` is the mail's for ever: however often it's asked for, it is sent once. */
export type MailRequest =
  | ClaimMailRequest
  | ConfirmationMailRequest
  | { readonly kind: 'import'; readonly mailId: string; readonly orgId: string; readonly importId: string }
  | SyncMailRequest

export interface MailingPorts {
  readonly accounts: Pick<AccountStore, 'byUserId' | 'byUserIds' | 'byRoots' | 'write'>
  readonly claims: Pick<ClaimStore, 'byId'>
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly imports: Pick<ImportStore, 'get'>
  readonly syncs: Pick<SyncStore, 'get'>
  readonly mails: MailStore
  readonly suppressions: Pick<SuppressionStore, 'among'>
  readonly tokens: Pick<TokenStore, 'put'>
  readonly send: Mailer
  /** 32 random bytes, base64url. */
  readonly newToken: () => string
  readonly decisionUrl: (token: string) => string
  /** `fileName`: what it is saved as. */
  readonly reportLink: (
    reportKey: string,
    fileName: string,
  ) => Promise<{ readonly url: string; readonly endsAt: string }>
  readonly confirmationUrl: (token: string) => string
  /** N5. */
  readonly product: Product
  readonly now: Clock
}

export type MailOutcome =
  | 'sent'
  /** Sent, after a worker that had the lease died: the one case in which a mail may have gone out twice. */
  | 'sent_after_crash'
  | 'sent_before'
  | 'elsewhere'
  /** N4: nobody is left to whom it may be sent. */
  | 'suppressed'
  /** The claim is over, or nobody is there to be mailed. */
  | 'obsolete'

export interface Letter {
  readonly to: readonly string[]
  readonly mail: Mail
  readonly locale: string
  readonly tags: Readonly<Record<string, string>>
  /** Of a claim's mail: the record it was read from, in which the claim is to be marked. */
  readonly record?: AccountRecord
}

/** Another delivery of a mail's message is done, or its lease over, within little more than a minute. */
const LOOK_AGAIN_SECONDS = 10

/** On top of the store's and the SDK's own, with pauses of two seconds in all: a worker has a minute. */
const MARK_TRIES = 8

/** Sends one mail, once (C6), as far as that can be known: see `mailStore`. */
export async function sendMail(
  ports: MailingPorts,
  request: MailRequest,
  messageId: string,
): Promise<MailOutcome> {
  const lease = await ports.mails.lease(request.mailId, { messageId, attempt: ports.newToken() }, ports.now())
  if (lease.state === 'here')
    throw new BusyError('another delivery of the message is at its mail', {
      longestWaitSeconds: LOOK_AGAIN_SECONDS,
    })
  if (lease.state === 'elsewhere') return 'elsewhere'
  if (lease.state === 'sent') {
    // The worker that sent it may have died before it could say so on the claim.
    if (tellsOfClaim(request)) await markNotified(ports, request.claimId)
    return 'sent_before'
  }
  const letter = await orSayNot(ports, request.mailId, () => compose(ports, request))
  if (letter === undefined) {
    await ports.mails.notSent(request.mailId, ports.now())
    return 'obsolete'
  }
  const suppressed = await orSayNot(ports, request.mailId, () => ports.suppressions.among(letter.to))
  const to = letter.to.filter((address) => !suppressed.has(address))
  if (to.length === 0) {
    // The address failed in another claim, or under another org: this claim's admin is to see it too.
    if (letter.record?.claim !== undefined)
      await recordFailure(ports, letter.record.claim.claimId, 'bounced', 'mail:suppressed', letter.record)
    await ports.mails.notSent(request.mailId, ports.now())
    return 'suppressed'
  }
  const sender = await senderFor(ports, request.orgId)
  const { subject, html, text } = renderMail(letter.mail, letter.locale, sender)
  const sesMessageId = await sendOrSayNot(ports, request.mailId, {
    to,
    replyTo: replyTo(sender),
    subject,
    html,
    text,
    tags: letter.tags,
  })
  await markSent(ports, request.mailId, sesMessageId)
  if (tellsOfClaim(request)) await markNotified(ports, request.claimId, letter.record)
  return lease.again ? 'sent_after_crash' : 'sent'
}

/** N5. */
async function senderFor(ports: MailingPorts, orgId: string): Promise<Sender> {
  const org = (await ports.organizations.get(orgId))?.org
  return senderOf(ports.product, org?.settings ?? {})
}

/** N5: the org's contact, where it is an address. */
function replyTo({ contact }: Sender): string | undefined {
  const parsed = contact === undefined ? undefined : parseAddress(contact)
  return parsed?.ok ? parsed.address.email : undefined
}

/** Without its mark the mail goes out a second time: no other write is worth as many tries. */
async function markSent(ports: MailingPorts, mailId: string, sesMessageId: string): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      await ports.mails.sent(mailId, sesMessageId, ports.now())
      return
    } catch (error) {
      if (tried === MARK_TRIES || unavailableBy(error) === undefined) throw error
      await backoff(tried)
    }
  }
}

/** What is to be known before it is sent; where that fails, the next try need not wait for the lease to run out. */
async function orSayNot<T>(ports: MailingPorts, mailId: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    await ports.mails.notSent(mailId, ports.now())
    throw error
  }
}

/** Sends it; where SES has said no, the next try is not one after a crash, since nothing can have gone out. */
async function sendOrSayNot(ports: MailingPorts, mailId: string, mail: OutgoingMail): Promise<string> {
  try {
    return await ports.send(mail)
  } catch (error) {
    if (error instanceof BusyError || error instanceof InputError)
      await ports.mails.notSent(mailId, ports.now())
    throw error
  }
}

async function compose(ports: MailingPorts, request: MailRequest): Promise<Letter | undefined> {
  const found = (await ports.organizations.get(request.orgId))?.org
  // O1: an org on its way out still tells those it lets go, and nobody else of anything.
  const org = found !== undefined && isGoing(found) && request.kind !== 'revoked' ? undefined : found
  switch (request.kind) {
    case 'claimed':
    case 'reminder':
    case 'resent':
      return org && composeOfClaim(ports, org, request, request.kind)
    case 'confirmation':
      return org && composeConfirmation(ports, org, request)
    case 'decided':
    case 'confirmed':
      return org && composeDecided(ports, org, request)
    case 'migrated':
    case 'revoked':
      return org && composeEnded(ports, org, request.claimId)
    case 'import':
      return org && composeToAdmins(org, () => composeImport(ports, org, request.importId))
    case 'inactivated':
    case 'removal_warning':
      return org && composeToAdmins(org, () => composeOfSync(ports, org, request))
  }
}

async function composeOfClaim(
  ports: MailingPorts,
  org: Organization,
  { claimId, day = 0 }: ClaimMailRequest,
  kind: 'claimed' | 'reminder' | 'resent',
): Promise<Letter | undefined> {
  const found = await ports.claims.byId(claimId)
  if (found?.record?.claim === undefined || found.record.removal !== undefined) return undefined
  const { record } = found
  const claim: OpenClaim = found.record.claim
  // Nobody is reminded of what they have done, and nothing more goes to an address that doesn't take it (N4).
  if (kind !== 'claimed' && (isUndeliverable(claim) || claim.decision !== undefined)) return undefined
  // N1: of several that were held, or missed, the last alone is sent.
  if (kind === 'reminder' && day > 0 && isOutdated(claim, day, ports.now())) return undefined
  const token = ports.newToken()
  await ports.tokens.put(token, claimId, ports.now())
  return {
    record,
    to: [newAccountOf(record, claim).email],
    locale: record.account.locale,
    tags: { kind: kind === 'claimed' ? `claimed_${claim.type}` : kind, ...claimTags(claimId) },
    mail: {
      ...kindOfClaimMail(kind, claim, ports.now()),
      organizationName: org.name,
      firstName: claim.newAccount.firstName,
      address: claim.email,
      createdAt: claim.createdAt,
      // M5: a mail that leaves late says when the migration will be because of it.
      endsAt: isoSecond(endSeen(claim, ports.now())),
      options: openOptions(record, claim),
      decisionUrl: ports.decisionUrl(token),
      ...(claim.contentLoss === undefined ? {} : { contentLoss: claim.contentLoss }),
    },
  }
}

/** A later one is due by now, or a mail has left since it was (M5). */
function isOutdated({ remindedDay, ...claim }: OpenClaim, day: number, now: Date): boolean {
  return day < (remindedDay ?? 0) || dueReminder(claim, now) !== day
}

function kindOfClaimMail(kind: 'claimed' | 'reminder' | 'resent', claim: OpenClaim, now: Date) {
  switch (kind) {
    case 'claimed':
      return { kind: claim.type === 'direct' ? ('claimed_direct' as const) : ('claimed_delayed' as const) }
    case 'reminder':
      return { kind: 'reminder' as const, daysLeft: daysLeft(claim, now) }
    case 'resent':
      return { kind: 'claim_resent' as const, claimType: claim.type }
  }
}

async function composeEnded(
  ports: MailingPorts,
  org: Organization,
  claimId: string,
): Promise<Letter | undefined> {
  const found = await ports.claims.byId(claimId)
  if (found === undefined || isOpen(found.claim)) return undefined
  const claim = found.claim
  const userId = claim.status === 'revoked' ? claim.originalUserId : claim.newUserId
  const atRoot = found.left?.account
  const account =
    atRoot?.userId === userId ? atRoot : (await ports.accounts.byUserId(userId))?.standing.account
  // Y7: whoever it was about is gone, or was when the claim lost the address.
  if (account === undefined || claim.email === '') return undefined
  const common = { organizationName: org.name, firstName: account.firstName, address: claim.email }
  const mail: Mail =
    claim.status === 'revoked'
      ? { ...common, kind: 'revoked', createdAt: claim.createdAt, revokedAt: claim.endedAt }
      : {
          ...common,
          kind: 'migration_completed',
          completedAt: claim.endedAt,
          conversationsMoved: claim.conversationsMoved,
          decidedBy: claim.decision?.by ?? 'schedule',
          retentionDays: org.settings.retentionDays,
        }
  const tags = { kind: mail.kind, ...claimTags(claimId) }
  // Where the account is by now (C9): the claimed address may be nobody's any more.
  return { to: [account.email], locale: account.locale, tags, mail }
}

/** Nothing is read for a mail that nobody would get. */
async function composeToAdmins(
  org: Organization,
  compose: () => Promise<Mail | undefined>,
): Promise<Letter | undefined> {
  if (org.adminEmails.length === 0) return undefined
  const mail = await compose()
  return mail && { to: org.adminEmails, locale: org.settings.locale, tags: { kind: mail.kind }, mail }
}

async function composeImport(
  ports: MailingPorts,
  org: Organization,
  importId: string,
): Promise<Mail | undefined> {
  const record = await ports.imports.get(org.orgId, importId)
  if (record === undefined) return undefined
  const { rowsRead, accepted: claimed, refused, unchanged, error } = record
  const link =
    record.reportKey === undefined
      ? undefined
      : await ports.reportLink(record.reportKey, reportFileName(record.fileName))
  return {
    kind: 'import_finished',
    organizationName: org.name,
    firstName: '',
    fileName: record.fileName,
    outcome:
      error === undefined
        ? {
            status: 'completed',
            rowsRead,
            claimed,
            refused,
            unchanged,
            ignoredColumns: ignoredColumnsOf[record.kind](record.header ?? []),
            contentLoss: record.contentLoss ?? {},
            ...(link === undefined ? {} : { reportUrl: link.url, reportUrlEndsAt: link.endsAt }),
          }
        : { status: 'failed', error },
  }
}

/** M5: any of them is a mail about the claim, whichever leaves first. */
const tellsOfClaim = (
  request: MailRequest,
): request is ClaimMailRequest & { readonly kind: 'claimed' | 'reminder' | 'resent' } =>
  request.kind === 'claimed' || request.kind === 'reminder' || request.kind === 'resent'

/**
 * The claim shows that its user has been told, and when (M5). It may be over by now: then there is nothing to show.
 * @param known what was read before, to be tried first
 */
async function markNotified(ports: MailingPorts, claimId: string, known?: AccountRecord): Promise<void> {
  const sent = (record: AccountRecord, claim: OpenClaim): AccountRecord | undefined => {
    const next = mailSent(claim, { kind: 'claimed' }, ports.now())
    return next && { ...record, rev: record.rev + 1, claim: next }
  }
  await changeOpenClaim(ports, claimId, sent, known)
}
