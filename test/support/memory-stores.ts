import type { Key } from '../../shared/storage/keys.ts'
import { performAtOnce, tableAnsweredBy } from '../simulation/dynamo/client.ts'
import { MemoryTable } from '../simulation/dynamo/memory-table.ts'
import { storesOf } from './stores.ts'

/** The stores over an empty table of the simulation, which answers at once: for unit tests of single stores. */
export function memoryStores() {
  const memory = new MemoryTable('table')
  const sent: object[] = []
  const table = tableAnsweredBy('table', async (command) => {
    sent.push(command)
    return performAtOnce(memory, command)
  })
  return {
    ...storesOf(table),
    table,
    memory,
    /** The commands that were sent, in their order. */
    sent,
    item: (key: Key) => memory.get(key),
  }
}
