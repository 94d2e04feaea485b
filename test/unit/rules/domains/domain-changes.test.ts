import { describe, expect, it } from 'vitest'
import {
  type OrgDomain,
  planAdding,
  planClaiming,
  planRelease,
  planDomainRemoval,
  planVerification,
  planVerified,
  storedDomainName,
  txtRecordOf,
} from '../../../../shared/rules/domains/domain-changes.ts'
import type { DomainStatus } from '../../../../shared/rules/types.ts'
import { plus, T0 } from '../../../support/builders.ts'

const EXPIRES = '2026-03-08T09:30:15.250Z'

function domain(status: DomainStatus = 'pending'): OrgDomain {
  return {
    orgId: 'noordzee',
    domain: 'noordzee.example',
    status,
    token: 'tok-1',
    tokenExpiresAt: EXPIRES,
    createdAt: T0.toISOString(),
    revision: 1,
  }
}

const adding = { orgId: 'noordzee', domain: 'noordzee.example', token: 'tok-2', now: T0 }
const LAST_MOMENT = plus(-1, EXPIRES)
const EXPIRED = new Date(EXPIRES)

describe('planAdding', () => {
  it('D1: a domain begins as pending, with a token that is good for 7 days', () => {
    expect(planAdding(undefined, adding)).toEqual({
      outcome: 'write',
      what: 'domain.added',
      domain: { ...domain(), token: 'tok-2', revision: 0 },
    })
  })

  it('D1: adding it again keeps the token that may be in DNS already, up to its end', () => {
    for (const now of [T0, LAST_MOMENT]) {
      expect(planAdding(domain(), { ...adding, now })).toEqual({ outcome: 'unchanged', domain: domain() })
    }
  })

  it('D1: adding it again after the token expired gives a new one for 7 days', () => {
    expect(planAdding(domain(), { ...adding, now: EXPIRED })).toEqual({
      outcome: 'write',
      what: 'domain.added',
      domain: { ...domain(), token: 'tok-2', tokenExpiresAt: '2026-03-15T09:30:15.250Z' },
    })
  })

  it.each(['verified', 'claimed'] as const)('D1: a domain that is %s stays so', (status) => {
    const current = domain(status)
    expect(planAdding(current, { ...adding, now: EXPIRED })).toEqual({
      outcome: 'unchanged',
      domain: current,
    })
  })
})

describe('the verification', () => {
  const value = 'user-claims-verification=tok-1'
  const verified = {
    outcome: 'write',
    what: 'domain.verified',
    domain: { ...domain('verified'), verifiedAt: T0.toISOString() },
  }

  it('D1: is proven by a TXT record on the domain itself', () => {
    expect(txtRecordOf(domain())).toEqual({ name: 'noordzee.example', type: 'TXT', value })
  })

  it('D1: looks a pending domain up until its token expires', () => {
    expect(planVerification(domain(), LAST_MOMENT)).toEqual({ outcome: 'look_up' })
    expect(planVerification(domain(), EXPIRED)).toEqual({
      outcome: 'refused',
      code: 'verification_token_expired',
    })
  })

  it.each(['verified', 'claimed'] as const)('D1: needs no look-up of a domain that is %s', (status) => {
    expect(planVerification(domain(status), EXPIRED)).toEqual({
      outcome: 'unchanged',
      domain: domain(status),
    })
  })

  it('D1: finds the record among others, be there blanks, quotation marks or invisible characters around it', () => {
    for (const record of [
      value,
      ` ${value}\n`,
      `"${value}"`,
      `“${value}”`,
      ` '${value}' `,
      `\u200b${value}`,
    ]) {
      expect(planVerified(domain(), ['v=spf1 -all', record], T0)).toEqual(verified)
    }
  })

  it.each([
    [[]],
    [['v=spf1 -all']],
    [['user-claims-verification=tok-2']],
    [['user-claims-verification=']],
    [['tok-1']],
    [[`${value}1`]],
    [[`x${value}`]],
    [[value.toUpperCase()]],
  ])('D1: is not proven by %j', (records) => {
    expect(planVerified(domain(), records, T0)).toMatchObject({
      outcome: 'refused',
      code: 'txt_record_not_found',
    })
  })

  it('D1: who has to look for the mistake is told what was expected, how many records there are, and the nearest', () => {
    const looked = (records: readonly string[]) => {
      const plan = planVerified(domain(), records, T0)
      return 'lookup' in plan ? plan.lookup : undefined
    }
    const expected = txtRecordOf(domain())
    const near = 'user-claims-verification=tok-2'
    expect(looked(['v=spf1 -all', near])).toEqual({ expected, records: 2, nearest: near })
    expect(looked(['v=spf1 -all'])).toStrictEqual({ expected, records: 1 })
  })
})

describe('claiming, releasing and removing a domain', () => {
  it('D2: only a verified domain is claimed', () => {
    expect(planClaiming(domain('pending'))).toEqual({ outcome: 'refused', code: 'domain_not_verified' })
    expect(planClaiming(domain('verified'))).toEqual({
      outcome: 'write',
      what: 'domain.claimed',
      domain: domain('claimed'),
    })
  })

  it('C6: a domain that the org has claimed already is unchanged', () => {
    expect(planClaiming(domain('claimed'))).toEqual({ outcome: 'unchanged', domain: domain('claimed') })
  })

  it('D3: releasing a claimed domain makes it verified again, and no other can be released', () => {
    expect(planRelease(domain('claimed'))).toEqual({
      outcome: 'write',
      what: 'domain.released',
      domain: domain('verified'),
    })
    for (const status of ['pending', 'verified'] as const) {
      expect(planRelease(domain(status))).toEqual({ outcome: 'refused', code: 'domain_not_claimed' })
    }
  })

  it('D3: any domain may be removed but one that is still claimed', () => {
    expect(planDomainRemoval(domain('claimed'))).toEqual({ outcome: 'refused', code: 'domain_claimed' })
    for (const status of ['pending', 'verified'] as const) {
      expect(planDomainRemoval(domain(status))).toMatchObject({ outcome: 'write', what: 'domain.removed' })
    }
  })
})

describe('storedDomainName', () => {
  it('D4: finds a stored domain however it is spelled', () => {
    for (const written of ['münchen.example', 'XN--MNCHEN-3YA.example.', ' MÜNCHEN。example ']) {
      expect(storedDomainName(written), written).toBe('xn--mnchen-3ya.example')
    }
  })

  it.each(['', '.', 'noordzee.example/x', 'noord%7aee.example', 'a b.example'])(
    'D4: %j is the name of no domain that could be stored',
    (input) => {
      expect(storedDomainName(input)).toBeUndefined()
    },
  )
})
