import * as z from 'zod'
import type { JsonAnswer } from '../gateway/json-call.ts'
import { parsed, withBody } from './faults/answers.ts'
import { type TableShape, tableShape } from './faults/shapes.ts'
import {
  forDynoxide,
  type GivenStatement,
  keyOfStatement,
  readStatement,
  statementBatch,
} from './statements.ts'

/** Sends an operation to the DynamoDB behind the proxy. */
type Ask = (operation: string, body: object) => Promise<JsonAnswer>

const answered = z.looseObject({
  Responses: z.array(
    z.looseObject({ Error: z.looseObject({ Code: z.string(), Item: z.unknown().optional() }).optional() }),
  ),
})
const found = z.object({ Responses: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))) })

/**
 * Makes dynoxide 1.2.1 accept batches of PartiQL statements as AWS documents them: with a clause before each path,
 * and with the old item of a failed condition if `ReturnValuesOnConditionCheckFailure` asks for it. That item is read
 * right after the statement, so it may be newer than the one that the condition saw.
 */
export function createDynoxideStatements(ask: Ask) {
  const shapes = new Map<string, Promise<TableShape>>()
  const shapeOf = (table: string): Promise<TableShape> => {
    const shape =
      shapes.get(table) ??
      ask('DescribeTable', { TableName: table }).then(({ body }) => tableShape(parsed(body)))
    shapes.set(table, shape)
    return shape
  }

  async function currentItemOf(statement: GivenStatement): Promise<unknown> {
    const table = readStatement(statement.Statement)?.table
    if (table === undefined) return undefined
    const { partition, sort } = (await shapeOf(table)).keys
    const key = keyOfStatement(statement, sort === undefined ? [partition] : [partition, sort])
    if (key === undefined) return undefined
    const RequestItems = { [table]: { Keys: [key], ConsistentRead: true } }
    const { body } = await ask('BatchGetItem', { RequestItems })
    return found.safeParse(parsed(body)).data?.Responses[table]?.[0]
  }

  return async (asked: object): Promise<JsonAnswer> => {
    const given = statementBatch.safeParse(asked).data
    if (given === undefined) return ask('BatchExecuteStatement', asked)
    const answer = await ask('BatchExecuteStatement', {
      ...given,
      Statements: given.Statements.map((one) => ({
        ...one,
        Statement: forDynoxide(one.Statement),
      })),
    })
    const body = answer.status === 200 ? answered.safeParse(parsed(answer.body)).data : undefined
    const lacksItem = (n: number): boolean => {
      const error = body?.Responses[n]?.Error
      return (
        error?.Code === 'ConditionalCheckFailed' &&
        error.Item === undefined &&
        given.Statements[n]?.ReturnValuesOnConditionCheckFailure === 'ALL_OLD'
      )
    }
    if (body === undefined || !given.Statements.some((_, n) => lacksItem(n))) return answer
    const Responses = await Promise.all(
      body.Responses.map(async (one, n) => {
        const statement = given.Statements[n]
        if (!lacksItem(n) || statement === undefined) return one
        const Item = await currentItemOf(statement)
        return { ...one, Error: { ...one.Error, ...(Item === undefined ? {} : { Item }) } }
      }),
    )
    return withBody(answer, { ...body, Responses })
  }
}
