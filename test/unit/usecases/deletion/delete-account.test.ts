import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { Busy } from '../../../../shared/lib/unavailable.ts'
import { recordIdOfClaim } from '../../../../shared/rules/claims/claim-ids.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { startAccountDeletion } from '../../../../shared/rules/deletion/account-deletion.ts'
import type { Redaction } from '../../../../shared/rules/deletion/redaction.ts'
import type { AccountRecord, ClosedClaim, EndedClaim } from '../../../../shared/rules/types.ts'
import { WRITTEN, type Written } from '../../../../shared/storage/writes/write.ts'
import {
  type DeleteAccountPorts,
  deleteAccount,
  deleteContent,
} from '../../../../shared/usecases/deletion/delete-account.ts'
import { ADMIN, claimed, claimedDirectly, patchClaim, record, T0 } from '../../../support/builders.ts'
import { accountsAmong } from '../../../support/found-accounts.ts'
import { notPaused } from '../../../support/pauses.ts'

const NOW = new Date('2026-05-01T00:00:00Z')
const BY = { now: T0, by: ADMIN }
/** As many as the use case tries before it gives up. */
const TRIES = 20

/** The ports over some records, and what was asked of them. */
function world(
  records: readonly AccountRecord[],
  { pages = 0, closed = [], writes = async () => WRITTEN }: Given = {},
) {
  const byId = new Map(records.map((each) => [each.recordId, each]))
  const asked: string[] = []
  const redactions: Redaction[] = []
  const written: AccountRecord[] = []
  const unsuppressed: string[] = []
  const left: (EndedClaim | undefined)[] = []
  const changes: object[] = []
  let lastPages = pages
  const write = async (next: AccountRecord): Promise<Written> => {
    asked.push(`write ${next.recordId}`)
    const outcome = await writes(next)
    if (outcome.outcome !== 'written') return outcome
    byId.set(next.recordId, next)
    written.push(next)
    return outcome
  }
  const ports: DeleteAccountPorts = {
    accounts: {
      byRecordIds: async (ids) =>
        new Map(ids.flatMap((id) => (byId.has(id) ? [[id, byId.get(id) ?? record()] as const] : []))),
      byUserId: (userId) => accountsAmong([...byId.values()]).byUserId(userId),
      write,
    },
    deletions: {
      deleteConversations: async (userId) => {
        asked.push(`conversations ${userId}`)
        return { deleted: 1, more: lastPages-- > 0 }
      },
      closedClaims: async (recordId) => closed.filter(({ claimId }) => recordIdOfClaim(claimId) === recordId),
      redact: async (redaction) => {
        redactions.push(redaction)
      },
      deleteAccount: async (gone, change, ended) => {
        asked.push('delete')
        changes.push(change)
        const outcome = await writes(gone)
        if (outcome.outcome === 'written') left.push(ended)
        return outcome
      },
      endClaim: async () => {
        asked.push('end claim')
        return writes(records[0] ?? record())
      },
    },
    suppressions: {
      remove: async (email) => {
        unsuppressed.push(email)
      },
    },
    isPaused: notPaused,
    now: () => NOW,
    timeLeftMs: () => 60_000,
  }
  return { ports, asked, redactions, written, unsuppressed, left, changes }
}

interface Given {
  /** Of conversations, beyond the first. */
  readonly pages?: number
  readonly closed?: readonly ClosedClaim[]
  readonly writes?: (next: AccountRecord) => Promise<Written>
}

const going = (given: AccountRecord = record()): AccountRecord =>
  startAccountDeletion(given, given.claim?.newUserId ?? given.account.userId, BY)

const lost = async (): Promise<Written> => LOST

