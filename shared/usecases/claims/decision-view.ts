import { isoSecond } from '../../lib/time.ts'
import { openOptions } from '../../rules/claims/decision.ts'
import { shownEnd } from '../../rules/claims/migration-hold.ts'
import { pendingAt } from '../../rules/claims/new-address-confirmation.ts'
import { isOpen } from '../../rules/claims/transition.ts'
import { LINK_SHOWS_MS } from '../../rules/limits.ts'
import type {
  AccountRecord,
  Claim,
  ClaimType,
  ClosedClaim,
  ContentLossReason,
  Decision,
  DecisionKind,
  OpenClaim,
  Organization,
  OrgSettings,
} from '../../rules/types.ts'
import type { FoundClaim } from '../../storage/stores/claims.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'

/** The decision that was made. Where `change_email` moved the original account is nobody else's business. */
export type MadeDecision = Pick<Decision, 'kind' | 'at' | 'by'>

/** What a claim's user is shown: U6, U7. */
export interface DecisionView {
  readonly claimId: string
  readonly organizationName: string
  readonly email: string
  readonly type: ClaimType
  readonly createdAt: string
  readonly endsAt: string
  readonly options: readonly DecisionKind[]
  readonly contentLoss?: ContentLossReason
  /**
   * U2: an address waits to be confirmed until then. Which one isn't said, since the link may be in a stranger's hands.
   */
  readonly pendingEmail?: { readonly expiresAt: string }
  readonly decision?: MadeDecision
  /** N5: as the claiming org's admins have set it. */
  readonly settings: Pick<OrgSettings, 'contact' | 'timeZone'>
  /** The user's; unknown once original and new account are separate. */
  readonly locale: string | undefined
}

export interface LinkPorts {
  readonly organizations: Pick<OrganizationStore, 'get'>
}

export interface OpenedClaim {
  readonly kind: 'open'
  readonly record: AccountRecord
  readonly claim: OpenClaim
  readonly org: Organization
}

/** U7: decided, and over for less than 30 days. */
export interface DecidedClaim {
  readonly kind: 'decided'
  readonly claim: ClosedClaim & { readonly decision: Decision }
  readonly org: Organization
  readonly locale: string | undefined
}

/**
 * The claim that a link is about; `undefined` if it was revoked, has been over for 30 days (U7), or its user's account
 * was deleted (Y7).
 */
export async function claimOfLink(
  ports: LinkPorts,
  found: FoundClaim | undefined,
  now: Date,
): Promise<OpenedClaim | DecidedClaim | undefined> {
  if (found === undefined || found.record?.deletion !== undefined) return undefined
  const { claim, record } = found
  const org = (await ports.organizations.get(claim.claimingOrgId))?.org
  // O1: a claim is deleted with the org that made it.
  if (org === undefined) return undefined
  if (isOpen(claim)) {
    if (record === undefined) throw new Error(`the open claim ${claim.claimId} has no record`)
    return { kind: 'open', record, claim, org }
  }
  const isShown =
    claim.status === 'completed' &&
    claim.email !== '' &&
    now.getTime() < new Date(claim.endedAt).getTime() + LINK_SHOWS_MS
  if (!isShown || claim.decision === undefined) return undefined
  return {
    kind: 'decided',
    claim: { ...claim, decision: claim.decision },
    org,
    locale: found.formerRecord?.account.locale,
  }
}

export const withoutAddress = ({ kind, at, by }: Decision): MadeDecision => ({ kind, at, by })

function viewOf(claim: Claim, org: Organization, now: Date): Omit<DecisionView, 'options' | 'locale'> {
  return {
    claimId: claim.claimId,
    organizationName: org.name,
    email: claim.email,
    type: claim.type,
    createdAt: claim.createdAt,
    endsAt: isoSecond(shownEnd(claim, now)),
    settings: org.settings,
    ...(claim.contentLoss === undefined ? {} : { contentLoss: claim.contentLoss }),
    ...(claim.decision === undefined ? {} : { decision: withoutAddress(claim.decision) }),
  }
}

export function openView({ record, claim, org }: OpenedClaim, now: Date): DecisionView {
  const pending = pendingAt(claim, now)
  return {
    ...viewOf(claim, org, now),
    options: openOptions(record, claim),
    ...(pending === undefined ? {} : { pendingEmail: { expiresAt: pending.expiresAt } }),
    locale: claim.newAccount.locale,
  }
}

export const decidedView = ({ claim, org, locale }: DecidedClaim, now: Date): DecisionView => ({
  ...viewOf(claim, org, now),
  options: [],
  locale,
})
