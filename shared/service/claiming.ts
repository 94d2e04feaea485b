import { domainOf, parseAddress } from '../claims/address.ts'
import {
  type ChosenType,
  chooseType,
  decisionOptions,
  licensesFor,
  type TypeRefusal,
} from '../claims/claim-type.ts'
import { type ReasonCode, refusalCodes } from '../claims/eligibility.ts'
import { createClaim } from '../claims/lifecycle.ts'
import type {
  AccountRecord,
  Actor,
  ClaimType,
  ContentLossReason,
  DecisionKind,
  OpenClaim,
  Organization,
} from '../claims/types.ts'
import { mapConcurrent } from '../kit/concurrency.ts'
import type { AccountStore } from '../table/accounts.ts'
import type { DomainFacts, DomainStore } from '../table/domains.ts'
import type { OrganizationStore } from '../table/organizations.ts'

/** One account to claim, as an admin names it. */
export interface ClaimTarget {
  readonly ref: { readonly userId: string } | { readonly email: string }
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  readonly displayName?: string | undefined
  readonly type?: ClaimType | undefined
  /** T5: so says the row of a CSV. */
  readonly migrationWasOff?: boolean | undefined
  readonly licenses?: readonly string[] | undefined
  /** Unique for the request's item or the file's row, and the same when that is delivered again (C6). */
  readonly origin: string
}

export type RefusalCode = ReasonCode | TypeRefusal | 'invalid_address'

export type ClaimOutcome =
  | {
      readonly result: 'claimed'
      readonly record: AccountRecord
      readonly claim: OpenClaim
      readonly domainClaimed: boolean
    }
  /** The org has this very account claimed already, by another request. */
  | {
      readonly result: 'unchanged'
      readonly codes: readonly RefusalCode[]
      readonly record: AccountRecord
      readonly claim: OpenClaim
      readonly domainClaimed: boolean
    }
  | { readonly result: 'refused'; readonly codes: readonly RefusalCode[] }

export type PreviewOutcome =
  | {
      readonly result: 'claimable'
      readonly type: ClaimType
      readonly contentLoss?: ContentLossReason
      readonly allowedDecisions: DecisionKind[]
      readonly licenses: readonly string[]
      readonly record: AccountRecord
    }
  | { readonly result: 'refused'; readonly codes: readonly RefusalCode[] }

export interface ClaimingPorts {
  readonly accounts: Pick<AccountStore, 'byAddresses' | 'byUserIds' | 'write'>
  readonly organizations: Pick<OrganizationStore, 'getMany'>
  readonly domains: Pick<DomainStore, 'facts'>
  /** A ULID of the given time. */
  readonly ulid: (now: Date) => string
}

export interface ClaimingRequest {
  readonly claimingOrg: Organization
  readonly by: Actor
  readonly now: Date
  readonly fromCsv: boolean
  readonly migrationCutoff: Date | undefined
}

/** Writes under way at once. The SDK's CPU is the limit long before DynamoDB's latency is. */
const WRITES_AT_ONCE = 16
/** A record that changes between reading and writing is read again this often; each time somebody else got on. */
const MAX_ROUNDS = 5

interface Facts {
  readonly records: ReadonlyMap<ClaimTarget, AccountRecord>
  readonly domains: ReadonlyMap<string, DomainFacts>
  readonly orgs: ReadonlyMap<string, Organization>
}

/**
 * Claims accounts, each for itself (C8): answers in the targets' order. Only the account's own record is written, on the
 * condition that it is as it was read (C7). A target that this very request or row claimed before is reported as claimed
 * again, so that a repeat tells the same story (C6).
 *
 * Reads 2 units an address and 1 an id, 2 a distinct domain and 1 a distinct org; writes 3 units a delayed claim, 2 a
 * direct one, indexes included.
 */
export async function claimAccounts(
  ports: ClaimingPorts,
  request: ClaimingRequest,
  targets: readonly ClaimTarget[],
): Promise<ClaimOutcome[]> {
  const facts = await readFacts(ports, request.claimingOrg.orgId, targets)
  const outcomes = new Map<ClaimTarget, ClaimOutcome>()
  // Two rows for one account: in order, one after the other, so that it's always the first that claims.
  const groups = Map.groupBy(targets, (target) => facts.records.get(target)?.root ?? target)
  await mapConcurrent([...groups.values()], WRITES_AT_ONCE, async (group) => {
    let record = facts.records.get(group[0] as ClaimTarget)
    for (const target of group) {
      const outcome = await claimOne(ports, request, target, { facts, record })
      outcomes.set(target, outcome)
      if (outcome.result !== 'refused') record = outcome.record
    }
  })
  return targets.map((target) => outcomes.get(target) ?? { result: 'refused', codes: ['unknown_user'] })
}

/** P1: what `claimAccounts` would do, from the same facts and rules; nothing is written. */
export async function previewClaims(
  ports: Omit<ClaimingPorts, 'ulid'>,
  request: ClaimingRequest,
  targets: readonly ClaimTarget[],
): Promise<PreviewOutcome[]> {
  const facts = await readFacts(ports, request.claimingOrg.orgId, targets)
  return targets.map((target) => {
    const judged = judge(request, target, facts, facts.records.get(target))
    if (!judged.ok) return { result: 'refused', codes: judged.codes }
    const { chosen, record } = judged
    return {
      result: 'claimable',
      type: chosen.type,
      ...(chosen.type === 'direct' ? { contentLoss: chosen.contentLoss } : {}),
      allowedDecisions: decisionOptions(chosen.type, record.account.paid),
      licenses: licensesFor(target.licenses, request.claimingOrg),
      record,
    }
  })
}

