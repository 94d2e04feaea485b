import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, TransactGetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import type { Table } from '../../../shared/table/client.ts'
import type { MemoryTable } from './memory-table.ts'
import { perform } from './operations.ts'
import { beginTransaction, transactGet } from './transactions.ts'

/** A client that talks to nothing: what it is asked for is answered by `send`. */
export function clientAnsweredBy<C extends object>(
  client: C,
  send: (command: object) => Promise<unknown>,
): C {
  return Object.defineProperty(client, 'send', { value: send })
}

/** The way to the table for the stores; whatever a store asks for goes through `send`. */
export function tableAnsweredBy(name: string, send: (command: object) => Promise<unknown>): Table {
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' }
  const client = new DynamoDBClient({ region: 'us-east-1', credentials })
  return { name, client: clientAnsweredBy(DynamoDBDocumentClient.from(client), send) }
}

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
