import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../infra/local/aws/names.ts'
import { keys } from '../../shared/storage/keys.ts'
import type { TestTable } from './dynamo.ts'

/**
 * Somebody who keeps changing one account: right before others write it, they have just written it. Writes of other
 * records pass.
 */
export function meddler({ client, name, endpoint }: TestTable) {
  const own = new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS })
  let recordId: string | undefined
  let changes = 0
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const isWrite = /^(?:PutItem|UpdateItem|BatchExecuteStatement)/.test(commandName)
        const text = isWrite ? JSON.stringify(args.input) : ''
        if (recordId !== undefined && text.includes(JSON.stringify(keys.account(recordId).pk))) {
          changes++
          const { pk, sk } = keys.account(recordId)
          await own.send(
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
    { step: 'initialize', priority: 'high', name: 'meddler' },
  )
  return {
    /** The account whose record keeps changing from now on; `undefined`: none. */
    meddleWith(next: string | undefined): void {
      recordId = next
      changes = 0
    },
    get changes(): number {
      return changes
    },
    stop: (): void => own.destroy(),
  }
}
