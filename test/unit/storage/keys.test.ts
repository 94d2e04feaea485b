import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shardOf } from '../../../shared/lib/shard.ts'
import { claimIds } from '../../../shared/rules/claims/claim-ids.ts'
import { revokeClaim } from '../../../shared/rules/claims/revocation.ts'
import { accountToItem } from '../../../shared/storage/items/account-item.ts'
import { closedClaimToItem } from '../../../shared/storage/items/closed-claim-item.ts'
import { keys } from '../../../shared/storage/keys.ts'
import { tableSchema } from '../../../shared/storage/schema.ts'
import { ADMIN, CREATED_AT, claimed, T0, ULID } from '../../support/builders.ts'

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
    const count = (key: string): void => {
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    for (let n = 0; n < CLAIMS; n++) {
      const recordId = `acc${String(n).padStart(5, '0')}`
      count(shardOf(recordId))
      count(keys.audit('noordzee', claimIds(recordId, ULID).claimId, CREATED_AT, 1).pk)
    }
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(CLAIMS / 16)
    expect(counts.size).toBe(2 * 32)
  })

  it('sharding: all indexes, of a claimed account and of its closed claim, go by the shard of the recordId', () => {
    const given = claimed()
    const open = accountToItem(given)
    const { closed, change } = revokeClaim(given, given.claim, { now: T0, by: ADMIN })
    const ended = closedClaimToItem(closed, change)
    const shards = [...tableSchema.indexes.map(({ partitionKey }) => open[partitionKey]), ended.claimShard]
    expect(shards.map((key) => String(key).split('#').at(-1))).toEqual(Array(6).fill(shardOf(given.recordId)))
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

  it('keys: only shared/storage/keys.ts spells one', () => {
    const spelling = sources('shared').filter(
      ({ path, text }) => !path.endsWith('/keys.ts') && /['"`][UECODIVAMTKBYWP]#/.test(text),
    )
    expect(spelling.map(({ path }) => path)).toEqual([])
  })
})
