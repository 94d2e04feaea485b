import { describe, expect } from 'vitest'
import { type DomainStore, domainStore, type OrgDomain } from '../../../../shared/storage/stores/domains.ts'
import { T0 } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { dump } from '../../../support/given.ts'
import { race, TURNS } from '../../../support/meetings.ts'
import { it } from '../../../support/fixtures.ts'

const change = (what: 'domain.added' | 'domain.claimed' | 'domain.released' | 'domain.removed') =>
  ({ what, at: T0.toISOString(), by: 'admin:ada' }) as const

describe('domainStore', () => {
  let db: TestTable
  let domains: DomainStore
  let made = 0

  it.beforeAll(({ table }) => {
    db = table
    domains = domainStore(db.table)
  })

  async function verified(orgId: string, domain = `d${++made}.example`): Promise<OrgDomain> {
    const at = T0.toISOString()
    const given: OrgDomain = {
      orgId,
      domain,
      status: 'verified',
      token: 'token',
      tokenExpiresAt: at,
      createdAt: at,
      verifiedAt: at,
      revision: 0,
    }
    expect(await domains.write(given, change('domain.added'))).toEqual({ outcome: 'written' })
    return { ...given, revision: 1 }
  }

  it('D1: reads back what was written, and a second one under its name is lost', async () => {
    const domain = await verified('acme')
    expect(await domains.get('acme', domain.domain)).toEqual(domain)
    expect(await domains.write({ ...domain, revision: 0 }, change('domain.added'))).toEqual({
      outcome: 'lost',
    })
    expect(await domains.get('other', domain.domain)).toBeUndefined()
  })

  it('D2: of two orgs that claim a domain at once one gets it, and the other keeps it verified', async () => {
    for (const [n, turn] of TURNS.entries()) {
      const name = `race${n}.example`
      const [acme, rival] = [await verified('acme', name), await verified('rival', name)]
      const results = await race(
        turn,
        () => domains.claim(acme, change('domain.claimed')),
        () => domains.claim(rival, change('domain.claimed')),
      )
      expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['taken', 'written'])
      const [winner, loser] = results[0].outcome === 'written' ? ['acme', 'rival'] : ['rival', 'acme']
      if (turn.meets === 'after') expect(winner).toBe(turn.firstBegins ? 'acme' : 'rival')
      expect(await domains.claimedBy(name)).toBe(winner)
      expect((await domains.get(loser, name))?.status).toBe('verified')
    }
  })

  it('D3: a domain that is released can be claimed by another org', async () => {
    const acme = await verified('acme')
    const rival = await verified('rival', acme.domain)
    await domains.claim(acme, change('domain.claimed'))
    expect(await domains.claim(rival, change('domain.claimed'))).toEqual({ outcome: 'taken' })
    expect(
      await domains.release({ ...acme, revision: 2, status: 'claimed' }, change('domain.released')),
    ).toEqual({ outcome: 'written' })
    expect((await domains.get('acme', acme.domain))?.status).toBe('verified')
    expect(await domains.claim(rival, change('domain.claimed'))).toEqual({ outcome: 'written' })
  })

  it('D3: a change of what has changed meanwhile is lost, and changes nothing', async () => {
    const domain = await verified('acme')
    await domains.claim(domain, change('domain.claimed'))
    const before = await dump(db)
    expect(await domains.claim(domain, change('domain.claimed'))).not.toEqual({ outcome: 'written' })
    expect(await domains.release(domain, change('domain.released'))).toEqual({ outcome: 'lost' })
    expect(await domains.remove(domain, change('domain.removed'))).toEqual({ outcome: 'lost' })
    expect(await domains.write(domain, change('domain.added'))).toEqual({ outcome: 'lost' })
    expect(await dump(db)).toEqual(before)
  })

  it('D3, A1: a domain that is removed is forgotten, and its audit entry is written with it', async () => {
    const domain = await verified('remover')
    expect(await domains.remove(domain, change('domain.removed'))).toEqual({ outcome: 'written' })
    expect(await domains.get('remover', domain.domain)).toBeUndefined()
    const entries = Object.entries(await dump(db)).filter(([key]) => key.startsWith('A#remover#'))
    expect(entries.map(([, entry]) => entry)).toMatchObject([
      {
        what: 'domain.removed',
        by: 'admin:ada',
        subject: `domain:${domain.domain}`,
        before: { status: 'verified' },
      },
    ])
  })

  it('E: the facts of a domain are whether the org has proven it and who has it to itself', async () => {
    const [own, both, pending] = [await verified('facts'), await verified('facts'), await verified('facts')]
    await domains.claim(own, change('domain.claimed'))
    await domains.claim(await verified('rival', both.domain), change('domain.claimed'))
    await domains.write({ ...pending, status: 'pending' }, change('domain.added'))
    const facts = await domains.states('facts', [own.domain, both.domain, pending.domain, 'unknown.example'])
    expect(Object.fromEntries(facts)).toEqual({
      [own.domain]: { verified: true, claimedBy: 'facts' },
      [both.domain]: { verified: true, claimedBy: 'rival' },
      [pending.domain]: { verified: false, claimedBy: undefined },
      'unknown.example': { verified: false, claimedBy: undefined },
    })
  })

  it('D3: an org’s domains are listed page by page, each once', async () => {
    const names = Array.from({ length: 7 }, (_, n) => `l${n}.example`)
    for (const name of names) await verified('lister', name)
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await domains.list('lister', 3, after)
      seen.push(...page.items.map(({ domain }) => domain))
      after = page.next
    } while (after !== undefined)
    expect(seen).toEqual(names)
  })
})
