import { domainOf, normalizedAddress } from '../../rules/accounts/address.ts'
import { confirmedAddressRefusal } from '../../rules/claims/new-address-refusals.ts'
import { splitByNewAddress } from '../../rules/claims/decision.ts'
import { readLink } from '../../rules/claims/decision-link.ts'
import {
  type ConfirmationRefusal,
  confirmationHash,
  pendingAt,
} from '../../rules/claims/new-address-confirmation.ts'
import type { OrgSettings, PendingEmail } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { ClaimStore } from '../../storage/stores/claims.ts'
import {
  claimOfLink,
  type DecidedClaim,
  type LinkPorts,
  type OpenedClaim,
  type MadeDecision,
  withoutAddress,
} from './decision-view.ts'
import { isOnDomainOf, type NewAddressPorts } from './new-address.ts'
import { BUSY, LOST, type Lost, retryOrElse } from '../../lib/optimistic-retry.ts'

export interface ConfirmNewAddressPorts extends LinkPorts, Pick<NewAddressPorts, 'domains'> {
  readonly claims: Pick<ClaimStore, 'byId'>
  readonly accounts: Pick<AccountStore, 'split'>
}

/** What the confirmation page shows. Its reader may be a stranger, if the user mistyped the address. */
export interface ConfirmationView {
  readonly claimId: string
  readonly organizationName: string
  /** The claimed address. */
  readonly email: string
  readonly locale: string | undefined
  /** N5: as the claiming org's admins have set it. */
  readonly settings: Pick<OrgSettings, 'contact' | 'timeZone'>
  /** What to confirm, and until when; absent once it is confirmed. */
  readonly pending?: Pick<PendingEmail, 'newEmail' | 'expiresAt'>
  readonly decision?: MadeDecision
}

export type ConfirmOutcome =
  | { readonly outcome: 'decided'; readonly view: ConfirmationView; readonly newEmail: string }
  | {
      readonly outcome: 'already_decided'
      readonly view: ConfirmationView
      readonly decision: MadeDecision
    }
  | {
      readonly outcome: 'refused'
      readonly code: ConfirmationRefusal
      readonly view: ConfirmationView
    }
  | { readonly outcome: 'gone' }

type Found =
  | { readonly kind: 'opened'; readonly opened: OpenedClaim; readonly pending: PendingEmail }
  | { readonly kind: 'decided'; readonly decided: DecidedClaim }

/** One read of the claim: the link names it. */
async function byLink(
  ports: LinkPorts & Pick<ConfirmNewAddressPorts, 'claims'>,
  token: string,
  now: Date,
): Promise<Found | undefined> {
  const link = readLink(token)
  const found = link && (await claimOfLink(ports, await ports.claims.byId(link.claimId), now))
  if (found === undefined || link === undefined) return undefined
  const hash = confirmationHash(link.secret)
  if (found.kind === 'decided') {
    const { kind, links = [] } = found.claim.decision
    return kind === 'change_email' && links.includes(hash) ? { kind: 'decided', decided: found } : undefined
  }
  const pending = pendingAt(found.claim, now)
  return pending?.links.includes(hash) ? { kind: 'opened', opened: found, pending } : undefined
}

function viewOf(found: Found): ConfirmationView {
  if (found.kind === 'decided') {
    const { claim, org, locale } = found.decided
    const decision = withoutAddress(claim.decision)
    const { claimId, email } = claim
    const { name: organizationName, settings } = org
    return { claimId, organizationName, email, locale, settings, decision }
  }
  const { claim, org } = found.opened
  const { newEmail, expiresAt } = found.pending
  const { claimId, email, newAccount } = claim
  const pending = { newEmail, expiresAt }
  const { name: organizationName, settings } = org
  return { claimId, organizationName, email, locale: newAccount.locale, settings, pending }
}

/** U2, U7: the address to confirm, or the confirmed one; `undefined` if the link leads nowhere. Changes nothing. */
export async function showConfirmation(
  ports: LinkPorts & Pick<ConfirmNewAddressPorts, 'claims'>,
  token: string,
  now: Date,
): Promise<ConfirmationView | undefined> {
  const found = await byLink(ports, token, now)
  return found && viewOf(found)
}

/**
 * U2: confirms the address and thereby decides `change_email`, in one transaction, which also detects an address that
 * is taken.
 */
export async function confirmEmail(
  ports: ConfirmNewAddressPorts,
  token: string,
  now: Date,
): Promise<ConfirmOutcome> {
  let last: ConfirmationView | undefined
  const attempt = async (): Promise<ConfirmOutcome | Lost> => {
    const found = await byLink(ports, token, now)
    if (found === undefined) return { outcome: 'gone' }
    const view = viewOf(found)
    if (found.kind === 'decided')
      return { outcome: 'already_decided', view, decision: withoutAddress(found.decided.claim.decision) }
    last = view
    const { opened, pending } = found
    const { record, claim } = opened
    // Since the request, the domain may have been verified, or the new account may have been given the address.
    const domain = domainOf(pending.newEmail)
    const code = confirmedAddressRefusal(record, {
      address: { normalized: normalizedAddress(pending.newEmail), domain },
      isOnOwnDomain: await isOnDomainOf(ports, claim, domain),
    })
    if (code !== undefined) return { outcome: 'refused', code, view }
    const changedBy = { now, by: `user:${claim.newUserId}` as const }
    const { original, ended } = splitByNewAddress(record, claim, pending.newEmail, changedBy)
    const { outcome } = await ports.accounts.split(original, ended)
    if (outcome === 'address_taken') return { outcome: 'refused', code: 'email_taken', view }
    if (outcome === 'lost') return LOST
    const { pending: _, ...rest } = view
    const decision = { kind: 'change_email', at: now.toISOString(), by: 'user' } as const
    return { outcome: 'decided', view: { ...rest, decision }, newEmail: pending.newEmail }
  }
  return retryOrElse(attempt, () =>
    last === undefined ? { outcome: 'gone' as const } : { ...BUSY, view: last },
  )
}
