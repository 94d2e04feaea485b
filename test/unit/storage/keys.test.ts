import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shardOf } from '../../../shared/lib/shard.ts'
import { claimIds } from '../../../shared/rules/claims/claim-ids.ts'
import { revokeClaim } from '../../../shared/rules/claims/revocation.ts'
import { accountToItem } from '../../../shared/storage/items/account-item.ts'
import { closedClaimToItem } from '../../../shared/storage/items/closed-claim-item.ts'
import {
  dueItemOf,
  duePlaceOf,
  indexKeys,
  isClosedClaimKey,
  keys,
  organizationPartOf,
  orgIdOfKey,
  recordIdOfKey,
  returnedMailsOf,
} from '../../../shared/storage/keys.ts'
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

describe('the due index', () => {
  it('has a place for an item with a shard and a time, and claims apart from jobs', () => {
    const at = '2026-03-15T09:30:15Z'
    for (const kind of ['claim', 'job'] as const) {
      const dueShard = indexKeys.dueShard(kind, '07')
      expect(duePlaceOf({ dueShard, dueAt: at })).toEqual({ kind, at, shard: '07' })
      expect(duePlaceOf({ dueShard })).toBeUndefined()
      expect(duePlaceOf({ dueAt: at })).toBeUndefined()
      expect(duePlaceOf({ dueShard, dueAt: 5 })).toBeUndefined()
    }
    expect(indexKeys.dueShard('claim', '07')).not.toBe(indexKeys.dueShard('job', '07'))
  })

  it('tells of each entry which entity it is about', () => {
    const account = keys.account('acc1')
    const claims = indexKeys.dueShard('claim', '07')
    const jobs = indexKeys.dueShard('job', '07')
    expect(dueItemOf({ ...account, dueShard: claims })).toEqual({ kind: 'claim', recordId: 'acc1' })
    expect(dueItemOf({ ...account, dueShard: jobs })).toEqual({ kind: 'deletion', recordId: 'acc1' })
    expect(dueItemOf({ ...account })).toEqual({ kind: 'deletion', recordId: 'acc1' })
    const orgId = 'noordzee'
    expect(dueItemOf({ ...keys.sync(orgId, 's1') })).toEqual({ kind: 'sync', orgId, syncId: 's1' })
    expect(dueItemOf({ ...keys.import(orgId, 'i1') })).toEqual({ kind: 'import', orgId, importId: 'i1' })
    expect(dueItemOf({ ...keys.export(orgId, 'e1') })).toEqual({ kind: 'export', orgId, exportId: 'e1' })
    expect(dueItemOf({ ...keys.digest(orgId, '2026-03-02') })).toEqual({
      kind: 'digest',
      orgId,
      day: '2026-03-02',
    })
    expect(dueItemOf({ ...keys.org(orgId) })).toEqual({ kind: 'organization', orgId })
  })
})

describe('O1: an item in an org’s partition', () => {
  it('is the org itself, a domain, or an item with what is to be deleted before it', () => {
    const orgId = 'noordzee'
    expect(organizationPartOf(keys.org(orgId))).toBeUndefined()
    expect(organizationPartOf(keys.orgDomain(orgId, 'a.example'))).toEqual({
      kind: 'domain',
      domain: 'a.example',
    })
    const imported = keys.import(orgId, 'i1')
    expect(organizationPartOf(imported)).toEqual({
      kind: 'item',
      key: imported,
      inner: keys.importRange('i1', 0).pk,
    })
    const sync = keys.sync(orgId, 's1')
    expect(organizationPartOf(sync)).toEqual({
      kind: 'item',
      key: sync,
      inner: keys.syncPart('s1', 'run', 1).pk,
    })
    const exported = keys.export(orgId, 'e1')
    expect(organizationPartOf(exported)).toStrictEqual({ kind: 'item', key: exported })
  })
})

describe('a key', () => {
  it('gives back the id that it was made of', () => {
    expect(recordIdOfKey(keys.account('acc1~B').pk)).toBe('acc1~B')
    expect(orgIdOfKey(keys.org('noordzee').pk)).toBe('noordzee')
  })

  it('of an ended claim stands under the record that it was made in, and is known as one', () => {
    const key = keys.closedClaim('clm~acc1~01KAPEG9Q0')
    expect(key).toEqual({ pk: keys.closedClaimsOf('acc1'), sk: '01KAPEG9Q0' })
    expect(isClosedClaimKey(key)).toBe(true)
    expect(isClosedClaimKey(keys.account('xC#'))).toBe(false)
    expect(isClosedClaimKey(keys.account('acc1'))).toBe(false)
    expect(keys.closedClaim('none').pk).toBe(keys.closedClaimsOf('none'))
  })

  it('of a returned mail begins with its day, and none has a name or secret in it', () => {
    const [first, second] = [
      keys.returnedMail('noordzee', '2026-03-02', 'clm~a~1'),
      keys.returnedMail('noordzee', '2026-03-03', 'clm~a~1'),
    ]
    expect(first.sk.startsWith(returnedMailsOf('2026-03-02'))).toBe(true)
    expect(second.sk.startsWith(returnedMailsOf('2026-03-02'))).toBe(false)
    expect(keys.idempotency('noordzee', 'secret').pk).not.toContain('secret')
    expect(keys.idempotency('noordzee', 'secret').pk).toMatch(/#[\w-]{43}$/)
  })
})
