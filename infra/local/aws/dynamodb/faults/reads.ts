import * as z from 'zod'
import { parsed, withBody } from './answers.ts'
import { item, query } from './calls.ts'
import type { FaultContext, Handler } from './fault-context.ts'
import { CALL_FAULTS } from './options.ts'

const queryAnswer = z.looseObject({ Items: z.array(item), LastEvaluatedKey: item.optional() })

/** Reads, and other calls that only meet faults of the whole call. */
export function createReads({ options, faults, staleReads, tables }: FaultContext) {
  const plainly: Handler = (_, plain) => faults.inject(faults.next(CALL_FAULTS), plain)

  const Query: Handler = (raw, plain) =>
    faults.inject(faults.next(CALL_FAULTS), async () => {
      const answer = await plain()
      if (answer.status !== 200 || faults.draw() >= options.late) return answer
      const asked = query.safeParse(parsed(raw)).data
      const answered = queryAnswer.safeParse(parsed(answer.body)).data
      if (asked?.IndexName === undefined || answered === undefined) return answer
      const shape = await tables.lags(asked.TableName)
      const before = shape === undefined ? undefined : staleReads.staleAnswer(asked, shape, answered)
      if (before === undefined) return answer
      faults.count('lateRead')
      const { Items, LastEvaluatedKey } = before
      const { LastEvaluatedKey: _, ...others } = answered
      return withBody(answer, {
        ...others,
        Items,
        Count: Items.length,
        ScannedCount: Items.length,
        ...(LastEvaluatedKey === undefined ? {} : { LastEvaluatedKey }),
      })
    })

  return {
    GetItem: plainly,
    Query,
    Scan: plainly,
    ExecuteStatement: plainly,
    ExecuteTransaction: plainly,
  }
}
