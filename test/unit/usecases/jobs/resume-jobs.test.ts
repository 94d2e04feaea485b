import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { MAX_FRUITLESS_RESUMPTIONS } from '../../../../shared/rules/jobs/job-lease.ts'
import type { ImportRecord } from '../../../../shared/storage/items/import-item.ts'
import type { SyncRecord } from '../../../../shared/storage/items/sync-item.ts'
import type { ExportRecord } from '../../../../shared/storage/stores/exports.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import { SYNC_SIZES } from '../../../../shared/usecases/directory/sync-runs.ts'
import {
  type JobState,
  reportJobState,
  resumeExport,
  resumeImport,
  resumeSync,
} from '../../../../shared/usecases/jobs/resume-jobs.ts'
import { openMemoryTable } from '../../../simulation/dynamo/client.ts'
import { MemoryTable } from '../../../simulation/dynamo/memory-table.ts'
import { ADMIN, org, plus, T0 } from '../../../support/builders.ts'
import { never, recordedLog } from '../../../support/fakes.ts'
import { fakeMetrics } from '../../../support/metrics.ts'
import { storesOf } from '../../../support/stores.ts'

/** What each line names. */
const IDS = '{"job":"import","importId":"i"}'

function told(outcome: JobState['outcome']) {
  const [log, metrics] = [recordedLog(), fakeMetrics()]
  reportJobState({ log, metrics }, 'import', { outcome }, { importId: 'i' })
  return {
    lines: log.lines.map(({ level, code, facts }) => `${level} ${code} ${JSON.stringify(facts)}`),
    running: metrics.total('JobsRunning', 'import'),
    stuck: metrics.total('JobsStuck', 'import'),
  }
}

describe('a look at a long job', () => {
  it('says nothing where nothing was due', () => {
    for (const outcome of ['nothing_due', 'early'] as const)
      expect(told(outcome)).toEqual({ lines: [], running: 0, stuck: 0 })
  })

  it('counts one that gets on as running, and one that does not as stuck besides, for an alarm', () => {
    expect(told('advancing')).toEqual({ lines: [`info job.advancing ${IDS}`], running: 1, stuck: 0 })
    expect(told('stalled')).toEqual({ lines: [`warn job.taken_up ${IDS}`], running: 1, stuck: 1 })
    expect(told('stuck')).toEqual({ lines: [`error job.stuck ${IDS}`], running: 1, stuck: 1 })
  })
})

