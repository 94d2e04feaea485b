import { describe, expect, it } from 'vitest'
import { MAX_ROUNDS } from '../../../../shared/lib/optimistic-retry.ts'
import { Busy, Unavailable } from '../../../../shared/lib/unavailable.ts'
import { normalizedAddress } from '../../../../shared/rules/accounts/address.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { ReadConsistency } from '../../../../shared/storage/writes/batch.ts'
import {
  type ClaimingRequest,
  type ClaimTarget,
  type ClaimUsersPorts,
  claimTogether,
} from '../../../../shared/usecases/claims/claim-batch.ts'
import { claimAccounts } from '../../../../shared/usecases/claims/claim-users.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import { ADMIN, claimed, org, record, sourceOrg, T0, ULID } from '../../../support/builders.ts'
import { noordzeeAndPersonal } from '../../../support/found-accounts.ts'

type Written = Awaited<ReturnType<ClaimUsersPorts['accounts']['writeMany']>>[number]

interface Given {
  /** What a read that may be stale finds; by default what stands. */
  readonly stale?: readonly AccountRecord[]
  /** What becomes of each write. */
  readonly write?: (next: AccountRecord, call: number) => Written
  readonly readAgain?: () => void
}

const byAddress = (records: readonly AccountRecord[]) =>
  new Map(records.map((each) => [normalizedAddress(each.account.email), each]))

function world(standing: readonly AccountRecord[], { stale = standing, write, readAgain }: Given = {}) {
  const records = byAddress(standing)
  const reads: string[] = []
  const writes: AccountRecord[][] = []
  const ports: ClaimUsersPorts = {
    accounts: {
      byAddresses: async (addresses, consistency: ReadConsistency = 'consistently') => {
        reads.push(`${consistency} ${addresses.join(' ')}`)
        if (consistency === 'consistently') readAgain?.()
        const from = consistency === 'eventually' ? byAddress(stale) : records
        return new Map(
          addresses.flatMap((address) => {
            const found = from.get(address)
            return found === undefined ? [] : [[address, found] as const]
          }),
        )
      },
      byUserIds: async () => new Map(),
      writeMany: async (nexts) => {
        if (nexts.length > 0) writes.push([...nexts])
        return nexts.map((next) => {
          const outcome = write?.(next, writes.length) ?? { outcome: 'written' as const }
          if (outcome.outcome === 'written') records.set(normalizedAddress(next.account.email), next)
          return outcome
        })
      },
    },
    ...noordzeeAndPersonal,
    ulid: () => ULID,
  }
  return { ports, reads, writes }
}

const request = (patch: Partial<ClaimingRequest> = {}): ClaimingRequest => ({
  claimingOrg: org(),
  fromCsv: false,
  migrationCutoff: undefined,
  by: ADMIN,
  now: T0,
  ...patch,
})
const target = (n: number, patch: Partial<ClaimTarget> = {}): ClaimTarget => ({
  ref: { email: `p${n}@noordzee.example` },
  origin: `req:${n}`,
  ...patch,
})
const person = (n: number): AccountRecord => record({ userId: `acc${n}`, email: `p${n}@noordzee.example` })
const summary = (outcomes: Awaited<ReturnType<typeof claimTogether>>) =>
  outcomes.map((each) => ('codes' in each ? `${each.outcome} ${each.codes.join(' ')}` : each.outcome))

const LOST: Written = { outcome: 'lost' }

withoutBackoff()

