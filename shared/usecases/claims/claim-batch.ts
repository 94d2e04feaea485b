import { unavailableBy } from '../../lib/unavailable.ts'
import { domainOf } from '../../rules/accounts/address.ts'
import { createClaim, licensesFor } from '../../rules/claims/creation.ts'
import type { AccountRecord, Actor, OpenClaim, Organization } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import {
  type ClaimabilityFactPorts,
  type ClaimabilityFacts,
  type ClaimabilityRequest,
  claimabilityOf,
  type RefusalCode,
  readFacts,
  type Wanted,
} from './claimability.ts'
import { backoff } from '../../lib/backoff.ts'
import { MAX_ROUNDS } from '../../lib/optimistic-retry.ts'

/** One account to claim. */
export interface ClaimTarget extends Wanted {
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  readonly displayName?: string | undefined
  /** Unique for the request's item or the file's row, and the same when that is delivered again (C6). */
  readonly origin: string
}

/** The org's own claim, and what was read about it. */
interface OwnClaim {
  readonly record: AccountRecord
  readonly claim: OpenClaim
  readonly domainClaimed: boolean
  /** `undefined`: it is gone (O1). */
  readonly sourceOrg: Organization | undefined
}

export type ClaimOutcome =
  | ({ readonly outcome: 'claimed' } & OwnClaim)
  /** Another request of the org has already claimed this account. */
  | ({ readonly outcome: 'unchanged'; readonly codes: readonly RefusalCode[] } & OwnClaim)
  | { readonly outcome: 'refused'; readonly codes: readonly RefusalCode[] }

export interface ClaimUsersPorts extends ClaimabilityFactPorts {
  readonly accounts: Pick<AccountStore, 'byAddresses' | 'byUserIds' | 'writeMany'>
  /** A ULID of the given time. */
  readonly ulid: (now: Date) => string
}

export interface ClaimingRequest extends ClaimabilityRequest {
  readonly by: Actor
  /** C10: who asked for the import; absent: `by`. */
  readonly createdBy?: Actor
  /** N3: no invitation follows the licences, whatever the org's setting. */
  readonly noInvitation?: boolean
  readonly now: Date
}

/**
 * Claims accounts in rounds: the writes of a round go together, and an account that somebody else changed first is read
 * and decided again in the next. Answers in the targets' order.
 */
export async function claimTogether(
  ports: ClaimUsersPorts,
  request: ClaimingRequest,
  targets: readonly ClaimTarget[],
): Promise<ClaimOutcome[]> {
  const outcomes = new Map<ClaimTarget, ClaimOutcome>()
  const { records, ...facts } = await readFacts(ports, request.claimingOrg.orgId, targets, 'eventually')
  // Two rows for one account: handled one after the other, so that always the first one claims.
  const groups = Map.groupBy(targets, (target) => records.get(target)?.recordId ?? target)
  let open = [...groups.values()].map((left): Group => {
    const record = left[0] && records.get(left[0])
    return { left, record, facts, mayBeStale: true, lost: 0 }
  })
  while (open.length > 0) {
    const steps = open.map((group) => nextStep(ports, request, group, outcomes))
    const writing = steps.filter((step) => step.kind === 'write')
    const reading = steps.flatMap((step) => (step.kind === 'read' ? [step.group] : []))
    reading.push(...(await writeAll(ports, request, writing, outcomes)))
    const lost = Math.max(0, ...reading.map((group) => group.lost))
    if (lost > 0) await backoff(lost)
    await readAgain(ports, request, reading, outcomes)
    open = open.filter(({ left }) => left.length > 0)
  }
  return targets.map((target) => outcomes.get(target) ?? { outcome: 'refused', codes: ['unknown_user'] })
}

/** The targets for one account, and what is known of it. */
interface Group {
  /** Targets without an outcome yet, in order. */
  left: ClaimTarget[]
  record: AccountRecord | undefined
  facts: ClaimabilityFacts
  /** The read was eventually consistent, so nothing may be refused because of it. */
  mayBeStale: boolean
  /** How often another writer was faster at the first of the remaining targets. */
  lost: number
}

type Step =
  | { readonly kind: 'done'; readonly group: Group }
  | { readonly kind: 'read'; readonly group: Group }
  | { readonly kind: 'write'; readonly group: Group; readonly claimed: Claimed }

type Claimed = Extract<ClaimOutcome, { outcome: 'claimed' }>

