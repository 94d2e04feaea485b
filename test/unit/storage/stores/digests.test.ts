import { TransactionConflictException } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { Busy } from '../../../../shared/lib/unavailable.ts'
import { MAX_COUNTED_RETURNED } from '../../../../shared/rules/limits.ts'
import { duePlaceOf, keys } from '../../../../shared/storage/keys.ts'
import { digestStore } from '../../../../shared/storage/stores/digests.ts'
import { tableAnsweredBy } from '../../../simulation/dynamo/client.ts'
import { plus, T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const morning = { day: '2026-03-02', dueAt: '2026-03-02T06:00:00Z' }
const mail = (claimId: string, orgId = 'acme') => ({ orgId, claimId, at: T0.toISOString() })
const DIGEST = keys.digest('acme', morning.day)

describe('N4: the digest of a morning', () => {
  it('N4: takes each bounced mail once, and falls due in the morning', async () => {
    const { digests, item } = memoryStores()
    for (const claimId of ['c1', 'c2', 'c1'])
      expect(await digests.add(mail(claimId), morning)).toEqual({ outcome: 'added' })
    expect(await digests.returned('acme', morning.day)).toEqual({ claimIds: ['c1', 'c2'], more: false })
    expect(item(DIGEST)).toMatchObject({ type: 'digest', v: 1, orgId: 'acme', ...morning })
    expect(duePlaceOf(item(DIGEST) ?? {})).toMatchObject({ kind: 'job', at: morning.dueAt })
    expect(item(keys.returnedMail('acme', morning.day, 'c1'))).toMatchObject({
      type: 'returned-mail',
      v: 1,
      claimId: 'c1',
      at: T0.toISOString(),
      quiet: 'y',
      expiresAtEpochSeconds: expect.any(Number),
    })
  })

  it('N4: is of one org and one day', async () => {
    const { digests } = memoryStores()
    await digests.add(mail('c1'), morning)
    await digests.add(mail('c2', 'other'), morning)
    await digests.add(mail('c3'), { ...morning, day: '2026-03-03' })
    expect(await digests.returned('acme', morning.day)).toEqual({ claimIds: ['c1'], more: false })
  })

  it('N4: takes no more once its mail was asked for, and is due no more; what it has stays known', async () => {
    const { digests, item } = memoryStores()
    await digests.add(mail('c1'), morning)
    await digests.close('acme', morning.day, plus(1))
    expect(await digests.add(mail('c2'), morning)).toEqual({ outcome: 'closed' })
    expect(await digests.add(mail('c1'), morning)).toEqual({ outcome: 'added' })
    expect(item(DIGEST)).toMatchObject({ closedAt: plus(1).toISOString() })
    expect(duePlaceOf(item(DIGEST) ?? {})).toBeUndefined()
    expect(item(DIGEST)).not.toHaveProperty('dueAt')
    expect(await digests.returned('acme', morning.day)).toEqual({ claimIds: ['c1'], more: false })
  })

  it('N4: nothing is closed that there is not', async () => {
    const { digests, item } = memoryStores()
    await digests.close('acme', morning.day, T0)
    expect(item(DIGEST)).toBeUndefined()
  })

  it('N4: counts so many mails, and says whether there are more', async () => {
    const { digests, put } = memoryStores()
    const given = (count: number) => {
      for (let n = 0; n < count; n++) {
        const key = keys.returnedMail('acme', morning.day, `c${String(n).padStart(5, '0')}`)
        put({ ...key, claimId: `c${n}` })
      }
    }
    given(MAX_COUNTED_RETURNED)
    const all = await digests.returned('acme', morning.day)
    expect(new Set(all.claimIds).size).toBe(MAX_COUNTED_RETURNED)
    given(MAX_COUNTED_RETURNED + 1)
    const first = await digests.returned('acme', morning.day)
    expect([first.claimIds.length, first.more]).toEqual([MAX_COUNTED_RETURNED, true])
  })

  it('N4: is read on from page to page, and no further than it counts', async () => {
    const asked: unknown[] = []
    const table = tableAnsweredBy('table', async (command) => {
      const { input } = command as { readonly input: { Limit: number; ExclusiveStartKey?: { n: number } } }
      expect(input).toMatchObject({ ConsistentRead: true })
      const from = input.ExclusiveStartKey?.n ?? 0
      asked.push([input.Limit, from])
      const Items = [{ claimId: `c${from}` }, { claimId: `c${from + 1}` }]
      return { Items, ...(from < 4 && { LastEvaluatedKey: { n: from + 2 } }) }
    })
    expect(await digestStore(table).returned('acme', morning.day)).toEqual({
      claimIds: ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'],
      more: false,
    })
    expect(asked).toEqual([0, 2, 4].map((from) => [MAX_COUNTED_RETURNED - from, from]))
  })

  it('C8: is busy where others are at it time after time', async () => {
    const table = tableAnsweredBy('table', async () => {
      throw new TransactionConflictException({ $metadata: {}, message: 'refused' })
    })
    const added = digestStore(table).add(mail('c1'), morning)
    await expect(added).rejects.toBeInstanceOf(Busy)
    await expect(added).rejects.toThrow('others were at a digest time after time')
  })
})
