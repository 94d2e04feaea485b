import { SECOND_MS } from '../../lib/time.ts'
import { decide } from '../../rules/claims/decision.ts'
import { requestConfirmation } from '../../rules/claims/new-address-confirmation.ts'
import type { ChangedBy } from '../../rules/claims/transition.ts'
import type { DecisionKind } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import { claimByLink, type LinkFinder } from './claim-by-link.ts'
import {
  claimOfLink,
  type DecidedClaim,
  type DecisionView,
  decidedView,
  type LinkPorts,
  type OpenedClaim,
  openView,
  type MadeDecision,
  withoutAddress,
} from './decision-view.ts'
import { type NewAddressPorts, type NewAddressRefusal, usableAddress } from './new-address.ts'
import { BUSY, LOST, type Lost, retryOrElse } from '../../lib/optimistic-retry.ts'

export interface DecisionPorts extends LinkFinder, LinkPorts, NewAddressPorts {
  readonly accounts: Pick<AccountStore, 'write' | 'byAddresses'>
}

export type DecideRefusal = NewAddressRefusal | 'decision_not_offered' | 'busy'

export type DecideOutcome =
  | { readonly outcome: 'decided'; readonly view: DecisionView }
  /** U2: nothing is decided until the new address is confirmed. */
  | {
      readonly outcome: 'confirmation_sent'
      readonly view: DecisionView
      readonly newEmail: string
      readonly expiresAt: string
    }
  /** U5: the decision that was made before. */
  | {
      readonly outcome: 'already_decided'
      readonly view: DecisionView
      readonly decision: MadeDecision
    }
  | { readonly outcome: 'refused'; readonly code: DecideRefusal; readonly view: DecisionView }
  | {
      readonly outcome: 'refused'
      readonly code: 'too_many_confirmations'
      readonly retryAfterSeconds: number
      readonly view: DecisionView
    }
  | { readonly outcome: 'gone' }

async function byToken(
  ports: DecisionPorts,
  token: string,
  now: Date,
): Promise<OpenedClaim | DecidedClaim | undefined> {
  return claimOfLink(ports, await claimByLink(ports, token, now), now)
}

/** U6, U7: what there is to decide, or what was decided; `undefined` if the link leads nowhere. Changes nothing. */
export async function showDecision(
  ports: DecisionPorts,
  token: string,
  now: Date,
): Promise<DecisionView | undefined> {
  const found = await byToken(ports, token, now)
  if (found === undefined) return undefined
  return found.kind === 'open' ? openView(found, now) : decidedView(found, now)
}

export interface WantedDecision {
  readonly kind: DecisionKind
  readonly newEmail?: string | undefined
}

/**
 * U: records the user's decision, or asks for a new address to be confirmed. One conditional write, so of a decision
 * and a revocation, or of two decisions, one wins (U5, R4); the other is told which one. All that follows is triggered
 * by the table's stream: nothing can get lost after the write.
 */
export async function makeDecision(
  ports: DecisionPorts,
  token: string,
  wanted: WantedDecision,
  now: Date,
): Promise<DecideOutcome> {
  let last: OpenedClaim | undefined
  const attempt = async (): Promise<DecideOutcome | Lost> => {
    const found = await byToken(ports, token, now)
    if (found === undefined) return { outcome: 'gone' }
    const view = found.kind === 'open' ? openView(found, now) : decidedView(found, now)
    if (view.decision !== undefined) return { outcome: 'already_decided', view, decision: view.decision }
    if (found.kind !== 'open') throw new Error('a claim that is over and shown has a decision')
    last = found
    if (!view.options.includes(wanted.kind)) return { outcome: 'refused', code: 'decision_not_offered', view }
    return write(ports, found, view, wanted, now)
  }
  return retryOrElse(attempt, () =>
    last === undefined ? { outcome: 'gone' as const } : { ...BUSY, view: openView(last, now) },
  )
}

async function write(
  ports: DecisionPorts,
  found: OpenedClaim,
  view: DecisionView,
  { kind, newEmail }: WantedDecision,
  now: Date,
): Promise<DecideOutcome | Lost> {
  const { record, claim } = found
  const changedBy = { now, by: `user:${claim.newUserId}` as const }
  if (kind === 'change_email') return request(ports, found, view, newEmail, changedBy)
  const next = decide(record, claim, kind, changedBy)
  if ((await ports.accounts.write(next)).outcome === 'lost') return LOST
  const decision = next.claim.decision
  if (decision === undefined) throw new Error('what was decided has a decision')
  const { pendingEmail: _, ...rest } = view
  return { outcome: 'decided', view: { ...rest, options: [], decision: withoutAddress(decision) } }
}

async function request(
  ports: DecisionPorts,
  { record, claim, org }: OpenedClaim,
  view: DecisionView,
  newEmail: string | undefined,
  changedBy: ChangedBy,
): Promise<DecideOutcome | Lost> {
  const { now } = changedBy
  const address = await usableAddress(ports, { record, claim }, newEmail)
  if (address.outcome === 'refused') return { outcome: 'refused', code: address.code, view }
  const requested = requestConfirmation(record, claim, address.email, changedBy)
  switch (requested.outcome) {
    case 'too_late':
      return { outcome: 'refused', code: 'decision_not_offered', view }
    case 'too_many': {
      const waitMs = requested.allowedAt.getTime() - now.getTime()
      const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / SECOND_MS))
      return { outcome: 'refused', code: 'too_many_confirmations', retryAfterSeconds, view }
    }
    case 'requested_before': {
      const { newEmail, expiresAt } = requested.pending
      return { outcome: 'confirmation_sent', view, newEmail, expiresAt }
    }
    case 'requested': {
      const { record: next, claim: requestedClaim, pending } = requested
      if ((await ports.accounts.write(next)).outcome === 'lost') return LOST
      return {
        outcome: 'confirmation_sent',
        view: openView({ kind: 'open', record: next, claim: requestedClaim, org }, now),
        newEmail: pending.newEmail,
        expiresAt: pending.expiresAt,
      }
    }
  }
}
