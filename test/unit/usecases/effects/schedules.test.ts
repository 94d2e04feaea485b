import { describe, expect, it } from 'vitest'
import { startAccountDeletion } from '../../../../shared/rules/deletion/account-deletion.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { StoredEntity } from '../../../../shared/storage/items/stream-images.ts'
import { noEffects } from '../../../../shared/usecases/effects/effects.ts'
import { addSchedules } from '../../../../shared/usecases/effects/schedules.ts'
import { claimed, claimedDirectly, ENDS_AT, record, SCHEDULE, T0 } from '../../../support/builders.ts'
import { syncRecord } from '../../../support/job-records.ts'

const common = { orgId: 'noordzee', subject: 'x', change: undefined }
const place = (kind: 'claim' | 'job', at: string) => ({ kind, at, shard: '07' })
const JOB = place('job', '2026-03-31T09:30:15Z')
const bySchedule = { now: T0, by: SCHEDULE }

const ofAccount = (given: AccountRecord, due = JOB): StoredEntity => ({
  ...common,
  kind: 'account',
  record: given,
  due,
})
const ofSync = (phase: 'compare' | 'completed', due = JOB): StoredEntity => ({
  ...common,
  kind: 'sync',
  record: syncRecord({ phase }),
  due,
})

/** Which kinds of minutes are added, and which of those know what to do alone. */
function added(entity: StoredEntity, earlier?: StoredEntity): string[] {
  const effects = noEffects()
  addSchedules(effects, entity, earlier)
  return effects.schedules.map(({ of, alone }) => (alone === undefined ? of : `${of} by ${alone.worker}`))
}

describe('the schedules of what falls due', () => {
  it('M1: are added once, and again where it moved or became other work', () => {
    const inactive = record()
    expect(added(ofAccount(inactive))).toEqual(['job'])
    expect(added(ofAccount(inactive), ofAccount(inactive))).toEqual([])
    expect(added(ofAccount(inactive), ofAccount(inactive, place('job', ENDS_AT)))).toEqual(['job'])
    expect(added(ofAccount(inactive), ofAccount(inactive, place('claim', JOB.at)))).toEqual(['job'])
    expect(added({ ...common, kind: 'digest' })).toEqual([])
  })

  it('M1: of a claim know the message for it alone, but not of the deletion of its inactive new account (Y6)', () => {
    const byMail = [7, 11, 13].map((day) => `reminder-${day} by mail`)
    expect(added(ofAccount(claimed(), place('claim', ENDS_AT)))).toEqual(['end by migrate', ...byMail])
    expect(added(ofAccount(claimedDirectly()))).toEqual(['job'])
  })

  it('Y4: of a sync are those of its warnings; while it runs the sweep looks after it', () => {
    expect(added(ofSync('compare'))).toEqual([])
    expect(added(ofSync('completed'))).toEqual(['job'])
    expect(added(ofSync('completed'), ofSync('compare'))).toEqual(['job'])
  })

  it('M3, Y4: of what is under way are none: the sweep finds the end of its lease', () => {
    const open = claimed()
    expect(added(ofAccount(startMigration(open, open.claim, bySchedule), place('claim', ENDS_AT)))).toEqual(
      [],
    )
    expect(added(ofAccount(startAccountDeletion(record(), 'acc00042', bySchedule)))).toEqual([])
  })
})
