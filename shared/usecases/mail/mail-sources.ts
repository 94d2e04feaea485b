import { isOfEndedClaim, isOfOpenClaim, type MailRequest } from '../../contracts/mail-requests.ts'
import { recordIdOfClaim } from '../../rules/claims/claim-ids.ts'
import type { AccountRecord } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { ClaimStore, FoundClaim } from '../../storage/stores/claims.ts'
import type { ReadConsistency } from '../../storage/writes/batch.ts'

export interface MailSourcePorts {
  readonly accounts: Pick<AccountStore, 'byRecordIds'>
  readonly claims: Pick<ClaimStore, 'byIds'>
}

/** What mails are composed from, read for many at once. */
export interface MailSources {
  readonly records: ReadonlyMap<string, AccountRecord>
  readonly ended: ReadonlyMap<string, FoundClaim>
}

export async function readMailSources(
  { accounts, claims }: MailSourcePorts,
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
