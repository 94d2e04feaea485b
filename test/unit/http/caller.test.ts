import { describe, expect, it } from 'vitest'
import { callerOf } from '../../../shared/http/caller.ts'

const caller = { sub: 'ada', orgId: 'acme' }
const withClaims = (claims: Record<string, unknown>) => ({
  jwt: { claims: { sub: 'ada', org_id: 'acme', ...claims }, scopes: null },
})
const codeOf = (claims: Record<string, unknown>) => {
  const outcome = callerOf(withClaims(claims), 'claims:write')
  return 'problem' in outcome ? outcome.problem : outcome
}

describe('the caller', () => {
  it.each([
    ['scope as text', { scope: 'claims:read claims:write' }],
    ['scope as a list that the gateway printed', { scope: '[claims:read claims:write]' }],
    ['scope as a list', { scope: ['claims:read', 'claims:write'] }],
    ['scope as a list of one', { scope: '[claims:write]' }],
    ['scp as text', { scp: 'claims:read claims:write' }],
    ['scp as a list that the gateway printed', { scp: '[claims:write claims:read]' }],
    ['scp as a list', { scp: ['claims:write'] }],
    ['scp beside a scope of its own', { scope: 'openid', scp: '[claims:write]' }],
  ])('fault 3: is known by a token with %s', (_, claims) => {
    expect(codeOf(claims)).toMatchObject(caller)
  })

  it.each([
    ['none', {}],
    ['an empty text', { scope: '', scp: '' }],
    ['an empty list', { scope: '[]', scp: '[]' }],
    ['others', { scope: 'claims:read', scp: '[org:write]' }],
    ['ones that only begin or end so', { scope: 'claims:writes xclaims:write', scp: '[claims:write2]' }],
    ['one in brackets that do not close', { scope: '[claims:write' }],
    ['one in two pairs of brackets', { scope: '[[claims:write]]' }],
  ])('fault 3: has no right by a token with scopes that are %s', (_, claims) => {
    expect(codeOf(claims)).toBe('forbidden')
  })

  it('is nobody without a subject, and of no org without one that can be', () => {
    expect(codeOf({ sub: '', scope: 'claims:write' })).toBe('unauthorized')
    expect(codeOf({ scp: 7 })).toBe('unauthorized')
    expect(codeOf({ scope: 'claims:write', org_id: undefined })).toBe('organization_required')
    expect(codeOf({ scope: 'claims:write', org_id: '~platform' })).toBe('organization_required')
  })
})
