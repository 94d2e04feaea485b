import * as z from 'zod'

/* The parts of DynamoDB's request bodies that faults depend on. Everything else is passed on unchanged. */

const attribute = z.record(z.string(), z.unknown())
export const item = z.record(z.string(), attribute)
export type Item = z.output<typeof item>

const named = z.looseObject({ TableName: z.string() })

export const singleWrite = z
  .union([
    z.object({ TableName: z.string(), Item: item, ReturnValues: z.string().default('NONE') }),
    z.object({ TableName: z.string(), Key: item, ReturnValues: z.string().default('NONE') }),
  ])
  .transform((write) => ({
    named: {
      table: write.TableName,
      attributes: 'Item' in write ? write.Item : write.Key,
      writes: true,
    } satisfies Named,
    returned: write.ReturnValues,
  }))

const keyed = named.extend({ Key: item })
const part = z.union([
  z.object({ Put: named.extend({ Item: item }) }),
  z.object({ Update: keyed }),
  z.object({ Delete: keyed }),
  z.object({ ConditionCheck: keyed }),
])
export const transactWrite = z.looseObject({
  ClientRequestToken: z.string().optional(),
  TransactItems: z.array(part),
})
export const transactGet = z.looseObject({ TransactItems: z.array(z.object({ Get: keyed })) })

const writeRequest = z.union([
  z.object({ PutRequest: z.object({ Item: item }) }),
  z.object({ DeleteRequest: z.object({ Key: item }) }),
])
export type WriteRequest = z.output<typeof writeRequest>
export const batchWrite = z.looseObject({ RequestItems: z.record(z.string(), z.array(writeRequest)) })
export const batchGet = z.looseObject({
  RequestItems: z.record(z.string(), z.looseObject({ Keys: z.array(item) })),
})

export const query = z.looseObject({
  TableName: z.string(),
  IndexName: z.string().optional(),
  KeyConditionExpression: z.string().optional(),
  FilterExpression: z.string().optional(),
  ProjectionExpression: z.string().optional(),
  Select: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).default({}),
  ExpressionAttributeValues: z.record(z.string(), attribute).default({}),
  ScanIndexForward: z.boolean().default(true),
  Limit: z.number().optional(),
  ExclusiveStartKey: item.optional(),
})
export type Query = z.output<typeof query>

/** An item that a call names, by its key or by attributes that include its key. */
export interface Named {
  readonly table: string
  readonly attributes: Item
  /** Whether the call may change the item. */
  readonly writes: boolean
}

export function namedInTransaction({ TransactItems }: z.output<typeof transactWrite>): Named[] {
  return TransactItems.map((each): Named => {
    if ('Put' in each) return { table: each.Put.TableName, attributes: each.Put.Item, writes: true }
    if ('ConditionCheck' in each)
      return { table: each.ConditionCheck.TableName, attributes: each.ConditionCheck.Key, writes: false }
    const { TableName, Key } = 'Update' in each ? each.Update : each.Delete
    return { table: TableName, attributes: Key, writes: true }
  })
}

export const namedInRequest = (table: string, request: WriteRequest): Named => ({
  table,
  attributes: 'PutRequest' in request ? request.PutRequest.Item : request.DeleteRequest.Key,
  writes: true,
})
