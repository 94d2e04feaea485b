import { describe, expect, it } from 'vitest'
import { Busy } from '../../../../shared/lib/unavailable.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import { startAccountDeletion } from '../../../../shared/rules/deletion/account-deletion.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { WRITTEN, type Written } from '../../../../shared/storage/writes/write.ts'
import {
  type OrganizationAccountsPorts,
  removeAccounts,
} from '../../../../shared/usecases/deletion/organization-accounts.ts'
import {
  ADMIN,
  type ClaimedRecord,
  claimed,
  ENDS_AT,
  org,
  plus,
  record,
  T0,
} from '../../../support/builders.ts'
import { never } from '../../../support/fakes.ts'
import { notPaused } from '../../../support/pauses.ts'

const NOW = plus(60_000)
const ORG = 'noordzee'
const AHEAD = { partition: 1 }

/** The records of an org, a page each; what is written to them is kept, and listed as it was done. */
function world(
  given: readonly AccountRecord[],
  {
    deletions,
    ...patch
  }: Partial<Omit<OrganizationAccountsPorts, 'deletions'>> & {
    readonly deletions?: Partial<OrganizationAccountsPorts['deletions']>
  } = {},
) {
  const records = new Map(given.map((each) => [each.recordId, each]))
  const done: string[] = []
  const gone = async ({ recordId }: Pick<AccountRecord, 'recordId'>, what: string): Promise<Written> => {
    done.push(`${what} ${recordId}`)
    records.delete(recordId)
    return WRITTEN
  }
  const ports: OrganizationAccountsPorts = {
    accounts: {
      byRecordIds: async (ids) =>
        new Map(ids.flatMap((id) => [records.get(id) ?? []].flat().map((each) => [id, each] as const))),
      byUserId: never,
      write: async (next) => {
        const { recordId, deletion, claim } = next
        done.push(deletion === undefined ? `${claim?.type} ${recordId}` : `deletes ${deletion.userId}`)
        records.set(recordId, next)
        return WRITTEN
      },
      end: async ({ record: after, closed }) => {
        done.push(`${closed.status} ${after.recordId}`)
        if (after.account.orgId === ORG) records.set(after.recordId, after)
        else records.delete(after.recordId)
        return WRITTEN
      },
      recordIdsOfOrg: async (_orgId, _limit, from) => {
        const at = from?.partition ?? 0
        const found = given.slice(at, at + 1).map(({ recordId }) => ({
          recordId,
          role: 'account' as const,
          after: AHEAD,
        }))
        return { found, next: at + 1 < given.length ? { partition: at + 1 } : undefined }
      },
    },
    conversations: { first: async () => ({ page: [], more: false }), move: never, remove: never },
    deletions: {
      deleteConversations: async () => ({ deleted: 0, more: false }),
      closedClaims: async () => [],
      redact: never,
      deleteAccount: (after) => gone(after, 'deleted'),
      endClaim: ({ record: after }) => gone(after, 'ended'),
      ...deletions,
    },
    domains: { claimedBy: async () => undefined },
    organizations: { getAny: never },
    suppressions: { remove: async () => undefined },
    isPaused: notPaused,
    now: () => NOW,
    timeLeftMs: () => 60_000,
    ...patch,
  }
  return { run: () => removeAccounts(ports, ORG), done }
}

const own = (userId: string): AccountRecord => record({ userId, orgId: ORG })
const byOrg: ClaimedRecord = claimed({ claimingOrgId: ORG })
const fromOrg: ClaimedRecord = claimed({ claimingOrgId: 'acme' }, { orgId: ORG })

describe('the accounts of an org that is deleted', () => {
  it('O1: are deleted, one page after the other', async () => {
    const { run, done } = world([own('a'), own('b')])
    expect(await run()).toEqual({ outcome: 'gone' })
    expect(done).toEqual(['deletes a', 'deleted a', 'deletes b', 'deleted b'])
  })

  it('O1: whose record has left the org since, or is gone, are left alone', async () => {
    const elsewhere = record({ orgId: 'acme' })
    const claimedElsewhere = claimed({ claimingOrgId: 'acme' })
    for (const others of [elsewhere, claimedElsewhere]) {
      const { run, done } = world([others])
      expect(await run()).toEqual({ outcome: 'gone' })
      expect(done).toEqual([])
    }
    const indexed = world([own('a')])
    await indexed.run()
    expect(await indexed.run()).toEqual({ outcome: 'gone' })
    expect(indexed.done).toEqual(['deletes a', 'deleted a'])
  })

  it('O1: a deletion that has begun goes on, and hands over in its last seconds', async () => {
    const begun = startAccountDeletion(own('a'), 'a', { now: T0, by: ADMIN })
    const whole = world([begun])
    expect(await whole.run()).toEqual({ outcome: 'gone' })
    expect(whole.done).toEqual(['deleted a'])
    let asks = 0
    const late = world([begun, own('b')], { timeLeftMs: () => (++asks > 1 ? 9_999 : 60_000) })
    expect(await late.run()).toEqual({ outcome: 'out_of_time' })
    expect(late.done).toEqual([])
  })

  it('O1: one whose deletion others keep changing waits, and the pages behind it are done all the same', async () => {
    const { run, done } = world([own('a'), own('b')], {
      deletions: {
        deleteConversations: async (userId) => {
          if (userId === 'a') throw new Error('no page', { cause: new Busy('others') })
          return { deleted: 0, more: false }
        },
      },
    })
    expect(await run()).toEqual({ outcome: 'busy' })
    expect(done).toEqual(['deletes a', 'deletes b', 'deleted b'])
  })

  it('O1: a failure that nobody’s writing explains is thrown', async () => {
    const failure = new Error('the answer was lost')
    const { run } = world([own('a')], { suppressions: { remove: () => Promise.reject(failure) } })
    await expect(run()).rejects.toBe(failure)
  })
})

