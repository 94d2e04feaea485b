import { describe, expect, it } from 'vitest'
import type { ChunkRequest } from '../../../../shared/contracts/messages/import-rows.ts'
import type { ReadObject } from '../../../../shared/contracts/object-store.ts'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import type { ImportRecord } from '../../../../shared/storage/items/import-item.ts'
import { advanceImport, type ReadImportPorts } from '../../../../shared/usecases/imports/read-import.ts'
import { openMemoryTable } from '../../../simulation/dynamo/client.ts'
import { MemoryTable } from '../../../simulation/dynamo/memory-table.ts'
import { ADMIN, importRecord, org, T0, ULID } from '../../../support/builders.ts'
import { fakeBucket, never } from '../../../support/fakes.ts'
import { storesOf } from '../../../support/stores.ts'

const rows = (count: number): string => Array.from({ length: count }, (_, n) => `p${n}@a.example\n`).join('')

interface Given {
  readonly orgId?: string
  readonly kind?: ImportRecord['kind']
}

/** An import whose file is there, and hasn't been read. */
async function world(content: string | Uint8Array, { orgId = 'noordzee', kind = 'claims' }: Given = {}) {
  const { imports } = storesOf(openMemoryTable(new MemoryTable('table')))
  const bucket = fakeBucket()
  const { key: objectKey, etag } = bucket.put(`imports/${orgId}/people.csv`, content)
  const ref = { orgId, importId: ULID }
  const file = { fileName: 'people.csv', objectKey, etag, sizeBytes: 1, createdBy: ADMIN }
  await imports.create({ ...ref, kind, status: 'reading', ...file }, T0)
  const reads: ReadObject[] = []
  const sent: ChunkRequest[] = []
  const later: unknown[] = []
  let leftMs: () => number = () => 300_000
  const ports: ReadImportPorts = {
    imports,
    organizations: {
      get: async (asked) => (asked === 'noordzee' ? { org: org(), revision: 1 } : undefined),
    },
    read: async (asked) => {
      reads.push(asked)
      return bucket.read(asked)
    },
    sendChunks: async (chunks) => void sent.push(...chunks),
    continueLater: async ({ orgId: of, importId }) => void later.push({ orgId: of, importId }),
    now: () => T0,
    timeLeftMs: () => leftMs(),
  }
  const advance = (patch: Partial<ReadImportPorts> = {}) => advanceImport({ ...ports, ...patch }, ref)
  async function record(): Promise<ImportRecord> {
    const found = await imports.getStored(orgId, ULID)
    if (found === undefined) throw new Error('no import')
    return found
  }
  return {
    ports,
    bucket,
    ref,
    reads,
    sent,
    later,
    advance,
    record,
    refusal: async () => (await record()).error,
    /** How much time each look at the clock finds left; after them, enough. */
    timeLeft(...ms: readonly number[]) {
      const left = [...ms]
      leftMs = () => left.shift() ?? 300_000
    },
  }
}
const linesOf = (sent: readonly ChunkRequest[]) =>
  sent.map(({ chunk, firstLine, rows: count }) => [chunk, firstLine, count])

