import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import { Busy } from '../../../../shared/lib/unavailable.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import type { Ended } from '../../../../shared/rules/claims/ending.ts'
import type { AccountRecord, Organization } from '../../../../shared/rules/types.ts'
import { CONVERSATIONS_PER_MOVE } from '../../../../shared/storage/stores/conversations.ts'
import { WRITTEN, type Written } from '../../../../shared/storage/writes/write.ts'
import {
  type MigratePorts,
  type MigrationOutcome,
  migrateAll,
  migrateIfDue,
} from '../../../../shared/usecases/claims/migrate.ts'
import {
  type ClaimedRecord,
  CREATED_AT,
  claimed,
  claimedUnmailed,
  ENDS_AT,
  org,
  patchClaim,
  plus,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'
import { notPaused } from '../../../support/pauses.ts'

type MigrationRef = Parameters<typeof migrateAll>[1][number]

interface Given {
  readonly now?: Date
  /** What becomes of each write of a record, whatever it is. */
  readonly write?: (call: number) => Written
  readonly pages?: number
  /** The claiming org, by default none. */
  readonly claimingOrg?: Organization
}

const conversation = (n: number) => ({
  conversationId: `c${n}`,
  ownerUserId: 'acc00042',
  title: '',
  lastActivityAt: T0.toISOString(),
  messages: 1,
  bytes: 1,
})

function world(
  records: readonly AccountRecord[],
  { now = new Date(ENDS_AT), write = () => WRITTEN, pages = 0, claimingOrg }: Given = {},
) {
  const byId = new Map(records.map((each) => [each.recordId, each]))
  const asked: string[] = []
  const written: AccountRecord[] = []
  const ended: Ended[] = []
  const moved: unknown[] = []
  let left = pages
  let looks = 0
  const keep = (what: string, next: AccountRecord): Written => {
    asked.push(what)
    const outcome = write(asked.length)
    if (outcome.outcome !== 'written') return outcome
    byId.set(next.recordId, next)
    written.push(next)
    return outcome
  }
  const end = (all: Ended): Written => {
    const outcome = keep('end', all.record)
    if (outcome.outcome === 'written') ended.push(all)
    return outcome
  }
  const page = async (what: string, next: AccountRecord) => {
    const outcome = keep(what, next)
    if (outcome.outcome === 'written') left--
    return outcome
  }
  const ports: MigratePorts = {
    accounts: {
      byRecordIds: async (ids, consistency = 'consistently') => {
        asked.push(`read ${consistency}`)
        return new Map(ids.flatMap((id) => [...byId].filter(([own]) => own === id)))
      },
      write: async (next) => keep('write', next),
      end: async (all) => end(all),
      endMany: async (all) => all.map(end),
    },
    conversations: {
      first: async (...of) => {
        looks++
        expect(of).toEqual(['acc00042', CONVERSATIONS_PER_MOVE])
        return left > 0 ? { page: [conversation(left)], more: left > 1 } : { page: [], more: false }
      },
      move: ([first], to, days, next) => {
        moved.push([first?.conversationId, to, days])
        return page('move', next)
      },
      remove: (_page, next) => page('remove', next),
    },
    organizations: {
      get: async (orgId) => (claimingOrg?.orgId === orgId ? { org: claimingOrg, revision: 1 } : undefined),
    },
    continueLater: async (refs) => {
      asked.push(`later ${refs.map(({ recordId }) => recordId).join(' ')}`)
    },
    isPaused: notPaused,
    now: () => now,
    timeLeftMs: () => 60_000,
  }
  const all = async (refs: readonly MigrationRef[], patch: Partial<MigratePorts> = {}) => {
    const outcomes: MigrationOutcome[] = []
    await migrateAll({ ...ports, ...patch }, refs, (told) => outcomes.push(...told))
    return outcomes
  }
  return { ports, asked, written, ended, all, moved, looks: () => looks }
}

const REF = { recordId: 'acc00042' }
const empty = (given: ClaimedRecord): ClaimedRecord => ({ ...given, hasContent: false })
const { claimId } = claimed().claim

describe('the migration of a claim with nothing to move', () => {
  it('M1: is one write, of what was read a moment ago, and says how late it was', async () => {
    const { all, asked, ended } = world([empty(claimed())], { now: plus(7_400, ENDS_AT) })
    expect(await all([REF])).toEqual([{ outcome: 'completed', claimId, conversations: 0, lateSeconds: 7 }])
    expect(asked).toEqual(['read eventually', 'end', 'read consistently'])
    expect(ended).toMatchObject([{ closed: { claimId, status: 'completed' } }])
  })

  it('M2: a millisecond before its time nothing happens', async () => {
    const { all, written } = world([empty(claimed())], { now: plus(-1, ENDS_AT) })
    expect(await all([REF])).toEqual([{ outcome: 'nothing_due' }])
    expect(written).toEqual([])
  })

  it('R4: where somebody else was faster it is looked at again by itself', async () => {
    const { all, asked } = world([empty(claimed())], { write: (call) => (call === 2 ? LOST : WRITTEN) })
    expect(await all([REF])).toMatchObject([{ outcome: 'completed' }])
    expect(asked).toEqual(['read eventually', 'end', 'read consistently', 'end'])
  })

  it('M3: and so again, until others were faster twenty times', async () => {
    const { ports, asked } = world([empty(claimed())], { write: () => LOST })
    const failed = await migrateIfDue(ports, REF.recordId).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Busy)
    expect(failed).toMatchObject({ message: 'the record was changed by others 20 times' })
    expect(asked.filter((what) => what === 'end')).toHaveLength(20)
  })

  it('C8: a write that failed fails the message, once the others are done', async () => {
    const other = empty(claimed({}, { userId: 'acc00043', email: 'eva@noordzee.example' }))
    const { ports, all } = world([empty(claimed()), other])
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
    const { all, written } = world([empty(claimed())])
    const pausedFor = (kind: string) => ({ isPaused: async (asks: string) => asks === kind })
    expect(await all([REF], pausedFor('migrations'))).toEqual([{ outcome: 'paused', claimId }])
    expect(written).toEqual([])
    expect(await all([REF], pausedFor('mail'))).toMatchObject([{ outcome: 'completed' }])
  })
})

