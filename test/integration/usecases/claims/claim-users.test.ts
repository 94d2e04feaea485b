import { describe, expect } from 'vitest'
import { normalizedAddress } from '../../../../shared/rules/accounts/address.ts'
import { recordIdOfClaim } from '../../../../shared/rules/claims/claim-ids.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import type { Account, AccountRecord, Organization } from '../../../../shared/rules/types.ts'
import {
  type ClaimOutcome,
  type ClaimTarget,
  claimAccounts,
  previewClaims,
} from '../../../../shared/usecases/claims/claim-users.ts'
import type { Stores } from '../../../support/background.ts'
import { ADMIN, account, type OrganizationPatch, org, sourceOrg, T0 } from '../../../support/builders.ts'
import { type CapacityMeter, meterCapacity } from '../../../support/capacity.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import {
  claimFor,
  claimingBy,
  claimingPorts,
  dump,
  givenAccounts,
  givenClaim,
  givenDomain,
  givenOrgs,
} from '../../../support/given.ts'
import { meeting, possibleWinners, race, type Turn, TURNS } from '../../../support/meetings.ts'
import { it } from '../../../support/fixtures.ts'

const summary = (outcome: ClaimOutcome | undefined): string =>
  outcome === undefined
    ? 'nothing'
    : [outcome.outcome, ...('codes' in outcome ? outcome.codes : [])].join(' ')

