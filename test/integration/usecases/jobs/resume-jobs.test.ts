import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { JOB_LEASE_MS, MAX_FRUITLESS_RESUMPTIONS } from '../../../../shared/rules/jobs/job-lease.ts'
import type { QueueName } from '../../../support/background.ts'
import { type DirectoryWorld, startDirectory } from '../../../support/directory.ts'

/** More than a chunk. */
const ROWS = 150

describe('a long job whose message is lost for good', () => {
  let directory: DirectoryWorld

  beforeAll(async () => {
    directory = await startDirectory()
    await directory.given.org('personal', { kind: 'consumer' })
  })
  afterAll(() => directory.stop())

  /** As when they have become dead letters. */
  const lose = (name: QueueName): number => {
    const queue = directory.world.queues[name]
    let lost = 0
    for (let event = queue.receive(10); event !== undefined; event = queue.receive(10)) {
      queue.settle(event, { batchItemFailures: [] })
      lost += event.Records.length
    }
    return lost
  }

  /** The sweep, a lease later and once more, since a look tells only what has changed since the last one. */
  async function sweepTwice(): Promise<void> {
    for (let look = 0; look < 2; look++) await sweep(JOB_LEASE_MS + 1_000)
  }
  async function sweep(afterMs: number): Promise<void> {
    directory.advance(afterMs)
    directory.world.queues.due.send([{ kind: 'sweep' }])
    await directory.world.settle()
  }

  async function uploaded(orgId: string): Promise<void> {
    await directory.org(orgId)
    const rows = Array.from({ length: ROWS }, (_, n) => `p${n}@${orgId}.example`)
    directory.world.upload(`imports/${orgId}/a.csv`, `Email\n${rows.join('\n')}\n`)
  }
  const importOf = async (orgId: string) => (await directory.world.stores.imports.list(orgId, 1)).items[0]

  const codesOf = (code: string, id: string) =>
    directory.world.log.lines.filter((line) => line.code === code && Object.values(line.facts).includes(id))

  it('I6: an import whose chunks were lost is taken up by the sweep, and completes', async () => {
    await uploaded('chunks')
    await directory.world.drain('imports')
    expect(lose('rows')).toBe(2)
    await directory.world.settle()
    expect(await importOf('chunks')).toMatchObject({ status: 'running', chunksDone: 0 })
    await sweepTwice()
    const done = await importOf('chunks')
    expect(done).toMatchObject({ status: 'completed', chunksDone: 2, refused: ROWS })
    expect(done?.dueAt).toBeUndefined()
    expect(codesOf('job.taken_up', done?.importId ?? '')).toHaveLength(1)
  })

  it('I6: one chunk of several that was lost is made up for, and none is counted twice', async () => {
    await uploaded('one')
    await directory.world.drain('imports')
    const event = directory.world.queues.rows.receive(1)
    if (event === undefined) throw new Error('no chunk')
    directory.world.queues.rows.settle(event, { batchItemFailures: [] })
    await directory.world.settle()
    expect(await importOf('one')).toMatchObject({ status: 'running', chunksDone: 1 })
    await sweepTwice()
    expect(await importOf('one')).toMatchObject({ status: 'completed', chunksDone: 2, refused: ROWS })
  })

  it('I6: an import whose report was asked for in vain gets it', async () => {
    await uploaded('report')
    await directory.world.drain('imports', 'rows')
    await directory.world.takeEffects()
    expect(lose('reports')).toBe(1)
    await directory.world.settle()
    expect(await importOf('report')).toMatchObject({ status: 'running', chunksDone: 2 })
    await sweepTwice()
    expect(await importOf('report')).toMatchObject({ status: 'completed' })
  })

  async function neverRead(orgId: string, resumptions: number) {
    await directory.org(orgId)
    const { imports } = directory.world.stores
    const objectKey = `imports/${orgId}/a.csv`
    const { etag } = directory.world.bucket.put(objectKey, `Email\nada@${orgId}.example\n`)
    const file = { fileName: 'a.csv', objectKey, etag, sizeBytes: 20 }
    const now = directory.world.clock.now()
    const importId = `import-${orgId}`
    await imports.create(
      { importId, orgId, kind: 'claims', status: 'reading', createdBy: 'admin:a', ...file },
      now,
    )
    const record = await importOf(orgId)
    if (record === undefined) throw new Error('no import')
    await imports.renewLease(
      record,
      { dueAt: now.toISOString(), progressSeen: 'reading 0 0', resumptions },
      false,
    )
  }

  it('I6: an import that nobody read on is read', async () => {
    await neverRead('unread', 0)
    await sweep(1_000)
    expect(await importOf('unread')).toMatchObject({ status: 'completed', rowsRead: 1 })
  })

  it('I6: one that could not be read time after time fails, having claimed nobody, and somebody is told', async () => {
    await neverRead('unreadable', MAX_FRUITLESS_RESUMPTIONS)
    await sweep(1_000)
    const failed = await importOf('unreadable')
    expect(failed).toMatchObject({ status: 'failed', rowsRead: 0, error: { code: 'import_stalled' } })
    expect(failed?.dueAt).toBeUndefined()
    expect(codesOf('job.stuck', 'import-unreadable')).toMatchObject([{ level: 'error' }])
  })

  it('C1: an export that nobody wrote is written', async () => {
    await directory.org('export')
    const { body } = await directory.api.admin('export').post('/v1/claimable-users/exports')
    await directory.world.takeEffects()
    expect(lose('exports')).toBe(1)
    await sweepTwice()
    const [exportId = ''] = Object.values(body as Record<string, string>)
    expect(await directory.world.stores.exports.get('export', exportId)).toMatchObject({
      status: 'completed',
    })
  })

  it('Y3: a sync that nobody took further is carried out', async () => {
    await directory.org('sync', { 'sync-a': {}, 'sync-b': {} })
    const syncId = await directory.upload('sync', 'full', 'Email\nsync-a@sync.example\n')
    await directory.world.drain('syncs')
    await directory.world.takeEffects()
    expect(lose('syncs')).toBe(1)
    await sweepTwice()
    expect(await directory.syncOf('sync', syncId)).toMatchObject({
      status: 'completed',
      applied: { inactivated: 1 },
    })
  })

  it('I6: what gets on by itself is left alone, and what is over has no lease', async () => {
    await uploaded('fine')
    await directory.world.settle()
    expect(await importOf('fine')).toMatchObject({ status: 'completed' })
    await sweepTwice()
    expect(codesOf('job.taken_up', (await importOf('fine'))?.importId ?? '')).toEqual([])
  })
})
