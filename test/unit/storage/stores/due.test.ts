import { describe, expect, it } from 'vitest'
import { shardOf } from '../../../../shared/lib/shard.ts'
import { accountToItem } from '../../../../shared/storage/items/account-item.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import { claimed, ENDS_AT, record, T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

describe('the due index', () => {
  const shard = shardOf('acc00042')

  it('M1: gives what falls due in a range of one kind and shard, its ends included, earliest first', async () => {
    const { due, put } = memoryStores()
    put(accountToItem(claimed()))
    const at = { kind: 'claim', shard, limit: 10 } as const
    const found = [{ kind: 'claim', recordId: 'acc00042', dueAt: ENDS_AT }]
    expect(await due.page({ ...at, from: ENDS_AT, to: ENDS_AT })).toEqual({ work: found, next: undefined })
    expect(await due.page({ ...at, to: ENDS_AT })).toEqual({ work: found, next: undefined })
    const nothing = { work: [], next: undefined }
    expect(await due.page({ ...at, from: ENDS_AT.replace('15Z', '16Z'), to: '2027' })).toEqual(nothing)
    expect(await due.page({ ...at, to: ENDS_AT.replace('15Z', '14Z') })).toEqual(nothing)
    expect(await due.page({ ...at, kind: 'job', to: '2027' })).toEqual(nothing)
    expect(await due.page({ ...at, shard: shard === '00' ? '01' : '00', to: '2027' })).toEqual(nothing)
  })

  it('M2: goes on where a page ended', async () => {
    const { due, put } = memoryStores()
    const inactive = { since: T0.toISOString(), formerStatus: 'active', syncId: 's1' } as const
    const ids = Array.from({ length: 400 }, (_, n) => `acc${n}`).filter((id) => shardOf(id) === shard)
    for (const userId of ids) put(accountToItem(record({ userId, status: 'inactive', inactive })))
    const seen: string[] = []
    let startKey: Record<string, unknown> | undefined
    do {
      const page = await due.page({ kind: 'job', shard, to: '2027', limit: 3, startKey })
      expect(page.work.length).toBeLessThanOrEqual(3)
      seen.push(...page.work.flatMap((entry) => (entry.kind === 'deletion' ? [entry.recordId] : [])))
      startKey = page.next
    } while (startKey !== undefined)
    expect(seen.toSorted()).toEqual(ids.toSorted())
  })
})

describe('N1: up to when reminders were asked for', () => {
  it('N1: is told by day, and moved on by who knows up to when it was', async () => {
    const { due, item } = memoryStores()
    expect(await due.reminded()).toEqual(new Map())
    const hour = (from: string, upTo: string, day = 7) => ({ day, from, upTo })
    expect(await due.setReminded(hour('', 'a'), true)).toEqual({ outcome: 'written' })
    expect(await due.setReminded(hour('', 'b'), true)).toEqual({ outcome: 'lost' })
    expect(await due.setReminded(hour('', 'b', 11))).toEqual({ outcome: 'lost' })
    expect(await due.setReminded(hour('', 'b', 11), true)).toEqual({ outcome: 'written' })
    expect(await due.setReminded(hour('a', 'c'))).toEqual({ outcome: 'written' })
    expect(await due.setReminded(hour('a', 'd'))).toEqual({ outcome: 'lost' })
    expect(await due.reminded()).toEqual(
      new Map([
        [7, 'c'],
        [11, 'b'],
      ]),
    )
    expect(item(keys.reminded())).toMatchObject({ type: 'reminded', v: 1 })
  })
})
