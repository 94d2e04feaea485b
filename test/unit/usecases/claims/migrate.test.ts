import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import { type MigratePorts, migrateAll } from '../../../../shared/usecases/claims/migrate.ts'
import type { MigrationOutcome } from '../../../../shared/usecases/claims/migrate-record.ts'
import {
  CREATED_AT,
  claimed,
  ENDS_AT,
  patchClaim,
  plus,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'
import { migrationsOf, withoutContent } from '../../../support/migrations.ts'

const REF = { recordId: 'acc00042' }
const { claimId } = claimed().claim

describe('the migration of a claim with nothing to move', () => {
  it('M1: is one write, of what was read a moment ago, and says how late it was', async () => {
    const { all, asked, ended } = migrationsOf([withoutContent(claimed())], { now: plus(7_400, ENDS_AT) })
    expect(await all([REF])).toEqual([{ outcome: 'completed', claimId, conversations: 0, lateSeconds: 7 }])
    expect(asked).toEqual(['read eventually', 'end', 'read consistently'])
    expect(ended).toMatchObject([{ closed: { claimId, status: 'completed' } }])
  })

  it('M2: a millisecond before its time nothing happens', async () => {
    const { all, written } = migrationsOf([withoutContent(claimed())], { now: plus(-1, ENDS_AT) })
    expect(await all([REF])).toEqual([{ outcome: 'nothing_due' }])
    expect(written).toEqual([])
  })

  it('R4: where somebody else was faster it is looked at again by itself', async () => {
    const { all, asked } = migrationsOf([withoutContent(claimed())], {
      write: (call) => (call === 2 ? LOST : WRITTEN),
    })
    expect(await all([REF])).toMatchObject([{ outcome: 'completed' }])
    expect(asked).toEqual(['read eventually', 'end', 'read consistently', 'end'])
  })

  it('C8: a write that failed fails the message, once the others are done', async () => {
    const other = withoutContent(claimed({}, { userId: 'acc00043', email: 'eva@noordzee.example' }))
    const { ports, all } = migrationsOf([withoutContent(claimed()), other])
    const failure = new Error('the answer was lost')
    const accounts: MigratePorts['accounts'] = {
      ...ports.accounts,
      endMany: async ([, second]) => [
        { outcome: 'failed', error: failure },
        second === undefined ? LOST : await ports.accounts.end(second),
      ],
    }
    const told: MigrationOutcome[] = []
    const refs = [REF, { recordId: 'acc00043' }]
    await expect(migrateAll({ ...ports, accounts }, refs, (outcomes) => told.push(...outcomes))).rejects.toBe(
      failure,
    )
    expect(told).toMatchObject([{ outcome: 'completed', claimId: other.claim.claimId }])
    expect(await all([])).toEqual([])
  })

  it('is left to the due index while migrations are paused, and no other pause counts', async () => {
    const { all, written } = migrationsOf([withoutContent(claimed())])
    const pausedFor = (kind: string) => ({ isPaused: async (asks: string) => asks === kind })
    expect(await all([REF], pausedFor('migrations'))).toEqual([{ outcome: 'paused', claimId }])
    expect(written).toEqual([])
    expect(await all([REF], pausedFor('mail'))).toMatchObject([{ outcome: 'completed' }])
  })
})

describe('a claim in the due index that isn’t due', () => {
  it('M2: is left alone', async () => {
    const { all, written } = migrationsOf([claimed()], { now: plus(7 * DAY_MS, CREATED_AT) })
    expect(await all([REF])).toEqual([{ outcome: 'nothing_due' }])
    expect(written).toEqual([])
  })
})

describe('the migration of content', () => {
  const decided = (kind: 'transfer_content' | 'delete_original') =>
    withClaim(decide(claimed(), claimed().claim, kind, { now: T0, by: USER }))

  it('C8: that fails fails the message, once the others are done', async () => {
    const other = claimed({}, { userId: 'acc00043', email: 'eva@noordzee.example' })
    const { ports } = migrationsOf([decided('transfer_content'), withoutContent(other)], { pages: 1 })
    const told: MigrationOutcome[] = []
    const refs = [REF, { recordId: 'acc00043' }, { recordId: 'acc00044' }]
    await expect(migrateAll(ports, refs, (outcomes) => told.push(...outcomes))).rejects.toThrow(
      `claim ${claimId} is by an organization that doesn't exist`,
    )
    expect(told).toEqual([
      { outcome: 'completed', claimId: other.claim.claimId, conversations: 0, lateSeconds: 0 },
      { outcome: 'nothing_due' },
    ])
  })

  it('M5: is late from the time to which it was postponed', async () => {
    const postponed = patchClaim(claimed(), { heldUntil: plus(DAY_MS, ENDS_AT).toISOString() })
    const { all } = migrationsOf([withoutContent(postponed)], { now: plus(DAY_MS + 5_000, ENDS_AT) })
    expect(await all([REF])).toMatchObject([{ outcome: 'completed', lateSeconds: 5 }])
  })
})