describe('a claim in the due index that isn’t due', () => {
  const untold = claimedUnmailed()

  it('M5: is held where no mail has left, and read again where others were faster', async () => {
    const { ports, asked, written } = world([untold], { write: (call) => (call === 2 ? LOST : WRITTEN) })
    expect(await migrateIfDue(ports, REF.recordId)).toEqual({ outcome: 'held', claimId })
    expect(asked).toEqual(['read consistently', 'write', 'read consistently', 'write'])
    expect(written).toMatchObject([{ claim: { held: true, status: 'open' } }])
    const { ports: always } = world([untold], { write: () => LOST })
    await expect(migrateIfDue(always, REF.recordId)).rejects.toBeInstanceOf(Busy)
  })

  it('M2: is left alone', async () => {
    const { all, written } = world([claimed()], { now: plus(7 * DAY_MS, CREATED_AT) })
    expect(await all([REF])).toEqual([{ outcome: 'nothing_due' }])
    expect(written).toEqual([])
  })
})

describe('the migration of content', () => {
  const decided = (kind: 'transfer_content' | 'delete_original') =>
    withClaim(decide(claimed(), claimed().claim, kind, { now: T0, by: USER }))

  it('U3: is an error where the claiming org isn’t there, and nothing is moved', async () => {
    const { ports, asked } = world([decided('transfer_content')], { pages: 1 })
    await expect(migrateIfDue(ports, REF.recordId)).rejects.toThrow(
      `claim ${claimId} is by an organization that doesn't exist`,
    )
    expect(asked).not.toContain('move')
  })

  it('U4, M3: goes page by page and is handed on with less than ten seconds left', async () => {
    const late = { now: plus(90_000) }
    const { ports, asked, ended } = world([decided('delete_original')], { ...late, pages: 2 })
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
    const { ports, asked } = world([decided('delete_original')], {
      pages: 1,
      write: (call) => (call === 2 ? LOST : WRITTEN),
    })
    expect(await migrateIfDue(ports, REF.recordId)).toMatchObject({ outcome: 'completed' })
    expect(asked).toEqual(['read consistently', 'remove', 'read consistently', 'remove', 'end'])
  })

  it('Y7: isn’t begun of a record that is being deleted, or that is none', async () => {
    const deletion = { userId: 'acc00042', at: T0.toISOString(), by: USER, resumeAt: ENDS_AT }
    const { claim: _ended, ...over } = claimed()
    const emptied = { ...empty(claimed()), deletion }
    for (const standing of [[{ ...claimed(), deletion }], [emptied], [over], []]) {
      const { ports, written, asked, all } = world(standing)
      expect(await migrateIfDue(ports, REF.recordId)).toEqual({ outcome: 'nothing_due' })
      expect(asked).toEqual(['read consistently'])
      expect(await all([REF])).toEqual([{ outcome: 'nothing_due' }])
      expect(written).toEqual([])
    }
  })

  it('M1, U3: of an undecided claim begins by one write, and moves to the new account under the org’s retention', async () => {
    const retained = org({ settings: { retentionDays: 90 } })
    const { ports, asked, written, moved, looks } = world([claimed()], { pages: 2, claimingOrg: retained })
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
    const { ports, written } = world([decided('delete_original')], { now: plus(0), pages: 1 })
    await migrateIfDue(ports, REF.recordId)
    expect(written[0]).toMatchObject({ claim: { conversationsMoved: 0 } })
  })

  it('M3: looks for no content where there is known to be none', async () => {
    const { ports, asked, looks } = world([empty(decided('delete_original'))], { now: plus(0) })
    expect(await migrateIfDue(ports, REF.recordId)).toMatchObject({ outcome: 'completed' })
    expect(asked).toEqual(['read consistently', 'end'])
    expect(looks()).toBe(0)
  })

  it('R4, M3: whose begin, or end, somebody else was faster at reads and looks again', async () => {
    const begun = world([claimed()], { write: (call) => (call === 2 ? LOST : WRITTEN) })
    expect(await migrateIfDue(begun.ports, REF.recordId)).toMatchObject({ outcome: 'completed' })
    expect(begun.asked).toEqual(['read consistently', 'write', 'read consistently', 'write', 'end'])
    const ended = world([decided('delete_original')], {
      pages: 1,
      write: (call) => (call === 3 ? LOST : WRITTEN),
    })
    expect(await migrateIfDue(ended.ports, REF.recordId)).toMatchObject({ outcome: 'completed' })
    expect(ended.asked).toEqual(['read consistently', 'remove', 'end', 'read consistently', 'end'])
    expect(ended.looks()).toBe(2)
  })

  it('C8: that fails fails the message, once the others are done', async () => {
    const other = claimed({}, { userId: 'acc00043', email: 'eva@noordzee.example' })
    const { ports } = world([decided('transfer_content'), empty(other)], { pages: 1 })
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
    const { all } = world([empty(postponed)], { now: plus(DAY_MS + 5_000, ENDS_AT) })
    expect(await all([REF])).toMatchObject([{ outcome: 'completed', lateSeconds: 5 }])
  })
})
