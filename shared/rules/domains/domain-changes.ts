import { domainToASCII } from 'node:url'
import { NO_DOMAIN } from '../accounts/address.ts'
import { DOMAIN_TOKEN_LIFETIME_MS } from '../limits.ts'
import { nearestRecord } from './nearest-record.ts'
import { bareText } from '../text.ts'
import type { ChangeKind, DomainStatus } from '../types.ts'

/** A domain as an org has it (D1–D3). */
export interface OrgDomain {
  readonly orgId: string
  /** In its ASCII form. */
  readonly domain: string
  readonly status: DomainStatus
  readonly token: string
  readonly tokenExpiresAt: string
  readonly createdAt: string
  readonly verifiedAt?: string | undefined
  /** Grows with every write; 0: not stored yet. */
  readonly revision: number
}

/** What an operation on a domain comes to. */
export type DomainPlan<Refused extends string> =
  | { readonly kind: 'write'; readonly domain: OrgDomain; readonly what: ChangeKind }
  | { readonly kind: 'unchanged'; readonly domain: OrgDomain }
  | { readonly kind: 'refused'; readonly code: Refused; readonly looked?: LookedUp }

/** D1: what a look-up that proves nothing has found. */
export interface LookedUp {
  readonly expected: { readonly name: string; readonly type: 'TXT'; readonly value: string }
  /** How many TXT records the domain has. */
  readonly records: number
  /** The one that is most like the expected one, shortened. */
  readonly nearest?: string
}

const TXT_PREFIX = 'user-claims-verification='

/** D1: the record that proves the domain, on the domain itself. */
export function txtRecordOf({ domain, token }: Pick<OrgDomain, 'domain' | 'token'>): {
  name: string
  type: 'TXT'
  value: string
} {
  return { name: domain, type: 'TXT', value: `${TXT_PREFIX}${token}` }
}

/** A domain's name as it is stored, however it was spelled; `undefined` for what is none. */
export function storedDomainName(input: string): string | undefined {
  const given = input.trim().replace(/\.$/, '')
  const domain = NO_DOMAIN.test(given) ? '' : domainToASCII(given)
  return domain === '' ? undefined : domain
}

const isExpired = (domain: OrgDomain, now: Date): boolean =>
  now.getTime() >= Date.parse(domain.tokenExpiresAt)

/**
 * D1: pending, with a token of seven days. A domain that is there stays as it is, but for a token that has expired
 * before it was used.
 */
export function planAdding(
  current: OrgDomain | undefined,
  { orgId, domain, token, now }: { orgId: string; domain: string; token: string; now: Date },
): DomainPlan<never> {
  const fresh = { token, tokenExpiresAt: new Date(now.getTime() + DOMAIN_TOKEN_LIFETIME_MS).toISOString() }
  if (current === undefined) {
    const added = {
      orgId,
      domain,
      status: 'pending' as const,
      createdAt: now.toISOString(),
      revision: 0,
      ...fresh,
    }
    return { kind: 'write', what: 'domain.added', domain: added }
  }
  if (current.status !== 'pending' || !isExpired(current, now)) return { kind: 'unchanged', domain: current }
  return { kind: 'write', what: 'domain.added', domain: { ...current, ...fresh } }
}

/** D1: whether there is anything to look up; then `planVerified` says what the answer comes to. */
export function planVerification(
  current: OrgDomain,
  now: Date,
): DomainPlan<'verification_token_expired'> | { readonly kind: 'look_up' } {
  if (current.status !== 'pending') return { kind: 'unchanged', domain: current }
  return isExpired(current, now)
    ? { kind: 'refused', code: 'verification_token_expired' }
    : { kind: 'look_up' }
}

/** Quotation marks about a whole record, of any kind: panels that add their own make those that were pasted part of it. */
const QUOTES_ABOUT = /^["'\u2018\u2019\u201c\u201d]+|["'\u2018\u2019\u201c\u201d]+$/g

const asPasted = (record: string): string => bareText(bareText(record).replace(QUOTES_ABOUT, ''))

/** @param records the domain's TXT records, each whole */
export function planVerified(
  current: OrgDomain,
  records: readonly string[],
  now: Date,
): DomainPlan<'txt_record_not_found'> {
  const expected = txtRecordOf(current)
  const { value } = expected
  if (!records.some((record) => asPasted(record) === value)) {
    const nearest = nearestRecord(value, records)
    const looked = { expected, records: records.length, ...(nearest === undefined ? {} : { nearest }) }
    return { kind: 'refused', code: 'txt_record_not_found', looked }
  }
  const verified = { ...current, status: 'verified' as const, verifiedAt: now.toISOString() }
  return { kind: 'write', what: 'domain.verified', domain: verified }
}

/** D2, but for what other orgs have done: that is for the write to find out. */
export function planClaiming(current: OrgDomain): DomainPlan<'domain_not_verified'> {
  switch (current.status) {
    case 'pending':
      return { kind: 'refused', code: 'domain_not_verified' }
    case 'claimed':
      return { kind: 'unchanged', domain: current }
    case 'verified':
      return { kind: 'write', what: 'domain.claimed', domain: { ...current, status: 'claimed' } }
  }
}

/** D3. */
export function planRelease(current: OrgDomain): DomainPlan<'domain_not_claimed'> {
  if (current.status !== 'claimed') return { kind: 'refused', code: 'domain_not_claimed' }
  return { kind: 'write', what: 'domain.released', domain: { ...current, status: 'verified' } }
}

/** D3: whether a domain may be forgotten. */
export function planDomainRemoval(current: OrgDomain): DomainPlan<'domain_claimed'> {
  if (current.status === 'claimed') return { kind: 'refused', code: 'domain_claimed' }
  return { kind: 'write', what: 'domain.removed', domain: current }
}