describe('the deletion of an account', () => {
  const inactive = { since: '2026-04-01T00:00:00Z', formerStatus: 'active', syncId: 'sync-1' } as const
  const missed = record({ status: 'inactive', inactive })

  it('Y4, Y5: changes nothing where there is none, or where it isn’t due', async () => {
    for (const given of [
      [],
      [record()],
      [record({ ...missed.account, inactive: { ...inactive, since: '2026-04-01T00:00:01Z' } })],
    ]) {
      const { ports, asked } = world(given)
      expect(await deleteAccount(ports, 'acc00042')).toEqual({ outcome: 'nothing_due' })
      expect(asked).toEqual([])
    }
  })

  it('Y4: begins with a mark by the schedule, and the audit trail names who asked for it', async () => {
    const { ports, asked, written, changes } = world([missed])
    expect(await deleteAccount(ports, 'acc00042')).toEqual({ outcome: 'removed', userId: 'acc00042' })
    expect(asked).toEqual(['write acc00042', 'conversations acc00042', 'delete'])
    const by = 'schedule:due'
    expect(written).toMatchObject([{ deletion: { userId: 'acc00042', by, at: NOW.toISOString() } }])
    expect(changes).toEqual([{ what: 'user.purged', at: NOW.toISOString(), by }])
    const asking = world([going()])
    await deleteAccount(asking.ports, 'acc00042')
    expect(asking.changes).toEqual([{ what: 'user.purged', at: NOW.toISOString(), by: ADMIN }])
  })

  it('Y6: of a claimed one is that of the direct claim’s new account', async () => {
    const direct = claimedDirectly()
    const { newAccount, newUserId } = direct.claim
    const { ports, written } = world([
      patchClaim(direct, { newAccount: { ...newAccount, status: 'inactive', inactive } }),
    ])
    expect(await deleteAccount(ports, direct.recordId)).toEqual({ outcome: 'removed', userId: newUserId })
    expect(written).toMatchObject([{ deletion: { userId: newUserId } }])
  })

  it('Y7: hands the rest on with less than ten seconds left, and no sooner', async () => {
    const { ports } = world([going()])
    const withLeft = (ms: number) => deleteAccount({ ...ports, timeLeftMs: () => ms }, 'acc00042')
    expect(await withLeft(9_999)).toEqual({ outcome: 'out_of_time', userId: 'acc00042' })
    expect(await withLeft(10_000)).toEqual({ outcome: 'removed', userId: 'acc00042' })
  })

  it('Y7: stops between two pages where deletions are paused, and for no other pause', async () => {
    const { ports, asked } = world([going()], { pages: 3 })
    const pausedFor = (kind: string) =>
      deleteAccount({ ...ports, isPaused: async (asks) => asks === kind }, 'acc00042')
    expect(await pausedFor('deletions')).toEqual({ outcome: 'out_of_time', userId: 'acc00042' })
    expect(asked).toEqual([])
    expect(await pausedFor('mail')).toEqual({ outcome: 'removed', userId: 'acc00042' })
    expect(asked.filter((each) => each === 'conversations acc00042')).toHaveLength(4)
  })

  it('Y5: gives up as busy once others were faster twenty times, at its beginning', async () => {
    const inactive = record()
    const due: AccountRecord = {
      ...inactive,
      account: {
        ...inactive.account,
        status: 'inactive',
        inactive: { since: '2026-03-01T00:00:00Z', formerStatus: 'active', syncId: 's' },
      },
    }
    const { ports, asked } = world([due], { writes: lost })
    const failed = await deleteAccount(ports, 'acc00042').catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Busy)
    expect(failed).toMatchObject({ message: 'the record was changed by others 20 times' })
    expect(asked).toEqual(Array.from({ length: TRIES }, () => 'write acc00042'))
  })

  it('Y5: gives up as busy once others were faster twenty times, at its end', async () => {
    const { ports, asked } = world([going()], { writes: lost })
    await expect(deleteAccount(ports, 'acc00042')).rejects.toBeInstanceOf(Busy)
    expect(asked.filter((each) => each === 'delete')).toHaveLength(TRIES)
  })

  it('N4, C9: whoever gets the other address of a direct claim’s new account next is mailed, and the original as before', async () => {
    const direct = claimedDirectly()
    const moved = patchClaim(direct, {
      newAccount: { ...direct.claim.newAccount, email: 'Ada@married.example' },
    })
    const { ports, unsuppressed, asked } = world([going(moved)])
    const { newUserId } = moved.claim
    expect(await deleteAccount(ports, moved.recordId)).toEqual({ outcome: 'removed', userId: newUserId })
    expect(unsuppressed).toEqual(['Ada@married.example'])
    expect(asked).toEqual([`conversations ${newUserId}`, 'end claim'])
    const same = world([going(direct)])
    await deleteAccount(same.ports, direct.recordId)
    expect(same.unsuppressed).toEqual([])
  })

  describe('whose claims ended in the records that it was split from', () => {
    const person = (recordId: string) =>
      going({ ...record({ userId: recordId, email: 'Ada@noordzee.example' }), recordId })
    /** An account that has moved on to another address, in whose record a claim for the person's address ended. */
    function ancestor(recordId: string): { record: AccountRecord; claimId: string } {
      const made = claimed({ ulid: `01KAPEG9Q0ZZZZZZZZZZZZZZ0${recordId.length}` }, { userId: recordId })
      const { closed, change } = revokeClaim(made, made.claim, BY)
      const account = { ...made.account, email: `${recordId.length}@elsewhere.example` }
      return {
        record: { ...record(), recordId, revision: 7, account, ended: { claim: closed, change } },
        claimId: closed.claimId,
      }
    }
    const [far, near] = [ancestor('acc1'), ancestor('acc1~B')]
    const own = person('acc1~B~C')

    it('Y7: each of these records loses the address, and nothing else of it changes', async () => {
      const { ports, written, redactions } = world([own, near.record, far.record])
      expect(await deleteAccount(ports, own.recordId)).toMatchObject({ outcome: 'removed' })
      expect(redactions).toEqual([])
      expect(written).toHaveLength(2)
      for (const { record: before } of [near, far]) {
        const after = written.find(({ recordId }) => recordId === before.recordId)
        expect(after).toMatchObject({ revision: 8, account: before.account })
        expect(after?.ended?.claim).toEqual({ ...before.ended?.claim, email: '' })
        expect(after?.ended?.change).toEqual(before.ended?.change)
      }
    })

    it('Y7: where another changes such a record at that moment it is read again before the account goes', async () => {
      let first = true
      const { ports, asked, written } = world([own, near.record], {
        writes: async () => {
          if (!first) return WRITTEN
          first = false
          return LOST
        },
      })
      expect(await deleteAccount(ports, own.recordId)).toMatchObject({ outcome: 'removed' })
      expect(asked.filter((each) => !each.startsWith('conv'))).toEqual([
        'write acc1~B',
        'write acc1~B',
        'delete',
      ])
      expect(written).toHaveLength(1)
    })

    it('Y7: a claim with an item of its own is redacted there, and one that ended in the record goes with it', async () => {
      const closed = near.record.ended?.claim
      const standing = near.record.ended
      if (closed === undefined || standing === undefined) throw new Error('none ended')
      const { ended: _moved, ...split } = near.record
      const mine = { ...own, ended: { ...standing, claim: { ...closed, claimId: 'clm~acc1~B~C~D' } } }
      const { ports, redactions, left, written } = world([mine, split], { closed: [closed] })
      expect(await deleteAccount(ports, own.recordId)).toMatchObject({ outcome: 'removed' })
      expect(redactions).toEqual([{ claimId: closed.claimId, email: true, newEmail: false }])
      expect(written).toEqual([])
      expect(left).toEqual([{ ...mine.ended, claim: { ...mine.ended.claim, email: '' } }])
    })
  })
})

describe('the deletion of what a revoked claim’s new account had', () => {
  it('R1: is done page by page, handed on out of time, and never of an account that stands', async () => {
    const { ports, asked } = world([record()], { pages: 1 })
    expect(await deleteContent(ports, 'acc00042')).toEqual({ outcome: 'nothing_due' })
    expect(asked).toEqual([])
    expect(await deleteContent({ ...ports, timeLeftMs: () => 0 }, 'gone')).toEqual({
      outcome: 'out_of_time',
      userId: 'gone',
    })
    expect(await deleteContent(ports, 'gone')).toEqual({ outcome: 'removed', userId: 'gone' })
    expect(asked).toEqual(['conversations gone', 'conversations gone'])
  })
})
