import { describe, expect, it } from 'vitest'
import {
  type ChangeRecord,
  type FailedBatches,
  redriveEffects,
} from '../../../../infra/ops/redrive/effects.ts'

const change = (item: string, sequence: number): ChangeRecord => ({
  eventID: `${item}-${sequence}`,
  dynamodb: { Keys: { pk: { S: item }, sk: { S: 'A' } }, SequenceNumber: String(sequence) },
})
const named = ({ dynamodb: { Keys, SequenceNumber } }: ChangeRecord): string => {
  const { pk } = Keys
  return `${typeof pk === 'object' && pk !== null && 'S' in pk ? pk.S : ''}${SequenceNumber}`
}

/** Objects by the second they were put aside in, as Lambda names them; what a record's item is called makes it fail. */
function bucket(objects: Readonly<Record<string, string>>, fails: (name: string) => boolean = () => false) {
  const left = new Map(Object.entries(objects))
  const played: string[] = []
  const sizes: number[] = []
  const batches: FailedBatches = {
    keys: async () => [...left.keys()],
    read: async (key) => left.get(key) ?? '',
    remove: async (key) => void left.delete(key),
    async play(records) {
      sizes.push(records.length)
      if (records.some((each) => fails(named(each)))) return 'still down'
      played.push(...records.map(named))
      return undefined
    },
  }
  return { batches, left, played, sizes }
}

const key = (time: string, id = 'x') => `aws/lambda/esm/shard/2026/11/26/2026-11-26T${time}-${id}`
const object = (...records: ChangeRecord[]) =>
  JSON.stringify({ version: '1.0', payload: JSON.stringify({ Records: records }) })

describe('playing again what effects gave up', () => {
  it('fault 7: plays each item’s changes in their order, wherever they were put, and removes what is done', async () => {
    const { batches, left, played } = bucket({
      [key('10.00.02', 'a')]: object(change('x', 300), change('y', 7)),
      [key('10.00.01', 'z')]: object(change('x', 20)),
      [key('10.00.01', 'b')]: object(change('x', 3), change('y', 6)),
    })
    expect(await redriveEffects(batches)).toEqual({ batches: 3, records: 5, left: 0, faults: [] })
    expect(played.filter((each) => each.startsWith('x'))).toEqual(['x3', 'x20', 'x300'])
    expect(played.filter((each) => each.startsWith('y'))).toEqual(['y6', 'y7'])
    expect(left.size).toBe(0)
  })

  it('reads the event as text and as it is', async () => {
    const { batches, played } = bucket({
      [key('10.00.01')]: JSON.stringify({ payload: { Records: [change('x', 1)] } }),
    })
    await redriveEffects(batches)
    expect(played).toEqual(['x1'])
  })

  it('finds the change that still fails, holds back what came after it on that item alone, and keeps their batches', async () => {
    const { batches, left, played } = bucket(
      {
        [key('10.00.01')]: object(change('x', 1), change('bad', 2), change('y', 3)),
        [key('10.00.02')]: object(change('bad', 4)),
        [key('10.00.03')]: object(change('x', 5)),
      },
      (name) => name === 'bad2',
    )
    expect(await redriveEffects(batches)).toEqual({ batches: 1, records: 3, left: 2, faults: ['still down'] })
    expect(played).toEqual(['x1', 'y3', 'x5'])
    expect([...left.keys()]).toEqual([key('10.00.01'), key('10.00.02')])
  })

  it('leaves what it can’t read where it is, and says so', async () => {
    const { batches, left } = bucket({
      [key('10.00.01')]: 'no record',
      [key('10.00.02')]: object(change('x', 1)),
    })
    const outcome = await redriveEffects(batches)
    expect(outcome).toMatchObject({ batches: 1, left: 1 })
    expect(outcome.faults).toEqual([`${key('10.00.01')} can't be read`])
    expect([...left.keys()]).toEqual([key('10.00.01')])
  })

  it('gives the function no more than the stream does at once', async () => {
    const many = Array.from({ length: 250 }, (_, n) => change(`i${n}`, n))
    const { batches, sizes } = bucket({ [key('10.00.01')]: object(...many) })
    await redriveEffects(batches)
    expect(sizes).toEqual([100, 100, 50])
  })

  it('plays hundreds of batches, of which it never holds more than it must, in the order of time', async () => {
    const seconds = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'))
    const objects = Object.fromEntries(
      seconds.toReversed().map((s) => [key(`10.00.${s}`), object(change('x', Number(s)))]),
    )
    const { batches, played } = bucket(objects)
    await redriveEffects(batches)
    expect(played).toEqual(seconds.map((s) => `x${Number(s)}`))
  })
})
