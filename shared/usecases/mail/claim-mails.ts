import type { EndedClaimMailRequest, OpenClaimMailRequest } from '../../contracts/mail-requests.ts'
import { isoSecond } from '../../lib/time.ts'
import { claimTags } from '../../mail/claim-tags.ts'
import type { Mail } from '../../mail/model.ts'
import { recordIdOfClaim } from '../../rules/claims/claim-ids.ts'
import { openOptions } from '../../rules/claims/decision.ts'
import { newAccountOf } from '../../rules/claims/ending.ts'
import { daysLeft, shownEnd } from '../../rules/claims/migration-hold.ts'
import { isOpen } from '../../rules/claims/transition.ts'
import { dueReminder } from '../../rules/due/due-work.ts'
import type { WantedMail } from '../../rules/mail/claim-mail.ts'
import { isUndeliverable } from '../../rules/mail/notification.ts'
import type { OpenClaim, Organization } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { UnsignedMail } from './addressed-mail.ts'
import type { MailSources } from './mail-sources.ts'

/** At most one mail: the claim may be over or decided by now, or its reminder outdated. */
export function mailOfOpenClaim(
  now: Date,
  org: Organization,
  request: OpenClaimMailRequest,
  { records }: MailSources,
): UnsignedMail[] {
  const { claimId, kind, mailId } = request
  const record = records.get(recordIdOfClaim(claimId) ?? '')
  const claim = record?.claim
  if (record === undefined || record.deletion !== undefined || claim?.claimId !== claimId) return []
  // No reminder once the user has decided, nor to an address that bounced (N4).
  if (kind !== 'claimed' && (isUndeliverable(claim) || claim.decision !== undefined)) return []
  // N1: of several reminders that were held or missed, only the last is sent.
  if (request.kind === 'reminder' && isOutdated(claim, request.day, now)) return []
  return [
    {
      mailId,
      claim: { record, claim, wanted: wantedOf(request) },
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
function wantedOf(request: OpenClaimMailRequest): WantedMail {
  switch (request.kind) {
    case 'claimed':
      return { kind: 'claimed' }
    case 'reminder':
      return { kind: 'reminder', day: request.day }
    case 'resent':
      return { kind: 'resent', at: request.mailId.slice(`${request.claimId}/resent/`.length) }
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

/** At most one mail: the user’s account may be gone by now. */
export async function mailOfEndedClaim(
  { accounts }: { readonly accounts: Pick<AccountStore, 'byUserIds'> },
  org: Organization,
  { claimId, mailId }: EndedClaimMailRequest,
  { ended }: MailSources,
): Promise<UnsignedMail[]> {
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
