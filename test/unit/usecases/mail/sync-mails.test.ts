import { describe, expect, it } from 'vitest'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { newSyncItem, type SyncRecord, syncFromItem } from '../../../../shared/storage/items/sync-item.ts'
import { composeOfSync } from '../../../../shared/usecases/mail/sync-mails.ts'
import { ADMIN, org, plus, record, T0 } from '../../../support/builders.ts'
import { accountsAmong } from '../../../support/found-accounts.ts'

const SYNC = 'sync-1'
const REMOVED_FROM = plus(30 * 86_400_000).toISOString()

const sync = (patch: Partial<SyncRecord> = {}): SyncRecord => ({
  ...syncFromItem(
    newSyncItem(
      { orgId: 'noordzee', syncId: SYNC, mode: 'full', createdBy: ADMIN },
      { phase: 'completed', source: 'file' },
      'sync.created',
      T0,
    ),
  ),
  removedFrom: REMOVED_FROM,
  madeInactive: 12,
  sample: ['ada', 'bea'],
  ...patch,
})
const inactive = (userId: string, syncId = SYNC): AccountRecord =>
  record({
    userId,
    email: `${userId}@noordzee.example`,
    displayName: `The user ${userId}`,
    status: 'inactive',
    inactive: { since: T0.toISOString(), formerStatus: 'active', syncId },
  })

const mail = { mailId: 'm', orgId: 'noordzee', syncId: SYNC }
const warning = (days: number) => ({ ...mail, kind: 'removal_warning', days }) as const

function mailOf(
  found: SyncRecord | undefined,
  accounts: readonly AccountRecord[],
  request: Parameters<typeof composeOfSync>[2] = { ...mail, kind: 'inactivated' },
) {
  const ports: Parameters<typeof composeOfSync>[0] = {
    syncs: { get: async (orgId, syncId) => (orgId === 'noordzee' && syncId === SYNC ? found : undefined) },
    accounts: accountsAmong(accounts),
  }
  return composeOfSync(ports, org(), request)
}

describe('the mail about those whom a sync made inactive', () => {
  it('Y4: says how many they are and from when on they are removed, and names some of them', async () => {
    expect(await mailOf(sync(), [inactive('ada'), inactive('bea'), inactive('cy')])).toEqual({
      kind: 'users_inactivated',
      organizationName: 'Noordzee BV',
      firstName: '',
      users: 12,
      named: [
        { name: 'The user ada', address: 'ada@noordzee.example' },
        { name: 'The user bea', address: 'bea@noordzee.example' },
      ],
      removedFrom: REMOVED_FROM,
    })
  })

  it('Y5, Y7: names nobody who is active again, inactive for another reason, or gone', async () => {
    const back = record({ userId: 'bea', email: 'bea@noordzee.example' })
    for (const accounts of [
      [inactive('ada'), back],
      [inactive('ada'), inactive('bea', 'sync-2')],
      [inactive('ada')],
    ])
      expect(await mailOf(sync(), accounts)).toMatchObject({ named: [{ name: 'The user ada' }] })
  })

  it('Y5: is none where nobody is left to be named, nobody was made inactive, or the sync is gone', async () => {
    const { removedFrom: _never, ...nobodyInactive } = sync()
    const { sample: _none, ...unsampled } = sync()
    expect(await mailOf(sync(), [])).toBeUndefined()
    expect(await mailOf(unsampled, [inactive('ada')])).toBeUndefined()
    expect(await mailOf(nobodyInactive, [inactive('ada')])).toBeUndefined()
    expect(await mailOf(undefined, [inactive('ada')])).toBeUndefined()
  })
})

describe('the warning before a removal', () => {
  const warned = sync({ warned: { days: 3, users: 7, sample: ['bea'] } })

  it('Y4: counts and names those who are still inactive', async () => {
    expect(await mailOf(warned, [inactive('ada'), inactive('bea')], warning(3))).toEqual({
      kind: 'removal_warning',
      organizationName: 'Noordzee BV',
      firstName: '',
      users: 7,
      named: [{ name: 'The user bea', address: 'bea@noordzee.example' }],
      daysLeft: 3,
      removedFrom: REMOVED_FROM,
    })
  })

  it('Y4: is none once a later one was recorded, or where none was', async () => {
    expect(await mailOf(warned, [inactive('bea')], warning(10))).toBeUndefined()
    expect(await mailOf(sync(), [inactive('ada')], warning(10))).toBeUndefined()
  })
})
