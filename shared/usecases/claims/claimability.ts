import { codeOfRefusal, domainOf, normalizedAddress, parseAddress } from '../../rules/accounts/address.ts'
import { otherAddress } from '../../rules/accounts/address-change.ts'
import { NOBODY } from '../../rules/claims/claim-ids.ts'
import { type ChosenType, chooseType, type TypeRefusal } from '../../rules/claims/claim-type.ts'
import { licensesFor } from '../../rules/claims/creation.ts'
import { decisionOptions } from '../../rules/claims/decision.ts'
import { type UnclaimableCode, unclaimableCodes } from '../../rules/claims/claimability.ts'
import { newAccountOf } from '../../rules/claims/ending.ts'
import type {
  Account,
  AccountRecord,
  ClaimType,
  ContentLossReason,
  DecisionKind,
  Organization,
} from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { DomainState, DomainStore } from '../../storage/stores/domains.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import type { ReadConsistency } from '../../storage/writes/batch.ts'

/**
 * Decides whether an account can be claimed, and how. The claim, its preview, the list of claimable users and their
 * export all ask here, so that none of them promises what another refuses.
 */

/** One account to claim, as an admin names it. */
export interface Wanted {
  readonly ref: { readonly userId: string } | { readonly email: string }
  readonly type?: ClaimType | undefined
  /** T5: whether the row of a CSV says so. */
  readonly migrationWasOff?: boolean | undefined
  readonly licenses?: readonly string[] | undefined
}

export interface ClaimabilityRequest {
  readonly claimingOrg: Organization
  readonly fromCsv: boolean
  /** T3; `undefined`: no cutoff. */
  readonly migrationCutoff: Date | undefined
}

export interface ClaimabilityFactPorts {
  readonly organizations: Pick<OrganizationStore, 'getMany'>
  readonly domains: Pick<DomainStore, 'states'>
}

export interface ClaimabilityPorts extends ClaimabilityFactPorts {
  readonly accounts: Pick<AccountStore, 'byAddresses' | 'byUserIds'>
}

/** What the rules ask about the domains and source orgs of some accounts. */
export interface ClaimabilityFacts {
  readonly domains: ReadonlyMap<string, DomainState>
  readonly orgs: ReadonlyMap<string, Organization>
}

/** C8. `busy`: others kept changing the account; `invalid_text`: the given text can't be stored. */
export type RefusalCode =
  | UnclaimableCode
  | TypeRefusal
  | 'invalid_address'
  | 'unmailable_address'
  | 'invalid_text'
  | 'busy'

export type Claimability =
  | {
      readonly outcome: 'claimable'
      readonly record: AccountRecord
      readonly chosen: Extract<ChosenType, { outcome: 'chosen' }>
    }
  | { readonly outcome: 'refused'; readonly codes: readonly RefusalCode[] }

export interface Claimable {
  readonly outcome: 'claimable'
  readonly type: ClaimType
  readonly contentLoss?: ContentLossReason
  readonly allowedDecisions: DecisionKind[]
  readonly licenses: readonly string[]
  readonly record: AccountRecord
}

export type PreviewOutcome =
  | Claimable
  | { readonly outcome: 'refused'; readonly codes: readonly RefusalCode[] }

/**
 * Reads what the rules ask about some records. 2 read units for each distinct domain, 1 for each distinct org.
 * @param more domains and orgs to read in addition
 */
export async function readFactsOfRecords(
  ports: ClaimabilityFactPorts,
  orgId: string,
  records: Iterable<AccountRecord>,
  more: { readonly domains?: Iterable<string>; readonly orgs?: Iterable<string> } = {},
): Promise<ClaimabilityFacts> {
  const names = new Set(more.domains)
  const orgIds = new Set(more.orgs)
  for (const record of records)
    for (const { email, orgId } of [record.account, ...elsewhere(record)]) {
      names.add(domainOf(email))
      orgIds.add(orgId)
    }
  const [domains, orgs] = await Promise.all([
    ports.domains.states(orgId, [...names]),
    ports.organizations.getMany([...orgIds]),
  ])
  return { domains, orgs }
}

/**
 * Reads the wanted accounts and what the rules ask about them. 2 read units for each address and 1 for each id (half of
 * that with `eventually`), and those of `readFactsOfRecords`.
 * @param accounts how consistently the accounts are read
 */
