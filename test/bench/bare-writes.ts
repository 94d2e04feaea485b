import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { dynamoDbClient, WORKER } from '../../shared/aws/clients.ts'
import { mapConcurrent } from '../../shared/lib/concurrency.ts'
import { openTable } from '../../shared/storage/client.ts'

/** Puts the items it is sent, each on the condition that an import's write has, and nothing besides; tells its CPU time. */
const WRITES_AT_ONCE = 16
const table = openTable(process.argv[2] ?? '', dynamoDbClient(WORKER))

process.on('message', (items: { rev: number }[]) => {
  void mapConcurrent(items, WRITES_AT_ONCE, (Item) =>
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item,
        ConditionExpression: '#rev = :before',
        ExpressionAttributeNames: { '#rev': 'rev' },
        ExpressionAttributeValues: { ':before': Item.rev - 1 },
      }),
    ),
  ).then(() => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage()
    process.send?.({ cpuMs: (userCPUTime + systemCPUTime) / 1000 })
  })
})
process.send?.('ready')
