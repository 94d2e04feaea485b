import { describe, expect, it } from 'vitest'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { ClaimTarget } from '../../../../shared/usecases/claims/claim-users.ts'
import { cancelledRows } from '../../../../shared/usecases/imports/cancelled-rows.ts'
import { claimed, claimedDirectly, patchClaim, record } from '../../../support/builders.ts'
import { accountsAmong, noordzeeAndPersonal } from '../../../support/found-accounts.ts'

const portsOf = (...records: readonly AccountRecord[]) => ({
  ...noordzeeAndPersonal,
  accounts: accountsAmong(records),
})
const target = (email: string): ClaimTarget => ({ ref: { email }, origin: 'i:import-1:2' })
const ADA = 'ada@noordzee.example'

describe('the rows that waited when their import was cancelled', () => {
  const CANCELLED = { result: 'refused', codes: ['cancelled'] }
  const rowsOf = (...records: readonly AccountRecord[]) =>
    cancelledRows(portsOf(...records), 'noordzee', [target(ADA)])

  it('I12: are refused as cancelled, whoever they are of', async () => {
    expect(await rowsOf()).toEqual([CANCELLED])
    expect(await rowsOf(record())).toEqual([CANCELLED])
    const other = { origin: 'i:import-1:2', claimingOrgId: 'another' }
    expect(await rowsOf(claimed(other))).toEqual([CANCELLED])
    expect(await rowsOf(claimed({ origin: 'i:import-1:3' }))).toEqual([CANCELLED])
  })

  it('C6, I12: are claimed where a worker claimed them before it died', async () => {
    expect(await rowsOf(claimed({ origin: 'i:import-1:2' }))).toEqual([
      { result: 'claimed', codes: [], made: { type: 'delayed' } },
    ])
    const direct = patchClaim(claimedDirectly(), { origin: 'i:import-1:2' })
    expect(await rowsOf(direct)).toEqual([
      { result: 'claimed', codes: [], made: { type: 'direct', contentLoss: 'chosen_direct' } },
    ])
  })
})