export async function readFacts<W extends Wanted>(
  ports: ClaimabilityPorts,
  orgId: string,
  wanted: readonly W[],
  accounts?: ReadConsistency,
): Promise<ClaimabilityFacts & { readonly records: ReadonlyMap<W, AccountRecord> }> {
  const addresses = new Map<W, { normalized: string; domain: string }>()
  const userIds: string[] = []
  for (const target of wanted) {
    if ('userId' in target.ref) userIds.push(target.ref.userId)
    else {
      const parsed = parseAddress(target.ref.email)
      if (parsed.outcome === 'parsed') addresses.set(target, parsed.address)
    }
  }
  const [byAddress, byId] = await Promise.all([
    ports.accounts.byAddresses(
      [...new Set([...addresses.values()].map(({ normalized }) => normalized))],
      accounts,
    ),
    ports.accounts.byUserIds([...new Set(userIds)], accounts),
  ])
  const records = new Map<W, AccountRecord>()
  for (const target of wanted) {
    const record =
      'userId' in target.ref
        ? byId.get(target.ref.userId)?.record
        : byAddress.get(addresses.get(target)?.normalized ?? '')
    if (record !== undefined) records.set(target, record)
  }
  const domains = new Set([...addresses.values()].map(({ domain }) => domain))
  // E: if no account was found, as many reads follow as for one that exists; otherwise the response time would tell
  // which accounts exist on a domain that the org hasn't verified.
  const more =
    records.size > 0 ? { domains } : { domains: domains.size > 0 ? domains : [NOBODY], orgs: [NOBODY] }
  return { records, ...(await readFactsOfRecords(ports, orgId, records.values(), more)) }
}

/** C9: the new account of an open claim, if it has another address than the claimed one. */
function elsewhere(record: AccountRecord): Account[] {
  const { claim } = record
  return claim === undefined || otherAddress(claim) === undefined ? [] : [newAccountOf(record, claim)]
}

/**
 * C9: the other address belongs to the new account, which can't be claimed either while its claim is open.
 * @returns `undefined` if the record had the wanted address when it was looked up, and has another by now
 */
function accountAt({ ref }: Wanted, record: AccountRecord): AccountRecord | undefined {
  if ('userId' in ref) {
    const account = elsewhere(record).find(({ userId }) => userId === ref.userId)
    return account === undefined ? record : { ...record, account }
  }
  const wanted = normalizedAddress(ref.email)
  const account = [record.account, ...elsewhere(record)].find(
    ({ email }) => normalizedAddress(email) === wanted,
  )
  return account && { ...record, account }
}

/** @param at the record found at the wanted address or id */
export function claimabilityOf(
  request: ClaimabilityRequest,
  target: Wanted,
  facts: ClaimabilityFacts,
  at: AccountRecord | undefined,
): Claimability {
  const found = at && accountAt(target, at)
  const named: NamedDomain =
    found === undefined ? domainOfTarget(target) : { outcome: 'named', domain: domainOf(found.account.email) }
  if (named.outcome === 'refused') return { outcome: 'refused', codes: [named.code] }
  const { domain } = named
  const { verified = false, claimedBy } = facts.domains.get(domain) ?? {}
  const sourceOrg = found && facts.orgs.get(found.account.orgId)
  // O1: accounts left over from a deleted org count as unknown; one of them must not fail a list of thousands.
  const record = sourceOrg === undefined ? undefined : found
  const codes: RefusalCode[] = unclaimableCodes({
    claimingOrg: request.claimingOrg,
    domainVerified: verified,
    domainClaimedBy: claimedBy,
    record,
    sourceOrg,
  })
  if (codes.length > 0 || record === undefined || sourceOrg === undefined)
    return { outcome: 'refused', codes }
  const chosen = chooseType({
    claimingOrg: request.claimingOrg,
    sourceOrg,
    requested: target.type,
    fromCsv: request.fromCsv,
    migrationWasOff: target.migrationWasOff,
    migrationCutoff: request.migrationCutoff,
  })
  return chosen.outcome === 'chosen'
    ? { outcome: 'claimable', record, chosen }
    : { outcome: 'refused', codes: [chosen.code] }
}

/** P1: what a claim would do. */
export function preview(
  request: ClaimabilityRequest,
  target: Wanted,
  facts: ClaimabilityFacts,
  of: AccountRecord | undefined,
): PreviewOutcome {
  const claimability = claimabilityOf(request, target, facts, of)
  if (claimability.outcome === 'refused') return { outcome: 'refused', codes: claimability.codes }
  const { chosen, record } = claimability
  return {
    outcome: 'claimable',
    type: chosen.type,
    ...(chosen.type === 'direct' ? { contentLoss: chosen.contentLoss } : {}),
    allowedDecisions: decisionOptions(chosen.type, record.account.paid),
    licenses: licensesFor(target.licenses, request.claimingOrg),
    record,
  }
}

type NamedDomain =
  | { readonly outcome: 'named'; readonly domain: string }
  | { readonly outcome: 'refused'; readonly code: ReturnType<typeof codeOfRefusal> }

/**
 * The domain that decides what the caller may learn. An id without an account has none, and gets the answer of an
 * account on somebody else's domain, so that ids can't be tried out (E).
 */
function domainOfTarget(target: Wanted): NamedDomain {
  if ('userId' in target.ref) return { outcome: 'named', domain: '' }
  const parsed = parseAddress(target.ref.email)
  return parsed.outcome === 'parsed'
    ? { outcome: 'named', domain: parsed.address.domain }
    : { outcome: 'refused', code: codeOfRefusal(parsed.reason) }
}
