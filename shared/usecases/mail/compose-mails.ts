import { isOfEndedClaim, isOfOpenClaim, type MailRequest } from '../../contracts/mail-requests.ts'
import type { Clock } from '../../lib/time.ts'
import { type Product, senderOf } from '../../mail/sender.ts'
import { isBeingDeleted } from '../../rules/deletion/organization-deletion.ts'
import type { Organization } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { ClaimStore } from '../../storage/stores/claims.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import type { AddressedMail, UnsignedMail } from './addressed-mail.ts'
import { type AdminMailPorts, mailsToAdmins } from './admin-mails.ts'
import { mailOfEndedClaim, mailOfOpenClaim } from './claim-mails.ts'
import {
  type ComposedMail,
  composeConfirmation,
  composeDecided,
  type DecisionMailPorts,
} from './decision-mails.ts'
import type { MailSources } from './mail-sources.ts'

export interface ComposeMailPorts extends Omit<AdminMailPorts, 'claims'>, DecisionMailPorts {
  readonly accounts: Pick<AccountStore, 'byUserIds' | 'byRecordIds' | 'write'>
  readonly claims: Pick<ClaimStore, 'byId' | 'byIds'>
  readonly organizations: Pick<OrganizationStore, 'get'>
  /** N5. */
  readonly product: Product
  readonly now: Clock
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

async function unsigned(
  ports: ComposeMailPorts,
  org: Organization,
  request: MailRequest,
  sources: MailSources,
): Promise<readonly UnsignedMail[]> {
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

const one = ({ mailId }: MailRequest, composed: ComposedMail | undefined): UnsignedMail[] =>
  composed === undefined ? [] : [{ ...composed, mailId, mail: () => composed.mail }]
