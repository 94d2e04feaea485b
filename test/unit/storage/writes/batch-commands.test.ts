import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { HttpResponse } from '@smithy/core/protocols'
import { beforeEach, describe, expect, it } from 'vitest'
import { openTable } from '../../../../shared/storage/client.ts'
import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
} from '../../../../shared/storage/writes/batch-commands.ts'

/** What went over the wire, and what comes back. */
let sent: unknown[] = []
let answer: object = {}
const client = new DynamoDBClient({
  region: 'us-east-1',
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  requestHandler: {
    handle: async ({ body }: { body: unknown }) => {
      sent.push(JSON.parse(body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body)))
      const text = new TextEncoder().encode(JSON.stringify(answer))
      return { response: new HttpResponse({ statusCode: 200, headers: {}, body: text }) }
    },
  },
})
const { client: table } = openTable('table', client)

beforeEach(() => {
  sent = []
  answer = {}
})

describe('a call about many items', () => {
  it('asks for keys and gives back items, and the keys that were left', async () => {
    const Keys = [
      { pk: 'P', sk: 'a' },
      { pk: 'P', sk: 'b' },
    ]
    answer = {
      Responses: {
        table: [{ pk: { S: 'P' }, sk: { S: 'a' }, n: { N: '1' }, list: { L: [{ BOOL: true }] } }],
      },
      UnprocessedKeys: { table: { Keys: [{ pk: { S: 'P' }, sk: { S: 'b' } }], ConsistentRead: true } },
    }
    const got = await table.send(
      new BatchGetCommand({ RequestItems: { table: { Keys, ConsistentRead: true } } }),
    )
    expect(sent).toEqual([
      {
        RequestItems: {
          table: {
            Keys: [
              { pk: { S: 'P' }, sk: { S: 'a' } },
              { pk: { S: 'P' }, sk: { S: 'b' } },
            ],
            ConsistentRead: true,
          },
        },
      },
    ])
    expect(got.Responses).toEqual({ table: [{ pk: 'P', sk: 'a', n: 1, list: [true] }] })
    expect(got.UnprocessedKeys).toEqual({ table: { Keys: [{ pk: 'P', sk: 'b' }], ConsistentRead: true } })
  })

  it('gives back no items where DynamoDB names none', async () => {
    const got = await table.send(
      new BatchGetCommand({ RequestItems: { table: { Keys: [{ pk: 'P', sk: 'a' }] } } }),
    )
    expect(got).toMatchObject({ Responses: {}, UnprocessedKeys: {} })
  })

  it('sends the parameters of statements, and gives back what stood in the way of each', async () => {
    answer = {
      Responses: [
        { TableName: 'table', Item: { n: { N: '1' } } },
        { Error: { Code: 'ConditionalCheckFailed', Item: { n: { N: '2' } } } },
        { Error: { Code: 'TransactionConflict' } },
        { TableName: 'table' },
      ],
    }
    const got = await table.send(
      new BatchExecuteStatementCommand({
        Statements: [{ Statement: 'UPDATE', Parameters: ['x', 1, { a: null }] }, { Statement: 'DELETE' }],
      }),
    )
    expect(sent).toEqual([
      {
        Statements: [
          { Statement: 'UPDATE', Parameters: [{ S: 'x' }, { N: '1' }, { M: { a: { NULL: true } } }] },
          { Statement: 'DELETE' },
        ],
      },
    ])
    expect(got.Responses).toStrictEqual([
      { TableName: 'table', Item: { n: 1 } },
      { Error: { Code: 'ConditionalCheckFailed', Item: { n: 2 } } },
      { Error: { Code: 'TransactionConflict' } },
      { TableName: 'table' },
    ])
    answer = {}
    expect(await table.send(new BatchExecuteStatementCommand({ Statements: [] }))).toMatchObject({})
  })
})
