import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { dynamoDbClient, WORKER } from '../../shared/aws/clients.ts'
import { mapConcurrent } from '../../shared/lib/concurrency.ts'
import { openTable } from '../../shared/storage/client.ts'

/**
 * Writes the items that it is sent, each on the same condition as an import’s write, and nothing else. Reports its
 * CPU time.
 */
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
