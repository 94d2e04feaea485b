import type { SyncRequest } from '../../contracts/messages/sync.ts'
import type { ObjectReader, ObjectWriter } from '../../contracts/object-store.ts'
import type { Clock } from '../../lib/time.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import type { SyncStore } from '../../storage/stores/syncs.ts'
import type { SyncSizes } from './sync-runs.ts'

/** Time kept for handing on to a fresh invocation. */
export const HANDOVER_MS = 20_000

export interface SyncPorts {
  readonly syncs: SyncStore
  readonly accounts: Pick<AccountStore, 'recordIdsOfOrg' | 'byRecordIds' | 'byUserId' | 'byUserIds' | 'write'>
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly read: ObjectReader
  readonly write: ObjectWriter
  readonly listObjects: (prefix: string) => AsyncIterable<string>
  readonly removeObject: (key: string) => Promise<void>
  /** Sends steps to other invocations. */
  readonly send: (requests: readonly SyncRequest[]) => Promise<void>
  /** Y8: a full sync that would make a larger share of an org's users inactive is held. */
  readonly maxInactivePercent: number
  readonly sizes: SyncSizes
  readonly now: Clock
  readonly timeLeftMs: () => number
}
