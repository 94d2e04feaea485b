import fc from 'fast-check'
import { ulid } from 'ulid'
import { describe, expect } from 'vitest'
import { shardOf } from '../../../../shared/lib/shard.ts'
import { claimSortKey } from '../../../../shared/rules/claims/claim-ids.ts'
import { createClaim } from '../../../../shared/rules/claims/creation.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import type { WalkPosition } from '../../../../shared/storage/queries/walk.ts'
import type { Stores } from '../../../support/background.ts'
import { ADMIN, account, type ClaimedRecord, claimRequest, T0, withClaim } from '../../../support/builders.ts'
import { givenAccounts, newRecord } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'

/** A page takes a query a shard. */
const RUNS = { numRuns: 15 }
const SPREAD = 150
const IN_ONE_SHARD = 100
const ORG = 'noordzee'

/** Roots that hash to one shard: a page may be all theirs, which no even share foresees. */
function rootsInOneShard(count: number): string[] {
  const recordIds: string[] = []
  for (let n = 0; recordIds.length < count; n++) if (shardOf(`one${n}`) === '07') recordIds.push(`one${n}`)
  return recordIds
}

function claimedAt(recordId: string, minute: number): ClaimedRecord {
  const now = new Date(T0.getTime() + minute * 60_000)
  const given = newRecord(account({ userId: recordId, email: `${recordId}@noordzee.example` }))
  // Written in one go: its revision is the first.
  const claimed = createClaim({ ...given, revision: 0 }, claimRequest({ ulid: ulid(now.getTime()) }), {
    now,
    by: ADMIN,
  })
  return withClaim(claimed)
}

const idsOf = (found: readonly { claim: { claimId: string } }[]): string[] =>
  found.map(({ claim }) => claim.claimId)

describe('lists over all shards', () => {
  let stores: Stores
  let newest: string[]
  let claims: ClaimedRecord[]

  it.beforeAll(async ({ tableStores }) => {
    stores = tableStores
    const spread = Array.from({ length: SPREAD }, (_, n) => claimedAt(`acc${n}`, (n * 37) % SPREAD))
    const crowded = rootsInOneShard(IN_ONE_SHARD).map((recordId, n) =>
      claimedAt(recordId, 60 + ((n * 7) % 100)),
    )
    claims = [...spread, ...crowded]
    expect(new Set((await stores.accounts.create(claims)).map(({ outcome }) => outcome))).toEqual(
      new Set(['created']),
    )
    newest = claims
      .map(({ claim }) => claim.claimId)
      .sort((a, b) => (claimSortKey(a) < claimSortKey(b) ? 1 : -1))
    await givenAccounts(
      stores,
      ...Array.from({ length: 60 }, (_, n) => ({
        userId: `own${n}`,
        email: `own${n}@b.example`,
        orgId: ORG,
      })),
    )
  })

  it('R3: a page of claims holds the newest after any claim, for any limit, and says whether there are more', async () => {
    const total = newest.length
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -1, max: total - 1 }),
        fc.integer({ min: 1, max: 280 }),
        async (seen, limit) => {
          const last = newest[seen]
          const { items: found, next } = await stores.claims.list(ORG, limit, last && claimSortKey(last))
          const expected = newest.slice(seen + 1, seen + 1 + limit)
          expect(idsOf(found)).toEqual(expected)
          const end = expected.at(-1)
          expect(next).toBe(seen + 1 + limit < total && end ? claimSortKey(end) : undefined)
        },
      ),
      {
        ...RUNS,
        examples: [
          [-1, total],
          [-1, total - 1],
          [-1, 1],
          [total - 1, 5],
          [40, 100],
        ],
      },
    )
  })

  it('R3: the pages of claims, one after the other, hold each claim exactly once', async () => {
    const seen: string[] = []
    let before: string | undefined
    do {
      const page = await stores.claims.list(ORG, 33, before)
      seen.push(...idsOf(page.items))
      before = page.next
    } while (before !== undefined)
    expect(seen).toEqual(newest)
  })

  it.each([1000, 310, 250, 64, 17, 5])('R3: pages of %i users hold each user exactly once', async (limit) => {
    const seen: string[] = []
    let from: WalkPosition | undefined
    do {
      const page = await stores.accounts.recordIdsOfOrg(ORG, limit, from)
      expect(page.found.length).toBeLessThanOrEqual(limit)
      seen.push(...page.found.map(({ recordId, role }) => `${role} ${recordId}`))
      // As a cursor keeps it.
      from = page.next && JSON.parse(JSON.stringify(page.next))
    } while (from !== undefined)
    const expected = [
      ...claims.map(({ recordId }) => `claimed ${recordId}`),
      ...Array.from({ length: 60 }, (_, n) => `account own${n}`),
    ]
    expect(seen.toSorted()).toEqual(expected.toSorted())
  })

  it.each([1000, 20, 3])(
    'C1: each account on some domains is given once, with %i of a shard at a time',
    async (pageSize) => {
      const seen: string[] = []
      for await (const records of stores.accounts.onDomains(['noordzee.example', 'none.example'], pageSize)) {
        expect(records.length).toBeLessThanOrEqual(8 * pageSize)
        seen.push(...records.map(({ recordId }) => recordId))
      }
      expect(seen.toSorted()).toEqual(claims.map(({ recordId }) => recordId).toSorted())
    },
  )

  it('R3: users that come and go between two pages neither hide nor repeat the others', async () => {
    const first = await stores.accounts.recordIdsOfOrg('visited', 1)
    expect(first).toEqual({ found: [], next: undefined })
    const people = Array.from({ length: 40 }, (_, n) => ({
      userId: `vis${n}`,
      email: `vis${n}@c.example`,
      orgId: 'visited',
    }))
    const records = await givenAccounts(stores, ...people)
    const page = await stores.accounts.recordIdsOfOrg('visited', 15)
    const read = new Set(page.found.map(({ recordId }) => recordId))
    const leaving = records.filter(({ recordId }) => read.has(recordId)).slice(-3)
    for (const record of leaving)
      await stores.accounts.write({
        ...record,
        revision: 2,
        account: { ...record.account, orgId: 'elsewhere' },
      })
    await givenAccounts(stores, { userId: 'vis-new', email: 'new@c.example', orgId: 'visited' })
    const rest = await stores.accounts.recordIdsOfOrg('visited', 100, page.next)
    const seen = [...page.found, ...rest.found]
      .map(({ recordId }) => recordId)
      .filter((recordId) => recordId !== 'vis-new')
    expect(seen.toSorted()).toEqual(people.map(({ userId }) => userId).toSorted())
  })

  it('R3: a claim that ended stands in the list once, where it stood', async () => {
    const [record] = claims
    if (record === undefined) throw new Error('no claim')
    const { claimId } = record.claim
    await stores.accounts.end(revokeClaim(record, record.claim, { now: T0, by: ADMIN }))
    const { items: found } = await stores.claims.list(ORG, newest.length)
    expect(idsOf(found)).toEqual(newest)
    expect(found.filter(({ claim }) => claim.claimId === claimId)).toMatchObject([
      { claim: { status: 'revoked' } },
    ])
  })
})
