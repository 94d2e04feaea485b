import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { HOUR_MS, isoSecond } from '../../../../shared/lib/time.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { linkText } from '../../../../shared/rules/claims/decision-link.ts'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { requestConfirmation } from '../../../../shared/rules/claims/new-address-confirmation.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { FoundClaim } from '../../../../shared/storage/stores/claims.ts'
import { WRITTEN, type Written } from '../../../../shared/storage/writes/write.ts'
import {
  type DecisionPorts,
  makeDecision,
  showDecision,
  type WantedDecision,
} from '../../../../shared/usecases/claims/decide.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import {
  type ClaimedRecord,
  claimed,
  claimedDirectly,
  ENDS_AT,
  org,
  patchClaim,
  plus,
  record,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'
import { fakeWrites } from '../../../support/fakes.ts'

const given = claimed()
const { claimId, newUserId } = given.claim
const TOKEN = linkText({ claimId, secret: new Uint8Array(16) })
const HOME = 'ada@home.example'
const by = { now: T0, by: USER } as const

interface Given {
  /** What the link leads to, at each read. */
  readonly found?: (read: number) => FoundClaim | undefined
  readonly write?: (call: number) => Written
  readonly isTaken?: boolean
}

function world({ found = () => standing(), write: outcomeOf, isTaken = false }: Given = {}) {
  const { write, written } = fakeWrites<AccountRecord>(outcomeOf)
  let reads = 0
  const ports: DecisionPorts = {
    claims: { byId: async () => undefined, byLink: async () => found(++reads) },
    tokens: { claimIdOf: async () => undefined },
    organizations: { get: async () => ({ org: org(), revision: 1 }) },
    accounts: {
      byAddresses: async (addresses) => new Map(isTaken ? addresses.map((one) => [one, record()]) : []),
      write,
    },
    domains: { states: async () => new Map() },
    suppressions: { among: async () => new Set() },
  }
  const choose = (wanted: WantedDecision, now = T0) => makeDecision(ports, TOKEN, wanted, now)
  return { ports, choose, written }
}
const standing = (of: ClaimedRecord = given): FoundClaim => ({ claim: of.claim, record: of })
const leadsTo = (found: FoundClaim | undefined): Given => ({ found: () => found })
const changeEmail = (newEmail = HOME): WantedDecision => ({ kind: 'change_email', newEmail })

function requested(of = given, at = T0) {
  const asked = requestConfirmation(of, of.claim, HOME, { now: at, by: USER })
  if (asked.outcome !== 'requested') throw new Error(asked.outcome)
  return withClaim(asked.record)
}

withoutBackoff()

describe('a decision by a link', () => {
  it('U: is one write by the user, and answered as it stands then', async () => {
    for (const kind of ['transfer_content', 'delete_original'] as const) {
      const { choose, written } = world(leadsTo(standing(requested())))
      const answer = await choose({ kind })
      expect(answer).toMatchObject({
        outcome: 'decided',
        view: { claimId, options: [], decision: { kind, at: T0.toISOString(), by: 'user' } },
      })
      expect('view' in answer && answer.view).not.toHaveProperty('pendingEmail')
      expect(written).toMatchObject([
        { claim: { status: 'migrating', decision: { kind } }, change: { by: `user:${newUserId}` } },
      ])
    }
  })

  it('U1: that isn’t offered is refused, and nothing is written', async () => {
    const paid = claimedDirectly({ paid: true })
    for (const kind of ['transfer_content', 'delete_original'] as const) {
      const { choose, written } = world(leadsTo(standing(paid)))
      expect(await choose({ kind })).toMatchObject({
        outcome: 'refused',
        code: 'decision_not_offered',
        view: { options: ['change_email'] },
      })
      expect(written).toEqual([])
    }
  })

  it('U5: that comes second is told the first, whether the claim is still open or over', async () => {
    const first = withClaim(decide(given, given.claim, 'transfer_content', by))
    const { closed, record: left } = completeClaim(first, first.claim, by)
    for (const found of [standing(first), { claim: closed, formerRecord: left }]) {
      const { choose, written } = world(leadsTo(found))
      expect(await choose({ kind: 'delete_original' })).toMatchObject({
        outcome: 'already_decided',
        decision: { kind: 'transfer_content', by: 'user' },
        view: { options: [] },
      })
      expect(written).toEqual([])
    }
  })

  it('U6: of a claim that is gone is gone, also where it went between two rounds', async () => {
    expect(await world(leadsTo(undefined)).choose({ kind: 'transfer_content' })).toEqual({ outcome: 'gone' })
    const { choose } = world({
      found: (read) => (read === 1 ? standing() : undefined),
      write: () => LOST,
    })
    expect(await choose({ kind: 'transfer_content' })).toEqual({ outcome: 'gone' })
  })

  it('U5: where somebody else was faster the claim is read again, and it is busy after some rounds', async () => {
    const { choose, written } = world({ write: (call) => (call === 1 ? LOST : WRITTEN) })
    expect(await choose({ kind: 'transfer_content' })).toMatchObject({ outcome: 'decided' })
    expect(written).toHaveLength(1)
    for (const wanted of [{ kind: 'transfer_content' }, changeEmail()] as const)
      expect(await world({ write: () => LOST }).choose(wanted)).toMatchObject({
        outcome: 'refused',
        code: 'busy',
        view: { claimId, options: ['change_email', 'transfer_content', 'delete_original'] },
      })
  })
})

