import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, TransactGetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import type { Table } from '../../../shared/storage/client.ts'
import type { MemoryTable } from './memory-table.ts'
import { perform } from './operations.ts'
import { beginTransaction, transactGet } from './transactions.ts'

const base = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  }),
)

/** A shared client whose commands are answered by the table. Creating a client takes milliseconds. */
export function answeredBy<C extends object>(client: C, send: (command: object) => Promise<unknown>): C {
  const other: C = Object.create(client, { send: { value: send } })
  return other
}

/** Gives stores access to the table; everything that a store asks goes through `send`. */
export const tableAnsweredBy = (name: string, send: (command: object) => Promise<unknown>): Table => ({
  name,
  client: answeredBy(base, send),
  // In a simulated world, work continues by itself, whoever waits for it.
  pause: async () => {},
})

/** Carries out one command immediately, without concurrent ones. */
export function performAtOnce(table: MemoryTable, command: object): object {
  if (command instanceof TransactWriteCommand) return beginTransaction(table, command.input).commit()
  if (command instanceof TransactGetCommand) return transactGet(table, command.input)
  const answer = perform(table, command)
  if (answer === undefined) throw new Error(`the in-memory DynamoDB doesn't know ${command.constructor.name}`)
  return answer
}

export const openMemoryTable = (memory: MemoryTable): Table =>
  tableAnsweredBy(memory.name, async (command) => performAtOnce(memory, command))
