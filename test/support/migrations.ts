import type { Ended } from '../../shared/rules/claims/ending.ts'
import type { AccountRecord, Organization } from '../../shared/rules/types.ts'
import { CONVERSATIONS_PER_MOVE } from '../../shared/storage/stores/conversations.ts'
import { WRITTEN, type Written } from '../../shared/storage/writes/write.ts'
import { type MigratePorts, migrateAll } from '../../shared/usecases/claims/migrate.ts'
import type { MigrationOutcome } from '../../shared/usecases/claims/migrate-record.ts'
import { type ClaimedRecord, ENDS_AT, T0 } from './builders.ts'
import { notPaused } from './pauses.ts'

type MigrationRef = Parameters<typeof migrateAll>[1][number]

export interface MigrationsGiven {
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

/** Records and the conversations of one of them, in memory, and what is asked of both. */
export function migrationsOf(
  records: readonly AccountRecord[],
  { now = new Date(ENDS_AT), write = () => WRITTEN, pages = 0, claimingOrg }: MigrationsGiven = {},
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
        if (String(of) !== `acc00042,${CONVERSATIONS_PER_MOVE}`) throw new Error(`looked for ${String(of)}`)
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

/** As a record of which it is known that there is nothing to move. */
export const withoutContent = (given: ClaimedRecord): ClaimedRecord => ({ ...given, hasContent: false })
