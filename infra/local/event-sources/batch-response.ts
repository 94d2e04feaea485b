import * as z from 'zod'
import type { InvocationOutcome } from '../functions/functions.ts'

const report = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().nullish() })).nullish(),
})

/**
 * The items of a batch that failed, as Lambda reads a handler's answer. All have failed if the handler threw, or if
 * its report can't be read or names an item that isn't in the batch. None has if the report is empty or isn't asked
 * for.
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