describe('an import that is read', () => {
  it('I2, I6: is cut into chunks of a hundred rows, which are sent once all of it has been read', async () => {
    const { advance, record, sent, later } = await world(`Email\n${rows(250)}`)
    await advance()
    expect(await record()).toMatchObject({
      status: 'running',
      dialect: { encoding: 'utf-8', delimiter: ',', headerByte: 0, headerLine: 1 },
      header: ['Email'],
      rowsRead: 250,
      nextLine: 252,
      chunks: 3,
      ranges: 1,
      rangesSent: 1,
    })
    const text = `Email\n${rows(250)}`
    const chunk = (n: number, from: number, to: number, firstLine: number, count: number) => ({
      orgId: 'noordzee',
      importId: ULID,
      chunk: n,
      startByte: text.indexOf(`p${from}@`),
      endByte: to === 250 ? text.length : text.indexOf(`p${to}@`),
      firstLine,
      rows: count,
    })
    expect(sent).toEqual([
      chunk(0, 0, 100, 2, 100),
      chunk(1, 100, 200, 102, 100),
      chunk(2, 200, 250, 202, 50),
    ])
    expect(later).toEqual([])
    await advance({ read: never })
    expect(sent).toHaveLength(3)
  })

  it('I6: goes on at its last checkpoint, of ten thousand rows, where it was handed on', async () => {
    const { advance, record, sent, later, reads, timeLeft, ref } = await world(`Email\n${rows(10_150)}`)
    timeLeft(19_999)
    await advance()
    expect(later).toEqual([ref])
    expect(sent).toEqual([])
    const checkpoint = await record()
    expect(checkpoint).toMatchObject({ status: 'reading', rowsRead: 10_000, nextLine: 10_002, chunks: 100 })
    await advance()
    expect(reads.at(-1)).toMatchObject({ startByte: checkpoint.bytesRead })
    expect(await record()).toMatchObject({
      status: 'running',
      rowsRead: 10_150,
      nextLine: 10_152,
      chunks: 102,
      ranges: 2,
      rangesSent: 2,
    })
    expect(sent.map(({ chunk }) => chunk)).toEqual(Array.from({ length: 102 }, (_, n) => n))
    expect(linesOf(sent).slice(-3)).toEqual([
      [99, 9_902, 100],
      [100, 10_002, 100],
      [101, 10_102, 50],
    ])
  })

  it('I6: is handed on between two checkpoints’ chunks too, and no sooner than with less than 20 s left', async () => {
    const { advance, record, sent, later, timeLeft, ref } = await world(`Email\n${rows(10_001)}`)
    timeLeft(20_000, 20_000, 19_999)
    await advance()
    expect(later).toEqual([ref])
    expect(sent).toHaveLength(100)
    expect(await record()).toMatchObject({ status: 'running', rangesSent: 1 })
    await advance({ read: never })
    expect(linesOf(sent).slice(100)).toEqual([[100, 10_002, 1]])
    expect(await record()).toMatchObject({ rangesSent: 2 })
  })

  it('I6: is left to another invocation that is further', async () => {
    for (const count of [5, 10_001]) {
      const { ports, advance, sent, later, record } = await world(`Email\n${rows(count)}`)
      let checkpoints = 0
      const checkpoint = async () => {
        checkpoints++
        return LOST
      }
      await advance({ imports: { ...ports.imports, checkpoint } })
      expect(checkpoints).toBe(1)
      expect([...sent, ...later]).toEqual([])
      expect(await record()).toMatchObject({ status: 'reading', rowsRead: 0 })
    }
  })

  it('I6: that another invocation has read to its end is looked at again, and its chunks are sent', async () => {
    const { ports, advance, sent } = await world(`Email\n${rows(5)}`)
    const run: typeof ports.imports.run = async (record) => {
      await ports.imports.run(record)
      return LOST
    }
    await advance({ imports: { ...ports.imports, run } })
    expect(linesOf(sent)).toEqual([[0, 2, 5]])
  })

  it('is left alone where it waits, is over or was deleted', async () => {
    const { ports, advance, sent, later } = await world('')
    for (const status of ['waiting', 'previewed', 'completed', 'failed', undefined] as const) {
      const getStored = async () => (status === undefined ? undefined : importRecord({ status }))
      const changes = { run: never, fail: never, setDialect: never, checkpoint: never, range: never }
      await advance({ imports: { ...ports.imports, getStored, ...changes }, read: never })
    }
    expect([...sent, ...later]).toEqual([])
  })

  it('reads the header of a load of accounts by its own columns, and asks for no org', async () => {
    const given = { orgId: '~platform', kind: 'accounts' } as const
    const { advance, record, sent } = await world('userId,email,orgId\nacc1,p1@a.example,personal\n', given)
    await advance()
    expect(await record()).toMatchObject({ status: 'running', header: ['userId', 'email', 'orgId'] })
    expect(linesOf(sent)).toEqual([[0, 2, 1]])
    const missing = await world('Email\np1@a.example\n', given)
    await missing.advance()
    expect(await missing.refusal()).toMatchObject({ code: 'missing_column' })
  })
})

