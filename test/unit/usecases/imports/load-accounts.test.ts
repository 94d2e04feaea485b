import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import type { WantedAccount } from '../../../../shared/rules/accounts/account-changes.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import {
  type LoadAccountsPorts,
  type LoadOutcome,
  loadAccount,
  loadAccounts,
} from '../../../../shared/usecases/imports/load-accounts.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import { claimed, claimedDirectly, record, sourceOrg, T0 } from '../../../support/builders.ts'
import { accountsAmong } from '../../../support/found-accounts.ts'

type Created = Awaited<ReturnType<LoadAccountsPorts['accounts']['create']>>[number]
type Written = Awaited<ReturnType<LoadAccountsPorts['accounts']['writeWithAddresses']>>

interface Given {
  /** What stands, beside what a test creates. */
  readonly found?: readonly AccountRecord[]
  /** Whether it is seen by the first read; by default it is. */
  readonly isSeenAtOnce?: boolean
  readonly create?: (record: AccountRecord, call: number) => Created
  readonly write?: (call: number) => Written
}

const CREATED: Created = { outcome: 'created' }
const by = { now: T0, by: 'platform:test' } as const

function world({
  found = [],
  isSeenAtOnce = true,
  create = () => CREATED,
  write = () => WRITTEN,
}: Given = {}) {
  const standing = new Map(found.map((one) => [one.recordId, one]))
  const calls: string[] = []
  let reads = 0
  let creations = 0
  let writes = 0
  const keep = (what: string, next: AccountRecord): Written => {
    const outcome = write(++writes)
    calls.push(`${what} ${next.recordId}`)
    if (outcome.outcome === 'written') standing.set(next.recordId, next)
    return outcome
  }
  const ports: LoadAccountsPorts = {
    accounts: {
      byUserIds: async (ids) => {
        calls.push(`read ${ids.join(' ')}`.trim())
        if (++reads === 1 && !isSeenAtOnce) return new Map()
        return accountsAmong([...standing.values()]).byUserIds(ids)
      },
      create: async (records) => {
        const call = ++creations
        calls.push(`create ${records.map(({ recordId }) => recordId).join(' ')}`.trim())
        return records.map((one) => {
          const outcome = create(one, call)
          if (outcome.outcome === 'created') standing.set(one.recordId, one)
          return outcome
        })
      },
      write: async (next) => {
        const outcome = keep('write', next)
        return outcome.outcome === 'address_taken' ? LOST : outcome
      },
      writeWithAddresses: async (next, { taken, freed }) =>
        keep(`move ${[...freed, ...taken].join(' ')}`, next),
    },
    organizations: {
      getMany: async (ids) => {
        calls.push(`orgs ${ids.join(' ')}`.trim())
        return new Map(ids.includes('personal') ? [['personal', sourceOrg()]] : [])
      },
    },
  }
  const load = async (...wanted: readonly WantedAccount[]) =>
    (await loadAccounts(ports, wanted, by)).map(summary)
  return { ports, load, calls, standing }
}
const summary = (outcome: LoadOutcome) => (outcome.outcome === 'refused' ? outcome.code : outcome.outcome)
const wanted = (n: number, patch: Partial<WantedAccount> = {}): WantedAccount => ({
  userId: `acc${n}`,
  email: `p${n}@a.example`,
  firstName: 'Ada',
  lastName: 'de Vries',
  orgId: 'personal',
  status: 'active',
  paid: false,
  locale: 'nl',
  ...patch,
})
const standing = (n: number): AccountRecord =>
  record({ userId: `acc${n}`, email: `p${n}@a.example`, displayName: 'Ada de Vries' })

withoutBackoff()

