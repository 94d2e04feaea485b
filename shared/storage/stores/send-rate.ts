import { intervalMsOf, type Reserved, type SendSlots, reserveSlots } from '../../lib/send-rate.ts'
import { Busy } from '../../lib/unavailable.ts'
import type { Table } from '../client.ts'
import { keys } from '../keys.ts'
import { edit } from '../writes/requests.ts'
import { write } from '../writes/write.ts'

/** Attempts, each lost to another worker: more than there are workers. */
const MAX_TRIES = 20

/**
 * Distributes the instants at which all workers together may send mails: one item holds the next free
 * instant. Reserving slots moves it, so of two workers at once the second one's slots begin where the first
 * one's end. Nothing has to be renewed or returned.
 */
export function sendRateStore(table: Table, perSecond: number, nowMs: () => number) {
  const intervalMs = intervalMsOf(perSecond)
  /** The last reservation found no later one, so probably the next one won't either. */
  let isIdle = true

  /** Moves the next free instant, if it is within a range. */
  const move = (
    expression: string,
    values: Readonly<Record<string, number>>,
    [fromMs, toMs]: readonly [number, number],
  ) =>
    write(
      table,
      {
        Update: {
          TableName: table.name,
          Key: keys.sendRate(),
          UpdateExpression: expression,
          ConditionExpression: 'nextAtMs BETWEEN :from AND :to',
          ExpressionAttributeValues: { ...values, ':from': fromMs, ':to': toMs },
        },
      },
      'ALL_OLD',
    )

  /**
   * Sets the next free instant after an idle time; of several workers the first one does. The condition isn't
   * the exact number that was read, since DynamoDB's numbers have more digits than JavaScript's.
   * @param passedMs the stored instant is at most this, or absent
   */
  const begin = (nextAtMs: number, passedMs: number) =>
    write(
      table,
      edit(
        table,
        keys.sendRate(),
        { type: 'send-rate', v: 1, nextAtMs },
        {
          ConditionExpression: 'attribute_not_exists(nextAtMs) OR nextAtMs <= :passed',
          ExpressionAttributeValues: { ':passed': passedMs },
        },
      ),
      'ALL_OLD',
    )

  const numberIn = (item: Readonly<Record<string, unknown>> | undefined): number | undefined =>
    typeof item?.nextAtMs === 'number' ? item.nextAtMs : undefined

  const reserved = ({ slots }: { readonly slots: SendSlots }): Reserved => ({
    outcome: 'reserved',
    slots,
  })

  return {
    /**
     * Reserves slots for up to `wanted` mails that are over within the time; or says how long to wait for
     * some. 1 write unit, 2 where an idle time begins or ends.
     * @param aheadMs the earliest begin, from now
     * @throws Busy when others keep moving the instant
     */
    async reserve(wanted: number, withinMs: number, aheadMs = 0): Promise<Reserved> {
      let count = Math.max(1, Math.min(wanted, Math.floor(withinMs / intervalMs)))
      for (let tried = 0; tried < MAX_TRIES; tried++) {
        const now = nowMs() + aheadMs
        const latestMs = Math.max(now, now + withinMs - count * intervalMs)
        const fresh = reserveSlots(undefined, now, count, intervalMs)
        const outcome = isIdle
          ? await begin(fresh.nextAtMs, now)
          : await move('SET nextAtMs = nextAtMs + :by', { ':by': count * intervalMs }, [now, latestMs])
        if (outcome.outcome === 'busy') continue
        if (outcome.outcome === 'written')
          return reserved(isIdle ? fresh : reserveSlots(numberIn(outcome.before), now, count, intervalMs))
        const storedMs = numberIn(outcome.stored)
        isIdle = storedMs === undefined || storedMs <= now
        if (isIdle || storedMs === undefined) continue
        const fitting = Math.floor((now + withinMs - storedMs) / intervalMs)
        if (fitting < 1) return { outcome: 'full', waitMs: storedMs - now }
        count = Math.min(count, fitting)
      }
      throw new Busy('others took their stretch of the mails’ rate time after time')
    },

    /** Lets nobody send for some time, since SES accepts nothing more. */
    async stopFor(ms: number): Promise<void> {
      const untilMs = nowMs() + ms
      const { outcome } = await begin(untilMs, untilMs)
      // Refused: all are stopped for longer.
      if (outcome === 'busy') throw new Busy('others moved the mails’ rate time after time')
    },
  }
}
