import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { Busy } from '../../../../shared/lib/unavailable.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import { migrateIfDue } from '../../../../shared/usecases/claims/migrate-record.ts'
import {
  claimed,
  claimedUnmailed,
  ENDS_AT,
  org,
  plus,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'
import { migrationsOf, withoutContent } from '../../../support/migrations.ts'

const REF = { recordId: 'acc00042' }
const { claimId } = claimed().claim

describe('the migration of a claim with nothing to move', () => {
  it('M3: gives up as busy once others were faster twenty times, each time reading again', async () => {
    const { ports, asked } = migrationsOf([withoutContent(claimed())], { write: () => LOST })
    const failed = await migrateIfDue(ports, REF.recordId).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Busy)
    expect(failed).toMatchObject({ message: 'the record was changed by others 20 times' })
    expect(asked.filter((what) => what === 'end')).toHaveLength(20)
  })
})

describe('a claim in the due index that isn’t due', () => {
  const untold = claimedUnmailed()

  it('M5: is held where no mail has left, and read again where others were faster', async () => {
    const { ports, asked, written } = migrationsOf([untold], {
      write: (call) => (call === 2 ? LOST : WRITTEN),
    })
    expect(await migrateIfDue(ports, REF.recordId)).toEqual({ outcome: 'held', claimId })
    expect(asked).toEqual(['read consistently', 'write', 'read consistently', 'write'])
    expect(written).toMatchObject([{ claim: { held: true, status: 'open' } }])
    const { ports: always } = migrationsOf([untold], { write: () => LOST })
    await expect(migrateIfDue(always, REF.recordId)).rejects.toBeInstanceOf(Busy)
  })
})

describe('the migration of content', () => {
  const decided = (kind: 'transfer_content' | 'delete_original') =>
    withClaim(decide(claimed(), claimed().claim, kind, { now: T0, by: USER }))

  it('U3: is an error where the claiming org isn’t there, and nothing is moved', async () => {
    const { ports, asked } = migrationsOf([decided('transfer_content')], { pages: 1 })
    await expect(migrateIfDue(ports, REF.recordId)).rejects.toThrow(
      `claim ${claimId} is by an organization that doesn't exist`,
    )
    expect(asked).not.toContain('move')
  })

  it('U4, M3: goes page by page and is handed on with less than ten seconds left', async () => {
    const late = { now: plus(90_000) }
    const { ports, asked, ended } = migrationsOf([decided('delete_original')], { ...late, pages: 2 })
    expect(await migrateIfDue({ ...ports, timeLeftMs: () => 9_999 }, REF.recordId)).toEqual({
      outcome: 'handed_on',
      claimId,
    })
    expect(asked).toEqual(['read consistently', 'remove', 'later acc00042'])
    expect(await migrateIfDue({ ...ports, timeLeftMs: () => 10_000 }, REF.recordId)).toEqual({
      outcome: 'completed',
      claimId,
      conversations: 0,
      lateSeconds: 90,
    })
    expect(asked.slice(3)).toEqual(['read consistently', 'remove', 'end'])
    expect(ended).toHaveLength(1)
  })

  it('M3: a page that somebody else was faster at is read again', async () => {
    const { ports, asked } = migrationsOf([decided('delete_original')], {
      pages: 1,
      write: (call) => (call === 2 ? LOST : WRITTEN),
    })
    expect(await migrateIfDue(ports, REF.recordId)).toMatchObject({ outcome: 'completed' })
    expect(asked).toEqual(['read consistently', 'remove', 'read consistently', 'remove', 'end'])
  })

  it('Y7: isn’t begun of a record that is being deleted, or that is none', async () => {
    const deletion = { userId: 'acc00042', at: T0.toISOString(), by: USER, resumeAt: ENDS_AT }
    const { claim: _ended, ...over } = claimed()
    const emptied = { ...withoutContent(claimed()), deletion }
    for (const standing of [[{ ...claimed(), deletion }], [emptied], [over], []]) {
      const { ports, written, asked, all } = migrationsOf(standing)
      expect(await migrateIfDue(ports, REF.recordId)).toEqual({ outcome: 'nothing_due' })
      expect(asked).toEqual(['read consistently'])
      expect(await all([REF])).toEqual([{ outcome: 'nothing_due' }])
      expect(written).toEqual([])
    }
  })

  it('M1, U3: of an undecided claim begins by one write, and moves to the new account under the org’s retention', async () => {
    const retained = org({ settings: { retentionDays: 90 } })
    const { ports, asked, written, moved, looks } = migrationsOf([claimed()], {
      pages: 2,
      claimingOrg: retained,
    })
    expect(await migrateIfDue(ports, REF.recordId)).toEqual({
      outcome: 'completed',
      claimId,
      conversations: 2,
      lateSeconds: 0,
    })
    expect(asked).toEqual(['read consistently', 'write', 'move', 'move', 'end'])
    const { newUserId } = claimed().claim
    expect(moved).toEqual([
      ['c2', newUserId, 90],
      ['c1', newUserId, 90],
    ])
    expect(looks()).toBe(2)
    const { revision } = claimed()
    expect(written).toMatchObject([
      { revision: revision + 1, claim: { status: 'migrating', decision: { by: 'schedule' } } },
      { revision: revision + 2, claim: { conversationsMoved: 1 } },
      { revision: revision + 3, claim: { conversationsMoved: 2 } },
      { revision: revision + 4 },
    ])
  })

  it('U4: deletes what is in the original without counting it as moved', async () => {
    const { ports, written } = migrationsOf([decided('delete_original')], { now: plus(0), pages: 1 })
    await migrateIfDue(ports, REF.recordId)
    expect(written[0]).toMatchObject({ claim: { conversationsMoved: 0 } })
  })

  it('M3: looks for no content where there is known to be none', async () => {
    const { ports, asked, looks } = migrationsOf([withoutContent(decided('delete_original'))], {
      now: plus(0),
    })
    expect(await migrateIfDue(ports, REF.recordId)).toMatchObject({ outcome: 'completed' })
    expect(asked).toEqual(['read consistently', 'end'])
    expect(looks()).toBe(0)
  })

  it('R4, M3: whose begin, or end, somebody else was faster at reads and looks again', async () => {
    const begun = migrationsOf([claimed()], { write: (call) => (call === 2 ? LOST : WRITTEN) })
    expect(await migrateIfDue(begun.ports, REF.recordId)).toMatchObject({ outcome: 'completed' })
    expect(begun.asked).toEqual(['read consistently', 'write', 'read consistently', 'write', 'end'])
    const ended = migrationsOf([decided('delete_original')], {
      pages: 1,
      write: (call) => (call === 3 ? LOST : WRITTEN),
    })
    expect(await migrateIfDue(ended.ports, REF.recordId)).toMatchObject({ outcome: 'completed' })
    expect(ended.asked).toEqual(['read consistently', 'remove', 'end', 'read consistently', 'end'])
    expect(ended.looks()).toBe(2)
  })
})
