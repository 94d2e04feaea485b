import * as z from 'zod'
import type { InvocationOutcome } from '../functions/functions.ts'

const report = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().nullish() })).nullish(),
})

/**
 * Which of a batch's items failed, as Lambda reads a handler's answer: all when it threw, when its report
 * can't be read or names an item that the batch doesn't have; none when it reports none or isn't asked to.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function failedItems(
  outcome: InvocationOutcome,
  items: readonly string[],
  reportsItemFailures: boolean,
): ReadonlySet<string> {
  if (!outcome.ok) return new Set(items)
  if (!reportsItemFailures) return new Set()
  const payload: unknown = JSON.parse(outcome.payload)
  if (payload === null) return new Set()
  const parsed = report.safeParse(payload)
  if (!parsed.success) return new Set(typeof payload === 'object' ? items : [])
  const failed = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier ?? '')
  return new Set(failed.every((item) => items.includes(item)) ? failed : items)
}
