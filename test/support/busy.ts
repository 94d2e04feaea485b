import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../infra/local/aws/names.ts'
import { keys } from '../../shared/storage/keys.ts'
import type { TestTable } from './dynamo.ts'

/**
 * A record that others keep changing: right before the table’s client writes it, somebody else has just done so. That
 * changes nothing but the revision.
 */
export function keepChanging({ client, name, endpoint }: TestTable, recordIds: readonly string[]) {
  const others = new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS })
  const records = recordIds.map((recordId) => keys.account(recordId))
  let changes = 0
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const text = /^(?:Put|Update|TransactWrite|BatchExecute)/.test(commandName)
          ? JSON.stringify(args.input)
          : ''
        for (const { pk, sk } of records) {
          if (!text.includes(JSON.stringify(pk))) continue
          changes++
          await others.send(
            new UpdateItemCommand({
              TableName: name,
              Key: { pk: { S: pk }, sk: { S: sk } },
              UpdateExpression: 'ADD rev :one',
              ExpressionAttributeValues: { ':one': { N: '1' } },
            }),
          )
        }
        return next(args)
      },
    { step: 'initialize', name: 'keepChanging' },
  )
  return {
    /** How often somebody else was faster. */
    changes: (): number => changes,
    stop(): void {
      client.middlewareStack.remove('keepChanging')
      others.destroy()
    },
  }
}
