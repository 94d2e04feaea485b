import { describe, expect, it } from 'vitest'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import {
  liftSuppression,
  type LiftSuppressionPorts,
} from '../../../../shared/usecases/mail/lift-suppression.ts'
import { claimed, org, patchClaim, plus, record, T0 } from '../../../support/builders.ts'

interface Given {
  readonly standing?: AccountRecord
  readonly facts?: { readonly verified: boolean; readonly claimedBy: string | undefined }
  readonly admins?: readonly string[] | undefined
  readonly liftedAt?: Date | undefined
}

function world({ standing, facts, admins = [], liftedAt }: Given) {
  const asked: string[] = []
  const entries: object[] = []
  const written: AccountRecord[] = []
  const ports: LiftSuppressionPorts = {
    accounts: {
      byAddresses: async ([address = '']) => new Map(standing === undefined ? [] : [[address, standing]]),
      write: async (next) => {
        written.push(next)
        return WRITTEN
      },
    },
    audit: {
      append: async (given) => {
        asked.push('audit')
        entries.push(...given)
      },
    },
    claims: {
      byId: async () =>
        standing?.claim === undefined ? undefined : { claim: standing.claim, record: standing },
    },
    domains: {
      states: async (_orgId, domains) =>
        new Map(facts === undefined ? [] : domains.map((domain) => [domain, facts])),
    },
    organizations: {
      get: async () =>
        admins === undefined ? undefined : { org: org({ adminEmails: [...admins] }), revision: 1 },
    },
    suppressions: {
      beginLifting: async (email) => {
        asked.push(`begin ${email}`)
        return liftedAt
      },
      remove: async (email) => {
        asked.push(`remove ${email}`)
      },
    },
  }
  const lift = (isPlatform = false, email = 'Ada@noordzee.example', orgId = 'noordzee') =>
    liftSuppression(ports, { orgId, isPlatform, email, now: T0, by: isPlatform ? 'platform:p' : 'admin:a' })
  return { lift, asked, entries, written }
}

const REFUSED = { outcome: 'refused', code: 'not_found' }

describe('the lifting of a suppression', () => {
  it('N4: is the right of whoever has the domain, or the address as an admin’s, and of the platform', async () => {
    const may: Given[] = [
      { facts: { verified: true, claimedBy: undefined } },
      { facts: { verified: false, claimedBy: 'noordzee' } },
      { admins: ['boss@noordzee.example', 'ADA@noordzee.example'] },
    ]
    for (const given of may) expect(await world(given).lift()).toEqual({ outcome: 'lifted' })
    expect(await world({}).lift(true)).toEqual({ outcome: 'lifted' })
  })

  it('N4: is nobody else’s, who learns nothing of the address', async () => {
    const mayNot: Given[] = [
      {},
      { admins: undefined },
      { admins: ['boss@noordzee.example'] },
      { facts: { verified: false, claimedBy: 'other' } },
    ]
    for (const given of mayNot) {
      const { lift, asked } = world({ ...given, standing: claimed(), liftedAt: T0 })
      expect(await lift()).toEqual(REFUSED)
      expect(asked).toEqual([])
    }
    expect(await world({}).lift(true, 'no address')).toEqual(REFUSED)
  })

  const verified = { facts: { verified: true, claimedBy: undefined } }

  it('A1: is told in the trail before it is done, without the address, by when it was begun', async () => {
    const begun = plus(-5_000)
    const { lift, asked, entries } = world({ ...verified, liftedAt: begun })
    await lift()
    expect(asked).toEqual(['begin Ada@noordzee.example', 'audit', 'remove Ada@noordzee.example'])
    expect(entries).toEqual([
      {
        orgId: 'noordzee',
        subject: 'organization:noordzee',
        change: { what: 'organization.updated', at: begun.toISOString(), by: 'admin:a', n: 0 },
        after: { suppression: 'lifted' },
      },
    ])
  })

  it('N4: of what isn’t suppressed leaves no trace', async () => {
    const { lift, asked, entries } = world(verified)
    await lift()
    expect(asked).toEqual(['begin Ada@noordzee.example'])
    expect(entries).toEqual([])
  })

  it('A1: by the platform is in the trail of the org that has the user: the claiming one, its own, or the caller’s', async () => {
    const of = async (standing?: AccountRecord) => {
      const { lift, entries } = world({ ...(standing === undefined ? {} : { standing }), liftedAt: T0 })
      await lift(true, 'Ada@noordzee.example', 'operator')
      return entries.map((entry) => ('orgId' in entry ? entry.orgId : undefined))
    }
    expect(await of(claimed())).toEqual(['noordzee'])
    expect(await of(record())).toEqual(['personal'])
    expect(await of()).toEqual(['operator'])
  })

  it('N4: makes a bounced claim’s mail possible again, and changes no other', async () => {
    const bounced = patchClaim(claimed(), { notification: 'bounced' })
    const first = world({ ...verified, standing: bounced, liftedAt: T0 })
    await first.lift()
    expect(first.written).toMatchObject([{ claim: { notification: 'pending' } }])
    for (const standing of [record(), claimed()]) {
      const { lift, written } = world({ ...verified, standing, liftedAt: T0 })
      await lift()
      expect(written).toEqual([])
    }
  })
})
