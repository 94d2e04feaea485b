import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import type { Key } from '../../shared/storage/keys.ts'
import { performAtOnce, tableAnsweredBy } from '../simulation/dynamo/client.ts'
import { MemoryTable } from '../simulation/dynamo/memory-table.ts'
import { storesOf } from './stores.ts'

/** The stores over an empty table of the simulation, which answers at once: for unit tests of single stores. */
export function memoryStores() {
  const memory = new MemoryTable('table')
  const sent: object[] = []
  const perform = async (command: object): Promise<object> => {
    sent.push(command)
    return performAtOnce(memory, command)
  }
  const table = tableAnsweredBy('table', perform)
  return {
    ...storesOf(table),
    table,
    memory,
    /** The commands that were sent, in their order. */
    sent,
    /** The same table, whose answers somebody changes: given a command, and what carries it out. */
    tableAnswering: (answer: (command: object, carryOut: () => Promise<object>) => Promise<unknown>) =>
      tableAnsweredBy('table', (command) => answer(command, () => perform(command))),
    item: (key: Key) => memory.get(key),
    /** Stores items as they are, with their keys. */
    put(...items: readonly object[]): void {
      for (const item of items) {
        // As the SDK writes them: without values that are undefined.
        const after = unmarshall(marshall(item, { removeUndefinedValues: true }))
        memory.commit([{ key: { pk: after.pk, sk: after.sk }, after }])
      }
    },
  }
}
