import { TransactionConflictException } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { IDEMPOTENCY_RETENTION_MS } from '../../../../shared/contracts/retention.ts'
import { epochSeconds, MINUTE_MS } from '../../../../shared/lib/time.ts'
import { Busy } from '../../../../shared/lib/unavailable.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import { idempotencyStore } from '../../../../shared/storage/stores/idempotency.ts'
import { tableAnsweredBy } from '../../../simulation/dynamo/client.ts'
import { plus, T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const KEY = keys.idempotency('acme', 'key')
const response = { statusCode: 201, body: 'encrypted', contentType: 'application/json' }
const attempt = (n: number, fingerprint = 'same') => ({ fingerprint, attempt: `attempt-${n}` })

describe('C6: the record of an idempotent request', () => {
  const begun = async () => {
    const stores = memoryStores()
    const start = (n: number, now = T0, fingerprint?: string) =>
      stores.idempotency.start('acme', 'key', attempt(n, fingerprint), now)
    expect(await start(1)).toEqual({ outcome: 'started', firstAt: T0 })
    return { ...stores, start }
  }

  it('C6: holds the first attempt, and expires', async () => {
    const { item } = await begun()
    expect(item(KEY)).toEqual({
      ...KEY,
      type: 'idempotency',
      v: 1,
      fingerprint: 'same',
      attempt: 'attempt-1',
      startedAt: T0.toISOString(),
      firstAt: T0.toISOString(),
      expiresAtEpochSeconds: epochSeconds(plus(IDEMPOTENCY_RETENTION_MS)),
    })
  })

  it('C6: is of one org and one key', async () => {
    const { idempotency } = await begun()
    for (const [orgId, key] of [
      ['acme', 'other'],
      ['other', 'key'],
    ] as const)
      expect(await idempotency.start(orgId, key, attempt(2), T0)).toMatchObject({ outcome: 'started' })
  })

  it('C6: keeps a repeat waiting for a minute, to the millisecond, and lets it go on after that as the first', async () => {
    const { start, item } = await begun()
    expect(await start(2, plus(MINUTE_MS))).toEqual({ outcome: 'in_flight' })
    const later = plus(MINUTE_MS + 1)
    expect(await start(3, later)).toEqual({ outcome: 'started', firstAt: T0 })
    expect(item(KEY)).toMatchObject({
      attempt: 'attempt-3',
      startedAt: later.toISOString(),
      firstAt: T0.toISOString(),
    })
    expect(await start(4, plus(2 * MINUTE_MS))).toEqual({ outcome: 'in_flight' })
    expect(await start(5, plus(3 * MINUTE_MS))).toEqual({ outcome: 'started', firstAt: T0 })
  })

  it('C6: lets a repeat go on at once after an answer that is not final', async () => {
    const { start, idempotency } = await begun()
    await idempotency.forget('acme', 'key')
    expect(await start(2, plus(1))).toEqual({ outcome: 'started', firstAt: T0 })
    expect(await start(3, plus(2))).toEqual({ outcome: 'in_flight' })
  })

  it('C6: answers a repeat with the stored response, however often, and no other request under its key', async () => {
    const { start, idempotency } = await begun()
    await idempotency.finish('acme', 'key', response)
    for (const n of [1, 2, 3]) expect(await start(n, plus(n))).toEqual({ outcome: 'done', response })
    expect(await start(4, T0, 'another')).toEqual({ outcome: 'other_request' })
  })

  it('C6: recognizes its own attempt, whose answer was lost, and no other request meanwhile', async () => {
    const { start } = await begun()
    expect(await start(1, plus(5))).toEqual({ outcome: 'started', firstAt: T0 })
    expect(await start(2, plus(5), 'another')).toEqual({ outcome: 'other_request' })
  })

  it('C6: begins anew once it has expired, also before DynamoDB deletes it', async () => {
    const { start, idempotency } = await begun()
    await idempotency.finish('acme', 'key', response)
    expect(await start(2, plus(IDEMPOTENCY_RETENTION_MS - 1000))).toEqual({ outcome: 'done', response })
    const over = plus(IDEMPOTENCY_RETENTION_MS)
    expect(await start(3, over, 'another')).toEqual({ outcome: 'started', firstAt: over })
  })

  it('C6: nothing is forgotten of a request that has expired', async () => {
    const { idempotency, item } = memoryStores()
    await idempotency.forget('acme', 'key')
    expect(item(KEY)).toBeUndefined()
  })

  it('C6: of two repeats that find the attempt dead at once, the later one answers as the record then says', async () => {
    const { tableAnswering, start, idempotency } = await begun()
    /** Another repeat is faster between its two writes. */
    const overtaken = (then: () => Promise<unknown>) => {
      let puts = 0
      const client = tableAnswering(async (command, carryOut) => {
        if (command.constructor.name === 'PutCommand' && ++puts === 2) await then()
        return carryOut()
      })
      return idempotencyStore(client).start('acme', 'key', attempt(9), plus(2 * MINUTE_MS))
    }
    expect(await overtaken(() => start(2, plus(2 * MINUTE_MS)))).toEqual({ outcome: 'in_flight' })
    await idempotency.forget('acme', 'key')
    expect(await overtaken(() => idempotency.finish('acme', 'key', response))).toEqual({
      outcome: 'done',
      response,
    })
  })

  it('C8: is busy where transactions of others are at it time after time', async () => {
    const refused = new TransactionConflictException({ $metadata: {}, message: 'refused' })
    const table = tableAnsweredBy('table', async () => {
      throw refused
    })
    const started = idempotencyStore(table).start('acme', 'key', attempt(1), T0)
    await expect(started).rejects.toBeInstanceOf(Busy)
    await expect(started).rejects.toThrow('a key was busy time after time')
  })
})