async function readFacts(
  ports: Omit<ClaimingPorts, 'ulid'>,
  orgId: string,
  targets: readonly ClaimTarget[],
): Promise<Facts> {
  const addresses = new Map<ClaimTarget, { normalized: string; domain: string }>()
  const userIds: string[] = []
  for (const target of targets) {
    if ('userId' in target.ref) userIds.push(target.ref.userId)
    else {
      const parsed = parseAddress(target.ref.email)
      if (parsed.ok) addresses.set(target, parsed.address)
    }
  }
  const [byAddress, byId] = await Promise.all([
    ports.accounts.byAddresses([...new Set([...addresses.values()].map(({ normalized }) => normalized))]),
    ports.accounts.byUserIds([...new Set(userIds)]),
  ])
  const records = new Map<ClaimTarget, AccountRecord>()
  for (const target of targets) {
    const record =
      'userId' in target.ref
        ? byId.get(target.ref.userId)?.record
        : byAddress.get(addresses.get(target)?.normalized ?? '')
    if (record !== undefined) records.set(target, record)
  }
  const domains = new Set([...addresses.values()].map(({ domain }) => domain))
  const orgIds = new Set<string>()
  for (const { account } of records.values()) {
    domains.add(domainOf(account.email))
    orgIds.add(account.orgId)
  }
  const [domainFacts, orgs] = await Promise.all([
    ports.domains.facts(orgId, [...domains]),
    ports.organizations.getMany([...orgIds]),
  ])
  return { records, domains: domainFacts, orgs }
}

type Judged =
  | { readonly ok: true; readonly record: AccountRecord; readonly chosen: Extract<ChosenType, { ok: true }> }
  | { readonly ok: false; readonly codes: readonly RefusalCode[] }

function judge(
  request: ClaimingRequest,
  target: ClaimTarget,
  facts: Facts,
  record: AccountRecord | undefined,
): Judged {
  const domain = record === undefined ? domainOfTarget(target) : domainOf(record.account.email)
  if (domain === undefined) return { ok: false, codes: ['invalid_address'] }
  const { verified = false, claimedBy } = facts.domains.get(domain) ?? {}
  const sourceOrg = record && facts.orgs.get(record.account.orgId)
  const codes: RefusalCode[] = refusalCodes({
    claimingOrg: request.claimingOrg,
    domainVerified: verified,
    domainClaimedBy: claimedBy,
    record,
    sourceOrg,
  })
  if (codes.length > 0 || record === undefined) return { ok: false, codes }
  if (sourceOrg === undefined)
    throw new Error(`account ${record.account.userId} is in an organization that doesn't exist`)
  const chosen = chooseType({
    claimingOrg: request.claimingOrg,
    sourceOrg,
    requested: target.type,
    fromCsv: request.fromCsv,
    migrationWasOff: target.migrationWasOff,
    migrationCutoff: request.migrationCutoff,
  })
  return chosen.ok ? { ok: true, record, chosen } : { ok: false, codes: [chosen.code] }
}

/**
 * The domain that decides what the caller may learn. An id without an account has none: it is on no domain of the org's,
 * and answered like an account on somebody else's domain, so that ids can't be tried out (E).
 */
function domainOfTarget(target: ClaimTarget): string | undefined {
  if ('userId' in target.ref) return ''
  const parsed = parseAddress(target.ref.email)
  return parsed.ok ? parsed.address.domain : undefined
}

async function claimOne(
  ports: ClaimingPorts,
  request: ClaimingRequest,
  target: ClaimTarget,
  known: { facts: Facts; record: AccountRecord | undefined },
): Promise<ClaimOutcome> {
  const { claimingOrg, now, by } = request
  let { facts, record } = known
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const own = ownClaim(record, claimingOrg.orgId)
    const domainClaimed =
      record !== undefined &&
      facts.domains.get(domainOf(record.account.email))?.claimedBy === claimingOrg.orgId
    if (record && own && own.origin === target.origin)
      return { result: 'claimed', record, claim: own, domainClaimed }
    const judged = judge(request, target, facts, record)
    if (!judged.ok) {
      const onlyOwnClaim = judged.codes.length === 1 && judged.codes[0] === 'claim_open'
      if (record && own && onlyOwnClaim)
        return { result: 'unchanged', codes: judged.codes, record, claim: own, domainClaimed }
      return { result: 'refused', codes: judged.codes }
    }
    const { chosen } = judged
    const next = createClaim(
      judged.record,
      {
        ulid: ports.ulid(now),
        claimingOrgId: claimingOrg.orgId,
        type: chosen.type,
        ...(chosen.type === 'direct' ? { contentLoss: chosen.contentLoss } : {}),
        licenses: licensesFor(target.licenses, claimingOrg),
        names: {
          ...(target.firstName ? { firstName: target.firstName } : {}),
          ...(target.lastName ? { lastName: target.lastName } : {}),
          ...(target.displayName ? { displayName: target.displayName } : {}),
        },
        origin: target.origin,
      },
      { now, by },
    )
    if (next.claim !== undefined && (await ports.accounts.write(next)) === 'written')
      return { result: 'claimed', record: next, claim: next.claim, domainClaimed }
    facts = await readFacts(ports, claimingOrg.orgId, [target])
    record = facts.records.get(target)
  }
  throw new Error(`the record was changed by others ${MAX_ROUNDS} times in a row`)
}

function ownClaim(record: AccountRecord | undefined, orgId: string): OpenClaim | undefined {
  return record?.claim?.claimingOrgId === orgId ? record.claim : undefined
}
