import { parseAddress } from '../claims/address.ts'
import { addressesOf } from '../claims/addresses.ts'
import { decide, isOpen, openOptions, splitByNewAddress } from '../claims/lifecycle.ts'
import { isSpecialUse } from '../claims/special-use.ts'
import { endSeen } from '../claims/telling.ts'
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
} from '../claims/types.ts'
import { isoSecond } from '../kit/time.ts'
import type { AccountStore } from '../table/accounts.ts'
import type { ClaimStore } from '../table/claims.ts'
import type { DomainStore } from '../table/domains.ts'
import type { OrganizationStore } from '../table/organizations.ts'
import type { TokenStore } from '../table/tokens.ts'
import { MAX_ROUNDS, pauseBefore } from './rounds.ts'

export interface DecidingPorts {
  readonly accounts: Pick<AccountStore, 'write' | 'split'>
  readonly claims: Pick<ClaimStore, 'byId'>
  readonly domains: Pick<DomainStore, 'facts'>
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly tokens: Pick<TokenStore, 'claimIdOf'>
}

/** The decision that stands. Where `change_email` put the original is its owner's business. */
export type StandingDecision = Pick<Decision, 'kind' | 'at' | 'by'>

/** What a claim's user is shown: U6. */
export interface DecisionFacts {
  readonly claimId: string
  readonly organizationName: string
  readonly email: string
  readonly type: ClaimType
  readonly createdAt: string
  readonly endsAt: string
  readonly options: readonly DecisionKind[]
  readonly contentLoss?: ContentLossReason
  readonly decision?: StandingDecision
  /** The user's; unknown once the claim has ended. */
  readonly locale: string | undefined
}

export type DecideRefusal =
  | 'new_email_required'
  | 'invalid_address'
  | 'decision_not_offered'
  | 'email_taken'
  | 'email_on_claimed_domain'
  | 'busy'

export type DecideOutcome =
  | { readonly result: 'decided'; readonly facts: DecisionFacts }
  /** U5: there is one, which stands. */
  | { readonly result: 'already_decided'; readonly facts: DecisionFacts; readonly decision: StandingDecision }
  | { readonly result: 'refused'; readonly code: DecideRefusal; readonly facts: DecisionFacts }
  | { readonly result: 'gone' }

interface Opened {
  readonly record: AccountRecord
  readonly claim: OpenClaim
  readonly org: Organization
}

async function byToken(
  ports: DecidingPorts,
  token: string,
  now: Date,
): Promise<Opened | { readonly claim: ClosedClaim; readonly org: Organization } | undefined> {
  const claimId = await ports.tokens.claimIdOf(token, now)
  const found = claimId === undefined ? undefined : await ports.claims.byId(claimId)
  if (found === undefined || found.record?.removal !== undefined) return undefined
  const { claim, record } = found
  const org = (await ports.organizations.get(claim.claimingOrgId))?.org
  // O1: the claim goes with the org that made it.
  if (org === undefined) return undefined
  if (!isOpen(claim)) return { claim, org }
  if (record === undefined) throw new Error(`the open claim ${claimId} has no record`)
  return { record, claim, org }
}

const withoutAddress = ({ kind, at, by }: Decision): StandingDecision => ({ kind, at, by })

function factsOf(claim: Claim, org: Organization, now: Date): Omit<DecisionFacts, 'options' | 'locale'> {
  return {
    claimId: claim.claimId,
    organizationName: org.name,
    email: claim.email,
    type: claim.type,
    createdAt: claim.createdAt,
    endsAt: isoSecond(endSeen(claim, now)),
    ...(claim.contentLoss === undefined ? {} : { contentLoss: claim.contentLoss }),
    ...(claim.decision === undefined ? {} : { decision: withoutAddress(claim.decision) }),
  }
}

const openFacts = ({ record, claim, org }: Opened, now: Date): DecisionFacts => ({
  ...factsOf(claim, org, now),
  options: openOptions(record, claim),
  locale: claim.newAccount.locale,
})

/** U6: what there is to decide; `undefined` for a token that was never there, or whose claim has ended. Changes nothing. */
export async function showDecision(
  ports: DecidingPorts,
  token: string,
  now: Date,
): Promise<DecisionFacts | undefined> {
  const found = await byToken(ports, token, now)
  return found !== undefined && 'record' in found ? openFacts(found, now) : undefined
}

