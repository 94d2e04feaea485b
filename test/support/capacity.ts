import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb'

/** Capacity units consumed, by table and index. */
export type Units = Readonly<Record<string, number>>

export interface Consumed {
  readonly reads: Units
  readonly writes: Units
  /** Items that reads examined, by table and index; items dropped by a filter are included. */
  readonly records: Units
  /** The commands in order, with the units that each consumed of the table itself. */
  readonly calls: readonly { readonly command: string; readonly units: number }[]
}

const isRead = (command: string): boolean => /^(?:Get|BatchGet|Query|Scan|TransactGet)/.test(command)

/** Makes every call of the client report the capacity it consumed, indexes included, as DynamoDB bills it. */
export function meterCapacity(client: DynamoDBClient) {
  const fresh = () => ({
    reads: {} as Record<string, number>,
    writes: {} as Record<string, number>,
    records: {} as Record<string, number>,
    calls: [] as { command: string; units: number }[],
  })
  let since = fresh()
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'INDEXES' } })
        const units = isRead(commandName) ? since.reads : since.writes
        const add = (where: string, count = 0): void => {
          if (count > 0) units[where] = (units[where] ?? 0) + count
        }
        let tableUnits = 0
        for (const consumed of consumedOf(answer.output)) {
          tableUnits += consumed.Table?.CapacityUnits ?? 0
          add('table', consumed.Table?.CapacityUnits)
          for (const [index, { CapacityUnits }] of Object.entries(consumed.GlobalSecondaryIndexes ?? {}))
            add(index, CapacityUnits)
        }
        if (isRead(commandName)) {
          const where = 'IndexName' in args.input ? (args.input.IndexName ?? 'table') : 'table'
          since.records[where] = (since.records[where] ?? 0) + found(answer.output)
        }
        since.calls.push({ command: commandName.replace(/Command$/, ''), units: tableUnits })
        return answer
      },
    { step: 'initialize', name: 'meterCapacity' },
  )
  return {
    /** What has been consumed since the last call. */
    take(): Consumed {
      const taken = since
      since = fresh()
      return taken
    },
  }
}

export type CapacityMeter = ReturnType<typeof meterCapacity>

export const total = (units: Units): number => Object.values(units).reduce((sum, count) => sum + count, 0)

function found(output: object): number {
  if ('ScannedCount' in output) return Number(output.ScannedCount)
  if ('Item' in output) return output.Item === undefined ? 0 : 1
  const responses = 'Responses' in output ? (output.Responses ?? []) : []
  return Object.values(responses).flat().length
}

function consumedOf(output: object): ConsumedCapacity[] {
  if (!('ConsumedCapacity' in output)) return []
  const { ConsumedCapacity: consumed } = output
  if (consumed === undefined || consumed === null) return []
  return Array.isArray(consumed) ? consumed : [consumed]
}
