import type { ConfirmationMailRequest, DecisionMailRequest } from '../../contracts/mail-requests.ts'
import type { Clock } from '../../lib/time.ts'
import { claimTags } from '../../mail/claim-tags.ts'
import type { Mail } from '../../mail/model.ts'
import { LINK_SECRET_BYTES, linkText } from '../../rules/claims/decision-link.ts'
import { newAccountOf } from '../../rules/claims/ending.ts'
import { confirmationHash, linkConfirmation, pendingAt } from '../../rules/claims/new-address-confirmation.ts'
import { isOpen } from '../../rules/claims/transition.ts'
import type { Organization } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { ClaimStore, FoundClaim } from '../../storage/stores/claims.ts'
import { changeOpenClaim } from '../claims/claim-changes.ts'

export interface DecisionMailPorts {
  readonly accounts: Pick<AccountStore, 'byUserIds' | 'write'>
  readonly claims: Pick<ClaimStore, 'byId'>
  readonly randomBytes: (size: number) => Uint8Array
  readonly confirmationUrl: (token: string) => string
  readonly now: Clock
}

export interface ComposedMail {
  readonly to: string
  readonly mail: Mail
  readonly locale: string
  readonly tags: Readonly<Record<string, string>>
}

/**
 * U2: the mail to the new address. The link's secret is made here and only its hash is stored, so each attempt makes
 * its own. The mail has no tag of the claim: if it bounces, that says nothing about the claimed address.
 */
export async function composeConfirmation(
  ports: DecisionMailPorts,
  org: Organization,
  { claimId, n }: ConfirmationMailRequest,
): Promise<ComposedMail | undefined> {
  const secret = ports.randomBytes(LINK_SECRET_BYTES)
  const link = confirmationHash(secret)
  await changeOpenClaim(ports, claimId, (record, claim) =>
    record.deletion === undefined
      ? linkConfirmation(record, claim, { n, link, now: ports.now() })
      : undefined,
  )
  const claim = (await ports.claims.byId(claimId))?.record?.claim
  const pending = claim && pendingAt(claim, ports.now())
  // Replaced by a newer one, decided, or expired: there is nothing to confirm any more.
  if (claim === undefined || pending?.changeNumber !== n || !pending.links.includes(link)) return undefined
  return {
    to: pending.newEmail,
    locale: claim.newAccount.locale,
    tags: { kind: 'email_confirmation' },
    mail: {
      kind: 'email_confirmation',
      organizationName: org.name,
      address: claim.email,
      newEmail: pending.newEmail,
      expiresAt: pending.expiresAt,
      confirmUrl: ports.confirmationUrl(linkText({ claimId, secret })),
    },
  }
}

/** C9: the claimed address, or the one that the new account was given since; `undefined` if the account was deleted. */
async function addressNow(
  { accounts }: DecisionMailPorts,
  { claim, record }: FoundClaim,
): Promise<string | undefined> {
  if (isOpen(claim)) return record && newAccountOf(record, claim).email
  const { newUserId } = claim
  return (await accounts.byUserIds([newUserId])).get(newUserId)?.inRecord.account.email
}

/** U7: acknowledges the user's own decision. What the schedule decides is mailed when it is done. */
export async function composeDecided(
  ports: DecisionMailPorts,
  org: Organization,
  { kind, claimId }: DecisionMailRequest,
): Promise<ComposedMail | undefined> {
  const found = await ports.claims.byId(claimId)
  const decision = found?.claim.decision
  if (found === undefined || decision?.by !== 'user') return undefined
  const { claim, formerRecord } = found
  // Y7: the user's account was deleted, before or after the claim was redacted.
  if (claim.email === '') return undefined
  const person = isOpen(claim) ? claim.newAccount : formerRecord?.account
  if (person === undefined) return undefined
  const common = { organizationName: org.name, firstName: person.firstName, address: claim.email }
  if (kind === 'decided') {
    const to = await addressNow(ports, found)
    if (to === undefined) return undefined
    return {
      to,
      locale: person.locale,
      tags: { kind: 'decision_made', ...claimTags(claimId) },
      mail: { ...common, kind: 'decision_made', decision: decision.kind, decidedAt: decision.at },
    }
  }
  if (decision.newEmail === undefined) return undefined
  return {
    to: decision.newEmail,
    locale: person.locale,
    tags: { kind: 'email_confirmed' },
    mail: { ...common, kind: 'email_confirmed', newEmail: decision.newEmail },
  }
}