export interface WantedDecision {
  readonly kind: DecisionKind
  readonly newEmail?: string | undefined
}

/**
 * U: the user decides. One conditional write, so of a decision and a revocation, or two decisions, one wins (U5, R4);
 * who loses is told what stands. `transfer_content` and `delete_original` are then carried out by the migration worker.
 */
export async function makeDecision(
  ports: DecidingPorts,
  token: string,
  wanted: WantedDecision,
  now: Date,
): Promise<DecideOutcome> {
  let last: Opened | undefined
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await pauseBefore(round)
    const found = await byToken(ports, token, now)
    if (found === undefined) return { result: 'gone' }
    if (!('record' in found)) return afterTheEnd(found.claim, found.org, now)
    last = found
    const facts = openFacts(found, now)
    if (facts.decision !== undefined) return { result: 'already_decided', facts, decision: facts.decision }
    if (!facts.options.includes(wanted.kind))
      return { result: 'refused', code: 'decision_not_offered', facts }
    const written = await write(ports, found, wanted, now)
    if (written === 'lost') continue
    if (written !== 'written') return { result: 'refused', code: written, facts }
    const decision: StandingDecision = { kind: wanted.kind, at: now.toISOString(), by: 'user' }
    return { result: 'decided', facts: { ...facts, options: [], decision } }
  }
  if (last === undefined) return { result: 'gone' }
  return { result: 'refused', code: 'busy', facts: openFacts(last, now) }
}

/**
 * The link of an ended claim opens nothing (U6). Only who decides a second time is told what they decided the first time
 * (U5), however quickly that was carried out: `change_email` ends the claim at once.
 */
function afterTheEnd(claim: ClosedClaim, org: Organization, now: Date): DecideOutcome {
  if (claim.decision?.by !== 'user') return { result: 'gone' }
  return {
    result: 'already_decided',
    facts: { ...factsOf(claim, org, now), options: [], locale: undefined },
    decision: withoutAddress(claim.decision),
  }
}

async function write(
  ports: DecidingPorts,
  found: Opened,
  { kind, newEmail }: WantedDecision,
  now: Date,
): Promise<'written' | 'lost' | DecideRefusal> {
  const { record, claim } = found
  const changedBy = { now, by: `user:${claim.newUserId}` as const }
  switch (kind) {
    case 'change_email': {
      const address = await usableAddress(ports, found, newEmail)
      if (!address.ok) return address.code
      const { original, ended } = splitByNewAddress(record, claim, address.email, changedBy)
      const written = await ports.accounts.split(original, ended)
      return written === 'address_taken' ? 'email_taken' : written
    }
    case 'transfer_content':
    case 'delete_original': {
      // What follows is set off by the table's stream, and by nothing here that could get lost after the write.
      return ports.accounts.write(decide(record, claim, kind, changedBy))
    }
  }
}

type Usable =
  | { readonly ok: true; readonly email: string }
  | {
      readonly ok: false
      readonly code: 'new_email_required' | 'invalid_address' | 'email_taken' | 'email_on_claimed_domain'
    }

/** U2, but for whether it is unused, which the write finds out. */
async function usableAddress(
  { domains }: DecidingPorts,
  { record, claim }: Opened,
  newEmail: string | undefined,
): Promise<Usable> {
  if (newEmail === undefined || newEmail.trim() === '') return { ok: false, code: 'new_email_required' }
  const parsed = parseAddress(newEmail)
  if (!parsed.ok) return { ok: false, code: 'invalid_address' }
  const { email, normalized, domain } = parsed.address
  // The account goes by it from then on, and nobody could be reached there any more.
  if (isSpecialUse(domain)) return { ok: false, code: 'invalid_address' }
  const { verified = false, claimedBy } =
    (await domains.facts(claim.claimingOrgId, [domain])).get(domain) ?? {}
  if (verified || claimedBy === claim.claimingOrgId) return { ok: false, code: 'email_on_claimed_domain' }
  // The claimed address, and another one that the new account has (C9), are this record's: its write would not be refused.
  if (addressesOf(record).includes(normalized)) return { ok: false, code: 'email_taken' }
  return { ok: true, email }
}
