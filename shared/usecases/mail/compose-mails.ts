import { createHash } from 'node:crypto'
import {
  type AdminMailRequest,
  type EndedClaimMailRequest,
  isOfEndedClaim,
  isOfOpenClaim,
  type MailRequest,
  type OpenClaimMailRequest,
} from '../../contracts/mail-requests.ts'
import { type Clock, isoSecond } from '../../lib/time.ts'
import { claimTags } from '../../mail/claim-tags.ts'
import type { Mail } from '../../mail/model.ts'
import { type Product, type Sender, senderOf } from '../../mail/sender.ts'
import { normalizedAddress } from '../../rules/accounts/address.ts'
import { recordIdOfClaim } from '../../rules/claims/claim-ids.ts'
import { openOptions } from '../../rules/claims/decision.ts'
import { newAccountOf } from '../../rules/claims/ending.ts'
import { daysLeft, shownEnd } from '../../rules/claims/migration-hold.ts'
import { isOpen } from '../../rules/claims/transition.ts'
import { isBeingDeleted } from '../../rules/deletion/organization-deletion.ts'
import { dueReminder } from '../../rules/due/due-work.ts'
import type { WantedMail } from '../../rules/mail/claim-mail.ts'
import { isUndeliverable } from '../../rules/mail/notification.ts'
import type { AccountRecord, OpenClaim, Organization } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { ClaimStore, FoundClaim } from '../../storage/stores/claims.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import type { ReadConsistency } from '../../storage/writes/batch.ts'
import {
  type ComposedMail,
  composeConfirmation,
  composeDecided,
  type DecisionMailPorts,
} from './decision-mails.ts'
import { composeOfImport, type ImportMailPorts } from './import-mail.ts'
import { composeOfReturned, type ReturnedMailPorts } from './returned-mail.ts'
import { composeOfSync, type SyncMailPorts } from './sync-mails.ts'

export interface ComposeMailPorts
  extends ImportMailPorts,
    SyncMailPorts,
    DecisionMailPorts,
    Omit<ReturnedMailPorts, 'claims'> {
  readonly accounts: Pick<AccountStore, 'byUserIds' | 'byRecordIds' | 'write'>
  readonly claims: Pick<ClaimStore, 'byId' | 'byIds'>
  readonly organizations: Pick<OrganizationStore, 'get'>
  /** N5. */
  readonly product: Product
  readonly now: Clock
}

/** One mail to one address, complete except for the link that it may contain. */
export interface AddressedMail {
  /** Unique among all mails, at any time. */
  readonly mailId: string
  readonly to: string
  readonly mail: (decisionUrl: string) => Mail
  readonly locale: string
  /** N5. */
  readonly sender: Sender
  readonly tags: Readonly<Record<string, string>>
  /** For a mail about an open claim, whose record holds the mail's state. */
  readonly claim?: { readonly record: AccountRecord; readonly claim: OpenClaim; readonly wanted: WantedMail }
}

/** What mails are composed from, read for many at once. */
export interface MailSources {
  readonly records: ReadonlyMap<string, AccountRecord>
  readonly ended: ReadonlyMap<string, FoundClaim>
}

export async function readMailSources(
  { accounts, claims }: ComposeMailPorts,
  requests: readonly MailRequest[],
  freshness: ReadConsistency,
): Promise<MailSources> {
  const ofClaims = requests.filter((request) => isOfOpenClaim(request) || isOfEndedClaim(request))
  const recordIds = ofClaims.flatMap(({ claimId }) => recordIdOfClaim(claimId) ?? [])
  const records = await accounts.byRecordIds([...new Set(recordIds)], freshness)
  const ended = new Map<string, FoundClaim>()
  const elsewhere: string[] = []
  for (const { claimId } of requests.filter(isOfEndedClaim)) {
    const formerRecord = records.get(recordIdOfClaim(claimId) ?? '')
    // An ended claim doesn't change, except that personal data is redacted (Y7).
    if (formerRecord?.ended?.claim.claimId === claimId)
      ended.set(claimId, { claim: formerRecord.ended.claim, formerRecord })
    else elsewhere.push(claimId)
  }
  // The claim isn't in the record any more, or the read was stale: what is missing is read again, consistently.
  if (elsewhere.length > 0)
    for (const [claimId, found] of await claims.byIds(elsewhere)) ended.set(claimId, found)
  return { records, ended }
}

/** The mails to send for a request; none if there is nothing to say any more, or nobody to say it to. */
export async function composeMails(
  ports: ComposeMailPorts,
  request: MailRequest,
  sources: MailSources,
): Promise<readonly AddressedMail[]> {
  const org = (await ports.organizations.get(request.orgId))?.org
  // O1: an org that is being deleted still informs the users it releases, and nobody else.
  if (org === undefined || (isBeingDeleted(org) && request.kind !== 'revoked')) return []
  const sender = senderOf(ports.product, org.settings)
  return (await unsigned(ports, org, request, sources)).map((addressed) => ({ ...addressed, sender }))
}

type Unsigned = Omit<AddressedMail, 'sender'>

async function unsigned(
  ports: ComposeMailPorts,
  org: Organization,
  request: MailRequest,
  sources: MailSources,
): Promise<readonly Unsigned[]> {
  if (isOfOpenClaim(request)) return mailOfOpenClaim(ports.now(), org, request, sources)
  if (isOfEndedClaim(request)) return mailOfEndedClaim(ports, org, request, sources)
  switch (request.kind) {
    case 'confirmation':
      return one(request, await composeConfirmation(ports, org, request))
    case 'decided':
    case 'confirmed':
      return one(request, await composeDecided(ports, org, request))
    default:
      return mailsToAdmins(ports, org, request)
  }
}