describe('accounts that are claimed together', () => {
  it('are read once, by what may be a moment ago, and written at once', async () => {
    const { ports, reads, writes } = world([person(1), person(2)])
    expect(summary(await claimTogether(ports, request(), [target(1), target(2)]))).toEqual([
      'claimed',
      'claimed',
    ])
    expect(reads).toEqual(['eventually p1@noordzee.example p2@noordzee.example'])
    expect(writes.map((each) => each.map(({ recordId }) => recordId))).toEqual([['acc1', 'acc2']])
  })

  it('C8: are refused only by a second, consistent read, and that of those alone', async () => {
    const { ports, reads, writes } = world([person(1), person(3)], { stale: [person(1)] })
    const outcomes = await claimTogether(ports, request(), [target(1), target(2), target(3)])
    expect(summary(outcomes)).toEqual(['claimed', 'refused unknown_user', 'claimed'])
    expect(reads[1]).toBe('consistently p2@noordzee.example p3@noordzee.example')
    expect(Math.random).not.toHaveBeenCalled()
    expect(reads).toHaveLength(2)
    expect(writes).toHaveLength(2)
  })

  it('C6: the claim that the same request made before is its own, without another read or write', async () => {
    const own = claimed({ origin: 'req:1' }, { userId: 'acc1', email: 'p1@noordzee.example' })
    const { ports, reads, writes } = world([own])
    expect(await claimTogether(ports, request(), [target(1)])).toEqual([
      { outcome: 'claimed', record: own, claim: own.claim, domainClaimed: false, sourceOrg: sourceOrg() },
    ])
    expect(reads).toHaveLength(1)
    expect(writes).toEqual([])
  })

  it('C7: what another request of the org has claimed is unchanged, and another org’s is refused', async () => {
    const email = 'p1@noordzee.example'
    const own = claimed({ origin: 'another:1' }, { userId: 'acc1', email })
    const foreign = claimed({ origin: 'another:1', claimingOrgId: 'other' }, { userId: 'acc1', email })
    expect(await claimTogether(world([own]).ports, request(), [target(1)])).toMatchObject([
      { outcome: 'unchanged', codes: ['claim_open'], record: own, claim: own.claim },
    ])
    expect(summary(await claimTogether(world([foreign]).ports, request(), [target(1)]))).toEqual([
      'refused claim_open',
    ])
    const also = request({ claimingOrg: org({ directorySync: true }) })
    const [outcome] = await claimTogether(world([own]).ports, also, [target(1)])
    expect(outcome).toMatchObject({ outcome: 'refused', codes: ['claim_open', 'directory_sync_enabled'] })
    const unverified = { ...world([own]).ports, domains: { states: async () => new Map() } }
    expect(summary(await claimTogether(unverified, request(), [target(1)]))).toEqual([
      'refused domain_not_verified',
    ])
  })

  it('I3: of two rows for one account the first one claims, whatever its spelling', async () => {
    const { ports, writes } = world([person(1)])
    const second = target(2, { ref: { email: 'P1@Noordzee.example' } })
    expect(summary(await claimTogether(ports, request(), [target(1), second]))).toEqual([
      'claimed',
      'unchanged claim_open',
    ])
    expect(writes).toHaveLength(1)
  })

  it('C7: one that another writer changed first is read and decided again, and the others aren’t', async () => {
    let lost = 0
    const { ports, reads, writes } = world([person(1), person(2)], {
      write: ({ recordId }) => (recordId === 'acc2' && lost++ < 2 ? LOST : { outcome: 'written' }),
    })
    expect(summary(await claimTogether(ports, request(), [target(1), target(2)]))).toEqual([
      'claimed',
      'claimed',
    ])
    expect(reads.slice(1)).toEqual(Array(2).fill('consistently p2@noordzee.example'))
    expect(writes.map((each) => each.length)).toEqual([2, 1, 1])
    expect(Math.random).toHaveBeenCalledTimes(2)
  })

  it('C8: one that others keep changing is busy after some rounds, and the next row of it has as many', async () => {
    const { ports, writes } = world([person(1), person(2)], {
      write: ({ recordId }) => (recordId === 'acc1' ? LOST : { outcome: 'written' }),
    })
    const again = target(3, { ref: { email: 'p1@noordzee.example' } })
    expect(summary(await claimTogether(ports, request(), [target(1), target(2), again]))).toEqual([
      'refused busy',
      'claimed',
      'refused busy',
    ])
    expect(writes.flat().filter(({ recordId }) => recordId === 'acc1')).toHaveLength(2 * MAX_ROUNDS)
  })

  it('C8: a write that failed for now is busy to a request, and fails a file’s chunk, which comes again', async () => {
    const gone: Written = { outcome: 'failed', error: new Unavailable('throttled') }
    const bad: Written = { outcome: 'failed', error: new Error('bad') }
    const first = (outcome: Written) => ({
      write: ({ recordId }: AccountRecord) =>
        recordId === 'acc1' ? outcome : { outcome: 'written' as const },
    })
    const both = [target(1), target(2)]
    const people = [person(1), person(2)]
    expect(summary(await claimTogether(world(people, first(gone)).ports, request(), both))).toEqual([
      'refused busy',
      'claimed',
    ])
    const file = request({ fromCsv: true })
    await expect(claimTogether(world(people, first(gone)).ports, file, both)).rejects.toThrow('throttled')
    await expect(claimTogether(world(people, first(bad)).ports, request(), both)).rejects.toThrow('bad')
  })

  it('C8: a second read that fails for now is busy to a request, and nothing to a file', async () => {
    const fails = (error: Error) =>
      world([person(1)], {
        stale: [],
        readAgain: () => {
          throw error
        },
      }).ports
    const rows = [target(1), target(2, { ref: { email: 'p1@noordzee.example' } })]
    expect(summary(await claimTogether(fails(new Busy('busy')), request(), rows))).toEqual([
      'refused busy',
      'refused busy',
    ])
    await expect(claimTogether(fails(new Busy('busy')), request({ fromCsv: true }), rows)).rejects.toThrow(
      'busy',
    )
    await expect(claimTogether(fails(new Error('bad')), request(), rows)).rejects.toThrow('bad')
  })

  it('is an error where a write has no answer', async () => {
    const { ports } = world([person(1)])
    const accounts = { ...ports.accounts, writeMany: async () => [] }
    await expect(claimTogether({ ...ports, accounts }, request(), [target(1)])).rejects.toThrow(
      'fewer answers than writes',
    )
  })

  it('C5, C10: the claim has the names and licences that were given, who asked, and no invitation where so asked', async () => {
    const { ports } = world([person(1), person(2)])
    const [named, plain] = await claimTogether(
      ports,
      request({ noInvitation: true, createdBy: 'admin:other' }),
      [
        target(1, { firstName: 'Eva', lastName: 'Bos', displayName: 'Eva B.', licenses: ['pro'] }),
        target(2, { firstName: '', lastName: '', displayName: '' }),
      ],
    )
    if (named?.outcome !== 'claimed' || plain?.outcome !== 'claimed') throw new Error('not claimed')
    expect(named.claim).toMatchObject({
      newAccount: { firstName: 'Eva', lastName: 'Bos', displayName: 'Eva B.' },
      licenses: ['pro'],
      noInvitation: true,
      createdBy: 'admin:other',
      origin: 'req:1',
    })
    expect(plain.claim.newAccount).toMatchObject({ firstName: 'Ada', lastName: 'de Vries' })
    expect(plain.claim.licenses).toEqual(['mail'])
    const [usual] = await claimTogether(world([person(1)]).ports, request(), [target(1)])
    if (usual?.outcome !== 'claimed') throw new Error('not claimed')
    expect(usual.claim.noInvitation).toBeUndefined()
    expect(usual.claim.createdBy).toBe(ADMIN)
  })

  it('C8: one with text that can’t be stored is refused, and the others have their answers in order', async () => {
    const { ports } = world([person(1), person(2), person(3)])
    const rows = [target(1), target(2, { lastName: '\uD800' }), target(3)]
    expect(summary(await claimAccounts(ports, request(), rows))).toEqual([
      'claimed',
      'refused invalid_text',
      'claimed',
    ])
  })

  it('T2, R: the claim has the type that was chosen, what it costs, and whether the org has claimed the domain', async () => {
    const { ports } = world([person(1), person(2)])
    const domains = {
      states: async () => new Map([['noordzee.example', { verified: true, claimedBy: 'noordzee' }]]),
    }
    const rows = [target(1, { type: 'direct' }), target(2)]
    const [direct, delayed] = await claimTogether({ ...ports, domains }, request(), rows)
    expect(direct).toMatchObject({
      domainClaimed: true,
      claim: { type: 'direct', contentLoss: 'chosen_direct' },
    })
    expect(delayed).toMatchObject({ domainClaimed: true, claim: { type: 'delayed' } })
    expect(delayed?.outcome === 'claimed' && delayed.claim).not.toHaveProperty('contentLoss')
  })
})
