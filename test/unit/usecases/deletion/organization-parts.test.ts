import { describe, expect, it } from 'vitest'
import type { OrganizationPart } from '../../../../shared/storage/keys.ts'
import {
  type OrganizationPartsPorts,
  removeClosedClaims,
  removeObjects,
  removeParts,
} from '../../../../shared/usecases/deletion/organization-parts.ts'
import { T0 } from '../../../support/builders.ts'
import { never } from '../../../support/fakes.ts'
import { notPaused } from '../../../support/pauses.ts'

interface Given {
  readonly parts?: readonly OrganizationPart[]
  /** Pages within each part that has some. */
  readonly innerPages?: number
  /** Files in each of the org's folders. */
  readonly files?: number
  readonly claimPages?: number
  /** Looks at the clock after which no time is left. */
  readonly looks?: number
}

function world({ parts = [], innerPages = 1, files = 0, claimPages = 1, looks = Infinity }: Given) {
  const done: string[] = []
  let left = [...parts]
  let inner = 0
  let asked = 0
  const ports: OrganizationPartsPorts = {
    domains: { get: never, release: never, remove: never },
    parts: {
      first: async () => left,
      deleteInner: async (partition) => {
        done.push(`within ${partition}`)
        return ++inner < innerPages
      },
      delete: async ({ pk, sk }) => {
        done.push(`${pk} ${sk}`)
        left = left.slice(1)
      },
      deleteClosedClaims: async (_orgId, _limit, from) => {
        const page = from?.partition ?? 0
        done.push(`claims ${page}`)
        return page + 1 < claimPages ? { partition: page + 1 } : undefined
      },
    },
    objects: {
      async *list(prefix) {
        for (let n = 0; n < files; n++) yield `${prefix}${n}`
      },
      remove: async (key) => void done.push(key),
    },
    isPaused: notPaused,
    now: () => T0,
    timeLeftMs: () => (++asked > looks ? 0 : 60_000),
  }
  return { ports, done }
}
const item = (sk: string, inner?: string): OrganizationPart => ({
  kind: 'item',
  key: { pk: 'O#noordzee', sk },
  ...(inner !== undefined && { inner }),
})

describe('what is kept for an org', () => {
  it('O1: goes part by part, with all that is within, before the part itself', async () => {
    const { ports, done } = world({ parts: [item('IMP#1', 'I#1'), item('AUD#1')], innerPages: 2 })
    expect(await removeParts(ports, 'noordzee')).toBe(true)
    expect(done).toEqual(['within I#1', 'within I#1', 'O#noordzee IMP#1', 'O#noordzee AUD#1'])
  })

  it('O1: is left where it was when the time is over', async () => {
    const parts = [item('IMP#1', 'I#1')]
    const before = world({ parts, looks: 0 })
    expect(await removeParts(before.ports, 'noordzee')).toBe(false)
    expect(before.done).toEqual([])
    const within = world({ parts, looks: 1 })
    expect(await removeParts(within.ports, 'noordzee')).toBe(false)
    expect(within.done).toEqual(['within I#1'])
  })
})

describe('the files of an org', () => {
  it('O1: go, however many, from each of its folders, and nothing of an org whose id begins like its own', async () => {
    const { ports, done } = world({ files: 101 })
    expect(await removeObjects(ports, 'noordzee')).toBe(true)
    expect(new Set(done).size).toBe(done.length)
    const perFolder = Map.groupBy(done, (key) => key.slice(0, key.lastIndexOf('/') + 1))
    for (const [folder, keys] of perFolder) {
      expect(folder).toMatch(/\/noordzee\/$/)
      expect(keys).toHaveLength(101)
    }
    expect(perFolder.size).toBeGreaterThan(1)
  })

  it('O1: are left after a page when the time is over', async () => {
    const { ports, done } = world({ files: 101, looks: 0 })
    expect(await removeObjects(ports, 'noordzee')).toBe(false)
    expect(done).toHaveLength(100)
  })
})

describe('the ended claims of an org', () => {
  it('O1: go page by page, as long as there is time', async () => {
    const { ports, done } = world({ claimPages: 3 })
    expect(await removeClosedClaims(ports, 'noordzee')).toBe(true)
    expect(done).toEqual(['claims 0', 'claims 1', 'claims 2'])
    const late = world({ claimPages: 3, looks: 2 })
    expect(await removeClosedClaims(late.ports, 'noordzee')).toBe(false)
    expect(late.done).toEqual(['claims 0', 'claims 1'])
  })
})
