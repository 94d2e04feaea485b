import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { HOUR_MS, isoSecond } from '../../../../shared/lib/time.ts'
import { decide, splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { linkText } from '../../../../shared/rules/claims/decision-link.ts'
import { completeClaim, type Ended } from '../../../../shared/rules/claims/ending.ts'
import {
  confirmationHash,
  linkConfirmation,
  requestConfirmation,
} from '../../../../shared/rules/claims/new-address-confirmation.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { FoundClaim } from '../../../../shared/storage/stores/claims.ts'
import {
  type ConfirmNewAddressPorts,
  confirmEmail,
  showConfirmation,
} from '../../../../shared/usecases/claims/confirm-new-address.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import {
  type ClaimedRecord,
  claimed,
  org,
  patchClaim,
  plus,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'

const HOME = 'ada@home.example'
const by = { now: T0, by: USER } as const
const secret = new Uint8Array(16).fill(7)
const noordzee = org({ settings: { contact: 'help@noordzee.example' } })

/** A claim whose user was mailed a link to confirm the address. */
function asked(of: ClaimedRecord = claimed()): ClaimedRecord {
  const requested = requestConfirmation(of, of.claim, HOME, by)
  if (requested.outcome !== 'requested') throw new Error(requested.outcome)
  const { record, claim, pending } = requested
  const linked = linkConfirmation(record, claim, {
    n: pending.changeNumber,
    link: confirmationHash(secret),
    now: T0,
  })
  if (linked === undefined) throw new Error('not linked')
  return withClaim(linked)
}
const given = asked()
const { claimId, newUserId } = given.claim
const TOKEN = linkText({ claimId, secret })
const OTHER_SECRET = linkText({ claimId, secret: new Uint8Array(16) })
const standing = (of: ClaimedRecord): FoundClaim => ({ claim: of.claim, record: of })

type Split = Awaited<ReturnType<ConfirmNewAddressPorts['accounts']['split']>>
interface Given {
  readonly found?: (read: number) => FoundClaim | undefined
  readonly split?: (call: number) => Split
  readonly verified?: boolean
}

function world({
  found = () => standing(given),
  split = () => ({ outcome: 'written' }),
  verified = false,
}: Given = {}) {
  const written: { readonly original: AccountRecord; readonly ended: Ended }[] = []
  let reads = 0
  let calls = 0
  const ports: ConfirmNewAddressPorts = {
    claims: { byId: async (id) => (id === claimId ? found(++reads) : undefined) },
    organizations: { get: async () => ({ org: noordzee, revision: 1 }) },
    domains: {
      states: async (_orgId, domains) =>
        new Map(
          domains.map((domain) => [
            domain,
            { verified: verified && domain === 'home.example', claimedBy: undefined },
          ]),
        ),
    },
    accounts: {
      split: async (original, ended) => {
        const outcome = split(++calls)
        if (outcome.outcome === 'written') written.push({ original, ended })
        return outcome
      },
    },
  }
  return {
    written,
    reads: () => reads,
    show: (token = TOKEN, now = T0) => showConfirmation(ports, token, now),
    confirm: (token = TOKEN, now = T0) => confirmEmail(ports, token, now),
  }
}
const leadsTo = (found: FoundClaim | undefined): Given => ({ found: () => found })
const common = {
  claimId,
  organizationName: 'Noordzee BV',
  email: 'Ada@noordzee.example',
  settings: noordzee.settings,
}
const waiting = {
  ...common,
  locale: 'nl',
  pending: { newEmail: HOME, expiresAt: isoSecond(plus(24 * HOUR_MS)) },
}
const { original, ended } = splitByNewAddress(given, given.claim, HOME, by)
const confirmed: FoundClaim = { claim: ended.closed, formerRecord: original }
const decision = { kind: 'change_email', at: T0.toISOString(), by: 'user' } as const

withoutBackoff()

describe('the link to confirm a new address', () => {
  it('U2: shows what to confirm and until when, and what was decided once it is', async () => {
    expect(await world().show()).toEqual(waiting)
    expect(await world(leadsTo(confirmed)).show()).toEqual({ ...common, locale: 'nl', decision })
  })

  it('U2: leads nowhere with another secret, once it has expired, or where another address was asked for since', async () => {
    const again = requestConfirmation(given, given.claim, 'other@home.example', { ...by, now: plus(HOUR_MS) })
    if (again.outcome !== 'requested') throw new Error(again.outcome)
    expect(await world().show(OTHER_SECRET)).toBeUndefined()
    expect(await world().show(TOKEN, plus(24 * HOUR_MS + 1000))).toBeUndefined()
    for (const found of [undefined, standing(claimed()), standing(withClaim(again.record))])
      expect(await world(leadsTo(found)).show()).toBeUndefined()
    const { show, reads } = world()
    expect(await show('no link')).toBeUndefined()
    expect(reads()).toBe(0)
  })

  it('U7: leads nowhere once something else was decided, and with another secret than the confirmed one', async () => {
    expect(await world(leadsTo(confirmed)).show(OTHER_SECRET)).toBeUndefined()
    const other = withClaim(decide(given, given.claim, 'transfer_content', by))
    const { closed, record: left } = completeClaim(other, other.claim, by)
    const links = [confirmationHash(secret)]
    const linked = {
      ...closed,
      decision: { ...closed.decision, kind: 'transfer_content', links },
    } as typeof closed
    for (const claim of [closed, linked])
      expect(await world(leadsTo({ claim, formerRecord: left })).show()).toBeUndefined()
    const { decision: made } = ended.closed
    if (made === undefined) throw new Error('no decision')
    const { links: _none, ...unlinked } = made
    expect(
      await world(leadsTo({ claim: { ...ended.closed, decision: unlinked }, formerRecord: original })).show(),
    ).toBeUndefined()
  })
})

describe('the confirmation of a new address', () => {
  it('U2: decides, by one write of both accounts by the user, and says so', async () => {
    const { confirm, written } = world()
    const { pending: _pending, ...rest } = waiting
    expect(await confirm()).toEqual({ outcome: 'decided', newEmail: HOME, view: { ...rest, decision } })
    expect(written).toMatchObject([
      {
        original: { recordId: 'acc00042', account: { email: HOME } },
        ended: {
          closed: { decision: { kind: 'change_email', newEmail: HOME } },
          change: { by: `user:${newUserId}` },
        },
      },
    ])
  })

  it('U5: that is repeated is told the decision that was made, without the address', async () => {
    const { confirm, written } = world(leadsTo(confirmed))
    expect(await confirm()).toEqual({
      outcome: 'already_decided',
      decision,
      view: { ...common, locale: 'nl', decision },
    })
    expect(written).toEqual([])
  })

  it('U2: is refused where the claiming org has verified its domain, or somebody has taken it since', async () => {
    const refused = (code: string) => ({ outcome: 'refused', code, view: waiting })
    const owned = world({ verified: true })
    expect(await owned.confirm()).toEqual(refused('email_on_claimed_domain'))
    expect(owned.written).toEqual([])
    const { claim } = given
    const moved = patchClaim(given, { newAccount: { ...claim.newAccount, email: HOME.toUpperCase() } })
    expect(await world(leadsTo(standing(moved))).confirm()).toMatchObject({ code: 'email_taken' })
    expect(await world({ split: () => ({ outcome: 'address_taken' }) }).confirm()).toEqual(
      refused('email_taken'),
    )
  })

  it('U6: leads nowhere where the claim is gone, also between two rounds', async () => {
    expect(await world(leadsTo(undefined)).confirm()).toEqual({ outcome: 'gone' })
    const { confirm } = world({
      found: (read) => (read === 1 ? standing(given) : undefined),
      split: () => LOST,
    })
    expect(await confirm()).toEqual({ outcome: 'gone' })
  })

  it('R4: where somebody else changed the claim it is read again, and it is busy after some rounds', async () => {
    const { confirm, written } = world({ split: (call) => (call === 1 ? LOST : { outcome: 'written' }) })
    expect(await confirm()).toMatchObject({ outcome: 'decided' })
    expect(written).toHaveLength(1)
    expect(await world({ split: () => LOST }).confirm()).toEqual({
      outcome: 'refused',
      code: 'busy',
      view: waiting,
    })
  })
})
