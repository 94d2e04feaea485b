import { intervalMsOf, type Reserved, type SendSlots, reserveSlots } from '../../lib/send-rate.ts'
import { Busy } from '../../lib/unavailable.ts'
import type { Table } from '../client.ts'
import { keys } from '../keys.ts'
import { edit, write } from '../writes/write.ts'

/** More changes of the number between two looks at it than there are workers. */
const MAX_TRIES = 20

/**
 * The instant at which the next stretch of mails begins, for all workers together: one number in one item. Taking a stretch
 * is a write of it, so of two workers at once the second one's begins where the first one's ends. Nothing is to be renewed.
 */
export function sendRateStore(table: Table, perSecond: number, nowMs: () => number) {
  const intervalMs = intervalMsOf(perSecond)
  /** The last stretch began behind no other's, so most probably the next one doesn't either. */
  let isIdle = true

  /** Moves the number on by so much, or to an instant, where it is from one instant to another. */
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
   * After an idle time, whoever is first sets the number anew: the second finds one that is later than now. It isn't asked
   * for the very number that was read, since DynamoDB's has more digits than JavaScript keeps.
   * @param passedMs the number is this or before it, or there is none
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
     * A stretch for up to so many mails that is over within the time; or how long it is until there may be one. 1 write unit,
     * 2 where an idle time begins or ends.
     * @param aheadMs it begins so much later than now, or after that
     * @throws Busy when others move the number time after time
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

    /** Nobody begins a stretch for so long: SES takes nothing more. */
    async stopFor(ms: number): Promise<void> {
      const untilMs = nowMs() + ms
      const { outcome } = await begin(untilMs, untilMs)
      // Refused: all are stopped for longer.
      if (outcome === 'busy') throw new Busy('others moved the mails’ rate time after time')
    },
  }
}
