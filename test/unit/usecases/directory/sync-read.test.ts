import { describe, expect, it } from 'vitest'
import type { SyncRequest } from '../../../../shared/contracts/messages/sync.ts'
import { ObjectGone, type ReadObject } from '../../../../shared/contracts/object-store.ts'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { inactivate } from '../../../../shared/rules/directory/inactivation.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { SyncRecord, SyncRun } from '../../../../shared/storage/items/sync-item.ts'
import type { WalkPosition } from '../../../../shared/storage/queries/walk.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import { readDirectory, readUsers } from '../../../../shared/usecases/directory/sync-read.ts'
import { claimed, claimedDirectly, record, T0 } from '../../../support/builders.ts'
import { inChunks } from '../../../support/csv.ts'
import { syncRecord } from '../../../support/job-records.ts'
import { syncPorts } from '../../../support/sync-ports.ts'

const REF = { orgId: 'noordzee', syncId: 'sync-1' }
const SIZES = { rowsPerRun: 2, rowsPerComparison: 4, actionsPerBatch: 10 }

/** What is written and sent on the way, in order. */
function recorder({ lostRuns = [] as readonly number[] } = {}) {
  const runs: { run: SyncRun; progress: Record<string, unknown> }[] = []
  const done: string[] = []
  const sent: SyncRequest[] = []
  const texts: string[] = []
  return {
    runs,
    done,
    sent,
    texts,
    ports: {
      syncs: {
        runDone: async (_record: SyncRecord, run: SyncRun, progress: object) => {
          runs.push({ run, progress: { ...progress } })
          return lostRuns.includes(runs.length - 1) ? LOST : WRITTEN
        },
        directoryRead: async ({ runs: n }: SyncRecord) => {
          done.push(`read in ${n} runs`)
          return WRITTEN
        },
        fail: async (_record: SyncRecord, { code, message, line, column }: Record<string, unknown>) => {
          done.push([code, line, column].filter((each) => each !== undefined).join(' '))
          texts.push(String(message))
          return WRITTEN
        },
      },
      write: async (key: string, contentType: string, body: AsyncIterable<Uint8Array>) => {
        const bytes = Buffer.concat(await Array.fromAsync(body))
        texts.push(bytes.toString().split('\n').toSorted().join(' ').trim())
        done.push(`${contentType} ${key.replace(/-[0-9a-f]{16}\.tsv$/, '')}`)
      },
      send: async (requests: readonly SyncRequest[]) => void sent.push(...requests),
      sizes: SIZES,
    },
  }
}

