import * as z from 'zod'
import { IDEMPOTENCY_RETENTION_MS } from '../../contracts/retention.ts'
import { epochSeconds, MINUTE_MS } from '../../lib/time.ts'
import { Busy } from '../../lib/unavailable.ts'
import type { Table } from '../client.ts'
import { expiringAfter } from '../items/retention.ts'
import { itemVersion } from '../items/unknown-attributes.ts'
import { keys } from '../keys.ts'
import { tableSchema } from '../schema.ts'
import { edit, ifPresent, put } from '../writes/requests.ts'
import { type Outcome, write, writeSurely } from '../writes/write.ts'

/** Longer than a request can run: after this, an unfinished request is taken to have died. */
const IN_FLIGHT_MS = MINUTE_MS

const recordSchema = z.object({
  type: z.literal('idempotency'),
  v: itemVersion,
  fingerprint: z.string(),
  attempt: z.string(),
  startedAt: z.string(),
  /** When the first attempt began. */
  firstAt: z.string(),
  /** The last attempt ended without a final answer, so the next one needn't wait. */
  forgotten: z.boolean().optional(),
  response: z.object({ statusCode: z.number(), body: z.string(), contentType: z.string() }).optional(),
  expiresAtEpochSeconds: z.number(),
})

export interface StoredResponse {
  readonly statusCode: number
  readonly body: string
  readonly contentType: string
}

export interface Attempt {
  /** A hash of everything that must be equal in a repeated request. */
  readonly fingerprint: string
  /** Random, to recognize this invocation's own write. */
  readonly attempt: string
}

export type Started =
  /**
   * `firstAt`: when the first attempt began. Ids of what the request creates are derived from it, so that
   * every attempt creates the same.
   */
  | { readonly outcome: 'started'; readonly firstAt: Date }
  | { readonly outcome: 'done'; readonly response: StoredResponse }
  | { readonly outcome: 'in_flight' }
  | { readonly outcome: 'other_request' }

/** Idempotency-Key (C6): the first request of an org with a key, and its answer. */
export function idempotencyStore(table: Table) {
  return {
    /**
     * Begins an attempt. If DynamoDB's answer was lost and the SDK repeats the write, the attempt still
     * counts as started.
     */
    async start(orgId: string, key: string, { fingerprint, attempt }: Attempt, now: Date): Promise<Started> {
      const attemptItem = (firstAt: string) => ({
        ...keys.idempotency(orgId, key),
        type: 'idempotency',
        v: 1,
        fingerprint,
        attempt,
        startedAt: now.toISOString(),
        firstAt,
        ...expiringAfter(now, IDEMPOTENCY_RETENTION_MS),
      })
      const ifNew = {
        ConditionExpression: 'attribute_not_exists(pk) OR #ttl <= :now',
        ExpressionAttributeNames: { '#ttl': tableSchema.ttlAttribute },
        ExpressionAttributeValues: { ':now': epochSeconds(now) },
      }
      const first = await write(table, put(table, attemptItem(now.toISOString()), ifNew))
      if (first.outcome === 'written') return { outcome: 'started', firstAt: now }
      const found = resultOf(first, { fingerprint, attempt })
      if (found.outcome !== 'in_flight') return found
      const { stored } = found
      const isDead = new Date(stored.startedAt).getTime() < now.getTime() - IN_FLIGHT_MS
      if (stored.forgotten !== true && !isDead) return { outcome: 'in_flight' }
      const { firstAt } = stored
      const ifSame = {
        ConditionExpression: '#attempt = :attempt AND attribute_not_exists(#response)',
        ExpressionAttributeNames: { '#attempt': 'attempt', '#response': 'response' },
        ExpressionAttributeValues: { ':attempt': stored.attempt },
      }
      const again = await write(table, put(table, attemptItem(firstAt), ifSame))
      if (again.outcome === 'written') return { outcome: 'started', firstAt: new Date(firstAt) }
      const overtaken = resultOf(again, { fingerprint, attempt })
      return overtaken.outcome === 'in_flight' ? { outcome: 'in_flight' } : overtaken
    },

    async finish(orgId: string, key: string, response: StoredResponse): Promise<void> {
      await writeSurely(table, edit(table, keys.idempotency(orgId, key), { response }))
    },

    /** Allows the same request again at once, after an answer that isn't final (5xx). */
    async forget(orgId: string, key: string): Promise<void> {
      await writeSurely(table, edit(table, keys.idempotency(orgId, key), { forgotten: true }, ifPresent))
    },
  }
}

type FoundRecord =
  | Exclude<Started, { outcome: 'in_flight' }>
  | { readonly outcome: 'in_flight'; readonly stored: Stored }
type Stored = z.output<typeof recordSchema>

/** What the stored record means for this attempt. */
function resultOf(
  outcome: Exclude<Outcome, { outcome: 'written' }>,
  { fingerprint, attempt }: Attempt,
): FoundRecord {
  if (outcome.outcome === 'busy') throw new Busy('a key was busy time after time')
  const stored = recordSchema.parse(outcome.stored)
  if (stored.fingerprint !== fingerprint) return { outcome: 'other_request' }
  if (stored.response !== undefined) return { outcome: 'done', response: stored.response }
  return stored.attempt === attempt
    ? { outcome: 'started', firstAt: new Date(stored.firstAt) }
    : { outcome: 'in_flight', stored }
}

export type IdempotencyStore = ReturnType<typeof idempotencyStore>
