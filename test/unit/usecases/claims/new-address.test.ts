import { describe, expect, it } from 'vitest'
import {
  isOnDomainOf,
  type NewAddressPorts,
  usableAddress,
} from '../../../../shared/usecases/claims/new-address.ts'
import type { DomainState } from '../../../../shared/storage/stores/domains.ts'
import { claimed, record } from '../../../support/builders.ts'

const given = claimed()
const HOME = 'Ada@Home.example'

function world({
  state,
  isTaken = false,
  isSuppressed = false,
}: {
  readonly state?: Partial<DomainState>
  readonly isTaken?: boolean
  readonly isSuppressed?: boolean
} = {}) {
  const asked: unknown[] = []
  const ports: NewAddressPorts = {
    accounts: {
      byAddresses: async (addresses) => {
        asked.push(addresses)
        return new Map(isTaken ? addresses.map((address) => [address, record()]) : [])
      },
    },
    domains: {
      states: async (orgId, domains) => {
        asked.push([orgId, ...domains])
        return new Map(
          state === undefined
            ? []
            : domains.map((domain) => [domain, { verified: false, claimedBy: undefined, ...state }]),
        )
      },
    },
    suppressions: {
      among: async (emails) => {
        asked.push(emails)
        return new Set(isSuppressed ? emails : [])
      },
    },
  }
  return {
    ports,
    asked,
    use: (email: string | undefined) => usableAddress(ports, { record: given, claim: given.claim }, email),
  }
}
const refused = (code: string) => ({ outcome: 'refused', code })

describe('a new address for the original', () => {
  it('U2: is usable where nobody has it, mail reaches it, and its domain isn’t the claiming org’s', async () => {
    const { use, asked } = world()
    expect(await use(` ${HOME}`)).toEqual({ outcome: 'usable', email: 'Ada@Home.example' })
    expect(asked).toEqual([['noordzee', 'home.example'], ['ada@home.example'], ['Ada@Home.example']])
    expect(await world({ state: { claimedBy: 'another' } }).use(HOME)).toMatchObject({ outcome: 'usable' })
  })

  it('U2: is asked for where there is none, and refused where it is no address, without another read', async () => {
    const { use, asked } = world()
    for (const missing of [undefined, '', ' \t'])
      expect(await use(missing)).toEqual(refused('new_email_required'))
    expect(await use('two words')).toEqual(refused('invalid_address'))
    expect(await use('ada@home.example.convert-user.local')).toEqual(refused('invalid_address'))
    expect(asked).toEqual([])
  })

  it('U2, N4: is refused where it is on a domain of the claiming org’s, somebody has it, or mail bounces there', async () => {
    expect(await world({ state: { verified: true } }).use(HOME)).toEqual(refused('email_on_claimed_domain'))
    expect(await world({ state: { claimedBy: 'noordzee' } }).use(HOME)).toEqual(
      refused('email_on_claimed_domain'),
    )
    expect(await world({ isTaken: true }).use(HOME)).toEqual(refused('email_taken'))
    expect(await world({ isSuppressed: true }).use(HOME)).toEqual(refused('mail_bounced'))
  })

  it('U2: a domain is the claiming org’s where it has verified or claimed it', async () => {
    const of = (state?: Partial<DomainState>) =>
      isOnDomainOf(world(state === undefined ? {} : { state }).ports, given.claim, 'home.example')
    expect(await of()).toBe(false)
    expect(await of({ verified: true })).toBe(true)
    expect(await of({ claimedBy: 'noordzee' })).toBe(true)
    expect(await of({ claimedBy: 'another' })).toBe(false)
  })
})