describe('the claims of an org that is deleted', () => {
  it('O1, R1: are revoked, and their originals stay', async () => {
    const { run, done } = world([byOrg])
    expect(await run()).toEqual({ outcome: 'gone' })
    expect(done).toEqual([`revoked ${byOrg.recordId}`])
  })

  it.each([
    {
      why: 'the user has signed in',
      given: claimed({ claimingOrgId: ORG, type: 'direct', contentLoss: 'chosen_direct' }),
      prepare: (given: ClaimedRecord): AccountRecord => {
        const signedIn = { ...given.claim, signedInAt: T0.toISOString() }
        return { ...given, claim: signedIn }
      },
      patch: {},
    },
    {
      why: 'the org has claimed the domain of the address',
      given: byOrg,
      prepare: (given: ClaimedRecord): AccountRecord => given,
      patch: {
        domains: { claimedBy: async (domain: string) => (domain === 'noordzee.example' ? ORG : undefined) },
      },
    },
    {
      why: 'the 14 × 24 h are over',
      given: byOrg,
      prepare: (given: ClaimedRecord): AccountRecord => given,
      patch: { now: () => new Date(ENDS_AT) },
    },
  ])('O1, R: end with their new account where $why', async ({ given, prepare, patch }) => {
    const { run, done } = world([prepare(given)], patch)
    expect(await run()).toEqual({ outcome: 'gone' })
    expect(done).toEqual([`deletes ${given.claim.newUserId}`, `ended ${given.recordId}`])
  })

  it('O1, R1: are revoked though another org has claimed the domain of the address', async () => {
    const { run, done } = world([byOrg], { domains: { claimedBy: async () => 'acme' } })
    await run()
    expect(done).toEqual([`revoked ${byOrg.recordId}`])
  })

  it('O1: of others on its accounts become direct ones, whose originals are deleted', async () => {
    const { run, done } = world([fromOrg])
    expect(await run()).toMatchObject({ outcome: 'gone' })
    expect(done).toEqual([`direct ${fromOrg.recordId}`, `completed ${fromOrg.recordId}`])
  })

  const migrating = startMigration(fromOrg, fromOrg.claim, { now: T0, by: ADMIN })

  it('O1, M3: that are migrating are finished first', async () => {
    const { run, done } = world([migrating])
    await run()
    expect(done).toEqual([`completed ${fromOrg.recordId}`])
  })

  it('O1, M3: that are migrating wait where migrations are paused', async () => {
    const { run, done } = world([migrating, own('b')], { isPaused: async (work) => work === 'migrations' })
    expect(await run()).toEqual({ outcome: 'out_of_time' })
    expect(done).toEqual([])
  })

  it('O1, M3: that are migrating go on in a fresh invocation in the last seconds', async () => {
    let looks = 0
    const conversation = {
      conversationId: 'c1',
      ownerUserId: fromOrg.account.userId,
      title: '',
      lastActivityAt: T0.toISOString(),
      messages: 1,
      bytes: 1,
    }
    const { run, done } = world([migrating, own('b')], {
      conversations: {
        first: async () => ({ page: [conversation], more: true }),
        move: async (_page, _to, retentionDays) => {
          done.push(`moved for ${retentionDays} days`)
          return WRITTEN
        },
        remove: never,
      },
      // The claiming org's, even if it is being deleted.
      organizations: {
        getAny: async () => ({
          org: org({ settings: { retentionDays: 30 } }),
          revision: 1,
          change: { what: 'organization.created', at: T0.toISOString(), by: ADMIN, n: 1 },
        }),
      },
      timeLeftMs: () => (++looks > 1 ? 9_999 : 60_000),
    })
    expect(await run()).toEqual({ outcome: 'out_of_time' })
    expect(done).toEqual(['moved for 30 days'])
  })
})
