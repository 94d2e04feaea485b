import { describe, expect } from 'vitest'
import { viewClaim } from '../../../../shared/rules/claims/views.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { s3Event, UPLOADER } from '../../../support/fakes.ts'
import { type Importing, startImporting } from '../../../support/importing.ts'
import { it } from '../../../support/fixtures.ts'

describe('who asked for an import (C10)', () => {
  let db: TestTable
  let world: Importing

  it.beforeAll(async ({ table }) => {
    db = table
    world = await startImporting(db)
  })

  it('C10: a claim tells which import made it, and who put the file there, as S3 names them', async () => {
    const [email = ''] = await world.newPeople(1)
    const record = await world.imported('whose.csv', world.fileOf([email]))
    expect(record.createdBy).toBe(`s3:${UPLOADER}`)
    const claim = await world.claimOf(email)
    if (claim === undefined) throw new Error('not claimed')
    const view = viewClaim(claim, { now: world.clock.now(), domainClaimed: false, originalIsPaid: false })
    expect(view).toMatchObject({ importId: record.importId, createdBy: `s3:${UPLOADER}` })
    const told = world.bus.published.find(({ detail }) => detail.claimId === claim.claimId)
    expect(told?.detail).toMatchObject({ importId: record.importId })
  })

  it('C10: of a file of whose uploader S3 says nothing, the import itself is named', async () => {
    world.clock.advance(1)
    const key = `imports/${world.claimingOrg.orgId}/nobody.csv`
    const event = s3Event(world.bucket.put(key, world.fileOf(await world.newPeople(1))), world.clock.now())
    world.queues.imports.send([{ Records: event.Records.map((one) => ({ ...one, userIdentity: {} })) }])
    await world.settle()
    const record = await world.latest()
    expect(record.createdBy).toBe(`import:${record.importId}`)
  })
})
