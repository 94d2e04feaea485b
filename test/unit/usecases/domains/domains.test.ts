import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { type OrgDomain, txtRecordOf } from '../../../../shared/rules/domains/domain-changes.ts'
import type { DomainStatus } from '../../../../shared/rules/types.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import {
  addDomain,
  claimDomain,
  type DomainPorts,
  listDomains,
  releaseDomain,
  removeDomain,
  verifyDomain,
} from '../../../../shared/usecases/domains/domains.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import { ADMIN, plus, T0 } from '../../../support/builders.ts'

const AT = T0.toISOString()
const domain = (patch: Partial<OrgDomain> = {}): OrgDomain => ({
  orgId: 'noordzee',
  domain: 'noordzee.example',
  status: 'pending',
  token: 'token-1',
  tokenExpiresAt: plus(1).toISOString(),
  createdAt: AT,
  revision: 4,
  ...patch,
})
const PROOF = txtRecordOf(domain()).value

interface Given {
  readonly stored?: OrgDomain | undefined
  readonly records?: readonly string[] | undefined
  /** Writes that others are faster than. */
  readonly lost?: number
  readonly isTaken?: boolean
  readonly versions?: readonly number[]
}

function world({ lost = 0, isTaken = false, versions, ...given }: Given = {}) {
  const { stored, records } = { stored: domain(), records: [], ...given }
  const done: string[] = []
  let left = lost
  const writer =
    (name: string) =>
    async (next: OrgDomain, { what, at, by }: { what: string; at: string; by: string }) => {
      done.push(`${name} ${next.domain}: ${what} at ${at} by ${by}`)
      return left-- > 0 ? LOST : WRITTEN
    }
  const ports: DomainPorts = {
    domains: {
      get: async () => stored,
      write: writer('write'),
      claim: async (next, change) => (isTaken ? { outcome: 'taken' } : writer('claim')(next, change)),
      release: writer('release'),
      remove: writer('remove'),
    },
    resolveTxt: async () => records,
    newToken: () => 'token-2',
  }
  const request = { orgId: 'noordzee', domain: 'noordzee.example', now: T0, by: ADMIN, versions }
  return { ports, request, done }
}
const noted = (name: string, what: string): string[] => [
  `${name} noordzee.example: ${what} at ${AT} by ${ADMIN}`,
]
const refused = (code: string) => ({ outcome: 'refused', code })

withoutBackoff()

describe('adding a domain', () => {
  it('D1: stores it with a token of its own, once', async () => {
    const { ports, request, done } = world({ stored: undefined })
    expect(await addDomain(ports, request)).toMatchObject({
      outcome: 'done',
      domain: { status: 'pending', token: 'token-2', revision: 1 },
      created: true,
    })
    expect(done).toEqual(noted('write', 'domain.added'))
    const known = world()
    expect(await addDomain(known.ports, known.request)).toEqual({
      outcome: 'done',
      domain: domain(),
      created: false,
    })
    expect(known.done).toEqual([])
  })

  it('D1: renews a token that has expired', async () => {
    const { ports, request } = world({ stored: domain({ tokenExpiresAt: AT }) })
    expect(await addDomain(ports, request)).toMatchObject({
      domain: { token: 'token-2', revision: 5 },
      created: false,
    })
  })

  it('D1: is done again where another was faster', async () => {
    const { ports, request, done } = world({ stored: undefined, lost: 1 })
    expect(await addDomain(ports, request)).toMatchObject({ outcome: 'done' })
    expect(done).toHaveLength(2)
  })
})