const one = ({ mailId }: MailRequest, composed: ComposedMail | undefined): Unsigned[] =>
  composed === undefined ? [] : [{ ...composed, mailId, mail: () => composed.mail }]

function mailOfOpenClaim(
  now: Date,
  org: Organization,
  request: OpenClaimMailRequest,
  { records }: MailSources,
): Unsigned[] {
  const { claimId, kind, mailId } = request
  const record = records.get(recordIdOfClaim(claimId) ?? '')
  const claim = record?.claim
  if (record === undefined || record.deletion !== undefined || claim?.claimId !== claimId) return []
  // No reminder once the user has decided, nor to an address that bounced (N4).
  if (kind !== 'claimed' && (isUndeliverable(claim) || claim.decision !== undefined)) return []
  const wanted = wantedOf(request)
  // N1: of several reminders that were held or missed, only the last is sent.
  if (wanted.kind === 'reminder' && wanted.day > 0 && isOutdated(claim, wanted.day, now)) return []
  return [
    {
      mailId,
      claim: { record, claim, wanted },
      to: newAccountOf(record, claim).email,
      locale: record.account.locale,
      tags: { kind: kind === 'claimed' ? `claimed_${claim.type}` : kind, ...claimTags(claimId) },
      mail: (decisionUrl) => ({
        ...kindOfClaimMail(kind, claim, now),
        organizationName: org.name,
        firstName: claim.newAccount.firstName,
        address: claim.email,
        createdAt: claim.createdAt,
        // M5: a mail that is sent late says to when the migration is postponed because of it.
        endsAt: isoSecond(shownEnd(claim, now)),
        options: openOptions(record, claim),
        decisionUrl,
        ...(claim.contentLoss === undefined ? {} : { contentLoss: claim.contentLoss }),
      }),
    },
  ]
}

/** A later reminder is due by now, or a mail was sent since this one fell due (M5). */
const isOutdated = (claim: OpenClaim, day: number, now: Date): boolean => dueReminder(claim, now) !== day

/** For a mail sent again on request, only the id tells when. */
function wantedOf({ kind, claimId, mailId, day = 0 }: OpenClaimMailRequest): WantedMail {
  switch (kind) {
    case 'claimed':
      return { kind }
    case 'reminder':
      return { kind, day }
    case 'resent':
      return { kind, at: mailId.slice(`${claimId}/resent/`.length) }
  }
}

function kindOfClaimMail(kind: OpenClaimMailRequest['kind'], claim: OpenClaim, now: Date) {
  switch (kind) {
    case 'claimed':
      return { kind: claim.type === 'direct' ? ('claimed_direct' as const) : ('claimed_delayed' as const) }
    case 'reminder':
      return { kind: 'reminder' as const, daysLeft: daysLeft(claim, now) }
    case 'resent':
      return { kind: 'claim_resent' as const, claimType: claim.type }
  }
}

async function mailOfEndedClaim(
  { accounts }: ComposeMailPorts,
  org: Organization,
  { claimId, mailId }: EndedClaimMailRequest,
  { ended }: MailSources,
): Promise<Unsigned[]> {
  const found = ended.get(claimId)
  if (found === undefined || isOpen(found.claim)) return []
  const { claim } = found
  const userId = claim.status === 'revoked' ? claim.originalUserId : claim.newUserId
  const inRecord = found.formerRecord?.account
  const account =
    inRecord?.userId === userId
      ? inRecord
      : (await accounts.byUserIds([userId])).get(userId)?.inRecord.account
  // Y7: the user's account was deleted, before or after the claim was redacted.
  if (account === undefined || claim.email === '') return []
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
  // The account's present address (C9): the claimed one may belong to nobody by now.
  return [{ mailId, to: account.email, locale: account.locale, tags, mail: () => mail }]
}

/** N4: each admin gets a mail of their own, so that one's bounce doesn't affect another. */
async function mailsToAdmins(
  ports: ComposeMailPorts,
  org: Organization,
  request: AdminMailRequest,
): Promise<Unsigned[]> {
  // Nothing is read if nobody would get the mail.
  if (org.adminEmails.length === 0) return []
  const mail = await composeForAdmins(ports, org, request)
  if (mail === undefined) return []
  const addresses = new Map(org.adminEmails.map((email) => [normalizedAddress(email), email]))
  return [...addresses].map(([normalized, to]) => ({
    mailId: `${request.mailId}/${hashOf(normalized)}`,
    to,
    locale: org.settings.locale,
    tags: { kind: mail.kind },
    mail: () => mail,
  }))
}

function composeForAdmins(
  ports: ComposeMailPorts,
  org: Organization,
  request: AdminMailRequest,
): Promise<Mail | undefined> {
  switch (request.kind) {
    case 'import':
      return composeOfImport(ports, org, request.importId)
    case 'mails_returned':
      return composeOfReturned(ports, org, request.day)
    case 'inactivated':
    case 'removal_warning':
      return composeOfSync(ports, org, request)
  }
}

/** Mail ids are logged and stored, so they must not contain an address. */
const hashOf = (address: string): string =>
  createHash('sha256').update(address).digest('base64url').slice(0, 16)