describe('a file that is refused as a whole', () => {
  it('I2: has the place and the reason in the org’s language, and sends nothing', async () => {
    const { advance, record, sent } = await world(`Email\n${rows(2)}"open@a.example\n`)
    await advance()
    expect(await record()).toMatchObject({
      status: 'failed',
      error: {
        code: 'unclosed_quote',
        line: 4,
        column: 1,
        message: expect.stringMatching(/^Regel 4, kolom 1: ./),
      },
      change: { by: ADMIN },
    })
    expect(sent).toEqual([])
  })

  it('I2: has no rows: none behind its header, or nothing at all', async () => {
    for (const [content, line] of [
      ['Email\n', 2],
      ['Email\n\n\n', 2],
      ['', 1],
      ['\n\n', 3],
    ] as const) {
      const { advance, refusal } = await world(content)
      await advance()
      expect(await refusal()).toMatchObject({ code: 'no_rows', line })
    }
  })

  it('I2: was replaced or deleted meanwhile, which has no place', async () => {
    const { advance, bucket, refusal } = await world(`Email\n${rows(2)}`)
    bucket.put('imports/noordzee/people.csv', 'another file')
    await advance()
    const error = await refusal()
    expect(error).toMatchObject({ code: 'file_replaced', message: expect.stringMatching(/./) })
    expect(error).not.toHaveProperty('line')
  })

  it('I2: is for no organization that is there, which is said by its id', async () => {
    const { advance, refusal } = await world(`Email\n${rows(2)}`, { orgId: 'nobody' })
    await advance({ read: never })
    expect(await refusal()).toMatchObject({
      code: 'unknown_organization',
      message: expect.stringContaining('nobody'),
    })
  })

  it('is none where it can’t be read for now: the message comes again', async () => {
    const { advance, record, ports, ref } = await world(`Email\n${rows(2)}`)
    const broken = new Error('the connection broke')
    const read = async () => {
      throw broken
    }
    await expect(advance({ read })).rejects.toBe(broken)
    const { etag: _none, ...without } = await record()
    const getStored = async () => without
    await expect(advanceImport({ ...ports, imports: { ...ports.imports, getStored } }, ref)).rejects.toThrow(
      `import ${ULID} has no object yet`,
    )
    expect(await record()).toMatchObject({ status: 'reading' })
  })
})

describe('a file that shows late that it isn’t UTF-8', () => {
  const late = (begin: string) =>
    Buffer.from(`${begin}Email,Name\n${rows(10_050).replaceAll('\n', ',\n')}zoe@a.example,Zo\xeb\n`, 'latin1')

  it('I1: is read on as Windows-1252 from its last checkpoint', async () => {
    const { advance, record, sent, reads } = await world(late(''))
    await advance()
    expect(await record()).toMatchObject({
      status: 'running',
      dialect: { encoding: 'windows-1252' },
      rowsRead: 10_051,
    })
    expect(sent.map(({ chunk }) => chunk)).toEqual(Array.from({ length: 101 }, (_, n) => n))
    expect(reads.map(({ startByte = 0 }) => startByte > 0)).toEqual([false, true, true])
    expect(reads[2]?.startByte).toBeGreaterThan(100_000)
  })

  it('I1: is refused where it said by a byte order mark that it is UTF-8', async () => {
    const { advance, refusal, record } = await world(late('\xef\xbb\xbf'))
    await advance()
    expect(await refusal()).toMatchObject({ code: 'invalid_encoding', line: 10_052 })
    expect((await record()).dialect).toMatchObject({ encoding: 'utf-8' })
  })
})
