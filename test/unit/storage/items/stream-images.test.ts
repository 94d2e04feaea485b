import { describe, expect, it } from 'vitest'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { itemOfEndedClaim } from '../../../../shared/storage/items/closed-claim-item.ts'
import { readImage } from '../../../../shared/storage/items/stream-images.ts'
import { suppressEffectsAttribute } from '../../../../shared/storage/schema.ts'
import { openMemoryTable } from '../../../simulation/dynamo/client.ts'
import { MemoryTable } from '../../../simulation/dynamo/memory-table.ts'
import type { Item } from '../../../simulation/dynamo/values.ts'
import { ADMIN, claimed, org, T0 } from '../../../support/builders.ts'
import { givenDomain } from '../../../support/given.ts'
import { storesOf } from '../../../support/stores.ts'

const orgId = 'noordzee'

/** The last image that the table's stream would tell of, after a write. */
async function imageOf(write: (stores: ReturnType<typeof storesOf>) => Promise<unknown>) {
  const memory = new MemoryTable('table')
  const images: Item[] = []
  memory.onCommit((commits) =>
    images.push(...commits.flatMap(({ after }) => (after === undefined ? [] : [after]))),
  )
  await write(storesOf(openMemoryTable(memory)))
  return images
    .map((image) => readImage(image))
    .filter((entity) => entity !== undefined)
    .at(-1)
}

describe('A1, A2: an image from the stream', () => {
  it('of an org is about it and its change, and when its deletion is due', async () => {
    const change = { what: 'organization.created', at: T0.toISOString(), by: ADMIN } as const
    expect(await imageOf(({ organizations }) => organizations.write(org(), 0, change))).toMatchObject({
      kind: 'organization',
      org: { orgId },
      orgId,
      subject: 'organization:noordzee',
      change,
      due: undefined,
    })
    const at = '2026-03-02T09:30:16Z'
    const going = { ...org(), deletion: { requestedAt: T0.toISOString(), at, by: ADMIN } }
    expect(await imageOf(({ organizations }) => organizations.write(going, 0, change))).toMatchObject({
      due: { at },
    })
  })

  it('of a domain is about it and its org', async () => {
    expect(await imageOf((stores) => givenDomain(stores, orgId, 'noordzee.example'))).toMatchObject({
      kind: 'domain',
      domain: { domain: 'noordzee.example' },
      orgId,
      subject: 'domain:noordzee.example',
      change: { what: 'domain.verified' },
    })
  })

  it('of an import, an export and a sync is about each and its org', async () => {
    const object = { fileName: 'people.csv', objectKey: 'imports/noordzee/people.csv', sizeBytes: 1 }
    const started = { importId: 'imp-1', orgId, kind: 'claims', status: 'reading', createdBy: ADMIN } as const
    expect(await imageOf(({ imports }) => imports.create({ ...started, ...object }, T0))).toMatchObject({
      kind: 'import',
      record: { importId: 'imp-1' },
      orgId,
      subject: 'import:imp-1',
      change: { by: ADMIN, n: 1 },
    })
    const exported = { orgId, exportId: 'exp-1', createdBy: ADMIN }
    expect(await imageOf(({ exports }) => exports.create(exported, T0))).toMatchObject({
      kind: 'export',
      record: { exportId: 'exp-1' },
      orgId,
      subject: 'export:exp-1',
      change: { what: 'export.created' },
    })
    const sync = { orgId, syncId: 'sync-1', mode: 'dry_run', createdBy: ADMIN } as const
    const list = { of: 'directory' as const, rows: 1, starts: [0] }
    expect(await imageOf(({ syncs }) => syncs.createFromList(sync, list, T0))).toMatchObject({
      kind: 'sync',
      record: { syncId: 'sync-1' },
      orgId,
      subject: 'sync:sync-1',
      change: { what: 'sync.started' },
      due: { kind: 'job' },
    })
  })

  it('of an ended claim is about it, and nothing follows where it was moved or redacted', () => {
    const open = claimed()
    const { closed, change } = revokeClaim(open, open.claim, { now: T0, by: ADMIN })
    const { [suppressEffectsAttribute]: _mark, ...told } = itemOfEndedClaim({ claim: closed, change })
    const about = { kind: 'closed-claim', claim: { claimId: closed.claimId }, orgId, subject: closed.claimId }
    expect(readImage({ ...told, deletedUserId: closed.newUserId })).toMatchObject({
      ...about,
      change,
      deletedUserId: closed.newUserId,
    })
    expect(readImage(told)).toMatchObject({ ...about, deletedUserId: undefined })
    expect(readImage({ ...told, [suppressEffectsAttribute]: 'y' })).toMatchObject({
      ...about,
      change: undefined,
    })
  })

  it('of anything else sets nothing off', () => {
    expect(readImage({ type: 'mail', v: 1 })).toBeUndefined()
    expect(readImage({})).toBeUndefined()
  })
})
