import { describe, expect } from 'vitest'
import { mapConcurrent } from '../../../../shared/lib/concurrency.ts'
import { newAccountOf } from '../../../../shared/rules/claims/ending.ts'
import type { DecisionKind, Organization } from '../../../../shared/rules/types.ts'
import { claimAccounts } from '../../../../shared/usecases/claims/claim-users.ts'
import { type ConfirmOutcome, confirmEmail } from '../../../../shared/usecases/claims/confirm-new-address.ts'
import { type DecideOutcome, makeDecision } from '../../../../shared/usecases/claims/decide.ts'
import { migrateIfDue } from '../../../../shared/usecases/claims/migrate-record.ts'
import { revoke } from '../../../../shared/usecases/claims/revoke.ts'
import { reportSignIn } from '../../../../shared/usecases/claims/sign-in.ts'
import type { Background } from '../../../support/background.ts'
import {
  ADMIN,
  type ClaimedRecord,
  ENDS_AT,
  org,
  plus,
  sourceOrg,
  T0,
  withClaim,
} from '../../../support/builders.ts'
import { confirmationToken } from '../../../support/confirmations.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import {
  claimFor,
  claimingBy,
  claimingPorts,
  givenAccounts,
  givenConversations,
  givenDomain,
  givenOrgs,
  givenMailed,
} from '../../../support/given.ts'
import { meeting, possibleWinners, race, TURNS } from '../../../support/meetings.ts'
import { notPaused } from '../../../support/pauses.ts'
import { it } from '../../../support/fixtures.ts'

const ROUNDS_AT_ONCE = 8
const noordzee = org()
const harbour = org({ orgId: 'harbour', name: 'Harbour BV' })

const kinds: readonly DecisionKind[] = ['change_email', 'transfer_content', 'delete_original']

/** Every way to meet with each decision, where a decision is one of the two; the others go through it all the same. */
const turns = kinds
  .flatMap((kind) => TURNS.map((turn) => ({ ...turn, kind })))
  .map((turn, n) => ({ n, ...turn }))
type KindTurn = (typeof turns)[number]

