import * as z from 'zod'
import { DAY_MS, epochSeconds, MINUTE_MS } from '../kit/time.ts'
import { Busy } from '../kit/unavailable.ts'
import type { Table } from './client.ts'
import { keys } from './keys.ts'
import { tableSchema } from './schema.ts'
import { edit, put, remove, write, writeSurely } from './write.ts'

/** How long the first answer is given again. */
const RECORD_LIFETIME_MS = DAY_MS
/** Longer than any request can run: after it, the request in flight is taken to have died. */
const IN_FLIGHT_MS = MINUTE_MS

const recordSchema = z.object({
  type: z.literal('idempotency'),
  v: z.literal(1),
  fingerprint: z.string(),
  attempt: z.string(),
  startedAt: z.string(),
  response: z.object({ statusCode: z.number(), body: z.string(), contentType: z.string() }).optional(),
  expiresAtEpochSeconds: z.number(),
})

export interface StoredResponse {
  readonly statusCode: number
  readonly body: string
  readonly contentType: string
}

export interface Attempt {
  /** Of what has to be the same for the request to be the same. */
  readonly fingerprint: string
  /** Random: this invocation's own. */
  readonly attempt: string
}

export type Started =
  | { readonly state: 'started' }
  | { readonly state: 'done'; readonly response: StoredResponse }
  | { readonly state: 'in_flight' }
  | { readonly state: 'other_request' }

/** Idempotency-Key (C6): per org, the first request under a key and what it was answered. */
export function idempotencyStore(table: Table) {
  return {
    /** An attempt that is told twice, since its first answer was lost on the way, is still the one that started. */
    async start(orgId: string, key: string, { fingerprint, attempt }: Attempt, now: Date): Promise<Started> {
      const item = {
        ...keys.idempotency(orgId, key),
        type: 'idempotency',
        v: 1,
        fingerprint,
        attempt,
        startedAt: now.toISOString(),
        [tableSchema.ttlAttribute]: epochSeconds(new Date(now.getTime() + RECORD_LIFETIME_MS)),
      }
      const ifFirst = {
        ConditionExpression:
          'attribute_not_exists(pk) OR #ttl <= :now OR (fingerprint = :fp AND attribute_not_exists(#response) AND startedAt < :dead)',
        ExpressionAttributeNames: { '#ttl': tableSchema.ttlAttribute, '#response': 'response' },
        ExpressionAttributeValues: {
          ':now': epochSeconds(now),
          ':fp': fingerprint,
          ':dead': new Date(now.getTime() - IN_FLIGHT_MS).toISOString(),
        },
      }
      const outcome = await write(table, put(table, item, ifFirst))
      if (outcome.state === 'written') return { state: 'started' }
      if (outcome.state === 'busy') throw new Busy('a key was busy time after time')
      const stored = recordSchema.parse(outcome.standing)
      if (stored.attempt === attempt && stored.response === undefined) return { state: 'started' }
      if (stored.fingerprint !== fingerprint) return { state: 'other_request' }
      return stored.response === undefined
        ? { state: 'in_flight' }
        : { state: 'done', response: stored.response }
    },

    async finish(orgId: string, key: string, response: StoredResponse): Promise<void> {
      await writeSurely(table, edit(table, keys.idempotency(orgId, key), { response }))
    },

    /** After an answer that isn't final (5xx): the same key may be tried again at once. */
    async forget(orgId: string, key: string): Promise<void> {
      await writeSurely(table, remove(table, keys.idempotency(orgId, key)))
    },
  }
}

export type IdempotencyStore = ReturnType<typeof idempotencyStore>
