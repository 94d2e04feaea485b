import type { AccountRecord } from '../../../shared/rules/types.ts'
import { codeIn } from '../caller.ts'
import type { Answer } from '../world.ts'
import type { Ledger } from './ledger.ts'
import { DAY_MS, domainOfEmail, endOf, newAddressOf, orgAt } from './rules.ts'

/** Every answer agrees with what was done, or with the rules at some instant between request and answer. */

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined
export const textIn = (value: unknown, name: string): string => {
  const text = field(value, name)
  return typeof text === 'string' ? text : ''
}
export const listIn = (value: unknown, name: string): unknown[] => {
  const list = field(value, name)
  return Array.isArray(list) ? list : []
}

/** The instant of the request. */
export interface Asked {
  readonly orgId: string
  readonly since: number
}

export function checkClaimed(ledger: Ledger, asked: Asked, emails: readonly string[], answer: Answer): void {
  if (answer.status !== 200) return
  const results = listIn(answer.body, 'results')
  if (results.length !== emails.length)
    ledger.fail('C8', `${results.length} answers for ${emails.length} users`)
  for (const [n, result] of results.entries()) {
    const email = emails[n] ?? ''
    const claimId = textIn(field(result, 'claim'), 'claimId')
    if (textIn(result, 'result') === 'claimed') {
      if (!ledger.claimsMade.has(claimId))
        ledger.fail('C', `${email} was told claimed as ${claimId}, and isn't`)
      continue
    }
    for (const code of listIn(result, 'codes'))
      if (typeof code === 'string' && !mayBeRefused(ledger, asked, email, code))
        ledger.fail('E', `${asked.orgId} was refused ${email} for ${code}`)
  }
}

function mayBeRefused(ledger: Ledger, { orgId, since }: Asked, email: string, code: string): boolean {
  const records = ledger.at(email).since(since)
  const domain = domainOfEmail(email)
  const some = (test: (record: AccountRecord) => boolean): boolean =>
    records.some((one) => one !== undefined && test(one))
  switch (code) {
    case 'domain_not_verified': {
      const statuses = ledger.domain(orgId, domain).since(since)
      return statuses.length === 0 || statuses.some((status) => status === undefined || status === 'pending')
    }
    case 'directory_sync_enabled':
      return ledger
        .org(orgId)
        .since(since)
        .some((org) => org?.directorySync === true)
    case 'unknown_user':
      return (
        records.length === 0 ||
        records.some((record) => record === undefined || record.deletion !== undefined) ||
        // O1: so is whoever is in an org that is being deleted.
        some((record) =>
          ledger
            .org(orgAt(record, email))
            .since(since)
            .some((org) => org === undefined || org.deletion?.begunAt !== undefined),
        )
      )
    case 'own_user':
      return some((record) => orgAt(record, email) === orgId)
    case 'claim_open':
      return some((record) => record.claim !== undefined)
    case 'domain_claimed_by_other':
      return ledger
        .exclusive(domain)
        .since(since)
        .some((holder) => holder !== undefined && holder !== orgId)
    case 'source_uses_sso':
      return some((record) =>
        ledger
          .org(orgAt(record, email))
          .since(since)
          .some((org) => org?.sso === true),
      )
    case 'source_uses_directory_sync':
      return some((record) =>
        ledger
          .org(orgAt(record, email))
          .since(since)
          .some((org) => org?.directorySync === true),
      )
    default:
      return true
  }
}

