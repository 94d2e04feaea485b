import type {
  BatchExecuteStatementCommandInput as StatementsSent,
  BatchExecuteStatementCommandOutput as StatementsAnswered,
  BatchGetItemCommandInput as KeysSent,
  BatchGetItemCommandOutput as ItemsAnswered,
} from '@aws-sdk/client-dynamodb'
import {
  BatchExecuteStatementCommand as DocumentBatchExecuteStatement,
  type BatchExecuteStatementCommandInput,
  type BatchExecuteStatementCommandOutput,
  BatchGetCommand as DocumentBatchGet,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
} from '@aws-sdk/lib-dynamodb'
import { fromAttributes, toAttribute, toAttributes } from '../attribute-values.ts'

/**
 * The document client's commands for many items, with a conversion of attribute values of our own (`attribute-values.ts`).
 * The client's copies the whole call once for each level of nesting, which takes an eighth of the CPU time of an import's row.
 */

/** The place of the document client's own conversion: middleware before it sees plain values, after it attribute values. */
const CONVERTING = {
  name: 'convertItems',
  relation: 'before',
  toMiddleware: 'serializerMiddleware',
  override: true,
} as const

/** A middleware that converts input and output. The SDK has no type for one whose two sides see different shapes. */
const converting =
  <Sent extends object, Answered extends object>(
    sent: (input: Sent) => Sent,
    answered: (output: Answered) => object,
  ) =>
  (next: (call: Call<Sent>) => Promise<Answer<Answered>>) =>
  async (call: Call<Sent>): Promise<Answer<Answered>> => {
    const answer = await next({ ...call, input: sent(call.input) })
    return { ...answer, output: answered(answer.output) as Answered }
  }

interface Call<Sent> {
  readonly input: Sent
  readonly request: unknown
}
interface Answer<Answered> {
  readonly output: Answered
  readonly response: unknown
}

export class BatchGetCommand extends DocumentBatchGet {
  protected override addMarshallingMiddleware(): void {
    this.clientCommand.middlewareStack.addRelativeTo(
      converting((input: KeysSent) => keysOf(input as BatchGetCommandInput), withItems),
      CONVERTING,
    )
  }
}

function keysOf(input: BatchGetCommandInput): KeysSent {
  const tables = Object.entries(input.RequestItems ?? {}).map(
    ([table, { Keys, ...how }]) => [table, { ...how, Keys: Keys?.map(toAttributes) }] as const,
  )
  return { ...input, RequestItems: Object.fromEntries(tables) }
}

function withItems(output: ItemsAnswered): BatchGetCommandOutput {
  const found = Object.entries(output.Responses ?? {}).map(
    ([table, items]) => [table, items.map(fromAttributes)] as const,
  )
  const left = Object.entries(output.UnprocessedKeys ?? {}).map(
    ([table, { Keys, ...how }]) => [table, { ...how, Keys: Keys?.map(fromAttributes) }] as const,
  )
  return { ...output, Responses: Object.fromEntries(found), UnprocessedKeys: Object.fromEntries(left) }
}

export class BatchExecuteStatementCommand extends DocumentBatchExecuteStatement {
  protected override addMarshallingMiddleware(): void {
    this.clientCommand.middlewareStack.addRelativeTo(
      converting((input: StatementsSent) => statementsOf(input), withRefusedItems),
      CONVERTING,
    )
  }
}

const statementsOf = (input: BatchExecuteStatementCommandInput): StatementsSent => ({
  ...input,
  Statements: input.Statements?.map(({ Parameters, ...statement }) => ({
    ...statement,
    Parameters: Parameters?.map(toAttribute),
  })),
})

const withRefusedItems = (output: StatementsAnswered): BatchExecuteStatementCommandOutput => ({
  ...output,
  Responses: output.Responses?.map(({ Item, Error: refused, ...answer }) => ({
    ...answer,
    ...(Item && { Item: fromAttributes(Item) }),
    ...(refused && { Error: { ...refused, ...(refused.Item && { Item: fromAttributes(refused.Item) }) } }),
  })),
})
