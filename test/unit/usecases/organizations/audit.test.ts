import { describe, expect, it } from 'vitest'
import type { Claim } from '../../../../shared/rules/types.ts'
import type { ReadAuditEntry } from '../../../../shared/storage/stores/audit.ts'
import {
  type AuditFilter,
  listAudit,
  listAuditOfClaim,
} from '../../../../shared/usecases/organizations/audit.ts'
import { ADMIN, claimed } from '../../../support/builders.ts'

const at = (day: number): string => `2026-03-0${day}T00:00:00.000Z`
const entry = (day: number, what: ReadAuditEntry['what']): ReadAuditEntry => ({
  at: at(day),
  by: ADMIN,
  what,
  subject: 's',
  after: {},
  position: `p${day}`,
  n: day,
})
/** From the third of March back to the first. */
const ENTRIES = [entry(3, 'claim.decided'), entry(2, 'claim.created'), entry(1, 'user.created')]
const idOf = (day: number): string => `noordzee/s/${at(day)}#${day}`

describe('the audit trail of an org', () => {
  async function listed({ limit = 10, filter = {} }: { limit?: number; filter?: AuditFilter }) {
    const asked: { size: number; from: string | undefined }[] = []
    const page = await listAudit(
      {
        audit: {
          list: async (_orgId, size, from) => {
            asked.push({ size, from })
            const left = ENTRIES.filter(({ position }) => from === undefined || position < from)
            const items = left.slice(0, size)
            return {
              items,
              next: left.length > size ? items.at(-1)?.position : undefined,
              read: items.length,
            }
          },
        },
      },
      { orgId: 'noordzee', limit, before: undefined, filter },
    )
    return { ids: page.items.map(({ id }) => id), next: page.next, asked }
  }

  it('A1: has the ids of the events, newest first, and goes on where a page ends', async () => {
    expect(await listed({})).toMatchObject({ ids: [idOf(3), idOf(2), idOf(1)], next: undefined })
    expect(await listed({ limit: 2 })).toMatchObject({ ids: [idOf(3), idOf(2)], next: 'p2' })
  })

  it('A1: has one kind of change where that is asked for, and reads more at a time then', async () => {
    const { ids, asked } = await listed({ limit: 1, filter: { what: 'user.created' } })
    expect(ids).toEqual([idOf(1)])
    expect(asked).toEqual([
      { size: 1, from: undefined },
      { size: 2, from: 'p3' },
    ])
    expect((await listed({ limit: 1 })).asked).toEqual([{ size: 1, from: undefined }])
  })

  it('A1: ends at the time from which on it is asked for, that instant included', async () => {
    const { ids, next, asked } = await listed({ limit: 2, filter: { since: at(3) } })
    expect({ ids, next }).toEqual({ ids: [idOf(3)], next: undefined })
    expect(asked).toHaveLength(1)
  })
})

describe('the audit trail of a claim', () => {
  const auditKeys = [1, 2, 3].map((n) => `${at(n)}#${n}`)

  interface Given {
    readonly limit?: number
    readonly before?: number
    readonly filter?: AuditFilter
    readonly claim?: Claim | undefined
    readonly entries?: readonly ReadAuditEntry[]
  }
  async function listed({ limit = 10, before, filter = {}, entries = ENTRIES, ...given }: Given) {
    const claim = 'claim' in given ? given.claim : { ...claimed().claim, auditKeys }
    const asked: number[][] = []
    const page = await listAuditOfClaim(
      {
        audit: {
          ofChanges: async (_orgId, _subject, changes) => {
            asked.push(changes.map(({ n }) => n))
            return entries.filter(({ n, at }) => changes.some((each) => each.n === n && each.at === at))
          },
        },
        claims: { byIdOf: async () => claim && { claim } },
      },
      'clm1',
      { orgId: 'noordzee', limit, before, filter },
    )
    return page && { ids: page.items.map(({ id }) => id), next: page.next, asked }
  }

  it('A1: has all of its changes, newest first, and goes on by the number of older ones', async () => {
    expect(await listed({})).toEqual({
      ids: [idOf(3), idOf(2), idOf(1)],
      next: undefined,
      asked: [[3, 2, 1]],
    })
    expect(await listed({ limit: 2 })).toEqual({ ids: [idOf(3), idOf(2)], next: 1, asked: [[3, 2]] })
    expect(await listed({ limit: 2, before: 1 })).toEqual({ ids: [idOf(1)], next: undefined, asked: [[1]] })
    expect(await listed({ before: 99 })).toMatchObject({ ids: [idOf(3), idOf(2), idOf(1)] })
  })

  it('A3: is nobody else’s', async () => {
    expect(await listed({ claim: undefined })).toBeUndefined()
  })

  it('A1: has one kind of change where that is asked for, and reads more at a time then', async () => {
    expect(await listed({ limit: 1, filter: { what: 'user.created' } })).toEqual({
      ids: [idOf(1)],
      next: undefined,
      asked: [[3], [2, 1]],
    })
  })

  it('A1: leaves out what the stream has not written yet', async () => {
    expect(await listed({ entries: ENTRIES.slice(1) })).toMatchObject({ ids: [idOf(2), idOf(1)] })
    // Without a filter, only as many more are read as are missing.
    expect(await listed({ limit: 1, entries: ENTRIES.slice(2) })).toMatchObject({ asked: [[3], [2], [1]] })
  })

  it('A1: ends at the time from which on it is asked for, that instant included', async () => {
    expect(await listed({ limit: 2, filter: { since: at(3) } })).toEqual({
      ids: [idOf(3)],
      next: undefined,
      asked: [[3]],
    })
  })
})
