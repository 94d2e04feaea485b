import { domainToASCII } from 'node:url'
import { NO_DOMAIN } from '../accounts/address.ts'
import { DOMAIN_TOKEN_LIFETIME_MS } from '../limits.ts'
import { nearestRecord } from './nearest-record.ts'
import { bareText } from '../text.ts'
import type { ChangeKind, DomainStatus } from '../types.ts'

/** A domain of an org (D1–D3). */
export interface OrgDomain {
  readonly orgId: string
  /** In ASCII. */
  readonly domain: string
  readonly status: DomainStatus
  readonly token: string
  readonly tokenExpiresAt: string
  readonly createdAt: string
  readonly verifiedAt?: string | undefined
  /** Grows with every write; 0: not stored yet. */
  readonly revision: number
}

/** The plan of an operation on a domain. */
export type DomainPlan<Refused extends string> =
  | { readonly outcome: 'write'; readonly domain: OrgDomain; readonly what: ChangeKind }
  | { readonly outcome: 'unchanged'; readonly domain: OrgDomain }
  | { readonly outcome: 'refused'; readonly code: Refused; readonly lookup?: TxtLookup }

/** D1: what a look-up found that didn't prove the domain. */
export interface TxtLookup {
  readonly expected: { readonly name: string; readonly type: 'TXT'; readonly value: string }
  /** Number of TXT records on the domain. */
  readonly records: number
  /** The record most like the expected one, shortened. */
  readonly nearest?: string
}

const TXT_PREFIX = 'user-claims-verification='

/** D1: the TXT record that proves the domain. */
export function txtRecordOf({ domain, token }: Pick<OrgDomain, 'domain' | 'token'>): {
  name: string
  type: 'TXT'
  value: string
} {
  return { name: domain, type: 'TXT', value: `${TXT_PREFIX}${token}` }
}

/** Normalizes a domain's name as it is stored; `undefined` if it isn't one. */
export function storedDomainName(input: string): string | undefined {
  const given = input.trim().replace(/\.$/, '')
  const domain = NO_DOMAIN.test(given) ? '' : domainToASCII(given)
  return domain === '' ? undefined : domain
}

const isExpired = (domain: OrgDomain, now: Date): boolean =>
  now.getTime() >= Date.parse(domain.tokenExpiresAt)

/**
 * D1: adds a domain as pending, with a token of seven days. An existing domain stays as it is, but an expired, unused
 * token is renewed.
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
    return { outcome: 'write', what: 'domain.added', domain: added }
  }
  if (current.status !== 'pending' || !isExpired(current, now))
    return { outcome: 'unchanged', domain: current }
  return { outcome: 'write', what: 'domain.added', domain: { ...current, ...fresh } }
}

/** D1: whether a DNS look-up is needed; `planVerified` then judges its answer. */
export function planVerification(
  current: OrgDomain,
  now: Date,
): DomainPlan<'verification_token_expired'> | { readonly outcome: 'look_up' } {
  if (current.status !== 'pending') return { outcome: 'unchanged', domain: current }
  return isExpired(current, now)
    ? { outcome: 'refused', code: 'verification_token_expired' }
    : { outcome: 'look_up' }
}

/**
 * Quotation marks around a whole record: a DNS panel that adds its own makes those that were pasted part of the value.
 */
const QUOTES_ABOUT = /^["'\u2018\u2019\u201c\u201d]+|["'\u2018\u2019\u201c\u201d]+$/g

const asPasted = (record: string): string => bareText(bareText(record).replace(QUOTES_ABOUT, ''))

/**
 * D1: verifies the domain by its TXT records.
 * @param records each joined from its strings
 */
export function planVerified(
  current: OrgDomain,
  records: readonly string[],
  now: Date,
): DomainPlan<'txt_record_not_found'> {
  const expected = txtRecordOf(current)
  const { value } = expected
  if (!records.some((record) => asPasted(record) === value)) {
    const nearest = nearestRecord(value, records)
    const lookup = { expected, records: records.length, ...(nearest === undefined ? {} : { nearest }) }
    return { outcome: 'refused', code: 'txt_record_not_found', lookup }
  }
  const verified = { ...current, status: 'verified' as const, verifiedAt: now.toISOString() }
  return { outcome: 'write', what: 'domain.verified', domain: verified }
}

/** D2: claims the domain. Whether another org has claimed it is checked by the write. */
export function planClaiming(current: OrgDomain): DomainPlan<'domain_not_verified'> {
  switch (current.status) {
    case 'pending':
      return { outcome: 'refused', code: 'domain_not_verified' }
    case 'claimed':
      return { outcome: 'unchanged', domain: current }
    case 'verified':
      return { outcome: 'write', what: 'domain.claimed', domain: { ...current, status: 'claimed' } }
  }
}

/** D3: releases a claimed domain. */
export function planRelease(current: OrgDomain): DomainPlan<'domain_not_claimed'> {
  if (current.status !== 'claimed') return { outcome: 'refused', code: 'domain_not_claimed' }
  return { outcome: 'write', what: 'domain.released', domain: { ...current, status: 'verified' } }
}

/** D3: removes a domain that isn't claimed. */
export function planDomainRemoval(current: OrgDomain): DomainPlan<'domain_claimed'> {
  if (current.status === 'claimed') return { outcome: 'refused', code: 'domain_claimed' }
  return { outcome: 'write', what: 'domain.removed', domain: current }
}
