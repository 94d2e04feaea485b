import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { claimIds } from '../../../shared/claims/claim-ids.ts'
import { createClaim } from '../../../shared/claims/lifecycle.ts'
import { accountToItem } from '../../../shared/table/items.ts'
import { keys } from '../../../shared/table/keys.ts'
import { tableSchema } from '../../../shared/table/schema.ts'
import { ADMIN, CREATED_AT, claimRequest, record, T0, ULID } from '../../support/builders.ts'

const CLAIMS = 100_000

function sources(folder: string): { path: string; text: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
}

describe('keys', () => {
  it('sharding: of an import of 100,000 claims of one org no key gets more than 1/16 of the writes', () => {
    const counts = new Map<string, number>()
    const count = (where: string, key: unknown): void => {
      const name = `${where} ${String(key)}`
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    const { claim } = createClaim(record(), claimRequest(), { now: T0, by: ADMIN })
    if (claim === undefined) throw new Error('no claim')
    for (let n = 0; n < CLAIMS; n++) {
      const root = `acc${String(n).padStart(5, '0')}`
      const { claimId } = claimIds(root, ULID)
      const item = accountToItem({ ...record(), root, claim: { ...claim, claimId } })
      for (const { name, partitionKey } of tableSchema.indexes) count(name, item[partitionKey])
      count('table', item[tableSchema.partitionKey])
      count('audit', keys.audit(claim.claimingOrgId, claimId, CREATED_AT, 1).pk)
    }
    const busiest = Math.max(...counts.values())
    expect(busiest).toBeLessThanOrEqual(CLAIMS / 16)
    // 32 keys of each of the four indexes and of the audit trail: all of them are used.
    expect([...counts.keys()].filter((name) => !name.startsWith('table '))).toHaveLength(5 * 32)
  })

  it('U6: the key of a decision’s token, or of an idempotency key, does not give it away', () => {
    expect(keys.token('secret-token').pk).not.toContain('secret')
    expect(keys.idempotency('noordzee', 'secret-key').pk).not.toContain('secret')
  })

  it('costs: nothing in shared or functions scans the table', () => {
    const scanning = [...sources('shared'), ...sources('functions')].filter(({ text }) =>
      /\bScanCommand\b|\bpaginateScan\b|\bParallelScan/.test(text),
    )
    expect(scanning.map(({ path }) => path)).toEqual([])
  })

  it('keys: only shared/table/keys.ts spells one', () => {
    const spelling = sources('shared').filter(
      ({ path, text }) => !path.endsWith('/keys.ts') && /['"`][UECODIVAMTK]#/.test(text),
    )
    expect(spelling.map(({ path }) => path)).toEqual([])
  })
})