describe('an import whose lease is over', () => {
  const LEASE = { dueAt: T0.toISOString(), leaseTakes: 0 }
  const OVER = plus(1)

  interface Given {
    readonly record: Partial<ImportRecord> | undefined
    readonly now?: Date
    readonly isRenewed?: boolean
  }
  async function resumed({ record, now = OVER, isRenewed = true }: Given) {
    const { imports } = storesOf(openMemoryTable(new MemoryTable('table')))
    const ref = { orgId: 'noordzee', importId: 'imp-1' }
    const file = { fileName: 'a.csv', objectKey: 'imports/noordzee/a.csv', sizeBytes: 1 }
    await imports.create({ ...ref, ...file, kind: 'claims', status: 'reading', createdBy: ADMIN }, T0)
    const created = await imports.get('noordzee', 'imp-1')
    const done: string[] = []
    const outcome = await resumeImport(
      {
        imports: {
          ...imports,
          get: async () => created && record && { ...created, ...LEASE, ...record },
          getStored: async () => {
            done.push('advanced')
            return undefined
          },
          renewLease: async (_record, { progressSeen, resumptions }, sendAgain) => {
            done.push(`renewed: ${progressSeen}, ${resumptions}${sendAgain ? ', sends again' : ''}`)
            return isRenewed ? WRITTEN : LOST
          },
          fail: async (_record, { code, message }) => {
            done.push(`failed: ${code}, ${message.slice(0, 20)}`)
            return WRITTEN
          },
        },
        organizations: { get: async () => undefined },
        queueReport: async () => void done.push('report'),
        read: never,
        sendChunks: never,
        continueLater: never,
        now: () => now,
        timeLeftMs: () => 60_000,
      },
      ref,
    )
    return { outcome: outcome.outcome, done }
  }
  const reading = (patch: Partial<ImportRecord> = {}) =>
    ({ status: 'reading', bytesRead: 7, leaseSeen: 'reading 7 0', ...patch }) as const
  const running = (patch: Partial<ImportRecord> = {}) =>
    ({
      status: 'running',
      bytesRead: 7,
      chunks: 3,
      chunksDone: 2,
      leaseSeen: 'running 7 2',
      ...patch,
    }) as const
  const TOO_OFTEN = { leaseTakes: MAX_FRUITLESS_RESUMPTIONS }

  it('O1: is nothing to do where it went with its org, or its lease was renewed by somebody else', async () => {
    expect(await resumed({ record: undefined })).toEqual({ outcome: 'nothing_due', done: [] })
    expect(await resumed({ record: reading(), isRenewed: false })).toEqual({
      outcome: 'nothing_due',
      done: ['renewed: reading 7 0, 1'],
    })
  })

  it('I6: is left alone a moment before', async () => {
    expect(await resumed({ record: reading(), now: plus(-1) })).toEqual({ outcome: 'early', done: [] })
    expect(await resumed({ record: { ...reading(), status: 'waiting' }, now: plus(-1) })).toEqual({
      outcome: 'early',
      done: [],
    })
  })

  it('I11: fails where nothing was uploaded in time', async () => {
    expect(await resumed({ record: { status: 'waiting', leaseSeen: '' } })).toEqual({
      outcome: 'nothing_due',
      done: ['failed: upload_missed, Nothing was uploaded'],
    })
  })

  it('I6: gets a new lease where it got on since the last look, and nothing else', async () => {
    expect(await resumed({ record: reading({ bytesRead: 8, ...TOO_OFTEN }) })).toEqual({
      outcome: 'advancing',
      done: ['renewed: reading 8 0, 0'],
    })
    expect(await resumed({ record: running({ chunksDone: 3 }) })).toEqual({
      outcome: 'advancing',
      done: ['renewed: running 7 3, 0'],
    })
  })

  it('I6: is taken up where it didn’t get on: read on, its chunks sent again, or its report asked for', async () => {
    expect(await resumed({ record: reading() })).toEqual({
      outcome: 'stalled',
      done: ['renewed: reading 7 0, 1', 'advanced'],
    })
    expect(await resumed({ record: running() })).toEqual({
      outcome: 'stalled',
      done: ['renewed: running 7 2, 1, sends again', 'advanced'],
    })
    expect(await resumed({ record: running({ chunksDone: 3, leaseSeen: 'running 7 3' }) })).toEqual({
      outcome: 'stalled',
      done: ['renewed: running 7 3, 1, sends again', 'report'],
    })
    const unread = reading({ chunks: 0, bytesRead: 0, leaseSeen: 'reading 0 0' })
    expect((await resumed({ record: unread })).done).toContain('advanced')
  })

  it('I6: fails where it is stuck and claimed nobody, and is taken up without end afterwards', async () => {
    expect(await resumed({ record: reading(TOO_OFTEN) })).toEqual({
      outcome: 'stuck',
      done: ['failed: import_stalled, The file could not b'],
    })
    const later = await resumed({ record: running(TOO_OFTEN) })
    expect(later).toEqual({
      outcome: 'stuck',
      done: [`renewed: running 7 2, ${MAX_FRUITLESS_RESUMPTIONS + 1}, sends again`, 'advanced'],
    })
  })
})

describe('an export whose lease is over', () => {
  interface Given {
    readonly record: Partial<ExportRecord> | undefined
    readonly now?: Date
    readonly isRenewed?: boolean
  }
  async function resumed({ record, now = plus(1), isRenewed = true }: Given) {
    const { exports, accounts, claims, domains } = storesOf(openMemoryTable(new MemoryTable('table')))
    const ref = { orgId: 'noordzee', exportId: 'exp-1' }
    await exports.create({ ...ref, of: 'claims', createdBy: ADMIN }, T0)
    const created = await exports.get('noordzee', 'exp-1')
    const done: string[] = []
    const outcome = await resumeExport(
      {
        accounts,
        claims,
        domains,
        exports: {
          get: async () =>
            created && record && { ...created, dueAt: T0.toISOString(), leaseSeen: '5', rows: 5, ...record },
          progress: never,
          complete: never,
          fail: async () => {
            done.push('failed')
            return WRITTEN
          },
          renewLease: async (_record, { progressSeen, resumptions }) => {
            done.push(`renewed: ${progressSeen}, ${resumptions}`)
            return isRenewed ? WRITTEN : LOST
          },
        },
        organizations: { get: async () => undefined, getMany: async () => new Map() },
        write: never,
        migrationCutoff: undefined,
        now: () => now,
      },
      ref,
    )
    return { outcome: outcome.outcome, done }
  }

  it('O1: is nothing to do where it is gone or over, or its lease was renewed by somebody else', async () => {
    expect(await resumed({ record: undefined })).toEqual({ outcome: 'nothing_due', done: [] })
    expect(await resumed({ record: { status: 'completed' } })).toEqual({ outcome: 'nothing_due', done: [] })
    expect(await resumed({ record: {}, isRenewed: false })).toEqual({
      outcome: 'nothing_due',
      done: ['renewed: 5, 1'],
    })
  })

  it('I6: is left alone a moment before, and gets a new lease where it got on', async () => {
    expect(await resumed({ record: {}, now: plus(-1) })).toEqual({ outcome: 'early', done: [] })
    expect(await resumed({ record: { leaseSeen: '4' } })).toEqual({
      outcome: 'advancing',
      done: ['renewed: 5, 0'],
    })
  })

  it('I6: is written anew where it didn’t get on', async () => {
    // Its org is gone, which is the first that its writing finds.
    expect(await resumed({ record: {} })).toEqual({ outcome: 'stalled', done: ['renewed: 5, 1', 'failed'] })
  })

  it('I6: fails where it is stuck: it can be asked for again', async () => {
    expect(await resumed({ record: { leaseTakes: MAX_FRUITLESS_RESUMPTIONS } })).toEqual({
      outcome: 'stuck',
      done: ['failed'],
    })
  })
})

