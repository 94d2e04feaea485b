import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ExpectedError } from '../../cli/expected-error.ts'
import { createTable } from './create-table.ts'
import { startDynoxide } from './dynoxide.ts'
import { openDynoxideDatabase } from './dynoxide-database.ts'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../names.ts'
import { sweepByScan, sweepDatabase } from './time-to-live.ts'

export interface LocalDynamoDb {
  endpoint: string
  /** The SQLite file of the embedded DynamoDB; undefined for another one. */
  databasePath: string | undefined
  /**
   * Creates the table of an `AWS::DynamoDB::Table` or `::GlobalTable` with resolved properties. An existing table is
   * kept; it is an error if its keys, indexes or stream differ.
   */
  createTable(properties: unknown): Promise<void>
  /**
   * Deletes stream records below the sequence number `handledUpTo`, a bounded number at a time, and never the last
   * one.
   */
  trimStream(tableName: string, handledUpTo: string): void
  /**
   * Deletes what expired before `now`, as DynamoDB does: the stream shows the deletions as made by the service.
   * Returns how many.
   */
  sweepTtl(tableName: string, ttlAttribute: string, now: Date): Promise<number>
  stop(): Promise<void>
}

/** The address in `DYNAMODB_ENDPOINT`; undefined if it is empty. */
export function givenEndpoint(): string | undefined {
  const { DYNAMODB_ENDPOINT: endpoint = '' } = process.env
  return endpoint === '' ? undefined : endpoint
}

async function mustAnswer(endpoint: string): Promise<void> {
  try {
    await (await fetch(endpoint)).arrayBuffer()
  } catch (cause) {
    throw new ExpectedError(`No DynamoDB answers at ${endpoint}, which DYNAMODB_ENDPOINT names.`, { cause })
  }
}

/** Starts the embedded DynamoDB, with its data in `dir` or in memory; or uses the one at `endpoint`. */
export async function startDynamoDb(o: {
  dir?: string | undefined
  endpoint?: string | undefined
  /** The first port to try for the embedded one; any free port without it. */
  port?: number | undefined
  onUnexpectedExit?: (error: Error) => void
}): Promise<LocalDynamoDb> {
  if (o.endpoint !== undefined) await mustAnswer(o.endpoint)
  const embedded = o.endpoint === undefined ? await startDynoxide(o) : undefined
  const endpoint = o.endpoint ?? embedded?.endpoint ?? ''
  const client = new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS })
  const database = embedded === undefined ? undefined : openDynoxideDatabase(embedded.databasePath)
  return {
    endpoint,
    databasePath: embedded?.databasePath,
    createTable: (properties) => createTable(client, properties),
    trimStream: (tableName, handledUpTo) => database?.trimStream(tableName, handledUpTo),
    async sweepTtl(tableName, ttlAttribute, now) {
      const expiry = { tableName, ttlAttribute, nowSeconds: Math.floor(now.getTime() / 1000) }
      return database === undefined ? sweepByScan(client, expiry) : sweepDatabase(client, database, expiry)
    },
    async stop() {
      client.destroy()
      database?.close()
      await embedded?.stop()
    },
  }
}
