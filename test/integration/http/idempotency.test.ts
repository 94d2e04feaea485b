import { randomBytes } from 'node:crypto'
import { describe, expect } from 'vitest'
import { answerOnce } from '../../../shared/http/middleware/idempotency.ts'
import { type HttpResponse, jsonResponse } from '../../../shared/http/responses.ts'
import { MINUTE_MS } from '../../../shared/lib/time.ts'
import { idempotencyStore } from '../../../shared/storage/stores/idempotency.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { it } from '../../support/fixtures.ts'

describe('once', () => {
  let db: TestTable
  const start = new Date('2026-11-22T12:00:00Z')

  it.beforeAll(({ table }) => {
    db = table
  })

  const request = (key: string, now = start) => ({
    orgId: 'dunes',
    operation: 'createClaims',
    key,
    input: { users: [] },
    now,
  })
  const ports = () => ({ store: idempotencyStore(db.table), randomBytes })
  const answer =
    (n: number): (() => Promise<HttpResponse>) =>
    async () =>
      jsonResponse(200, { n })

  /** A request that has begun, and goes on when the test says so. */
  const begin = async (key: string) => {
    const begun = Promise.withResolvers<void>()
    const answered = Promise.withResolvers<HttpResponse>()
    const response = answerOnce(ports(), request(key), () => {
      begun.resolve()
      return answered.promise
    })
    await begun.promise
    return { response, goOn: answered.resolve }
  }

  it('C6: while a request is under way, its repeat is told so; then it gets the same answer', async () => {
    const { response, goOn } = await begin('slow')
    expect(await answerOnce(ports(), request('slow'), answer(2))).toEqual({
      problem: 'idempotency_in_flight',
    })
    goOn(jsonResponse(200, { n: 1 }))
    expect(await response).toEqual(jsonResponse(200, { n: 1 }))
    expect(await answerOnce(ports(), request('slow'), answer(3))).toEqual(jsonResponse(200, { n: 1 }))
  })

  it('C6: a request whose function died is taken up again by its repeat', async () => {
    await begin('died')
    const later = new Date(start.getTime() + MINUTE_MS + 1)
    expect(await answerOnce(ports(), request('died', later), answer(1))).toEqual(jsonResponse(200, { n: 1 }))
  })

  it('C6: each attempt is told when the first one began, after a death and after an answer that isn’t final', async () => {
    const at = (minutes: number) => new Date(start.getTime() + minutes * MINUTE_MS + 1)
    const told: Date[] = []
    const unavailable = async (firstAt: Date): Promise<HttpResponse> => {
      told.push(firstAt)
      return jsonResponse(503, {})
    }
    await begin('first')
    for (const now of [at(1), at(2), at(3)]) await answerOnce(ports(), request('first', now), unavailable)
    expect(told).toEqual([start, start, start])
    expect(await answerOnce(ports(), request('first', at(4)), answer(1))).toEqual(jsonResponse(200, { n: 1 }))
  })

  it('C6: of two repeats that find the first attempt dead at once, one goes on', async () => {
    await begin('raced')
    const later = new Date(start.getTime() + MINUTE_MS + 1)
    const answers = await Promise.all(
      [1, 2].map((n) => answerOnce(ports(), request('raced', later), answer(n))),
    )
    expect(answers.filter((each) => 'problem' in each || each.statusCode === 200)).toHaveLength(2)
    const bodies = new Set(answers.flatMap((each) => ('problem' in each ? [] : [each.body])))
    expect(bodies.size).toBe(1)
  })

  it('C6: an error that is thrown is forgotten, and thrown on', async () => {
    const fail = async (): Promise<HttpResponse> => {
      throw new Error('no')
    }
    await expect(answerOnce(ports(), request('thrown'), fail)).rejects.toThrow('no')
    expect(await answerOnce(ports(), request('thrown'), answer(1))).toEqual(jsonResponse(200, { n: 1 }))
  })
})