describe('the file of a directory', () => {
  interface Given {
    readonly text: string
    readonly record?: Partial<SyncRecord>
    readonly timeLeftMs?: number
    readonly lostRuns?: readonly number[]
    readonly error?: Error
  }
  async function read({ text, record: patch = {}, timeLeftMs = 60_000, lostRuns = [], error }: Given) {
    const known = recorder({ lostRuns })
    const dialects: object[] = []
    const reads: ReadObject[] = []
    const stepped = await readDirectory(
      syncPorts({
        ...known.ports,
        syncs: {
          ...known.ports.syncs,
          setDialect: async (_record, { columns, bytesRead, nextLine }) => {
            dialects.push({ columns, bytesRead, nextLine })
            return WRITTEN
          },
        },
        read: async (object) => {
          reads.push(object)
          if (error !== undefined) throw error
          return inChunks(Buffer.from(text).subarray(object.startByte, object.endByte))
        },
        timeLeftMs: () => timeLeftMs,
      }),
      syncRecord({ phase: 'directory', mode: 'dry_run', objectKey: 'o', etag: 'e', ...patch }),
    )
    return { ...known, stepped, dialects, reads }
  }
  const FILE = 'Name;Email\nAda;ada@noordzee.example\nBob;Bob@noordzee.example\n\nCy;cy@noordzee.example\n'
  const HEADER = 'Name;Email\n'.length

  it('Y3: is read once, in runs, each stored with where it goes on', async () => {
    const { stepped, dialects, reads, runs, done, texts } = await read({ text: FILE })
    expect(stepped).toEqual({ outcome: 'moved' })
    expect(dialects).toEqual([{ columns: { width: 2, address: 1 }, bytesRead: HEADER, nextLine: 2 }])
    expect(reads.map(({ key, etag, startByte }) => ({ key, etag, startByte }))).toEqual([
      { key: 'o', etag: 'e', startByte: 0 },
      { key: 'o', etag: 'e', startByte: HEADER },
    ])
    expect(runs.map(({ progress }) => progress)).toMatchObject([
      { rowsRead: 2, refused: 0, nextLine: 4, bytesRead: FILE.indexOf('\n\nCy') + 1 },
      { rowsRead: 3, refused: 0, nextLine: 6, bytesRead: FILE.length },
    ])
    expect(texts).toEqual([
      'ada@noordzee.example\t bob@noordzee.example\tBob@noordzee.example',
      'cy@noordzee.example',
    ])
    const type = 'text/tab-separated-values; charset=utf-8'
    expect(done).toEqual([
      expect.stringMatching(new RegExp(`^${type} .*directory-0$`)),
      expect.stringMatching(/directory-1$/),
      'read in 2 runs',
    ])
  })

  const dialect = { encoding: 'utf-8', bomBytes: 0, delimiter: ';', headerByte: 0, headerLine: 1 } as const
  const KNOWN = { dialect, columns: { width: 2, address: 1 }, bytesRead: HEADER, nextLine: 2 }

  it('Y3: is read on from where it was, by what is known of it', async () => {
    const bytesRead = FILE.indexOf('Cy;')
    const { reads, dialects, runs } = await read({
      text: FILE,
      record: { ...KNOWN, bytesRead, nextLine: 5, rowsRead: 2, runs: 1, withoutAddress: 3 },
    })
    expect(dialects).toEqual([])
    expect(reads).toEqual([{ key: 'o', etag: 'e', startByte: bytesRead }])
    expect(runs.map(({ progress }) => progress)).toMatchObject([
      { rowsRead: 3, withoutAddress: 3, nextLine: 6 },
    ])
    // Half of what is known is as good as nothing.
    expect((await read({ text: FILE, record: { dialect } })).dialects).toHaveLength(1)
    expect((await read({ text: FILE, record: { columns: KNOWN.columns } })).dialects).toHaveLength(1)
  })

  it('Y3: that ended with a run has nothing left to store', async () => {
    const text = FILE.slice(0, FILE.indexOf('\nCy'))
    const { stepped, runs, done } = await read({ text })
    expect(stepped).toEqual({ outcome: 'moved' })
    expect(runs).toHaveLength(1)
    expect(done.at(-1)).toBe('read in 1 runs')
  })

  it('Y3: is handed on in the last seconds', async () => {
    const { stepped, runs, sent, done } = await read({ text: FILE, timeLeftMs: 19_999 })
    expect(stepped).toEqual({ outcome: 'waiting' })
    expect(sent).toEqual([{ kind: 'advance', ...REF }])
    expect(runs).toHaveLength(1)
    expect(done).toHaveLength(1)
    expect((await read({ text: FILE, timeLeftMs: 20_000 })).stepped).toEqual({ outcome: 'moved' })
  })

  it('Y3: is left to another invocation that is further', async () => {
    expect(await read({ text: FILE, lostRuns: [0] })).toMatchObject({
      stepped: { outcome: 'lost' },
      sent: [],
    })
    const last = await read({ text: FILE, lostRuns: [1] })
    expect(last.stepped).toEqual({ outcome: 'lost' })
    expect(last.done).toHaveLength(2)
  })

  const rows = (count: number): string => Array.from({ length: count }, () => 'x;not an address\n').join('')

  it('Y8: fails a full sync where a row has no readable address, and names the first', async () => {
    const text = `${FILE}${rows(1)}`
    const full = await read({ text, record: { mode: 'full' } })
    expect(full.done.at(-1)).toBe('unreadable_rows 6')
    expect(full.texts.at(-1)).toContain('regels 6)')
    expect(full.stepped).toEqual({ outcome: 'moved' })
    expect((await read({ text })).done.at(-1)).toBe('read in 2 runs')
  })

  it('Y8: names twenty rows without a readable address, and counts them all', async () => {
    const { runs } = await read({
      text: `${FILE}${rows(25)}`,
      record: { ...KNOWN, refused: 1, refusedRows: [{ line: 1, code: 'x' }] },
    })
    const progress = { refusedRows: [] as SyncRecord['refusedRows'], ...runs[1]?.progress }
    expect(progress).toMatchObject({ refused: 26, rowsRead: 28 })
    const { refusedRows } = progress
    expect(refusedRows).toHaveLength(20)
    expect(refusedRows.slice(0, 2)).toEqual([
      { line: 1, code: 'x' },
      { line: 6, code: 'invalid_address' },
    ])
    const full = await read({ text: `${FILE}${rows(25)}`, record: { mode: 'full' } })
    expect(full.texts.at(-1)).toContain('en nog 5')
  })

  it('Y8: counts rows that have no address, and refuses none of them', async () => {
    const { runs, done } = await read({
      text: `Name;Email\nscanner;\n${FILE.slice(HEADER)}`,
      record: { mode: 'full' },
    })
    expect(runs[0]?.progress).toMatchObject({ withoutAddress: 1, rowsRead: 3, refused: 0 })
    expect(done.at(-1)).toBe('read in 2 runs')
  })

  it('Y3: fails the sync where it can’t be read: no rows, no column, or another file', async () => {
    expect((await read({ text: 'Name;Email\n' })).done).toEqual(['no_rows 2 1'])
    expect((await read({ text: '' })).done).toEqual([expect.stringMatching(/^no_rows/)])
    expect((await read({ text: 'Name;Phone\nAda;1\n' })).done).toEqual([
      expect.stringMatching(/^no_address_column/),
    ])
    const replaced = await read({ text: FILE, error: new ObjectGone('replaced') })
    expect(replaced).toMatchObject({ done: ['file_replaced'], stepped: { outcome: 'moved' } })
    expect(replaced.texts[0]).toMatch(/^Het bestand is vervangen/)
  })

  it('Y3: is read again later where S3 fails, and is never missing from its sync', async () => {
    await expect(read({ text: FILE, error: new Error('no S3') })).rejects.toThrow('no S3')
    for (const missing of [{ objectKey: undefined }, { etag: undefined }])
      await expect(read({ text: FILE, record: missing })).rejects.toThrow('sync sync-1 has no file')
  })
})

