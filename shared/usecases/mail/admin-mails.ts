import { createHash } from 'node:crypto'
import type { AdminMailRequest } from '../../contracts/mail-requests.ts'
import type { Mail } from '../../mail/model.ts'
import { normalizedAddress } from '../../rules/accounts/address.ts'
import type { Organization } from '../../rules/types.ts'
import type { UnsignedMail } from './addressed-mail.ts'
import { composeOfImport, type ImportMailPorts } from './import-mail.ts'
import { composeDigest, type DigestMailPorts } from './digest-mail.ts'
import { composeOfSync, type SyncMailPorts } from './sync-mails.ts'

export interface AdminMailPorts extends ImportMailPorts, SyncMailPorts, DigestMailPorts {}

/** N4: each admin gets a mail of their own, so that one's bounce doesn't affect another. */
export async function mailsToAdmins(
  ports: AdminMailPorts,
  org: Organization,
  request: AdminMailRequest,
): Promise<UnsignedMail[]> {
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
  ports: AdminMailPorts,
  org: Organization,
  request: AdminMailRequest,
): Promise<Mail | undefined> {
  switch (request.kind) {
    case 'import':
      return composeOfImport(ports, org, request.importId)
    case 'mails_returned':
      return composeDigest(ports, org, request.day)
    case 'inactivated':
    case 'removal_warning':
      return composeOfSync(ports, org, request)
  }
}

/** Mail ids are logged and stored, so they must not contain an address. */
const hashOf = (address: string): string =>
  createHash('sha256').update(address).digest('base64url').slice(0, 16)