describe('verifying a domain', () => {
  const verify = async (given: Given) => {
    const { ports, request, done } = world(given)
    return { outcome: await verifyDomain(ports, request), done }
  }

  it('D1: needs its record among those of the name servers', async () => {
    const { outcome, done } = await verify({ records: ['v=spf1', PROOF] })
    expect(outcome).toMatchObject({ outcome: 'done', domain: { status: 'verified' } })
    expect(done).toEqual(noted('write', 'domain.verified'))
    const without = await verify({ records: ['v=spf1'] })
    expect(without.outcome).toMatchObject({
      ...refused('txt_record_not_found'),
      lookup: { records: 1, expected: { value: PROOF } },
    })
    expect(without.done).toEqual([])
  })

  it('D1: says where nothing is known, or the token has expired', async () => {
    expect((await verify({ records: undefined })).outcome).toEqual(refused('dns_lookup_failed'))
    const expired = domain({ tokenExpiresAt: AT })
    expect((await verify({ stored: expired, records: [PROOF] })).outcome).toMatchObject(
      refused('verification_token_expired'),
    )
  })

  it('D1: asks nobody where it is verified already', async () => {
    const stored = domain({ status: 'verified' })
    expect((await verify({ stored, records: undefined })).outcome).toMatchObject({
      outcome: 'done',
      domain: stored,
    })
  })
})

describe.each([
  {
    name: 'claiming',
    operation: claimDomain,
    from: 'verified',
    done: noted('claim', 'domain.claimed'),
    otherwise: ['pending', 'domain_not_verified'],
  },
  {
    name: 'releasing',
    operation: releaseDomain,
    from: 'claimed',
    done: noted('release', 'domain.released'),
    otherwise: ['verified', 'domain_not_claimed'],
  },
  {
    name: 'removing',
    operation: removeDomain,
    from: 'verified',
    done: noted('remove', 'domain.removed'),
    otherwise: ['claimed', 'domain_claimed'],
  },
] as const)('$name a domain', ({ operation, from, done, otherwise: [status, code] }) => {
  const run = async (given: Given) => {
    const made = world(given)
    return { outcome: await operation(made.ports, made.request), done: made.done }
  }

  it('D2, D3: is one write, made again where others were faster', async () => {
    const stored = domain({ status: from })
    expect(await run({ stored })).toMatchObject({ outcome: { outcome: 'done', created: false }, done })
    expect((await run({ stored, lost: 1 })).done).toHaveLength(2)
  })

  it('D2, D3: is refused where it isn’t there, or isn’t in the state for it', async () => {
    expect((await run({ stored: undefined })).outcome).toMatchObject(refused('not_found'))
    expect(await run({ stored: domain({ status }) })).toMatchObject({ outcome: refused(code), done: [] })
  })

  it('C8: is refused at another version than was asked for', async () => {
    const stored = domain({ status: from })
    expect((await run({ stored, versions: [3] })).outcome).toMatchObject(refused('precondition_failed'))
    expect((await run({ stored, versions: [4] })).outcome).toMatchObject({ outcome: 'done' })
  })
})

it('D2: of two orgs that claim a domain, the second is refused', async () => {
  const { ports, request } = world({ stored: domain({ status: 'verified' }), isTaken: true })
  expect(await claimDomain(ports, request)).toMatchObject(refused('domain_claimed_by_other'))
})

describe('the domains of an org', () => {
  async function listed(limit: number, status?: DomainStatus, after?: string) {
    const all = [
      domain({ domain: 'a.example' }),
      domain({ domain: 'b.example', status: 'verified' }),
      domain({ domain: 'c.example' }),
      domain({ domain: 'd.example', status: 'verified' }),
    ]
    const sizes: number[] = []
    const list = async (_orgId: string, size: number, from = '') => {
      sizes.push(size)
      const left = all.filter((each) => each.domain > from)
      const items = left.slice(0, size)
      return { items, next: left.length > size ? items.at(-1)?.domain : undefined }
    }
    const page = await listDomains({ list }, { orgId: 'noordzee', limit, status, after })
    return { names: page.items.map((each) => each.domain[0]).join(''), next: page.next, sizes }
  }

  it('D1: are listed by name, and on from the last', async () => {
    expect(await listed(3)).toEqual({ names: 'abc', next: 'c.example', sizes: [3] })
    expect(await listed(3, undefined, 'c.example')).toMatchObject({ names: 'd', next: undefined })
  })

  it('D1: of one status are looked for, more at a time', async () => {
    expect(await listed(2, 'verified')).toEqual({ names: 'bd', next: undefined, sizes: [2, 4] })
    expect(await listed(1, 'verified')).toEqual({ names: 'b', next: 'b.example', sizes: [1, 2] })
  })
})
