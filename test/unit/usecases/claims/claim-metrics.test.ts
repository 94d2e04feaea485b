import { expect, it } from 'vitest'
import { countClaims } from '../../../../shared/usecases/claims/claim-metrics.ts'
import { fakeMetrics } from '../../../support/metrics.ts'

it('the claims of a request are counted by how they came, and its refusals by each of their codes', () => {
  const metrics = fakeMetrics()
  countClaims(metrics, 'request', [
    { outcome: 'claimed' },
    { outcome: 'refused', codes: ['own_user', 'claim_open'] },
    { outcome: 'claimed', codes: [] },
    { outcome: 'refused', codes: ['claim_open'] },
    { outcome: 'unchanged', codes: ['claim_open'] },
    { outcome: 'claimable', codes: [] },
    { outcome: 'refused' },
  ])
  expect(metrics.measured).toEqual([
    { name: 'ClaimsCreated', value: 2, of: 'request' },
    { name: 'ClaimsRefused', value: 1, of: 'own_user' },
    { name: 'ClaimsRefused', value: 2, of: 'claim_open' },
  ])
})

it('what didn’t happen isn’t counted', () => {
  const metrics = fakeMetrics()
  countClaims(metrics, 'file', [{ outcome: 'unchanged', codes: ['claim_open'] }])
  expect(metrics.measured).toEqual([])
})
