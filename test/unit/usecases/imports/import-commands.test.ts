import { describe, expect, it } from 'vitest'
import type { ReadObject } from '../../../../shared/contracts/object-store.ts'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import type { ImportRecord } from '../../../../shared/storage/items/import-item.ts'
import { WRITTEN, type Written } from '../../../../shared/storage/writes/write.ts'
import { cancelImport, confirmImport } from '../../../../shared/usecases/imports/import-commands.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import { importRecord, T0, ULID } from '../../../support/builders.ts'
import { fakeBucket } from '../../../support/fakes.ts'

const command = { orgId: 'noordzee', importId: ULID, by: 'admin:bob', now: T0 } as const
const at = T0.toISOString()
const refused = (code: string) => ({ outcome: 'refused', code })

interface Given {
  readonly write?: (call: number) => Written
  /** What is read after the write. */
  readonly after?: ImportRecord | undefined
}

function world(record: ImportRecord | undefined, given: Given = {}) {
  const { write = () => WRITTEN } = given
  let standing = record
  let calls = 0
  const written: unknown[] = []
  const keep = (what: unknown, next: ImportRecord): Written => {
    const outcome = write(++calls)
    if (outcome.outcome !== 'written') return outcome
    written.push(what)
    standing = 'after' in given ? given.after : next
    return outcome
  }
  const bucket = fakeBucket()
  const { etag } = bucket.put('imports/noordzee/people.csv', 'Email\n')
  const reads: ReadObject[] = []
  const drained: number[] = []
  const ports = {
    imports: {
      get: async (orgId: string, importId: string) =>
        orgId === 'noordzee' && importId === ULID ? standing : undefined,
      confirm: async (from: ImportRecord, { now, ...by }: { now: Date }) =>
        keep(by, { ...from, status: 'running', confirmedAt: now.toISOString() }),
      cancel: async (from: ImportRecord, by: string, now: Date) =>
        keep(by, { ...from, cancelledAt: now.toISOString() }),
    },
    read: async (asked: ReadObject) => {
      reads.push(asked)
      const source = await bucket.read(asked)
      return (async function* () {
        for await (const bytes of source) {
          yield bytes
          drained.push(bytes.length)
        }
      })()
    },
  }
  return { ports, bucket, etag, written, reads, drained }
}

withoutBackoff()

describe('the confirmation of a preview', () => {
  const { etag } = world(undefined)
  const previewed = importRecord({ preview: true, status: 'previewed', etag })

  it('P1: has the file imported, if a look shows that it is still there', async () => {
    const { ports, written, reads, drained } = world(previewed)
    expect(await confirmImport(ports, command)).toMatchObject({
      outcome: 'done',
      record: { status: 'running', confirmedAt: at },
    })
    expect(written).toEqual([{ by: 'admin:bob' }])
    expect(reads).toEqual([{ key: previewed.objectKey, etag, startByte: 0, endByte: 1 }])
    expect(drained).toEqual([1])
  })

  it('N3: has nobody invited where so asked', async () => {
    const { ports, written } = world(previewed)
    await confirmImport(ports, { ...command, noInvitations: true })
    expect(written).toEqual([{ by: 'admin:bob', noInvitations: true }])
  })

  it('P1: that is repeated changes nothing, and is refused of what isn’t a preview or is unknown', async () => {
    const confirmed = { ...previewed, status: 'running', confirmedAt: at } as const
    const { ports, written } = world(confirmed)
    expect(await confirmImport(ports, command)).toEqual({ outcome: 'done', record: confirmed })
    expect(written).toEqual([])
    for (const status of ['reading', 'running', 'completed', 'failed', 'waiting'] as const)
      expect(await confirmImport(world({ ...previewed, status }).ports, command)).toEqual(
        refused('not_previewed'),
      )
    expect(await confirmImport(world(undefined).ports, command)).toEqual(refused('not_found'))
    expect(await confirmImport(ports, { ...command, orgId: 'another' })).toEqual(refused('not_found'))
  })

  it('P1: is refused where the file was replaced, or never came', async () => {
    const replaced = world(previewed)
    replaced.bucket.put(previewed.objectKey, 'another file')
    expect(await confirmImport(replaced.ports, command)).toEqual(refused('file_replaced'))
    expect(replaced.written).toEqual([])
    const { etag: _none, ...without } = previewed
    const { ports, reads } = world(without)
    expect(await confirmImport(ports, command)).toEqual(refused('file_replaced'))
    expect(reads).toEqual([])
    const broken = new Error('the connection broke')
    const read = async () => {
      throw broken
    }
    await expect(
      confirmImport({ ...ports, imports: world(previewed).ports.imports, read }, command),
    ).rejects.toBe(broken)
  })

  it('P1: that wasn’t first is decided anew, is busy after some rounds, and not found if the import goes', async () => {
    const { ports, written } = world(previewed, { write: (call) => (call === 1 ? LOST : WRITTEN) })
    expect(await confirmImport(ports, command)).toMatchObject({ outcome: 'done' })
    expect(written).toHaveLength(1)
    expect(await confirmImport(world(previewed, { write: () => LOST }).ports, command)).toEqual(
      refused('busy'),
    )
    expect(await confirmImport(world(previewed, { after: undefined }).ports, command)).toEqual(
      refused('not_found'),
    )
  })
})

describe('the cancellation of an import', () => {
  it('I12: is noted at any time before it is over, in the name of who asked', async () => {
    for (const status of ['waiting', 'reading', 'running', 'previewed'] as const) {
      const { ports, written } = world(importRecord({ status }))
      expect(await cancelImport(ports, command)).toMatchObject({
        outcome: 'done',
        record: { status, cancelledAt: at },
      })
      expect(written).toEqual(['admin:bob'])
    }
  })

  it('I12: that is repeated changes nothing, also once the import is over, which is refused otherwise', async () => {
    const cancelled = importRecord({ status: 'completed', cancelledAt: at })
    const { ports, written } = world(cancelled)
    expect(await cancelImport(ports, command)).toEqual({ outcome: 'done', record: cancelled })
    expect(written).toEqual([])
    for (const status of ['completed', 'failed'] as const)
      expect(await cancelImport(world(importRecord({ status })).ports, command)).toEqual(
        refused('import_over'),
      )
    expect(await cancelImport(world(undefined).ports, command)).toEqual(refused('not_found'))
  })

  it('I12: that wasn’t first is decided anew, is busy after some rounds, and not found if the import goes', async () => {
    const running = importRecord()
    const { ports, written } = world(running, { write: (call) => (call === 1 ? LOST : WRITTEN) })
    expect(await cancelImport(ports, command)).toMatchObject({ outcome: 'done' })
    expect(written).toHaveLength(1)
    expect(await cancelImport(world(running, { write: () => LOST }).ports, command)).toEqual(refused('busy'))
    expect(await cancelImport(world(running, { after: undefined }).ports, command)).toEqual(
      refused('not_found'),
    )
  })
})