describe('the users of an org that is synchronised', () => {
  interface Given {
    /** Pages of the indexes: records with their role. */
    readonly pages: readonly (readonly (readonly [AccountRecord, 'account' | 'claimed'])[])[]
    readonly record?: Partial<SyncRecord>
    readonly timeLeftMs?: number
    readonly lostRuns?: readonly number[]
    readonly isGone?: boolean
  }
  async function read({
    pages,
    record: patch = {},
    timeLeftMs = 60_000,
    lostRuns = [],
    isGone = false,
  }: Given) {
    const known = recorder({ lostRuns })
    const positions: (WalkPosition | undefined)[] = []
    const batches: number[] = []
    const stepped = await readUsers(
      syncPorts({
        ...known.ports,
        accounts: {
          recordIdsOfOrg: async (_orgId, _limit, position) => {
            positions.push(position)
            const at = position?.partition ?? 0
            return {
              found: (pages[at] ?? []).map(([{ recordId }, role]) => ({
                recordId,
                role,
                after: { partition: at },
              })),
              next: at + 1 < pages.length ? { partition: at + 1 } : undefined,
            }
          },
          byRecordIds: async (ids) => {
            batches.push(ids.length)
            const all = isGone ? [] : pages.flat()
            return new Map(
              all.flatMap(([each]) => (ids.includes(each.recordId) ? [[each.recordId, each] as const] : [])),
            )
          },
        },
        timeLeftMs: () => timeLeftMs,
      }),
      syncRecord({ phase: 'users', rowsRead: 3, ...patch }),
    )
    return { ...known, stepped, positions, batches }
  }
  const own = (n: number): readonly [AccountRecord, 'account'] => [
    record({ userId: `u${n}`, email: `U${n}@noordzee.example`, orgId: 'noordzee' }),
    'account',
  ]

  it('Y3: are read once, in runs, each stored with where it goes on, and then compared', async () => {
    const { stepped, runs, done, positions } = await read({ pages: [[own(1)], [own(2)], [own(3)]] })
    expect(stepped).toEqual({ outcome: 'moved' })
    expect(positions).toEqual([undefined, { partition: 1 }, { partition: 2 }])
    expect(runs.map(({ run, progress }) => [run.rows, progress])).toEqual([
      [2, { usersRead: 2, usersFrom: { partition: 2 } }],
      [1, { usersRead: 3, phase: 'compare', comparisons: 2 }],
    ])
    expect(done).toEqual([expect.stringMatching(/users-0$/), expect.stringMatching(/users-1$/)])
  })

  it('Y3: are read on from where they were', async () => {
    const after = { pk: 'x' }
    const { positions, runs } = await read({
      pages: [[own(1)], [own(2)]],
      record: { usersRead: 5, usersFrom: { partition: 1, after } },
    })
    expect(positions).toEqual([{ partition: 1, after }])
    expect(runs[0]?.progress).toEqual({ usersRead: 6, phase: 'compare', comparisons: 3 })
    const first = await read({ pages: [[own(1)], [own(2)]], record: { usersFrom: { partition: 1 } } })
    expect(first.positions.map((position) => Object.keys(position ?? {}))).toEqual([['partition']])
  })

  it('Y3: are handed on in the last seconds, with what was read', async () => {
    const { stepped, runs, sent } = await read({ pages: [[own(1)], [own(2)]], timeLeftMs: 19_999 })
    expect(stepped).toEqual({ outcome: 'waiting' })
    expect(sent).toEqual([{ kind: 'advance', ...REF }])
    expect(runs.map(({ progress }) => progress)).toEqual([{ usersRead: 1, usersFrom: { partition: 1 } }])
    const last = await read({ pages: [[own(1)]], timeLeftMs: 0 })
    expect(last).toMatchObject({ stepped: { outcome: 'moved' }, sent: [] })
    expect((await read({ pages: [[own(1)], [own(2)]], timeLeftMs: 20_000 })).sent).toEqual([])
  })

  it('Y3: are left to another invocation that is further', async () => {
    const { stepped, runs } = await read({ pages: [[own(1), own(2)], [own(3)]], lostRuns: [0] })
    expect(stepped).toEqual({ outcome: 'lost' })
    expect(runs).toHaveLength(1)
  })

  it('Y6: are its own accounts, whom it is claiming, and who is being claimed from it, each as a sync may touch them', async () => {
    const [plain] = own(1)
    const missed = inactivate(plain, { role: 'only', account: plain.account }, 'sync-0', {
      now: T0,
      by: 'sync:sync-0',
    })
    const direct = claimedDirectly({ userId: 'd', email: 'd@noordzee.example' })
    const taken = claimed(
      { claimingOrgId: 'acme' },
      { userId: 't', email: 't@noordzee.example', orgId: 'noordzee' },
    )
    const both = claimed({}, { userId: 'b', email: 'b@noordzee.example', orgId: 'noordzee' })
    const { texts } = await read({
      pages: [
        [
          [missed, 'account'],
          [direct, 'claimed'],
          [taken, 'account'],
          [both, 'account'],
          [record({ userId: 'elsewhere', orgId: 'acme' }), 'account'],
        ],
      ],
      record: {},
    })
    expect(texts[0]?.split(' ').filter((line) => line !== '')).toEqual([
      'b@noordzee.example\t\tb\t',
      `d@noordzee.example\t\t${direct.claim.newUserId}\ttc`,
      't@noordzee.example\t\tt\t',
      'u1@noordzee.example\tU1@noordzee.example\tu1\ttm',
    ])
  })

  it('Y3: are read a hundred at a time; who has left since the index was written isn’t among them', async () => {
    const many = Array.from({ length: 150 }, (_, n) => own(n))
    const { batches, runs } = await read({ pages: [many], isGone: true })
    expect(batches).toEqual([100, 50])
    expect(runs.map(({ run }) => run)).toMatchObject([{ rows: 0, lines: '' }])
  })
})
