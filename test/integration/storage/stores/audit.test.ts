import { describe, expect } from 'vitest'
import type { AuditEntry } from '../../../../shared/storage/stores/audit.ts'
import type { Stores } from '../../../support/background.ts'
import { ADMIN, plus, T0 } from '../../../support/builders.ts'
import { it } from '../../../support/fixtures.ts'

const ORG = 'noordzee'

describe('the audit trail of an org', () => {
  let stores: Stores
  let newest: string[]

  /** Many changes of one subject stand in one shard: no even share of a page foresees them. */
  const entries: AuditEntry[] = Array.from({ length: 120 }, (_, n) => ({
    orgId: ORG,
    subject: n % 3 === 0 ? `acc${n}` : 'busy',
    // Several at one instant, as an import makes them.
    change: { what: 'user.updated', at: plus(Math.floor(n / 4) * 1000).toISOString(), by: ADMIN, n },
    after: { number: n },
  }))
  const nameOf = ({ subject, at, n }: { subject: string; at: string; n: number }) => `${at}#${subject}#${n}`

  it.beforeAll(async ({ tableStores }) => {
    stores = tableStores
    await stores.audit.append(entries)
    await stores.audit.append([{ orgId: `${ORG}-two`, subject: 'busy', change: changeAt(0) }])
    newest = entries
      .map(({ subject, change: { at, n } }) => nameOf({ subject, at, n }))
      .sort()
      .reverse()
  })

  const changeAt = (n: number) => ({ what: 'user.updated', at: T0.toISOString(), by: ADMIN, n }) as const

  it.each([1, 7, 60, 120, 200])(
    'A1: its pages of %d, one after the other, hold each entry once, newest first, also those of one shard',
    async (limit) => {
      const read: string[] = []
      let before: string | undefined
      do {
        const page = await stores.audit.list(ORG, limit, before)
        expect(page.items.length).toBeLessThanOrEqual(limit)
        read.push(...page.items.map(nameOf))
        before = page.next
      } while (before !== undefined && read.length < 1000)
      expect(read).toEqual(newest)
    },
  )

  it('A1: entries that come in between two pages neither hide nor repeat the others', async () => {
    const first = await stores.audit.list(ORG, 50)
    const late = { what: 'user.updated', at: plus(999_000).toISOString(), by: ADMIN, n: 999 } as const
    await stores.audit.append([{ orgId: ORG, subject: 'busy', change: late }])
    const rest = await stores.audit.list(ORG, 200, first.next)
    expect([...first.items, ...rest.items].map(nameOf)).toEqual(newest)
  })

  it('A1: a subject’s entries are found by its changes, in their order; what is not there is left out', async () => {
    const busy = entries.filter(({ subject }) => subject === 'busy').slice(0, 3)
    const wanted = busy.map(({ change }) => change)
    const missing = { at: T0.toISOString(), n: 12_345 }
    const found = await stores.audit.ofChanges(ORG, 'busy', [...wanted, missing])
    expect(found.map(({ n, after }) => [n, after])).toEqual(
      busy.map(({ change: { n }, after }) => [n, after]),
    )
    expect(await stores.audit.ofChanges('harbour', 'busy', wanted)).toEqual([])
  })

  it('C6: an entry that is appended again is the same entry', async () => {
    const count = async () => (await stores.audit.list(ORG, 1000)).items.length
    const before = await count()
    await stores.audit.append(entries)
    expect(await count()).toBe(before)
  })
})
