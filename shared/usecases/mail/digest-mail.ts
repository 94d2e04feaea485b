import { isUndeliverable } from '../../rules/mail/notification.ts'
import { MAX_CHECKED_RETURNED, MAX_NAMED_RETURNED } from '../../rules/limits.ts'
import type { Organization } from '../../rules/types.ts'
import type { Clock } from '../../lib/time.ts'
import type { Mail, Person } from '../../mail/model.ts'
import type { ClaimStore, FoundClaim } from '../../storage/stores/claims.ts'
import type { DigestStore } from '../../storage/stores/digests.ts'
import { newAccountOf } from '../../rules/claims/ending.ts'

export interface DigestMailPorts {
  readonly digests: Pick<DigestStore, 'close' | 'returned'>
  readonly claims: Pick<ClaimStore, 'byIds'>
  /** The URL of the list of claims whose mails bounced. */
  readonly returnedMailsUrl: string
  readonly now: Clock
}

/**
 * N4: composes the digest from current data; `undefined` if there is nothing to report any more. Names are
 * read only now (Y7), of users on the org's own domains, whom its admins may see.
 */
export async function composeDigest(
  { digests, claims, returnedMailsUrl, now }: DigestMailPorts,
  org: Organization,
  day: string,
): Promise<Mail | undefined> {
  await digests.close(org.orgId, day, now())
  const { claimIds, more } = await digests.returned(org.orgId, day)
  const checked = claimIds.slice(0, MAX_CHECKED_RETURNED)
  const found = await claims.byIds(checked)
  const unreached = checked.flatMap((claimId) => personOf(found.get(claimId)) ?? [])
  // Claims that weren't checked count as still unreached.
  const people = unreached.length + claimIds.length - checked.length
  if (people === 0) return undefined
  return {
    kind: 'mails_returned',
    organizationName: org.name,
    firstName: '',
    people,
    more,
    named: unreached.slice(0, MAX_NAMED_RETURNED),
    url: returnedMailsUrl,
  }
}

/** The user, if mail still doesn't reach them. */
function personOf(found: FoundClaim | undefined): Person | undefined {
  const { record } = found ?? {}
  const claim = record?.claim
  if (record === undefined || claim === undefined || !isUndeliverable(claim)) return undefined
  if (claim.claimId !== found?.claim.claimId || record.deletion !== undefined) return undefined
  const { displayName, email } = newAccountOf(record, claim)
  return { name: displayName, address: email }
}