describe('the wish to keep the account under another address', () => {
  it('U2: is noted by one write, decides nothing, and is answered with what waits to be confirmed', async () => {
    const { choose, written } = world()
    const expiresAt = isoSecond(plus(24 * HOUR_MS))
    const answer = await choose(changeEmail())
    expect(answer).toMatchObject({
      outcome: 'confirmation_sent',
      newEmail: HOME,
      expiresAt,
      view: { pendingEmail: { expiresAt } },
    })
    expect('view' in answer && answer.view).not.toHaveProperty('decision')
    expect(written).toMatchObject([
      {
        claim: { status: 'open', pendingEmail: { newEmail: HOME } },
        change: { what: 'claim.confirmation_requested', by: `user:${newUserId}` },
      },
    ])
  })

  it('U2: is refused with an address that can’t be used', async () => {
    const { choose, written } = world({ isTaken: true })
    expect(await choose({ kind: 'change_email' })).toMatchObject({ code: 'new_email_required' })
    expect(await choose(changeEmail())).toMatchObject({
      outcome: 'refused',
      code: 'email_taken',
      view: { claimId },
    })
    expect(written).toEqual([])
  })

  it('U2: that is repeated at once is answered as before, and nothing is written', async () => {
    const { choose, written } = world(leadsTo(standing(requested())))
    expect(await choose(changeEmail('ADA@home.example'), plus(1000))).toMatchObject({
      outcome: 'confirmation_sent',
      newEmail: HOME,
      expiresAt: isoSecond(plus(24 * HOUR_MS)),
    })
    expect(written).toEqual([])
  })

  it('U2: that was asked too often is refused, with the seconds to wait: at least one', async () => {
    const often = (atMs: number) =>
      patchClaim(given, { confirmations: Array(20).fill(isoSecond(plus(atMs))) })
    const { choose, written } = world(leadsTo(standing(often(0))))
    const atSecond = new Date(Math.floor(T0.getTime() / 1000) * 1000)
    const inAnHour = plus(HOUR_MS, atSecond)
    expect(await choose(changeEmail(), inAnHour)).toMatchObject({
      outcome: 'refused',
      code: 'too_many_confirmations',
      retryAfterSeconds: (23 * HOUR_MS) / 1000,
      view: { claimId },
    })
    expect(await choose(changeEmail(), plus(500, inAnHour))).toMatchObject({
      retryAfterSeconds: (23 * HOUR_MS) / 1000,
    })
    expect(await choose(changeEmail(), plus(24 * HOUR_MS - 1, atSecond))).toMatchObject({
      retryAfterSeconds: 1,
    })
    expect(written).toEqual([])
  })

  it('M5: that comes when the migration is due, and was held for one before, isn’t offered any more', async () => {
    const late = patchClaim(given, { heldUntil: ENDS_AT })
    const { choose, written } = world(leadsTo(standing(late)))
    expect(await choose(changeEmail(), new Date(ENDS_AT))).toMatchObject({
      outcome: 'refused',
      code: 'decision_not_offered',
    })
    expect(written).toEqual([])
  })
})

describe('what a link shows', () => {
  const show = (found: FoundClaim | undefined, now = T0) =>
    showDecision(world(leadsTo(found)).ports, TOKEN, now)

  it('U6, U7: is what there is to decide, or what was decided, or nothing', async () => {
    expect(await show(standing())).toMatchObject({
      claimId,
      options: ['change_email', 'transfer_content', 'delete_original'],
    })
    const first = withClaim(decide(given, given.claim, 'transfer_content', by))
    const { closed, record: left } = completeClaim(first, first.claim, by)
    expect(await show({ claim: closed, formerRecord: left })).toMatchObject({
      options: [],
      decision: { kind: 'transfer_content' },
    })
    expect(await show(undefined)).toBeUndefined()
  })
})
