import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import * as z from 'zod'
import { forDynoxide, keyOfStatement, statementBatch } from '../../infra/local/aws/dynamodb/statements.ts'

const refusal = z.looseObject({ Code: z.string(), Item: z.unknown().optional() })
const output = z.looseObject({ Responses: z.array(z.looseObject({ Error: refusal.optional() })) })

/**
 * Lets a client that calls the embedded DynamoDB directly send batches of PartiQL statements as AWS documents them,
 * which the local gateway does for the functions.
 */
export function sendDocumentedStatements(client: DynamoDBClient, tableName: string): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== 'BatchExecuteStatementCommand') return next(args)
        const asked = statementBatch.safeParse(args.input).data
        if (asked === undefined) return next(args)
        const { Statements: given = [] } = asked
        const Statements = given.map((one) => ({ ...one, Statement: forDynoxide(one.Statement) }))
        const answer = await next({ ...args, input: { ...args.input, ...asked, Statements } })
        const told = output.safeParse(answer.output).data
        for (const [n, { Error: refused }] of (told?.Responses ?? []).entries()) {
          const statement = given[n]
          const key = statement && keyOfStatement(statement, ['pk', 'sk'])
          if (refused?.Code !== 'ConditionalCheckFailed' || key === undefined) continue
          if (statement?.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD') continue
          const Keys = [marshall(key)]
          const read = await client.send(
            new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys, ConsistentRead: true } } }),
          )
          const standing = read.Responses?.[tableName]?.[0]
          if (standing !== undefined) refused.Item = unmarshall(standing)
        }
        return { ...answer, output: { ...answer.output, ...told } }
      },
    { step: 'serialize', priority: 'high', name: 'documentedStatements', override: true },
  )
}