describe('two at the same instant', () => {
  let db: TestTable
  let world: Background
  let people = 0

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    await givenOrgs(world.stores, noordzee, harbour, sourceOrg())
    for (const { orgId } of [noordzee, harbour]) await givenDomain(world.stores, orgId, 'noordzee.example')
  })

  async function newPeople(): Promise<{ userId: string; email: string }[]> {
    const made = turns.map(() => {
      const n = ++people
      return { userId: `acc${n}`, email: `person${n}@noordzee.example` }
    })
    await givenAccounts(world.stores, ...made)
    return made
  }

  async function newClaims(): Promise<{ turn: KindTurn; record: ClaimedRecord }[]> {
    const targets = (await newPeople()).map(({ email }) => ({ ref: { email }, origin: `r:${email}` }))
    const outcomes = await claimFor(world.stores, noordzee, targets)
    return mapConcurrent(
      outcomes.map((outcome, n) => ({ outcome, turn: turns[n] })),
      ROUNDS_AT_ONCE,
      async ({ outcome, turn }) => {
        if (outcome.outcome !== 'claimed' || turn === undefined) throw new Error('not claimed')
        return { turn, record: await givenMailed(world.stores, withClaim(outcome.record)) }
      },
    )
  }

  const revoking = (meet: ReturnType<typeof meeting>, { claim }: ClaimedRecord, now: Date) => {
    const { accounts, claims, domains } = world.stores
    const end = meet.hold(0, accounts.end)
    const command = { orgId: noordzee.orgId, claimId: claim.claimId, now, by: ADMIN }
    return () => revoke({ accounts: { end }, claims, domains }, command)
  }

  /** Which accounts stand in the record now, whose they are, and what became of the claim. */
  async function outcomeOf({ recordId, claim }: ClaimedRecord) {
    const { accounts, claims } = world.stores
    const found = await accounts.byUserIds([recordId, claim.newUserId])
    return {
      original: found.get(recordId)?.inRecord,
      created: found.get(claim.newUserId)?.inRecord,
      claim: (await claims.byId(claim.claimId))?.claim,
    }
  }

  /** @param before the claim's version right before */
  async function expectRevoked(record: ClaimedRecord, before = 1): Promise<void> {
    const { original, created, claim } = await outcomeOf(record)
    expect(original).toEqual({ role: 'only', account: record.account })
    expect(created).toBeUndefined()
    expect(claim).toMatchObject({ status: 'revoked', version: before + 1 })
    expect(claim).not.toHaveProperty('decision')
    expect(claim).not.toHaveProperty('signedInAt')
  }

  function expectWinners(
    winners: readonly string[],
    first: string | ((turn: KindTurn) => string),
    second: string | ((turn: KindTurn) => string),
  ): void {
    expect(winners).toHaveLength(turns.length)
    const nameIn = (turn: KindTurn, who: typeof first) => (typeof who === 'string' ? who : who(turn))
    for (const [n, turn] of turns.entries())
      expect(
        possibleWinners(turn, nameIn(turn, first), nameIn(turn, second)),
        JSON.stringify(turn),
      ).toContain(winners[n])
  }

  it('C7: two orgs claim one account: one wins, the other is told claim_open', async () => {
    const made = await newPeople()
    const winners = await mapConcurrent(turns, ROUNDS_AT_ONCE, async (turn) => {
      const { userId = '', email = '' } = made[turn.n] ?? {}
      const meet = meeting(turn)
      const claiming = (place: 0 | 1, claimingOrg: Organization) => async () => {
        const ports = claimingPorts(world.stores)
        const accounts = { ...ports.accounts, writeMany: meet.hold(place, ports.accounts.writeMany) }
        const target = { ref: { email }, origin: `r:${email}:${claimingOrg.orgId}` }
        const [outcome] = await claimAccounts({ ...ports, accounts }, claimingBy(claimingOrg), [target])
        return outcome
      }
      const outcomes = await race(turn, claiming(0, noordzee), claiming(1, harbour))
      expect(outcomes.map((each) => each?.outcome).toSorted()).toEqual(['claimed', 'refused'])
      const winner = outcomes[0]?.outcome === 'claimed' ? noordzee : harbour
      const loser = outcomes.find((each) => each?.outcome === 'refused')
      expect(loser).toEqual({ outcome: 'refused', codes: ['claim_open'] })
      const standing = (await world.stores.accounts.byRecordIds([userId])).get(userId)
      expect(standing?.claim?.claimingOrgId).toBe(winner.orgId)
      expect(standing?.claim?.auditKeys).toHaveLength(1)
      return winner.orgId
    })
    expectWinners(winners, noordzee.orgId, harbour.orgId)
  })

  it('R4: a revocation and the automatic migration: one wins, and the loser says so and changes nothing', async () => {
    const winners = await mapConcurrent(await newClaims(), ROUNDS_AT_ONCE, async ({ turn, record }) => {
      const { recordId, claim } = record
      await givenConversations(db, recordId, 1)
      const meet = meeting(turn)
      const { accounts } = world.stores
      const migrating = (): ReturnType<typeof migrateIfDue> =>
        migrateIfDue(
          {
            ...world.stores,
            accounts: { ...accounts, write: meet.hold(1, accounts.write) },
            isPaused: notPaused,
            continueLater: async () => undefined,
            now: () => new Date(ENDS_AT),
            timeLeftMs: () => 60_000,
          },
          recordId,
        )
      const [revoked, migrated] = await race(
        turn,
        // The last moment at which it may be, by the clock of who was asked.
        revoking(meet, record, plus(-1, ENDS_AT)),
        migrating,
      )
      const owned = async (userId: string) =>
        (await world.stores.conversations.list(userId, 10, T0)).items.length
      const content = [await owned(recordId), await owned(claim.newUserId)]
      if (revoked.outcome === 'revoked') {
        expect(migrated).toEqual({ outcome: 'nothing_due' })
        await expectRevoked(record)
        expect(content).toEqual([1, 0])
        return 'revoked'
      }
      expect(['decided', 'ended']).toContain(revoked.code)
      expect(migrated).toMatchObject({ outcome: 'completed', conversations: 1 })
      const { original, created, claim: closed } = await outcomeOf(record)
      expect(original).toBeUndefined()
      expect(created).toEqual({ role: 'only', account: newAccountOf(record, claim) })
      expect(closed).toMatchObject({ status: 'completed', decision: { by: 'schedule' } })
      expect(content).toEqual([0, 1])
      return 'migrated'
    })
    expectWinners(winners, 'revoked', 'migrated')
  })

  it('R4, U5: a decision, of each kind, and a revocation: one wins, and the loser is told why', async () => {
    const winners = await mapConcurrent(await newClaims(), ROUNDS_AT_ONCE, async ({ turn, record }) => {
      const { claim } = record
      const { kind } = turn
      const meet = meeting(turn)
      const { accounts } = world.stores
      const token = `token-${claim.claimId}`
      await world.stores.tokens.put(token, claim.claimId, T0)
      const ports = {
        ...world.stores,
        accounts: {
          ...accounts,
          write: meet.hold(1, accounts.write),
          split: meet.hold(1, accounts.split),
        },
      }
      const newEmail = `own${turn.n}@elsewhere.example`
      let decide = (): Promise<DecideOutcome | ConfirmOutcome> => makeDecision(ports, token, { kind }, T0)
      if (kind === 'change_email') {
        // What is decided is decided by the confirmation.
        await makeDecision(world.stores, token, { kind, newEmail }, T0)
        const link = await confirmationToken(world.stores, claim.claimId, T0)
        decide = () => confirmEmail(ports, link, T0)
      }
      const [revoked, decided] = await race(turn, revoking(meet, record, T0), decide)
      if (revoked.outcome === 'revoked') {
        expect(decided).toEqual({ outcome: 'gone' })
        await expectRevoked(record, kind === 'change_email' ? 2 : 1)
        expect((await world.stores.accounts.byAddresses([newEmail])).size).toBe(0)
        return `revoked, not ${kind}`
      }
      // `change_email` ends the claim at once; the others are carried out by and by.
      expect(revoked.code).toBe(kind === 'change_email' ? 'ended' : 'decided')
      expect(decided).toMatchObject({ outcome: 'decided', view: { decision: { kind, by: 'user' } } })
      const { original, created, claim: now } = await outcomeOf(record)
      expect(now).toMatchObject({ version: kind === 'change_email' ? 3 : 2, decision: { kind } })
      if (kind === 'change_email') {
        expect(now?.status).toBe('completed')
        expect(original?.account.email).toBe(newEmail)
        expect(created?.role).toBe('only')
      } else {
        expect(now?.status).toBe('migrating')
        expect([original?.role, created?.role]).toEqual(['original', 'new'])
      }
      return kind
    })
    expectWinners(
      winners,
      ({ kind }) => `revoked, not ${kind}`,
      ({ kind }) => kind,
    )
  })

  it('S2, R4: a first sign-in and a revocation: signed in and revoked is no claim', async () => {
    const winners = await mapConcurrent(await newClaims(), ROUNDS_AT_ONCE, async ({ turn, record }) => {
      const { accounts, tokens } = world.stores
      const meet = meeting(turn)
      const ports = {
        accounts: { ...accounts, write: meet.hold(1, accounts.write) },
        tokens,
        newToken: () => `link-${record.recordId}`,
        decisionUrl: (token: string) => token,
      }
      const [revoked, signedIn] = await race(turn, revoking(meet, record, T0), () =>
        reportSignIn(ports, record.account.email, T0),
      )
      if (revoked.outcome === 'revoked') {
        expect(signedIn).toEqual({ outcome: 'answered', allowed: true, mustDecide: false, options: [] })
        await expectRevoked(record)
        return 'revoked'
      }
      expect(revoked.code).toBe('signed_in')
      expect(signedIn).toMatchObject({ allowed: true, mustDecide: true })
      expect((await outcomeOf(record)).claim).toMatchObject({ status: 'open', version: 2 })
      return 'signed in'
    })
    expectWinners(winners, 'revoked', 'signed in')
  })
})
