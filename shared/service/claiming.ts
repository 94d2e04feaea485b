import { domainOf } from '../claims/address.ts'
import { licensesFor } from '../claims/claim-type.ts'
import { createClaim } from '../claims/lifecycle.ts'
import { bareText, isStorable } from '../claims/text.ts'
import type { AccountRecord, Actor, OpenClaim } from '../claims/types.ts'
import { mapConcurrent } from '../kit/concurrency.ts'
import { unavailableBy } from '../kit/unavailable.ts'
import type { AccountStore } from '../table/accounts.ts'
import {
  type FactPorts,
  type Facts,
  type JudgingPorts,
  type JudgingRequest,
  judge,
  type PreviewOutcome,
  preview,
  type RefusalCode,
  readFacts,
  type Wanted,
} from './judging.ts'
import { MAX_ROUNDS, pauseBefore } from './rounds.ts'

export type { PreviewOutcome, RefusalCode }

/** One account to claim. */
export interface ClaimTarget extends Wanted {
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  readonly displayName?: string | undefined
  /** Unique for the request's item or the file's row, and the same when that is delivered again (C6). */
  readonly origin: string
}

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

export interface ClaimingPorts extends FactPorts {
  readonly accounts: Pick<AccountStore, 'byAddresses' | 'byUserIds' | 'write'>
  /** A ULID of the given time. */
  readonly ulid: (now: Date) => string
}

export interface ClaimingRequest extends JudgingRequest {
  readonly by: Actor
  /** C10: who asked for the import; absent: `by`. */
  readonly createdBy?: Actor
  readonly now: Date
}

/** Writes under way at once. The SDK's CPU is the limit long before DynamoDB's latency is. */
const WRITES_AT_ONCE = 16
/**
 * Claims accounts, each for itself (C8): answers in the targets' order. Only the account's own record is written, on the
 * condition that it is as it was read (C7). A target that this very request or row claimed before is reported as claimed
 * again, so that a repeat tells the same story (C6).
 *
 * Reads 2 units an address and 1 an id, 2 a distinct domain and 1 a distinct org; writes 4 units a delayed claim, 3 a
 * direct one, indexes included.
 */
export function claimAccounts(
  ports: ClaimingPorts,
  request: ClaimingRequest,
  targets: readonly ClaimTarget[],
): Promise<ClaimOutcome[]> {
  return legibleOnes(targets, (legible) => claimLegible(ports, request, legible))
}

/** C8: one whose text can't be stored is refused by itself; the others go on. Answers in the targets' order. */
async function legibleOnes<Outcome>(
  targets: readonly ClaimTarget[],
  handle: (legible: readonly ClaimTarget[]) => Promise<Outcome[]>,
): Promise<(Outcome | { readonly result: 'refused'; readonly codes: readonly RefusalCode[] })[]> {
  const legible = targets.filter(isLegible)
  const outcomes = (await handle(legible)).values()
  return targets.map(
    (target) =>
      (isLegible(target) ? outcomes.next().value : undefined) ?? {
        result: 'refused',
        codes: ['invalid_text'],
      },
  )
}

/** What is dropped from an address anyhow does it no harm. */
function isLegible({ ref, firstName = '', lastName = '', displayName = '' }: ClaimTarget): boolean {
  const named = 'userId' in ref ? ref.userId : bareText(ref.email)
  return [named, firstName, lastName, displayName].every(isStorable)
}

async function claimLegible(
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
      const outcome = await claimOrBusy(ports, request, target, { facts, record })
      outcomes.set(target, outcome)
      if (outcome.result !== 'refused') record = outcome.record
    }
  })
  return targets.map((target) => outcomes.get(target) ?? { result: 'refused', codes: ['unknown_user'] })
}

/** P1: what `claimAccounts` would do, from the same facts and rules; nothing is written. */
export function previewClaims(
  ports: JudgingPorts,
  request: ClaimingRequest,
  targets: readonly ClaimTarget[],
): Promise<PreviewOutcome[]> {
  return legibleOnes(targets, async (legible) => {
    const facts = await readFacts(ports, request.claimingOrg.orgId, legible)
    return legible.map((target) => preview(request, target, facts, facts.records.get(target)))
  })
}

/**
 * What was claimed in a request stands, so it isn't to fail for one that the table didn't take; of the rows of a CSV that
 * one's chunk comes again, and finds what became of the others.
 */
async function claimOrBusy(
  ports: ClaimingPorts,
  request: ClaimingRequest,
  target: ClaimTarget,
  known: { facts: Facts; record: AccountRecord | undefined },
): Promise<ClaimOutcome> {
  try {
    return await claimOne(ports, request, target, known)
  } catch (error) {
    if (request.fromCsv || unavailableBy(error) === undefined) throw error
    return { result: 'refused', codes: ['busy'] }
  }
}

async function claimOne(
  ports: ClaimingPorts,
  request: ClaimingRequest,
  target: ClaimTarget,
  known: { facts: Facts; record: AccountRecord | undefined },
): Promise<ClaimOutcome> {
  const { claimingOrg, now, by } = request
  let { facts, record }: { facts: Facts; record: AccountRecord | undefined } = known
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await pauseBefore(round)
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
        ...(request.createdBy === undefined ? {} : { createdBy: request.createdBy }),
      },
      { now, by },
    )
    if (next.claim !== undefined && (await ports.accounts.write(next)) === 'written')
      return { result: 'claimed', record: next, claim: next.claim, domainClaimed }
    const again = await readFacts(ports, claimingOrg.orgId, [target])
    facts = again
    record = again.records.get(target)
  }
  // C8: it is this account's alone, and nobody else waits for it.
  return { result: 'refused', codes: ['busy'] }
}

function ownClaim(record: AccountRecord | undefined, orgId: string): OpenClaim | undefined {
  return record?.claim?.claimingOrgId === orgId ? record.claim : undefined
}
