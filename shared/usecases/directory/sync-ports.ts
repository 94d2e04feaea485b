import type { ObjectReader, ObjectWriter } from '../../contracts/object-store.ts'
import type { Clock } from '../../lib/time.ts'
import type { SyncRef } from '../../storage/items/sync-item.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import type { SyncStore } from '../../storage/stores/syncs.ts'
import type { SyncSizes } from './sync-runs.ts'

/** Time kept for handing on to a fresh invocation. */
export const HANDOVER_MS = 20_000

/** Take a sync as far as it gets. */
export interface AdvanceRequest extends SyncRef {
  readonly kind: 'advance'
}

/** Compare the `n`th of its ranges of buckets. */
export interface CompareRequest extends SyncRef {
  readonly kind: 'join'
  readonly n: number
}

/** Carry out one page of its outcome: lines of an object, by their bytes. */
export interface ApplyRequest extends SyncRef {
  readonly kind: 'apply'
  readonly page: number
  readonly objectKey: string
  readonly startByte: number
  readonly endByte: number
}

/** A warning may be due. */
export interface WarnRequest extends SyncRef {
  readonly kind: 'warn'
  /** Where an invocation that ran out of time stood: the page that comes next, and whom it had counted. */
  readonly from?:
    | { readonly page: number; readonly users: number; readonly sample: readonly string[] }
    | undefined
}

/** A step of a sync; each can be repeated. */
export type SyncRequest = AdvanceRequest | CompareRequest | ApplyRequest | WarnRequest

export interface SyncPorts {
  readonly syncs: SyncStore
  readonly accounts: Pick<AccountStore, 'recordIdsOfOrg' | 'byRecordIds' | 'byUserId' | 'byUserIds' | 'write'>
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly read: ObjectReader
  readonly write: ObjectWriter
  readonly listObjects: (prefix: string) => AsyncIterable<string>
  readonly removeObject: (key: string) => Promise<void>
  /** Hands steps on, to be taken by other invocations. */
  readonly send: (requests: readonly SyncRequest[]) => Promise<void>
  /** The safety stop: a full sync that would make more of an org's users inactive is held. */
  readonly maxInactivePercent: number
  readonly sizes: SyncSizes
  readonly now: Clock
  readonly timeLeftMs: () => number
}