describe('accounts that are loaded together', () => {
  it('are read once and created together, and those that are there are changed one by one', async () => {
    const { load, calls } = world({ found: [standing(2), standing(3)] })
    expect(await load(wanted(1), wanted(2, { lastName: 'Bos' }), wanted(3), wanted(4))).toEqual([
      'created',
      'updated',
      'unchanged',
      'created',
    ])
    expect(calls).toEqual([
      'orgs personal',
      'read acc1 acc2 acc3 acc4',
      'create acc1 acc4',
      'read acc2',
      'write acc2',
      'read acc3',
    ])
  })

  it('C8: one of an unknown org, or with an id that only claims give, is refused, and no other', async () => {
    const { load, calls } = world()
    const byClaim = wanted(2, { userId: 'acc2~01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7' })
    expect(await load(wanted(1, { orgId: 'nowhere' }), byClaim, wanted(3))).toEqual([
      'unknown_organization',
      'not_found',
      'created',
    ])
    expect(calls.filter((call) => call.startsWith('create'))).toEqual(['create acc3'])
    const known = record({ userId: byClaim.userId, email: byClaim.email })
    expect(await world({ found: [known] }).load({ ...byClaim, lastName: 'Bos' })).toEqual(['updated'])
  })

  it('take the same account or address once at a time, in the order of the input', async () => {
    const { load, calls } = world()
    const again = wanted(1, { lastName: 'Bos' })
    expect(await load(wanted(1), again, wanted(2, { email: 'P1@A.example' }))).toEqual([
      'created',
      'updated',
      'created',
    ])
    expect(calls.slice(2)).toEqual(['create acc1', 'read acc1', 'write acc1', 'read acc2', 'create acc2'])
  })

  it('C2: one whose address is taken is refused, whether it is made or moved', async () => {
    const taken = { outcome: 'address_taken' } as const
    expect(await world({ create: () => taken }).load(wanted(1))).toEqual(['email_taken'])
    const { load, calls } = world({ found: [standing(1)], write: () => taken })
    expect(await load(wanted(1, { email: 'new@a.example' }))).toEqual(['email_taken'])
    expect(calls.at(-1)).toBe('move p1@a.example new@a.example acc1')
    const late = {
      create: ({ recordId }: AccountRecord, call: number) =>
        recordId === 'acc1' || call === 1 ? CREATED : taken,
    }
    expect(await world(late).load(wanted(1), wanted(2, { email: 'p1@a.example' }))).toEqual([
      'created',
      'email_taken',
    ])
  })

  it('C7: one that another writer made meanwhile is changed, and one that nobody can see has its id taken', async () => {
    const exists = { outcome: 'user_exists' } as const
    const seen = world({ found: [standing(1)], isSeenAtOnce: false, create: () => exists })
    expect(await seen.load(wanted(1, { lastName: 'Bos' }))).toEqual(['updated'])
    expect(seen.calls.slice(1)).toEqual(['read acc1', 'create acc1', 'read acc1', 'write acc1'])
    const hidden = world({ create: () => exists })
    expect(await hidden.load(wanted(1))).toEqual(['user_id_taken'])
    expect(hidden.calls.filter((call) => call.startsWith('create'))).toHaveLength(3)
  })

  it('C7: one that others keep changing is read again, and is busy after some rounds', async () => {
    const changed = wanted(1, { lastName: 'Bos' })
    const once = world({ found: [standing(1)], write: (call) => (call === 1 ? LOST : WRITTEN) })
    expect(await once.load(changed)).toEqual(['updated'])
    expect(await world({ found: [standing(1)], write: () => LOST }).load(changed)).toEqual(['busy'])
    const moved = wanted(1, { email: 'new@a.example' })
    const late = world({ found: [standing(1)], write: (call) => (call === 1 ? LOST : WRITTEN) })
    expect(await late.load(moved)).toEqual(['updated'])
    expect(
      await world({ create: (_one, call) => (call === 1 ? LOST : CREATED) as Created }).load(wanted(1)),
    ).toEqual(['created'])
  })

  it('C3: the original of a claim is refused', async () => {
    const given = claimed({}, { userId: 'acc1', email: 'p1@a.example' })
    expect(await world({ found: [given] }).load(wanted(1, { lastName: 'Bos' }))).toEqual(['account_claimed'])
    const direct = claimedDirectly({ userId: 'acc1', email: 'p1@a.example' })
    expect(await world({ found: [direct] }).load(wanted(1, { lastName: 'Bos' }))).toEqual(['account_claimed'])
  })

  it('tell what was made or changed', async () => {
    const { ports, standing: now } = world({ found: [standing(2)] })
    const [made, changed] = await loadAccounts(ports, [wanted(1), wanted(2, { paid: true })], by)
    expect(made).toEqual({ outcome: 'created', record: now.get('acc1') })
    expect(changed).toEqual({ outcome: 'updated', record: now.get('acc2') })
    expect(now.get('acc2')).toMatchObject({ account: { paid: true }, change: { by: 'platform:test' } })
  })
})

describe('one account', () => {
  const one = (given: Given, patch: Partial<WantedAccount>, versions?: readonly number[]) => {
    const { ports, calls } = world(given)
    return { calls, outcome: loadAccount(ports, wanted(1, patch), { ...by, versions }) }
  }

  it('is loaded as many are where no version is asked for', async () => {
    const { calls, outcome } = one({}, {})
    expect(await outcome).toMatchObject({ outcome: 'created' })
    expect(calls).toEqual(['orgs personal', 'read acc1', 'create acc1'])
    expect(await one({}, { orgId: 'nowhere' }).outcome).toEqual({
      outcome: 'refused',
      code: 'unknown_organization',
    })
  })

  it('is changed only at one of the versions that are asked for: 0 is of one that isn’t there', async () => {
    const given = { found: [standing(1)] }
    const { revision } = standing(1)
    const change = { lastName: 'Bos' }
    expect(await one(given, change, [revision, 99]).outcome).toMatchObject({ outcome: 'updated' })
    const stale = one(given, change, [revision + 1])
    expect(await stale.outcome).toEqual({ outcome: 'stale' })
    expect(stale.calls).toEqual(['orgs personal', 'read acc1'])
    expect(await one({}, {}, [0]).outcome).toMatchObject({ outcome: 'created' })
    expect(await one({}, {}, [1]).outcome).toEqual({ outcome: 'stale' })
    expect(await one(given, {}, [0]).outcome).toEqual({ outcome: 'stale' })
    expect(await one({}, { orgId: 'nowhere' }, [0]).outcome).toEqual({
      outcome: 'refused',
      code: 'unknown_organization',
    })
  })

  it('C2: isn’t made with an id that only claims give, whatever version is asked for', async () => {
    const byClaim = { userId: 'acc1~01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7' }
    for (const versions of [undefined, [0]]) {
      const { calls, outcome } = one({}, byClaim, versions)
      expect(await outcome).toEqual({ outcome: 'refused', code: 'not_found' })
      expect(calls.filter((call) => call.startsWith('create acc'))).toEqual([])
    }
    expect(await one({}, byClaim, [1]).outcome).toEqual({ outcome: 'stale' })
  })
})
