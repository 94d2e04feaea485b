import { digestMorningAfter, type ReturnedMail } from '../../rules/mail/returned-mails.ts'
import type { DigestStore } from '../../storage/stores/digests.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'

export interface DigestPorts {
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly digests: Pick<DigestStore, 'add'>
}

/**
 * N4: adds bounced mails to the digest of their org's next morning; if that is closed already, to the one
 * after it. An org that is gone or being deleted gets no digest.
 */
export async function addToDigests(
  { organizations, digests }: DigestPorts,
  returned: readonly ReturnedMail[],
): Promise<void> {
  for (const [orgId, mails] of Map.groupBy(returned, (mail) => mail.orgId)) {
    const org = (await organizations.get(orgId))?.org
    if (org === undefined || org.adminEmails.length === 0) continue
    const timeZone = org.settings.timeZone ?? 'UTC'
    for (const mail of mails) {
      let morning = digestMorningAfter(new Date(mail.at), timeZone)
      while ((await digests.add(mail, morning)).outcome === 'closed')
        morning = digestMorningAfter(new Date(morning.dueAt), timeZone)
    }
  }
}