export function checkRevoked(ledger: Ledger, { orgId, since }: Asked, claimId: string, answer: Answer): void {
  const closed = ledger.closed.get(claimId)
  const open = [...ledger.records.values()].find(({ claim }) => claim?.claimId === claimId)?.claim
  const claim = closed ?? open
  if (answer.status === 200) {
    if (closed?.status !== 'revoked') ledger.fail('R1', `${claimId} was told revoked, and isn't`)
    ledger.revokedForSure.add(claimId)
    return
  }
  if (claim === undefined || answer.status >= 500) return
  const code = codeIn(answer)
  const domain = ledger.exclusive(domainOfEmail(claim.email)).since(since)
  const right: Readonly<Record<string, boolean>> = {
    not_found: claim.claimingOrgId !== orgId,
    signed_in: claim.signedInAt !== undefined,
    decided: claim.decision !== undefined,
    window_passed: ledger.now >= endOf(claim),
    domain_claimed: domain.some((holder) => holder === orgId),
    ended: closed !== undefined || ledger.standing(claim.newUserId)?.deletion !== undefined,
  }
  if (code !== undefined && right[code] === false) ledger.fail('R', `${claimId} can't be revoked for ${code}`)
}

/** S2, S3. */
export function checkSignIn(ledger: Ledger, email: string, since: number, answer: Answer): void {
  if (answer.status !== 200) return
  const records = ledger.at(email).since(since)
  const mustDecide = field(answer.body, 'mustDecide') === true
  const here = records.some(
    (record) =>
      record?.claim === undefined || newAddressOf(record.claim).toLowerCase() === email.toLowerCase(),
  )
  if (!here) ledger.fail('C9', `${email} signed in at an address that is kept for an original`)
  const undecided = records.some((record) => record?.claim?.status === 'open')
  if (mustDecide && !undecided) ledger.fail('S3', `${email} must decide, and has nothing to`)
  if (!mustDecide) return
  const marked = records.some((record) => record?.claim?.signedInAt !== undefined)
  const closed = [...ledger.closed.values()].some(
    (claim) => claim.email === email && claim.signedInAt !== undefined,
  )
  if (!marked && !closed) ledger.fail('S2', `the sign-in of ${email} was answered and not kept`)
}

/** An admin sees a claim as the rules derive it from what is stored, if that didn't change in the meantime. */
export function checkShown(ledger: Ledger, { orgId, since }: Asked, view: unknown): void {
  const claimId = textIn(view, 'claimId')
  const closed = ledger.closed.get(claimId)
  const record = [...ledger.records.values()].find(({ claim }) => claim?.claimId === claimId)
  const claim = closed ?? record?.claim
  if (claim === undefined || field(view, 'version') !== claim.version) return
  const exclusive = ledger.exclusive(domainOfEmail(claim.email)).since(since)
  const mine = exclusive.map((holder) => holder === orgId)
  if (new Set(mine).size > 1 || record?.deletion !== undefined) return
  const at = ledger.now
  const running = closed === undefined
  const why = !running
    ? 'ended'
    : claim.signedInAt !== undefined
      ? 'signed_in'
      : claim.decision !== undefined
        ? 'decided'
        : at >= endOf(claim)
          ? 'window_passed'
          : mine[0]
            ? 'domain_claimed'
            : undefined
  const held = Date.parse((record?.claim?.decision === undefined && record?.claim?.heldUntil) || '') || 0
  const end = Math.max(endOf(claim), held)
  const days = (now: number): number => (running ? Math.max(0, Math.ceil((end - now) / DAY_MS)) : 0)
  const shown = field(view, 'notRevocableBecause')
  const crossed = since < endOf(claim) && at >= endOf(claim)
  if (shown !== why && !crossed) ledger.fail('shown', `${claimId} is shown as ${shown}, and is ${why}`)
  if (field(view, 'revocable') !== (shown === undefined))
    ledger.fail('shown', `${claimId} is and isn't revocable`)
  const left = field(view, 'daysLeft')
  if (left !== days(at) && left !== days(since))
    ledger.fail('M4', `${claimId} has ${left} days left, not ${days(at)}`)
  if (textIn(view, 'status') !== claim.status) ledger.fail('shown', `${claimId} is shown as another`)
  if (claim.claimingOrgId !== orgId) ledger.fail('R', `${claimId} is shown to ${orgId}`)
}
