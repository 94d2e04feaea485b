import { digestMorningAfter, type ReturnedMail } from '../../rules/mail/returned-mails.ts'
import type { DigestStore } from '../../storage/stores/digests.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'

export interface DigestPorts {
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly digests: Pick<DigestStore, 'add'>
}

/**
 * N4: kept for the org's next morning; one that is told of so late that its morning has been, for the one after. An org that
 * is gone, or going, is told nothing.
 */
export async function keepReturnedMails(
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
