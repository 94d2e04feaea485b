import { describe, expect, it } from 'vitest'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { ClaimTarget } from '../../../../shared/usecases/claims/claim-users.ts'
import { previewRows } from '../../../../shared/usecases/imports/preview-rows.ts'
import { claimed, org, record } from '../../../support/builders.ts'
import { accountsAmong, noordzeeAndPersonal } from '../../../support/found-accounts.ts'

const portsOf = (...records: readonly AccountRecord[]) => ({
  ...noordzeeAndPersonal,
  accounts: accountsAmong(records),
})
const target = (email: string, line = 2): ClaimTarget => ({ ref: { email }, origin: `i:import-1:${line}` })
const ADA = 'ada@noordzee.example'

describe('the preview of a file’s rows', () => {
  const request = { claimingOrg: org(), fromCsv: true, migrationCutoff: undefined }
  const previewed = (records: readonly AccountRecord[], targets: readonly ClaimTarget[], of = request) =>
    previewRows(portsOf(...records), of, targets)
  const unchanged = { outcome: 'unchanged', codes: ['claim_open'] }

  it('P1: is of each row what a claim would do', async () => {
    const ada = record()
    expect(await previewed([ada], [target(ADA), target('nobody@noordzee.example')])).toMatchObject([
      { outcome: 'claimable', type: 'delayed', record: ada },
      { outcome: 'refused', codes: ['unknown_user'] },
    ])
  })

  it('P1, I3: of two rows for one account the second changes nothing, by address or id', async () => {
    const eva = record({ userId: 'eva', email: 'eva@noordzee.example' })
    const byId = { ref: { userId: 'acc00042' }, origin: 'i:import-1:3' }
    const rows = [target(ADA), target('eva@noordzee.example'), target('ADA@noordzee.example'), byId]
    expect(await previewed([record(), eva], rows)).toMatchObject([
      { outcome: 'claimable' },
      { outcome: 'claimable' },
      unchanged,
      unchanged,
    ])
  })

  it('P1: nothing changes of whom the org is claiming already, and another org’s claim is a refusal', async () => {
    expect(await previewed([claimed()], [target(ADA)])).toEqual([unchanged])
    const refused = { outcome: 'refused', codes: ['claim_open'] }
    expect(await previewed([claimed({ claimingOrgId: 'another' })], [target(ADA)])).toEqual([refused])
    const synced = { ...request, claimingOrg: org({ directorySync: true }) }
    expect(await previewed([claimed()], [target(ADA)], synced)).toEqual([
      { outcome: 'refused', codes: ['claim_open', 'directory_sync_enabled'] },
    ])
    const unverified = { states: async () => new Map() }
    expect(await previewRows({ ...portsOf(claimed()), domains: unverified }, request, [target(ADA)])).toEqual(
      [{ outcome: 'refused', codes: ['domain_not_verified'] }],
    )
    expect(await previewed([record()], [target(ADA)], synced)).toEqual([
      { outcome: 'refused', codes: ['directory_sync_enabled'] },
    ])
  })

  it('C8: refuses a row with text that can’t be stored, and no other', async () => {
    const rows = [{ ...target(ADA), lastName: '\uD800' }, target(ADA, 3)]
    expect(await previewed([record()], rows)).toMatchObject([
      { outcome: 'refused', codes: ['invalid_text'] },
      { outcome: 'claimable' },
    ])
  })
})
