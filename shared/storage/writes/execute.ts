import { BatchExecuteStatementCommand } from './batch-commands.ts'
import { inGroupsOf, mapConcurrent } from '../../lib/concurrency.ts'
import { Unavailable, unavailableBy } from '../../lib/unavailable.ts'
import type { Table } from '../client.ts'
import { type StatementError, statementRefusalOf } from './outcomes.ts'
import { isLeftBy, type Statement } from './statements.ts'
import { TRIES } from './write.ts'

/** BatchExecuteStatement's limit. */
const STATEMENTS_PER_CALL = 25
/** Calls under way at once. More would only wait for the SDK's CPU time; a partition takes 1,000 writes a second. */
const CALLS_AT_ONCE = 4

type Item = Readonly<Record<string, unknown>>

/** The outcome of one statement, independent of the others in its call. */
export type StatementOutcome =
  | { readonly outcome: 'written' }
  /** Its condition failed, or the item to insert exists. `stored`: the stored item, for a failed condition. */
  | { readonly outcome: 'refused'; readonly stored: Item | undefined }
  /** Other transactions kept hold of the item; nothing was written. */
  | { readonly outcome: 'busy' }
  /** `Unavailable`, or another error of DynamoDB: the write may have happened, if its answer was lost. */
  | { readonly outcome: 'failed'; readonly error: unknown }

interface Pending {
  readonly statement: Statement
  readonly place: number
  /** An earlier call whose answer was lost may have carried it out. */
  again: boolean
}

/**
 * Carries out statements on distinct items, 25 a call, and answers in their order. Statements that DynamoDB leaves
 * undone (another transaction, throttling, an internal failure) are sent again without the finished ones; if a call
 * fails as a whole, its statements are sent one by one. A statement that was carried out by a call whose answer was
 * lost is `written`.
 */
export async function executeAll(
  table: Table,
  statements: readonly Statement[],
): Promise<StatementOutcome[]> {
  const outcomes: StatementOutcome[] = new Array(statements.length)
  const pending = statements.map((statement, place): Pending => ({ statement, place, again: false }))
  await mapConcurrent([...inGroupsOf(pending, STATEMENTS_PER_CALL)], CALLS_AT_ONCE, (group) =>
    executeGroup(table, group, outcomes),
  )
  return outcomes
}

/** Wraps a single write so that its failure is returned like that of a statement. */
export async function executeOne<Answer>(
  write: () => Promise<Answer>,
): Promise<Answer | { readonly outcome: 'failed'; readonly error: unknown }> {
  try {
    return await write()
  } catch (error) {
    return { outcome: 'failed', error }
  }
}

async function executeGroup(
  table: Table,
  group: readonly Pending[],
  outcomes: StatementOutcome[],
): Promise<void> {
  let left = group
  for (let tried = 1; left.length > 0; tried++) {
    if (tried > 1) await table.pause(tried - 1)
    const called = await call(table, left)
    if (called.outcome === 'failed') return oneByOne(table, left, called.error, outcomes)
    const undone: Pending[] = []
    for (const [n, each] of left.entries()) {
      each.again ||= called.again
      const outcome = outcomeOf(each, called.errors[n], tried === TRIES)
      if (outcome === undefined) undone.push(each)
      else outcomes[each.place] = outcome
    }
    left = undone
  }
}

/** `again`: the SDK retried, so the first attempt may have been carried out. */
type Called =
  | {
      readonly outcome: 'answered'
      readonly errors: readonly (StatementError | undefined)[]
      readonly again: boolean
    }
  | { readonly outcome: 'failed'; readonly error: unknown }

async function call(table: Table, group: readonly Pending[]): Promise<Called> {
  try {
    const { Responses = [], $metadata } = await table.client.send(
      new BatchExecuteStatementCommand({
        Statements: group.map(({ statement: { text, parameters } }) => ({
          Statement: text,
          Parameters: [...parameters],
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        })),
      }),
    )
    return {
      outcome: 'answered',
      errors: Responses.map((answer) => answer.Error),
      again: ($metadata.attempts ?? 1) > 1,
    }
  } catch (error) {
    return { outcome: 'failed', error }
  }
}

/**
 * Sends the statements of a call that failed as a whole one by one, since one of them may have been the cause. Once one
 * fails because DynamoDB is unavailable, the others aren't sent.
 */
async function oneByOne(
  table: Table,
  group: readonly Pending[],
  failure: unknown,
  outcomes: StatementOutcome[],
): Promise<void> {
  const [first] = group
  if (group.length === 1 && first !== undefined) {
    outcomes[first.place] = { outcome: 'failed', error: failure }
    return
  }
  let gone: StatementOutcome | undefined
  for (const each of group) {
    each.again = true
    if (gone === undefined) await executeGroup(table, [each], outcomes)
    else outcomes[each.place] = gone
    const outcome = outcomes[each.place]
    // The remaining ones would fail too, and would only add load.
    if (outcome?.outcome === 'failed' && unavailableBy(outcome.error) !== undefined) gone = outcome
  }
}

/** `undefined`: to be sent again. */
function outcomeOf(
  each: Pending,
  error: StatementError | undefined,
  isLastTry: boolean,
): StatementOutcome | undefined {
  if (error === undefined) return { outcome: 'written' }
  const refused = statementRefusalOf(error)
  switch (refused?.kind) {
    case 'condition':
      return each.again && isLeftBy(each.statement, refused.stored)
        ? { outcome: 'written' }
        : { outcome: 'refused', stored: refused.stored }
    case 'conflict':
      return isLastTry ? { outcome: 'busy' } : undefined
    case 'throttled':
      each.again ||= refused.mayBeDone
      return isLastTry
        ? { outcome: 'failed', error: new Unavailable(`a statement met ${error.Code} time after time`) }
        : undefined
    case undefined:
      return { outcome: 'failed', error: new Error(`a statement was refused: ${error.Code}`) }
  }
}
