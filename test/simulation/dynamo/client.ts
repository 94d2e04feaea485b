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

/** The client as it is, but for who answers its commands. Making a client of its own takes milliseconds. */
export function answeredBy<C extends object>(client: C, send: (command: object) => Promise<unknown>): C {
  const other: C = Object.create(client, { send: { value: send } })
  return other
}

/** The way to the table for the stores; whatever a store asks for goes through `send`. */
export const tableAnsweredBy = (name: string, send: (command: object) => Promise<unknown>): Table => ({
  name,
  client: answeredBy(base, send),
  // What is under way in a simulated world goes on by itself, whoever waits.
  pause: async () => {},
})

/** One command, carried out at once, with nobody else about. */
export function performAtOnce(table: MemoryTable, command: object): object {
  if (command instanceof TransactWriteCommand) return beginTransaction(table, command.input).commit()
  if (command instanceof TransactGetCommand) return transactGet(table, command.input)
  const answer = perform(table, command)
  if (answer === undefined) throw new Error(`the in-memory DynamoDB doesn't know ${command.constructor.name}`)
  return answer
}

export const openMemoryTable = (memory: MemoryTable): Table =>
  tableAnsweredBy(memory.name, async (command) => performAtOnce(memory, command))
