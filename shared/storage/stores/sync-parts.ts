import type { SyncRef } from '../../contracts/messages/sync.ts'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import type * as z from 'zod'
import { SYNC_PART_RETENTION_MS } from '../../contracts/retention.ts'
import type { Table } from '../client.ts'
import { keys, type SyncPartKind, sortKeyPrefix } from '../keys.ts'
import { itemsIn } from '../queries/partition-items.ts'
import { expiringAfter } from '../items/retention.ts'
import {
  comparisonSchema,
  batchSchema,
  runSchema,
  type BucketComparison,
  type SyncRun,
} from '../items/sync-item.ts'
import { edit, ifAbsent, ifPresent, put, type TransactItem } from '../writes/requests.ts'
import { SHARED_ITEM_TRIES, transactOnce, writeSurely, type Written } from '../writes/write.ts'

type Item = Record<string, unknown>

const partItem = (syncId: string, kind: SyncPartKind, n: number, now: Date, item: Item): Item => ({
  ...keys.syncPart(syncId, kind, n),
  ...item,
  ...expiringAfter(now, SYNC_PART_RETENTION_MS),
})

/** The write of a run's item, for the transaction that advances the sync. */
export function runPut(table: Table, { syncId }: SyncRef, n: number, run: SyncRun, now: Date): TransactItem {
  const item: z.input<ReturnType<typeof runSchema>> = { type: 'sync-run', v: 1, ...run }
  return put(table, partItem(syncId, 'run', n, now, item))
}

/** The intermediate results of a sync: see `SyncPartKind`. */
export function syncParts(table: Table) {
  const one = async (syncId: string, kind: SyncPartKind, n: number): Promise<Item | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keys.syncPart(syncId, kind, n), ConsistentRead: true }),
    )
    return Item
  }

  const all = async <T>(syncId: string, kind: SyncPartKind, parse: (item: Item) => T): Promise<T[]> => {
    const parts: T[] = []
    const { pk } = keys.syncPart(syncId, kind, 0)
    for await (const item of itemsIn(table, pk, `${sortKeyPrefix.syncPart}${kind}#`)) parts.push(parse(item))
    return parts
  }

  /** Writes a part and adds its counts to the sync, once. `lost`: it was written before. */
  const countOnce = (
    ref: SyncRef,
    item: Item,
    counts: Readonly<Record<string, number>>,
  ): Promise<Written> => {
    const names = Object.keys(counts)
    const added: TransactItem = {
      Update: {
        TableName: table.name,
        Key: keys.sync(ref.orgId, ref.syncId),
        UpdateExpression: `ADD ${names.map((name) => `#${name} :${name}`).join(', ')}`,
        ...ifPresent,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, counts[name]])),
      },
    }
    return transactOnce(table, [put(table, item, ifAbsent), added], SHARED_ITEM_TRIES)
  }

  return {
    runs: (syncId: string): Promise<SyncRun[]> => all(syncId, 'run', (item) => runSchema().parse(item)),

    /** Deletes the addresses of a list, which are in its run's item, once they have been compared. */
    async forgetList({ syncId }: SyncRef): Promise<void> {
      const key = keys.syncPart(syncId, 'run', 0)
      await writeSurely(table, edit(table, key, { lines: undefined }, ifPresent))
    },

    recordComparison(ref: SyncRef, n: number, comparison: BucketComparison, touchable: number, now: Date) {
      const item: z.input<ReturnType<typeof comparisonSchema>> = {
        type: 'sync-comparison',
        v: 1,
        ...comparison,
      }
      const { counts } = comparison
      return countOnce(ref, partItem(ref.syncId, 'comparison', n, now, item), {
        comparisonsDone: 1,
        added: counts.add,
        matched: counts.match,
        inactivated: counts.inactivate,
        restored: counts.restore,
        untouched: counts.untouched,
        touchable,
      })
    },

    async comparison(syncId: string, n: number): Promise<BucketComparison | undefined> {
      const item = await one(syncId, 'comparison', n)
      return item === undefined ? undefined : comparisonSchema().parse(item)
    },

    comparisons: (syncId: string): Promise<BucketComparison[]> =>
      all(syncId, 'comparison', (item) => comparisonSchema().parse(item)),

    recordBatch(
      ref: SyncRef,
      n: number,
      { inactivated, restored }: { readonly inactivated: readonly string[]; readonly restored: number },
      now: Date,
    ) {
      const item: z.input<ReturnType<typeof batchSchema>> = {
        type: 'sync-page',
        v: 1,
        inactivated: [...inactivated],
      }
      const counts = { pagesDone: 1, madeInactive: inactivated.length, madeActive: restored }
      return countOnce(ref, partItem(ref.syncId, 'page', n, now, item), counts)
    },

    /**
     * The users of one batch that the sync made inactive; `undefined`: the batch isn't done, or there is none.
     */
    async inactivated(syncId: string, n: number): Promise<string[] | undefined> {
      const item = await one(syncId, 'page', n)
      return item === undefined ? undefined : batchSchema().parse(item).inactivated
    },
  }
}
