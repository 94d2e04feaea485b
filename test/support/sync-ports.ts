import type { SyncPorts } from '../../shared/usecases/directory/sync-ports.ts'
import { SYNC_SIZES } from '../../shared/usecases/directory/sync-runs.ts'
import { openMemoryTable } from '../simulation/dynamo/client.ts'
import { MemoryTable } from '../simulation/dynamo/memory-table.ts'
import { org, T0 } from './builders.ts'
import { storesOf } from './stores.ts'

type Patch = Partial<Omit<SyncPorts, 'syncs' | 'accounts'>> & {
  readonly syncs?: Partial<SyncPorts['syncs']>
  readonly accounts?: Partial<SyncPorts['accounts']>
}

/** The ports of a sync at T0, over an empty table and without objects, where they aren't given. */
export function syncPorts({ syncs, accounts, ...patch }: Patch = {}): SyncPorts {
  const stores = storesOf(openMemoryTable(new MemoryTable('table')))
  return {
    syncs: { ...stores.syncs, ...syncs },
    accounts: { ...stores.accounts, ...accounts },
    organizations: { get: async () => ({ org: org(), revision: 1 }) },
    read: async ({ key }) => {
      throw new Error(`no object ${key}`)
    },
    write: async () => undefined,
    // biome-ignore lint/correctness/useYield: there are none
    async *listObjects() {
      return
    },
    removeObject: async () => undefined,
    send: async () => undefined,
    maxInactivePercent: 10,
    sizes: SYNC_SIZES,
    now: () => T0,
    timeLeftMs: () => 60_000,
    ...patch,
  }
}