/** Decides the group's targets up to the first that needs a write or another read. */
function nextStep(
  ports: ClaimUsersPorts,
  request: ClaimingRequest,
  group: Group,
  outcomes: Map<ClaimTarget, ClaimOutcome>,
): Step {
  for (let target = group.left[0]; target !== undefined; target = group.left[0]) {
    if (group.lost === MAX_ROUNDS) {
      // C8: the failure concerns this account alone, so the others don't wait for it.
      answer(group, outcomes, { outcome: 'refused', codes: ['busy'] })
      group.lost = 0
      continue
    }
    const outcome = outcomeOf(ports, request, target, group)
    const isSure = outcome.outcome === 'to_write' || outcome.outcome === 'claimed'
    if (group.mayBeStale && !isSure) return { kind: 'read', group }
    if (outcome.outcome === 'to_write') return { kind: 'write', group, claimed: outcome.claimed }
    answer(group, outcomes, outcome)
  }
  return { kind: 'done', group }
}

function answer(group: Group, outcomes: Map<ClaimTarget, ClaimOutcome>, outcome: ClaimOutcome): void {
  const target = group.left.shift()
  if (target !== undefined) outcomes.set(target, outcome)
}

/** @returns the groups to be read again, since another writer was faster */
async function writeAll(
  ports: ClaimUsersPorts,
  request: ClaimingRequest,
  steps: readonly Extract<Step, { kind: 'write' }>[],
  outcomes: Map<ClaimTarget, ClaimOutcome>,
): Promise<Group[]> {
  const written = await ports.accounts.writeMany(steps.map(({ claimed }) => claimed.record))
  const lost: Group[] = []
  const failures: unknown[] = []
  for (const [n, { group, claimed }] of steps.entries()) {
    const each = written[n]
    if (each === undefined) throw new Error('fewer answers than writes')
    if (each.outcome === 'written') {
      answer(group, outcomes, claimed)
      group.record = claimed.record
      group.mayBeStale = false
      group.lost = 0
    } else if (each.outcome === 'lost') {
      group.lost++
      lost.push(group)
    } else if (each.outcome === 'failed' && (request.fromCsv || unavailableBy(each.error) === undefined))
      failures.push(each.error)
    // Claims of a request that were written are kept, so one failed write must not fail the request. A chunk of a CSV
    // is delivered again, and finds which rows were claimed.
    else answer(group, outcomes, { outcome: 'refused', codes: ['busy'] })
  }
  if (failures.length > 0) throw failures[0]
  return lost
}

/** Reads consistently, so the rules' answer is final. */
async function readAgain(
  ports: ClaimUsersPorts,
  request: ClaimingRequest,
  groups: readonly Group[],
  outcomes: Map<ClaimTarget, ClaimOutcome>,
): Promise<void> {
  if (groups.length === 0) return
  const first = groups.flatMap(({ left: [target] }) => (target === undefined ? [] : [target]))
  const read = await readFacts(ports, request.claimingOrg.orgId, first).catch((error: unknown) => {
    if (request.fromCsv || unavailableBy(error) === undefined) throw error
  })
  if (read === undefined) {
    for (const group of groups)
      while (group.left.length > 0) answer(group, outcomes, { outcome: 'refused', codes: ['busy'] })
    return
  }
  const { records, ...facts } = read
  for (const group of groups) {
    group.record = group.left[0] && records.get(group.left[0])
    group.facts = facts
    group.mayBeStale = false
  }
}

function outcomeOf(
  ports: ClaimUsersPorts,
  request: ClaimingRequest,
  target: ClaimTarget,
  { record, facts }: Pick<Group, 'record' | 'facts'>,
): ClaimOutcome | { readonly outcome: 'to_write'; readonly claimed: Claimed } {
  const { claimingOrg, now, by } = request
  const own = ownClaim(record, claimingOrg.orgId)
  const domainClaimed =
    record !== undefined && facts.domains.get(domainOf(record.account.email))?.claimedBy === claimingOrg.orgId
  const sourceOrg = record && facts.orgs.get(record.account.orgId)
  if (record && own && own.origin === target.origin)
    return { outcome: 'claimed', record, claim: own, domainClaimed, sourceOrg }
  const claimability = claimabilityOf(request, target, facts, record)
  if (claimability.outcome === 'refused') {
    const onlyOwnClaim = claimability.codes.length === 1 && claimability.codes[0] === 'claim_open'
    if (record && own && onlyOwnClaim)
      return { outcome: 'unchanged', codes: claimability.codes, record, claim: own, domainClaimed, sourceOrg }
    return { outcome: 'refused', codes: claimability.codes }
  }
  const { chosen } = claimability
  const next = createClaim(
    claimability.record,
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
      ...(request.noInvitation === true ? { noInvitation: true } : {}),
      origin: target.origin,
      ...(request.createdBy === undefined ? {} : { createdBy: request.createdBy }),
    },
    { now, by },
  )
  return {
    outcome: 'to_write',
    claimed: { outcome: 'claimed', record: next, claim: next.claim, domainClaimed, sourceOrg },
  }
}

function ownClaim(record: AccountRecord | undefined, orgId: string): OpenClaim | undefined {
  return record?.claim?.claimingOrgId === orgId ? record.claim : undefined
}
