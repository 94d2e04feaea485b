import { TransactionConflictException } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { Busy } from '../../../../shared/lib/unavailable.ts'
import { normalizedAddress } from '../../../../shared/rules/accounts/address.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import { suppressionStore } from '../../../../shared/storage/stores/suppressions.ts'
import { tableAnsweredBy } from '../../../simulation/dynamo/client.ts'
import { plus, T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const ADA = 'Ada@noordzee.example'
const KEY = keys.suppression(normalizedAddress(ADA))

describe('N4: an address that is suppressed', () => {
  it('N4: is known in any spelling, as it is asked for, and others are not', async () => {
    const { suppressions, sent } = memoryStores()
    await suppressions.add(ADA, T0)
    const asked = ['ada@NOORDZEE.example', ADA, 'eva@noordzee.example']
    expect([...(await suppressions.among(asked))]).toEqual(asked.slice(0, 2))
    expect(sent.at(-1)).toMatchObject({ input: { RequestItems: { table: { ConsistentRead: false } } } })
  })

  it('N4, Y7: is stored as a hash, with when it was suppressed first', async () => {
    const { suppressions, item } = memoryStores()
    await suppressions.add(ADA, T0)
    await suppressions.add(ADA, plus(1))
    expect(item(KEY)).toEqual({ ...KEY, type: 'suppression', v: 1, at: T0.toISOString() })
    expect(JSON.stringify(item(KEY)).toLowerCase()).not.toContain('ada')
  })

  it('N4: whoever says that it works again is noted once, and it stays suppressed until that is done', async () => {
    const { suppressions, item } = memoryStores()
    expect(await suppressions.beginLifting(ADA, T0)).toBeUndefined()
    expect(item(KEY)).toBeUndefined()
    await suppressions.add(ADA, T0)
    expect(await suppressions.beginLifting(ADA, plus(1))).toEqual(plus(1))
    expect(await suppressions.beginLifting(ADA, plus(2))).toEqual(plus(1))
    expect((await suppressions.among([ADA])).size).toBe(1)
    await suppressions.remove(ADA)
    await suppressions.remove(ADA)
    expect(item(KEY)).toBeUndefined()
  })

  it('C8: lifting one is busy where others are at it time after time', async () => {
    const table = tableAnsweredBy('table', async () => {
      throw new TransactionConflictException({ $metadata: {}, message: 'refused' })
    })
    const lifting = suppressionStore(table).beginLifting(ADA, T0)
    await expect(lifting).rejects.toBeInstanceOf(Busy)
    await expect(lifting).rejects.toThrow('others were at the suppression time after time')
  })
})