describe('a sync whose lease is over', () => {
  interface Given {
    readonly record: Partial<SyncRecord> | undefined
    readonly now?: Date
    readonly isRenewed?: boolean
  }
  const SEEN = 'compare 11 12 13 14 15'
  const AT = { bytesRead: 11, usersRead: 12, runs: 13, comparisonsDone: 14, pagesDone: 15 }

  async function resumed({ record, now = plus(1), isRenewed = true }: Given) {
    const { syncs, accounts } = storesOf(openMemoryTable(new MemoryTable('table')))
    const ref = { orgId: 'noordzee', syncId: 'sync-1' }
    await syncs.createForFile({ ...ref, mode: 'full', createdBy: ADMIN }, 'directories/noordzee/a.csv', T0)
    const created = await syncs.get('noordzee', 'sync-1')
    const dueAt = T0.toISOString()
    const done: string[] = []
    let reads = 0
    // Where it is read again to be taken further, it is gone.
    const stored = (): SyncRecord | undefined =>
      created && record && (++reads === 1 || record.phase === 'completed')
        ? { ...created, phase: 'compare', dueAt, leaseSeen: SEEN, ...AT, ...record }
        : undefined
    const outcome = await resumeSync(
      {
        syncs: {
          ...syncs,
          get: async () => {
            if (reads > 0) done.push('read again')
            return stored()
          },
          warned: async (_record, warned) => {
            done.push(`warned: ${warned?.users}`)
            return WRITTEN
          },
          renewLease: async (_record, { progressSeen, resumptions }) => {
            done.push(`renewed: ${progressSeen}, ${resumptions}`)
            return isRenewed ? WRITTEN : LOST
          },
          fail: async (_record, { code, message }) => {
            done.push(`failed: ${code}, ${message}`)
            return WRITTEN
          },
        },
        accounts,
        organizations: { get: async () => ({ org: org({ settings: { locale: 'nl' } }), revision: 1 }) },
        read: never,
        write: never,
        listObjects: (prefix) => {
          throw new Error(`no objects of ${prefix}`)
        },
        removeObject: never,
        send: never,
        maxInactivePercent: 10,
        sizes: SYNC_SIZES,
        now: () => now,
        timeLeftMs: () => 60_000,
      },
      ref,
    )
    return { outcome: outcome.outcome, done }
  }

  it('O1: is nothing to do where it went with its org, or its lease was renewed by somebody else', async () => {
    expect(await resumed({ record: undefined })).toEqual({ outcome: 'nothing_due', done: [] })
    expect(await resumed({ record: {}, isRenewed: false })).toEqual({
      outcome: 'nothing_due',
      done: [`renewed: ${SEEN}, 1`],
    })
  })

  it('Y4: warns where it is over and a warning is due', async () => {
    expect(await resumed({ record: { phase: 'completed', removedFrom: plus(1).toISOString() } })).toEqual({
      outcome: 'nothing_due',
      done: ['read again', 'warned: undefined'],
    })
  })

  it('I6: is left alone a moment before, and gets a new lease where it got on by any of its numbers', async () => {
    expect(await resumed({ record: {}, now: plus(-1) })).toEqual({ outcome: 'early', done: [] })
    for (const [n, name] of Object.keys(AT).entries())
      expect(await resumed({ record: { [name]: 99 } })).toEqual({
        outcome: 'advancing',
        done: [`renewed: ${SEEN.replace(`${11 + n}`, '99')}, 0`],
      })
    expect(await resumed({ record: { phase: 'apply' } })).toMatchObject({ outcome: 'advancing' })
  })

  it('I6: is taken further where it didn’t get on', async () => {
    expect(await resumed({ record: {} })).toEqual({
      outcome: 'stalled',
      done: [`renewed: ${SEEN}, 1`, 'read again'],
    })
  })

  it('I6: fails where it is stuck and changed nobody, in its org’s language, and goes on without end afterwards', async () => {
    const stuck = { leaseTakes: MAX_FRUITLESS_RESUMPTIONS }
    const failed = await resumed({ record: stuck })
    expect(failed).toMatchObject({ outcome: 'stuck' })
    expect(failed.done).toEqual([expect.stringContaining('failed: sync_stalled, De directory kon')])
    expect(
      await resumed({ record: { ...stuck, phase: 'apply', leaseSeen: SEEN.replace('compare', 'apply') } }),
    ).toEqual({
      outcome: 'stuck',
      done: [expect.stringMatching(/^renewed: apply/), 'read again'],
    })
  })
})
