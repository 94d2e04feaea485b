import { describe, expect, it } from 'vitest'
import type { ReadObject } from '../../../../shared/contracts/object-store.ts'
import {
  BUCKETS,
  directoryEntry,
  directoryRun,
  linesOf,
  splitLines,
  userEntry,
} from '../../../../shared/usecases/directory/sync-runs.ts'
import { collect, inChunks } from '../../../support/csv.ts'
import { never } from '../../../support/fakes.ts'

/** The lower of the two buckets of the addresses below, by FNV-1a. */
const FIRST_BUCKET = 35

describe('a run of a directory', () => {
  const email = 'ada@noordzee.example'
  const filled = () => {
    const run = directoryRun()
    run.add({ normalized: email, email })
    run.add({ normalized: 'bob@noordzee.example', email: 'Bob@noordzee.example' })
    return run
  }

  it('Y3: has each address once more only where it is spelled otherwise', async () => {
    const { lines, starts } = filled().inline()
    expect(lines.split('\n').toSorted()).toEqual([
      '',
      `${email}\t`,
      'bob@noordzee.example\tBob@noordzee.example',
    ])
    expect(starts).toHaveLength(BUCKETS + 1)
    expect(starts.at(-1)).toBe(lines.length)
    expect(directoryEntry(`${email}\t`)).toEqual({ normalized: email, email })
  })

  it('Y3: is an object named after what is in it, and none where it is empty', async () => {
    const keys: string[] = []
    const write = async (key: string, contentType: string) => void keys.push(`${contentType} ${key}`)
    const ref = { orgId: 'noordzee', syncId: 'sync-1' }
    expect(await directoryRun().write(write, ref, 0)).toMatchObject({ rows: 0, lines: '' })
    expect(keys).toEqual([])
    const run = await filled().write(write, ref, 4)
    expect(run).toMatchObject({ of: 'directory', rows: 2 })
    expect(keys).toEqual([`text/tab-separated-values; charset=utf-8 ${run.objectKey}`])
    expect(run.objectKey).toMatch(/\/directory-4-[0-9a-f]{16}\.tsv$/)
  })

  it('Y3: is read by buckets, from its item or its object, and not at all where they are empty', async () => {
    const inline = filled().inline()
    const all = inline.lines.trimEnd().split('\n')
    expect(await collect(linesOf(never, inline, 0, BUCKETS))).toEqual(all)
    const asked: ReadObject[] = []
    const read = async (object: ReadObject) => {
      asked.push(object)
      return inChunks(Buffer.from(inline.lines).subarray(object.startByte, object.endByte))
    }
    const { lines, ...stored } = { ...inline, objectKey: 'o' }
    expect(await collect(linesOf(read, stored, 0, BUCKETS))).toEqual(all)
    expect(asked).toEqual([{ key: 'o', startByte: 0, endByte: lines.length }])
    const first = inline.starts.findIndex((start) => start > 0) - 1
    expect(await collect(linesOf(never, stored, 0, first))).toEqual([])
    const { lines: _lines, ...without } = inline
    await expect(collect(linesOf(never, without, 0, BUCKETS))).rejects.toThrow('a run without its lines')
  })

  it('Y3: spreads addresses evenly over its buckets, and always puts one into the same', () => {
    const run = directoryRun()
    for (let n = 0; n < 6_400; n++)
      run.add({ normalized: `p${n}@noordzee.example`, email: `p${n}@noordzee.example` })
    const { starts, lines } = run.inline()
    const sizes = starts.slice(1).map((end, n) => (end - (starts[n] ?? 0)) / (lines.length / BUCKETS))
    expect(Math.max(...sizes)).toBeLessThan(1.5)
    expect(Math.min(...sizes)).toBeGreaterThan(0.5)
    // Runs of a sync may be written by two versions of this code.
    const one = filled().inline()
    expect(one.starts.findIndex((start) => start > 0) - 1).toBe(FIRST_BUCKET)
  })

  it('Y6: knows of a user what a sync may do', () => {
    expect(userEntry('ada@noordzee.example\t\tu1\ttmc')).toEqual({
      normalized: email,
      email,
      userId: 'u1',
      touchable: true,
      missedBefore: true,
      claimed: true,
    })
    expect(userEntry('ada@noordzee.example\tAda@noordzee.example\tu1\t')).toMatchObject({
      email: 'Ada@noordzee.example',
      touchable: false,
      missedBefore: false,
      claimed: false,
    })
  })
})

describe('the lines of a text', () => {
  it('Y3: are whole, wherever its chunks end, and what follows the last line break is none', async () => {
    const text = Buffer.from('é1\n\n22\n333\nrest')
    for (const size of [1, 2, 3, 5, 100])
      expect(await collect(splitLines(inChunks(text, size)))).toEqual(['é1', '', '22', '333'])
    expect(await collect(splitLines(inChunks(Buffer.from('no line'), 3)))).toEqual([])
  })
})