describe('claiming over a real table', () => {
  let db: TestTable
  let stores: Stores
  let meter: CapacityMeter
  let people = 0

  it.beforeAll(async ({ table, tableStores }) => {
    db = table
    stores = tableStores
    meter = meterCapacity(db.client)
    await givenOrgs(stores, noordzee, rival, sourceOrg())
    for (const { orgId } of [noordzee, rival]) await givenDomain(stores, orgId, 'noordzee.example')
  })

  const noordzee = org()
  const rival = org({ orgId: 'rival', name: 'Rival BV' })

  async function newPeople(count: number, patch: Partial<Account> = {}): Promise<Account[]> {
    const patches = Array.from({ length: count }, () => {
      const n = ++people
      return { userId: `acc${n}`, email: `Person${n}@noordzee.example`, ...patch }
    })
    return (await givenAccounts(stores, ...patches)).map(({ account }) => account)
  }

  async function newPerson(patch: Partial<Account> = {}): Promise<Account> {
    const [person] = await newPeople(1, patch)
    if (person === undefined) throw new Error('no account')
    return person
  }

  const target = (
    { email }: { readonly email: string },
    origin: string,
    patch: Partial<ClaimTarget> = {},
  ): ClaimTarget => ({
    ref: { email },
    origin,
    ...patch,
  })

  async function openOn({ userId }: Account) {
    const found = (await stores.accounts.byRecordIds([userId])).get(userId)
    return found?.claim
  }

  /** Two requests for one account at once, in every way in which they can meet. */
  async function racing(
    one: readonly [Organization, string],
    other: readonly [Organization, string],
    check: (person: Account, outcomes: readonly (ClaimOutcome | undefined)[], turn: Turn) => Promise<void>,
  ): Promise<void> {
    const persons = await newPeople(TURNS.length)
    for (const [n, turn] of TURNS.entries()) {
      const person = persons[n]
      if (person === undefined) throw new Error('no account')
      const meet = meeting(turn)
      const claiming =
        (place: 0 | 1, [claimingOrg, origin]: readonly [Organization, string]) =>
        async () => {
          const { accounts } = stores
          const held = {
            ...stores,
            accounts: { ...accounts, writeMany: meet.hold(place, accounts.writeMany) },
          }
          const [outcome] = await claimFor(held, claimingOrg, [target(person, origin)])
          return outcome
        }
      await check(person, await race(turn, claiming(0, one), claiming(1, other)), turn)
    }
  }

  it('C7: of two orgs that claim an account at once, one wins and the other is told claim_open', async () => {
    await racing([noordzee, 'r1:0'], [rival, 'r2:0'], async (person, outcomes, turn) => {
      const results = outcomes.map(summary)
      expect(results.toSorted()).toEqual(['claimed', 'refused claim_open'])
      const winner = results[0] === 'claimed' ? noordzee.orgId : rival.orgId
      expect(possibleWinners(turn, noordzee.orgId, rival.orgId)).toContain(winner)
      expect(await openOn(person)).toMatchObject({ claimingOrgId: winner, version: 1 })
    })
  })

  it('C7: of two requests of one org for an account at once, one makes the claim and the other finds it', async () => {
    await racing([noordzee, 'r1:0'], [noordzee, 'r2:0'], async (person, found, turn) => {
      expect(found.map(summary).toSorted()).toEqual(['claimed', 'unchanged claim_open'])
      expect(possibleWinners(turn, 0, 1)).toContain(found.map(summary).indexOf('claimed'))
      const claim = await openOn(person)
      for (const outcome of found) expect(outcome).toMatchObject({ claim: { claimId: claim?.claimId } })
    })
  })

  it('C6: the same request at once, twice, makes one claim and tells both of it', async () => {
    await racing([noordzee, 'r1:0'], [noordzee, 'r1:0'], async (person, outcomes) => {
      const claims = outcomes.map((outcome) => outcome?.outcome === 'claimed' && outcome.claim.claimId)
      expect(new Set(claims)).toEqual(new Set([(await openOn(person))?.claimId]))
    })
  })

  it('C6: the same request again is told the same claim, and changes nothing', async () => {
    const person = await newPerson()
    const [first] = await claimFor(stores, noordzee, [target(person, 'r1:0', { licenses: ['pro'] })])
    meter.take()
    const later = new Date(T0.getTime() + 60_000)
    const [again] = await claimFor(stores, noordzee, [target(person, 'r1:0', { licenses: ['pro'] })], later)
    expect(again).toEqual(first)
    expect(meter.take().writes).toEqual({})
  })

  it('C6: another request of the org that claimed an account finds it unchanged', async () => {
    const person = await newPerson()
    const claimed = await givenClaim(stores, noordzee, { ref: { email: person.email } })
    const [again] = await claimFor(stores, noordzee, [target(person, 'r2:0', { type: 'direct' })])
    expect(again).toMatchObject({ outcome: 'unchanged', codes: ['claim_open'], claim: claimed.claim })
  })

  it('C6: an account twice in one request is claimed by its first row', async () => {
    const person = await newPerson()
    const outcomes = await claimFor(stores, noordzee, [
      target(person, 'r1:0', { type: 'direct' }),
      target({ email: person.email.toUpperCase() }, 'r1:1', { type: 'delayed' }),
      { ref: { userId: person.userId }, origin: 'r1:2' },
    ])
    expect(outcomes.map(summary)).toEqual(['claimed', 'unchanged claim_open', 'unchanged claim_open'])
    expect(await openOn(person)).toMatchObject({ type: 'direct', origin: 'r1:0' })
  })

  it('C8: every target is answered in its place, and a bad one stops no other', async () => {
    const [first, taken, last] = [await newPerson(), await newPerson(), await newPerson()]
    await givenClaim(stores, rival, { ref: { email: taken.email } })
    const outcomes = await claimFor(stores, noordzee, [
      target(first, 'r:0'),
      target({ email: 'not an address' }, 'r:1'),
      target({ email: 'nobody@noordzee.example' }, 'r:2'),
      target(taken, 'r:3'),
      target({ email: 'ada@unverified.example' }, 'r:4'),
      { ref: { userId: last.userId }, origin: 'r:5' },
      { ref: { userId: 'nobody' }, origin: 'r:6' },
    ])
    expect(outcomes.map(summary)).toEqual([
      'claimed',
      'refused invalid_address',
      'refused unknown_user',
      'refused claim_open',
      'refused domain_not_verified',
      'claimed',
      'refused domain_not_verified',
    ])
  })

  it('C8: 250 targets in one call are each claimed once', async () => {
    const made = await newPeople(250)
    const outcomes = await claimFor(
      stores,
      noordzee,
      made.map((person, n) => target(person, `many:${n}`)),
    )
    expect(new Set(outcomes.map(summary))).toEqual(new Set(['claimed']))
    const ids = outcomes.map((outcome) => outcome.outcome === 'claimed' && outcome.claim.claimId)
    expect(new Set(ids).size).toBe(250)
    const recordIds = ids.map((id) => (id ? recordIdOfClaim(id) : undefined))
    expect(recordIds).toEqual(made.map(({ userId }) => userId))
  })

  describe('what is read a moment late', () => {
    /** Eventually consistent, accounts are as they stood when this was called. */
    async function lateFrom(persons: readonly Account[]) {
      const ports = claimingPorts(stores)
      const { byAddresses, byUserIds } = ports.accounts
      const [late, lateIds] = await Promise.all([
        byAddresses(persons.map(({ email }) => normalizedAddress(email))),
        byUserIds(persons.map(({ userId }) => userId)),
      ])
      const accounts: typeof ports.accounts = {
        ...ports.accounts,
        byAddresses: async (wanted, freshness) =>
          freshness === 'eventually' ? late : byAddresses(wanted, freshness),
        byUserIds: async (wanted, freshness) =>
          freshness === 'eventually' ? lateIds : byUserIds(wanted, freshness),
      }
      return (targets: readonly ClaimTarget[]) =>
        claimAccounts({ ...ports, accounts }, claimingBy(noordzee), targets)
    }
    const unmade = (): Account => ({ ...account({ userId: 'later', email: 'later@noordzee.example' }) })

    it('C8: an account that was not there yet is claimed, and not unknown', async () => {
      const later = unmade()
      const claim = await lateFrom([later])
      await givenAccounts(stores, later)
      const outcomes = await claim([
        target(later, 'late:0'),
        target({ email: 'none@noordzee.example' }, 'late:1'),
      ])
      expect(outcomes.map(summary)).toEqual(['claimed', 'refused unknown_user'])
    })

    it('C7: an account that has been claimed since is told claim_open, and one that is free again is claimed', async () => {
      const [taken, free] = [await newPerson(), await newPerson()]
      const revoked = await givenClaim(stores, rival, { ref: { email: free.email } })
      const claim = await lateFrom([taken, free])
      await givenClaim(stores, rival, { ref: { email: taken.email } })
      await stores.accounts.end(revokeClaim(revoked, revoked.claim, { now: T0, by: ADMIN }))
      const outcomes = await claim([
        target(taken, 'late:2'),
        { ref: { userId: free.userId }, origin: 'late:3' },
      ])
      expect(outcomes.map(summary)).toEqual(['refused claim_open', 'claimed'])
    })

    it('C7: an address that somebody else has by now is that account’s, and the one that left it is left alone', async () => {
      const [gone, next] = [await newPerson(), await newPerson()]
      const claim = await lateFrom([gone])
      const record = (await stores.accounts.byRecordIds([gone.userId])).get(gone.userId)
      const other = (await stores.accounts.byRecordIds([next.userId])).get(next.userId)
      if (record === undefined || other === undefined) throw new Error('no account')
      const move = (of: AccountRecord, to: string) => {
        const next = { ...of, revision: of.revision + 1, account: { ...of.account, email: to } }
        const [taken, freed] = [to, of.account.email].map(normalizedAddress)
        if (taken === undefined || freed === undefined) throw new Error('no address')
        return stores.accounts.writeWithAddresses(next, { taken: [taken], freed: [freed] })
      }
      expect(await move(record, 'gone@elsewhere.example')).toEqual({ outcome: 'written' })
      expect(await move(other, gone.email)).toEqual({ outcome: 'written' })
      const [outcome] = await claim([target(gone, 'late:4')])
      expect(outcome).toMatchObject({ outcome: 'claimed', record: { recordId: next.userId } })
      expect(await openOn(gone)).toBeUndefined()
    })
  })

  describe('E: each reason on the stored facts', () => {
    let cases = 0

    /** A claiming org, a source org and a domain of the case's own. */
    async function judgedWith(given: {
      claiming?: OrganizationPatch
      source?: OrganizationPatch
      domain?: 'pending' | 'verified' | 'claimed' | 'none'
      claimedBy?: string
      home?: 'claiming' | 'source'
    }): Promise<string> {
      const n = ++cases
      const [claiming, source] = [
        org({ ...given.claiming, orgId: `claiming${n}` }),
        sourceOrg({ ...given.source, orgId: `source${n}` }),
      ]
      const domain = `case${n}.example`
      await givenOrgs(stores, claiming, source)
      const { domain: status = 'verified', claimedBy, home = 'source' } = given
      if (status !== 'none') await givenDomain(stores, claiming.orgId, domain, status)
      if (claimedBy !== undefined) await givenDomain(stores, claimedBy, domain, 'claimed')
      const { orgId } = home === 'claiming' ? claiming : source
      const person = await newPerson({ email: `ada@${domain}`, orgId })
      meter.take()
      const [outcome] = await claimFor(stores, claiming, [target(person, `case${n}`)])
      if (outcome?.outcome !== 'claimed') expect(meter.take().writes).toEqual({})
      return summary(outcome)
    }

    it.each([
      ['nothing against it', {}, 'claimed'],
      ['own_user', { home: 'claiming' }, 'refused own_user'],
      ['domain_not_verified, never added', { domain: 'none' }, 'refused domain_not_verified'],
      ['domain_not_verified, pending', { domain: 'pending' }, 'refused domain_not_verified'],
      ['domain_claimed_by_other', { claimedBy: 'rival' }, 'refused domain_claimed_by_other'],
      ['its own domain claimed', { domain: 'claimed' }, 'claimed'],
      ['source_uses_sso', { source: { sso: true } }, 'refused source_uses_sso'],
      [
        'source_uses_directory_sync',
        { source: { directorySync: true } },
        'refused source_uses_directory_sync',
      ],
      ['directory_sync_enabled', { claiming: { directorySync: true } }, 'refused directory_sync_enabled'],
      [
        'all that applies',
        { claimedBy: 'rival', source: { sso: true, directorySync: true }, claiming: { directorySync: true } },
        'refused domain_claimed_by_other source_uses_sso source_uses_directory_sync directory_sync_enabled',
      ],
      [
        'an unverified domain, whatever else applies',
        { domain: 'none', claimedBy: 'rival', source: { sso: true } },
        'refused domain_not_verified',
      ],
    ] as const)('E: %s', async (_, given, expected) => {
      expect(await judgedWith(given)).toBe(expected)
    })
  })

  it('E: on a domain that is not verified, an account and none are answered alike', async () => {
    const person = await newPerson({ email: 'there@elsewhere.example' })
    const outcomes = await claimFor(stores, noordzee, [
      target(person, 'r:0'),
      target({ email: 'not.there@elsewhere.example' }, 'r:1'),
      { ref: { userId: person.userId }, origin: 'r:2' },
      { ref: { userId: 'not-there' }, origin: 'r:3' },
    ])
    for (const outcome of outcomes)
      expect(outcome).toEqual({ outcome: 'refused', codes: ['domain_not_verified'] })
  })

  it('P1: a preview says what claiming would do, and writes nothing', async () => {
    const [delayed, direct, taken] = [await newPerson(), await newPerson({ paid: true }), await newPerson()]
    await givenClaim(stores, rival, { ref: { email: taken.email } })
    const targets = [
      target(delayed, 'p:0', { licenses: ['pro'] }),
      target(direct, 'p:1', { type: 'direct' }),
      target(taken, 'p:2'),
      target({ email: 'nobody@noordzee.example' }, 'p:3'),
    ]
    const before = await dump(db)
    const previews = await previewClaims(claimingPorts(stores), claimingBy(noordzee), targets)
    expect(previews).toMatchObject([
      {
        outcome: 'claimable',
        type: 'delayed',
        allowedDecisions: ['change_email', 'transfer_content', 'delete_original'],
        licenses: ['pro'],
      },
      {
        outcome: 'claimable',
        type: 'direct',
        contentLoss: 'chosen_direct',
        allowedDecisions: ['change_email'],
      },
      { outcome: 'refused', codes: ['claim_open'] },
      { outcome: 'refused', codes: ['unknown_user'] },
    ])
    expect(await dump(db)).toEqual(before)
    const claimed = await claimAccounts(
      claimingPorts(stores),
      { ...claimingBy(noordzee), by: ADMIN },
      targets,
    )
    expect(
      claimed.map((outcome) => (outcome.outcome === 'claimed' ? outcome.claim.type : summary(outcome))),
    ).toEqual(['delayed', 'direct', 'refused claim_open', 'refused unknown_user'])
  })
})
