import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClaim } from '../../../../shared/rules/claims/creation.ts'
import { decide, openOptions, splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { unclaimableCodes } from '../../../../shared/rules/claims/claimability.ts'
import { completeClaim, type Ended } from '../../../../shared/rules/claims/ending.ts'
import { dueForMigration, startMigration } from '../../../../shared/rules/claims/migration.ts'
import { notRevocableBecause, revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { signIn } from '../../../../shared/rules/claims/sign-in.ts'
import { endsAt, isOpen } from '../../../../shared/rules/claims/transition.ts'
import { accountsOf, viewClaim } from '../../../../shared/rules/claims/views.ts'
import { dueAt } from '../../../../shared/rules/due/due-work.ts'
import type { AccountRecord, ClaimStatus, ClaimType, OpenClaim } from '../../../../shared/rules/types.ts'
import {
  ADMIN,
  claimed,
  claimRequest,
  org,
  patchClaim,
  plus,
  record,
  sourceOrg,
  T0,
  withClaim,
} from '../../../support/builders.ts'

type State = 'none' | ClaimStatus
type Transition =
  | 'create'
  | 'sign_in'
  | 'change_email'
  | 'transfer_content'
  | 'delete_original'
  | 'migrate'
  | 'complete'
  | 'revoke'

/** The claim's life: from each state, what may be done and where that leads. Whatever isn't here must be refused. */
const graph: Readonly<Record<State, Partial<Record<Transition, State>>>> = {
  none: { create: 'open' },
  open: {
    sign_in: 'open',
    transfer_content: 'migrating',
    delete_original: 'migrating',
    migrate: 'migrating',
    // The original goes its own way in the same write: there is nothing to migrate.
    change_email: 'completed',
    revoke: 'revoked',
  },
  migrating: { sign_in: 'migrating', complete: 'completed' },
  completed: {},
  revoked: {},
}
const transitions = [...new Set(Object.values(graph).flatMap(Object.keys))] as Transition[]
const edges = Object.entries(graph).flatMap(([from, to]) => Object.keys(to).map((by) => `${from} ${by}`))

type Outcome =
  | { readonly running: AccountRecord }
  | { readonly ended: Ended; readonly original?: AccountRecord }

interface Attempt {
  readonly now: Date
  readonly type: ClaimType
  readonly domainClaimed: boolean
  /** M5: whether the claim's mail leaves at once, or never. */
  readonly mailed: boolean
  readonly ulid: string
}

/** Does it if the rules allow it, as the service does; `undefined`: they don't. */
function attempt(given: AccountRecord, what: Transition, context: Attempt): Outcome | undefined {
  if (what === 'create') return create(given, context)
  return given.claim && change(given, given.claim, what, context)
}

function change(
  given: AccountRecord,
  claim: OpenClaim,
  what: Exclude<Transition, 'create'>,
  context: Attempt,
): Outcome | undefined {
  const changedBy = { now: context.now, by: ADMIN }
  switch (what) {
    case 'sign_in': {
      const running = signIn(given, claim, changedBy)
      return running && { running }
    }
    case 'change_email': {
      if (!openOptions(given, claim).includes(what)) return undefined
      return splitByNewAddress(given, claim, `${context.ulid}@elsewhere.example`, changedBy)
    }
    case 'transfer_content':
    case 'delete_original':
      return openOptions(given, claim).includes(what)
        ? { running: decide(given, claim, what, changedBy) }
        : undefined
    case 'migrate':
      return claim.status === 'open' && dueForMigration(claim, context.now)
        ? { running: startMigration(given, claim, changedBy) }
        : undefined
    case 'complete':
      return claim.status === 'migrating' ? { ended: completeClaim(given, claim, changedBy) } : undefined
    case 'revoke':
      return notRevocableBecause(claim, context.now, context.domainClaimed) === undefined
        ? { ended: revokeClaim(given, claim, changedBy) }
        : undefined
  }
}

function create(given: AccountRecord, { now, type, ulid, mailed }: Attempt): Outcome | undefined {
  // Whoever doesn't have the account claims it.
  const claimingOrgId = given.account.orgId === 'noordzee' ? 'harbour-gmbh' : 'noordzee'
  const codes = unclaimableCodes({
    claimingOrg: org({ orgId: claimingOrgId }),
    domainVerified: true,
    domainClaimedBy: undefined,
    record: given,
    sourceOrg: sourceOrg({ orgId: given.account.orgId }),
  })
  const request = claimRequest({ claimingOrgId, type, ulid })
  if (codes.length > 0) return undefined
  const made = withClaim(createClaim(given, request, { now, by: ADMIN }))
  return { running: mailed ? patchClaim(made, { notifiedAt: made.claim.createdAt }) : made }
}

const stateOf = (given: AccountRecord): State => given.claim?.status ?? 'none'

/** What a claim is about, which nothing that happens to it may change. */
const identityOf = ({
  claimId,
  type,
  claimingOrgId,
  sourceOrgId,
  originalUserId,
  newUserId,
  email,
  ...claim
}: OpenClaim) => ({
  ids: [claimId, originalUserId, newUserId],
  orgs: [claimingOrgId, sourceOrgId],
  rest: [type, email, claim.createdAt, claim.licenses, claim.origin],
})

function checkRunning(before: AccountRecord, after: AccountRecord): void {
  expect(after.revision).toBe(before.revision + 1)
  expect(after.recordId).toBe(before.recordId)
  expect(after.account).toStrictEqual(before.account)
  const { claim, change } = after
  if (claim === undefined || change === undefined) throw new Error('a running claim is kept in its record')
  expect(change.n).toBe(after.revision)
  expect(claim.version).toBe((before.claim?.version ?? 0) + 1)
  expect(claim.auditKeys).toEqual([...(before.claim?.auditKeys ?? []), `${change.at}#${change.n}`])
  const accounts = accountsOf(after).map(({ account }) => [account.userId, account.orgId, account.email])
  expect(accounts).toEqual([
    [claim.originalUserId, claim.sourceOrgId, claim.email],
    [claim.newUserId, claim.claimingOrgId, claim.email],
  ])
  if (before.claim) expect(identityOf(claim)).toEqual(identityOf(before.claim))
  expect(dueAt(claim) === undefined).toBe(claim.status === 'open' && claim.type === 'direct')
}

function checkEnded(
  start: AccountRecord,
  before: AccountRecord,
  ended: Ended,
  original?: AccountRecord,
): void {
  const { claim } = before
  if (claim === undefined) throw new Error('only a claim can end')
  const { closed, change, record: standing } = ended
  expect(standing).not.toHaveProperty('claim')
  expect(isOpen(closed)).toBe(false)
  expect(change.n).toBe(before.revision + 1)
  expect(closed.version).toBe(claim.version + 1)
  expect(closed.auditKeys).toEqual([...claim.auditKeys, `${change.at}#${change.n}`])
  expect(new Set(closed.auditKeys).size).toBe(closed.version)
  if (original === undefined)
    expect([standing.recordId, standing.revision]).toEqual([before.recordId, before.revision + 1])
  if (closed.status === 'revoked') expect(standing.account).toStrictEqual(start.account)
  else {
    expect(standing.account).toMatchObject({
      userId: claim.newUserId,
      email: start.account.email,
      orgId: claim.claimingOrgId,
    })
  }
  if (original !== undefined) {
    expect([original.recordId, original.revision]).toEqual([before.recordId, before.revision + 1])
    expect({ ...original.account, email: start.account.email }).toStrictEqual(start.account)
    expect(original.account.email).not.toBe(start.account.email)
    expect(standing.recordId).not.toBe(original.recordId)
  }
}

const MAX_WAIT_MS = 15 * 24 * 3_600_000
const step = fc.record({
  what: fc.constantFrom(...transitions),
  waitMs: fc.oneof(fc.integer({ min: 0, max: 3_600_000 }), fc.integer({ min: 0, max: MAX_WAIT_MS })),
  type: fc.constantFrom<ClaimType>('direct', 'delayed'),
  domainClaimed: fc.boolean(),
  mailed: fc.boolean(),
})
const ulidOf = (n: number): string => `01KAPEG9Q0${String(n).padStart(16, '0')}`

describe('a claim’s life', () => {
  it('C, U, R, M: any sequence of events goes by the graph, and keeps what must not change', () => {
    const taken = new Set<string>()
    const lives = fc.property(fc.array(step, { maxLength: 25 }), fc.boolean(), (steps, paid) => {
      let now = T0
      let current = record({ paid })
      let start = current
      for (const [n, { what, waitMs, ...context }] of steps.entries()) {
        now = plus(waitMs, now)
        const state = stateOf(current)
        const outcome = attempt(current, what, { ...context, now, ulid: ulidOf(n) })
        if (outcome === undefined) continue
        const leadsTo = 'running' in outcome ? stateOf(outcome.running) : outcome.ended.closed.status
        expect(leadsTo, `${what} from ${state}`).toBe(graph[state][what])
        taken.add(`${state} ${what}`)
        if ('running' in outcome) {
          if (what === 'create') start = current
          checkRunning(current, outcome.running)
          current = outcome.running
        } else {
          checkEnded(start, current, outcome.ended, outcome.original)
          current = outcome.ended.record
        }
      }
    })
    fc.assert(lives, { numRuns: 1000 })
    taken.clear()
    // These, which are the same each time, take every edge: otherwise they would prove less than the graph says.
    fc.assert(lives, { numRuns: 2000, seed: 1 })
    expect([...taken].sort()).toEqual([...edges].sort())
  })
})

describe('the end of the 14 days', () => {
  const instant = fc.oneof(
    fc.integer({ min: -2, max: 2 }).map((ms) => plus(ms, endsAt(claimed().claim))),
    fc.integer({ min: 0, max: 2 * MAX_WAIT_MS }).map((ms) => plus(ms)),
  )
  const type = fc.constantFrom<ClaimType>('direct', 'delayed')

  it('R4: at no instant can a claim both be revoked and be migrated by the schedule', () => {
    fc.assert(
      fc.property(instant, type, fc.boolean(), (now, claimType, domainClaimed) => {
        const { claim } = claimed({ type: claimType })
        const revocable = notRevocableBecause(claim, now, domainClaimed) === undefined
        expect(revocable && dueForMigration(claim, now)).toBe(false)
      }),
    )
  })

  it('R, M1: an untouched delayed claim can be revoked or is due to be migrated, whenever one looks', () => {
    fc.assert(
      fc.property(instant, (now) => {
        const { claim } = claimed()
        const revocable = notRevocableBecause(claim, now, false) === undefined
        expect(revocable).toBe(!dueForMigration(claim, now))
      }),
    )
  })

  it('M4, R: as long as it can be revoked at least a day is shown as left, and none once it is due', () => {
    fc.assert(
      fc.property(instant, type, (now, claimType) => {
        const view = viewClaim(claimed({ type: claimType }).claim, {
          now,
          domainClaimed: false,
          originalIsPaid: false,
        })
        expect(view.daysLeft > 0).toBe(view.revocable)
        expect(view.daysLeft).toBeLessThanOrEqual(14)
      }),
    )
  })

  it('M1: whenever in a second a claim is made, its schedule is set to the whole second of its end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 * MAX_WAIT_MS }), (ms) => {
        const { claim } = claimed({}, {}, plus(ms))
        const due = dueAt(claim)
        expect(due).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
        expect(new Date(due ?? '')).toEqual(endsAt(claim))
        expect(dueForMigration(claim, plus(-1, due))).toBe(false)
        expect(dueForMigration(claim, plus(0, due))).toBe(true)
      }),
    )
  })
})
